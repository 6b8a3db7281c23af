"""The node's composition: the one module that knows every slice's routes."""

from collections.abc import Callable
from dataclasses import replace

from flask import Flask

from shared import access, converters, health, metrics, migrate, ui
from shared.clock import Clock
from shared.http import Transport
from shared.mail import PostOffice, open_post_office
from shared.mail.message import Sender
from shared.mail.pages import mail_blueprint
from shared.marking import N_
from shared.messaging.reconcile import last_runs
from shared.signin import current_session, own_blueprint, recognise, require, signin_blueprint
from shared.ui import NavItem, Site
from shared.web import make_app
from space_node.accounts import queries as accounts
from space_node.accounts.pages import mail_pages, naming_pages, own_wishes, team_pages
from space_node.agenda.pages import own_calendar_pages, rsvp_link_pages
from space_node.calendar.pages import calendar_pages, happening_pages
from space_node.config import Node, NodeSettings
from space_node.db import Base, Mail, ReconcilerRun, db, read_only
from space_node.desks.pages import desks_pages
from space_node.door.pages import door_pages
from space_node.erasures.pages import erasure_link_pages, erasures_pages, own_erasure_pages
from space_node.events import queries as events
from space_node.formats.pages import format_note, format_work_pages, formats_pages
from space_node.home.pages import home_pages
from space_node.hosting.pages import host_pages, seats_action
from space_node.imports.pages import imports_pages
from space_node.leaving.pages import leaving_pages
from space_node.member_lists.pages import member_lists_pages
from space_node.members.pages import members_pages
from space_node.members.service import sign_in_service
from space_node.memberships.pages import own_memberships_pages
from space_node.metrics import gauges
from space_node.network.pages import network_pages
from space_node.organise.pages import organise_action, organise_pages, session_pages
from space_node.passports.pages import passports_pages
from space_node.people.pages import people_pages
from space_node.replays.pages import format_actions, plans_here, replays_pages
from space_node.reports.pages import reports_pages
from space_node.rsvps.pages import rsvps_pages, take_part
from space_node.trips.pages import trips_pages
from space_node.uplink import queries as uplink
from space_node.visits.pages import visits_pages
from space_node.wallet.pages import own_wallet_pages, wallet_pages
from space_node.worker import connect

__all__ = ["Base", "create_app"]

AWAY, HOUSE, NETWORK = N_("Away"), N_("This space"), N_("The network")
EVENTS = NavItem("calendar.index", N_("Events"), "event", also=("calendar", "happening"))
FOR_MEMBERS = (
    NavItem("trips.find", N_("Find a desk"), "search", AWAY),
    NavItem("trips.index", N_("My trips"), "trip", AWAY, also=("trips.detail",)),
    NavItem("rsvps.index", N_("My events"), "ticket", AWAY, also=("rsvps", "own_calendar")),
    NavItem("people.index", N_("People"), "people", AWAY, also=("people",)),
    NavItem("passports.index", N_("My passport"), "passport", AWAY, also=("passports", "own_memberships")),
    NavItem("own_wallet.index", N_("My credits"), "wallet", AWAY),
)
FOR_THE_DESK = (
    NavItem("visits.arrivals", N_("Arrivals"), "door", HOUSE, also=("visits",)),
    NavItem("door.index", N_("Door lists"), "ticket", HOUSE, also=("door",)),
)
FOR_MANAGERS = (
    NavItem("organise.index", N_("Organise"), "star", HOUSE, also=("organise", "organise_sessions", "host", "imports")),
    NavItem("formats.index", N_("Formats"), "idea", HOUSE, also=("formats", "format_work", "replays")),
    NavItem("members.index", N_("Members"), "people", HOUSE, also=("members", "member_lists", "erasures")),
    NavItem("team.index", N_("Team"), "key", HOUSE, also=("team", "naming")),
    NavItem("desks.index", N_("Guest desks"), "desk", HOUSE, also=("desks",)),
    NavItem("wallet.index", N_("Credits"), "coins", HOUSE, also=("wallet",)),
    NavItem("reports.index", N_("Report"), "table", HOUSE),
    NavItem("uplink.partners", N_("Partners"), "twinning", NETWORK, also=("uplink.partner", "uplink.propose_form")),
    NavItem("uplink.connection", N_("Connection"), "health", NETWORK, also=("leaving",)),
    NavItem("uplink.parked", N_("Parked"), "hand", NETWORK),
    NavItem("mail.index", N_("Mail"), "mail", NETWORK),
)


def create_app(settings: NodeSettings, *, clock: Clock | None = None, transport: Transport | None = None) -> Flask:
    """The node's app, ready to serve. `transport` replaces the way out to the hub, for tests."""
    app = make_app("space_node", settings, db=db, clock=clock or settings.clock())
    node = Node(settings, app.extensions["clock"], transport)
    app.extensions["node"] = node
    converters.install(app)
    connect(app, node)
    service = sign_in_service()
    own_pages = (trips_pages, passports_pages, own_wallet_pages, people_pages, own_memberships_pages)
    house_pages = (
        members_pages,
        member_lists_pages,
        team_pages,
        naming_pages,
        desks_pages,
        wallet_pages,
        visits_pages,
        network_pages,
    )
    format_pages = (formats_pages, format_work_pages, replays_pages)
    organiser_pages = (organise_pages, session_pages, host_pages, door_pages, *format_pages, imports_pages)
    event_pages = (calendar_pages, happening_pages, rsvps_pages, own_calendar_pages, rsvp_link_pages)
    own_account = own_blueprint(service, more="accounts/own.html")
    account_pages = (signin_blueprint(service), own_account, mail_pages, mail_blueprint(db, Mail, "manager"))
    parting_pages = (reports_pages, leaving_pages, erasures_pages, own_erasure_pages, erasure_link_pages)
    for page in (home_pages, *own_pages, *event_pages, *organiser_pages, *house_pages, *account_pages, *parting_pages):
        app.register_blueprint(page)
    app.jinja_env.globals["own_wishes"] = own_wishes
    app.extensions["calendar_actions"] = [take_part, organise_action]
    app.extensions["calendar_notes"] = [format_note]
    app.extensions["formats_notes"] = [plans_here]
    app.extensions["organise_actions"] = [seats_action, format_actions]
    _frame(app)
    _open_post_office(app, node)
    health.add_check(app, "schema", lambda: {"revision": migrate.check(db.engine, "space_node")})
    health.add_check(app, "reconcilers", read_only(_runs))
    health.add_check(app, "hub", read_only(_contact))
    metrics.add_source(app, gauges)
    access.install(
        app,
        {
            "public": recognise(service),
            "signed-in": _used(node, require(service)),
            "member": _used(node, require(service, "member")),
            "desk": _used(node, require(service, "desk", "manager")),
            "manager": _used(node, require(service, "manager")),
            "owner": _used(node, require(service, "owner")),
        },
    )
    return app


def _open_post_office(app: Flask, node: Node) -> None:
    backend = node.settings.mail_backend()
    if backend is not None:
        sender = lambda: Sender(node.settings.sender_address, accounts.house(db.session()))  # noqa: E731
        open_post_office(app, PostOffice(db, Mail, backend, node.clock, sender=sender))


def _used(node: Node, gate: Callable[[], None]) -> Callable[[], None]:
    """Whoever the gate lets in uses the pages, so news is fetched more often."""

    def pass_through() -> None:
        gate()
        node.note_use()

    return pass_through


def _frame(app: Flask) -> None:
    @read_only
    def describe() -> Site:
        signed_in, own = current_session(), uplink.identity(db.session())
        return Site(
            name=accounts.house(db.session()),
            zone=uplink.own_zone(db.session()),
            slug=own.slug if own else "twindesk",
            person=signed_in.account.name if signed_in else None,
            account="/my-account",
            sign_in="/sign-in",
            sign_out="/sign-out",
        )

    def places() -> tuple[NavItem, ...]:
        signed_in = current_session()
        roles = signed_in.account.roles if signed_in else frozenset()
        return (
            *((NavItem("home.index", N_("Overview"), "home"), EVENTS) if roles else ()),
            *(FOR_MEMBERS if "member" in roles else ()),
            *(FOR_THE_DESK if roles & {"desk", "manager"} else ()),
            *(_for_managers() if "manager" in roles else ()),
        )

    ui.navigation(app, places)
    ui.site(app, describe)


@read_only
def _for_managers() -> tuple[NavItem, ...]:
    """Their places, with how many invitations wait."""
    waiting = events.invitation_count(db.session())
    return tuple(replace(item, count=waiting) if item.endpoint == "organise.index" else item for item in FOR_MANAGERS)


def _runs() -> dict[str, object]:
    rows = last_runs(db.session(), ReconcilerRun)
    return {row.name: {"ok": row.ok, "at": row.last_run_at.isoformat() if row.last_run_at else None} for row in rows}


def _contact() -> dict[str, object]:
    """A node whose hub is away still serves: this check tells, and never fails."""
    contact = uplink.hub_contact(db.session())
    return {
        "last_ok_at": contact.last_ok_at.isoformat() if contact.last_ok_at else None,
        "fault": contact.last_fault,
        "waiting_count": contact.waiting_count,
        "parked_count": contact.parked_count,
        "skew_seconds": contact.skew_seconds,
    }
