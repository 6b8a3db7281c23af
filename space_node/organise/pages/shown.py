"""What the organiser's pages show alike: how a command went, languages to choose from, what slices above add."""

from collections.abc import Callable
from typing import cast

from flask import current_app, flash, render_template
from flask_babel import gettext
from markupsafe import Markup

from shared.clock import current_clock
from shared.signin import current_session
from shared.ui.filters import language_word
from space_node.db import db, read_only
from space_node.events import queries as events
from space_node.events.queries import Standing
from space_node.organise import queries
from space_node.uplink import queries as uplink

# The languages of the network's towns; a space's own come first.
LANGUAGES = ("en", "it", "de", "fr", "es", "pt", "nl", "ca", "pl", "cs", "sv", "da", "el", "ro", "hu", "uk", "ar", "zh", "ja")
# What slices above add to the page of an event: (event) -> what stands there.
Action = Callable[[str], Markup | str]


def say(event_id: str) -> None:
    """Tell how the command of this request went: taken, waiting for the hub, or refused."""
    found = read_only(lambda: queries.organised(db.session(), event_id, current_clock().now()))()
    if found.is_refused:
        flash(gettext("The hub has refused something. The reason stands below."), "bad")
    elif found.is_waiting:
        flash(gettext("Kept. The hub is away; this is sent as soon as it is back."), "wait")
    elif found.standing is Standing.DRAFT:
        flash(gettext("The draft is kept. Nobody else sees it."), "good")
    else:
        flash(gettext("Done. The network has it."), "good")


def organise_action(event_id: str, session_id: str | None) -> Markup | str:
    """For a manager, the way from an event in the calendar to what can be done about it here."""
    signed_in = current_session()
    if session_id is not None or signed_in is None or "manager" not in signed_in.account.roles:
        return ""
    session = db.session()
    stands = events.cohost_state(session, event_id, queries.own_slug(session))
    if events.find(session, event_id) is None and stands not in queries.HOLDING:
        return ""
    return Markup(render_template("organise/action.html", event_id=event_id, stands=stands))  # noqa: S704 - a template of ours


def own_languages() -> list[str]:
    """This space's languages."""
    known = uplink.identity(db.session())
    return list(known.profile["languages"]) if known else []


def language_options(chosen: str = "") -> list[tuple[str, str]]:
    """Languages to choose from: this space's own first."""
    codes = dict.fromkeys((*own_languages(), *filter(None, (chosen,)), *LANGUAGES))
    return [(code, language_word(code)) for code in codes]


def added(event_id: str) -> Markup:
    """What slices above have to say on the page of an event."""
    actions = cast("list[Action]", current_app.extensions.get("organise_actions", []))
    return Markup().join(action(event_id) for action in actions)
