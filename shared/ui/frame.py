"""What stands around every page: whose site it is, who is signed in, and where one can go. The services fill it in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from flask import Flask, current_app, has_app_context, has_request_context, request, url_for
from flask_babel import gettext

BAR_PLACES = 5
Made = TypeVar("Made")


@dataclass(frozen=True)
class NavItem:
    """One place to go. `label` and `group` (its heading at the side) are marked with N_; `count` asks for attention.

    `also` names other endpoints, or whole blueprints, at which this place is the current one; `values` fill its address.
    """

    endpoint: str
    label: str
    icon: str
    group: str = ""
    count: int = 0
    also: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Site:
    """Whose pages these are, in which zone, and who reads them. `person` is the name shown, None for a stranger."""

    name: str = "Twindesk"
    home: str = "/"
    zone: str = "UTC"
    slug: str = "twindesk"
    person: str | None = None
    account: str | None = None
    sign_in: str | None = None
    sign_out: str | None = None
    notice: str | None = None


@dataclass(frozen=True)
class NavGroup:
    """Places under one heading of the side navigation."""

    name: str
    entries: "tuple[NavEntry, ...]"


@dataclass(frozen=True)
class NavEntry:
    """A place as the layout draws it."""

    label: str
    href: str
    icon: str
    group: str
    count: int
    current: bool


Items = Sequence[NavItem] | Callable[[], Sequence[NavItem]]


@dataclass
class _Frame:
    items: Items = ()
    describe: Callable[[], Site] = field(default=Site)


def install(app: Flask) -> None:
    """Start with an empty frame: no places and a nameless site."""
    app.extensions.setdefault("ui_frame", _Frame())
    app.jinja_env.globals.update(
        navigation_entries=navigation_entries,
        navigation_groups=navigation_groups,
        bar_entries=bar_entries,
        site=present_site,
    )


def navigation(app: Flask, items: Items) -> None:
    """Say where one can go: a fixed list, or a function that is asked once a request (who is signed in?)."""
    _frame(app).items = items


def site(app: Flask, describe: Callable[[], Site]) -> None:
    """Say whose site it is: the function is asked once a request."""
    _frame(app).describe = describe


def present_site() -> Site:
    """Give the site of the present request."""
    return _once("twindesk.site", _frame(current_app).describe)


def home_zone() -> str:
    """Give the zone in which instants are shown when a page names none; UTC outside a request."""
    return present_site().zone if has_app_context() else "UTC"


def navigation_entries() -> list[NavEntry]:
    """List the places of the present reader, the current one marked."""
    items = _frame(current_app).items
    return _once("twindesk.places", lambda: [_entry(item) for item in (items() if callable(items) else items)])


def navigation_groups() -> list[NavGroup]:
    """List the places under their headings, in the order in which the headings first appear."""
    entries = navigation_entries()
    names = dict.fromkeys(entry.group for entry in entries)
    return [NavGroup(name, tuple(entry for entry in entries if entry.group == name)) for name in names]


def bar_entries() -> tuple[list[NavEntry], list[NavEntry]]:
    """Split the places for the bar at the foot of a phone: those with a seat of their own, and those behind "More"."""
    entries = navigation_entries()
    if len(entries) <= BAR_PLACES:
        return entries, []
    return entries[: BAR_PLACES - 1], entries[BAR_PLACES - 1 :]


def _entry(item: NavItem) -> NavEntry:
    here = request.endpoint or ""
    at_it = here == item.endpoint and item.values == (request.view_args or {})
    current = at_it or here in item.also or here.rpartition(".")[0] in item.also
    group = gettext(item.group) if item.group else ""
    return NavEntry(gettext(item.label), url_for(item.endpoint, **item.values), item.icon, group, item.count, current)


def _once(name: str, make: Callable[[], Made]) -> Made:
    # On the request, not on `g`: an application context may outlive a request, and another reader comes next.
    if not has_request_context():
        return make()
    if name not in request.environ:
        request.environ[name] = make()
    return cast(Made, request.environ[name])


def _frame(app: Flask) -> _Frame:
    return cast(_Frame, app.extensions["ui_frame"])
