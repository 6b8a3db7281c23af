"""The hub's composition: the one module that knows every slice's routes."""

from contextlib import suppress
from functools import partial
from sqlite3 import DatabaseError

import sqlalchemy as sa
from flask import Flask

from federation.bookings.api import bookings
from federation.briefs.api import briefs
from federation.config import Hub, HubSettings
from federation.credits.api import credits_
from federation.credits.pages import credits_pages
from federation.db import Base, Mail, ReconcilerRun, db, read_only
from federation.erasures.api import erasures
from federation.events.api import events
from federation.formats.api import formats
from federation.introductions.api import introductions
from federation.leaving.api import leaving
from federation.leaving.pages import leaving_pages
from federation.memberships.api import memberships
from federation.metrics import gauges
from federation.operators.pages import operators_pages
from federation.operators.service import sign_in_service
from federation.recovery import api as recovery
from federation.reports.pages import reports_pages
from federation.rsvps.api import rsvps
from federation.spaces.api import discovery, spaces
from federation.spaces.models import Space
from federation.spaces.pages import spaces_pages
from federation.trust import api as trust_api
from federation.twinnings.api import twinnings
from federation.twinnings.pages import twinnings_pages
from federation.wire import wire
from shared import access, converters, health, lines, metrics, migrate, ui
from shared.clock import Clock
from shared.engines import database_file, reading
from shared.errors import Refusal
from shared.mail import PostOffice, open_post_office
from shared.mail.message import Sender
from shared.mail.pages import mail_blueprint
from shared.marking import N_
from shared.messaging.reconcile import last_runs
from shared.problems import ProblemApi
from shared.protocol.version import MAJOR
from shared.signin import current_session, own_blueprint, recognise, require, signin_blueprint
from shared.ui import NavItem, Site
from shared.web import make_app

__all__ = ["Base", "create_app"]

SPACE_CALLS = (
    *(discovery, trust_api.oauth, trust_api.trust, spaces, twinnings, credits_, bookings),
    *(formats, events, rsvps, briefs, introductions, erasures, memberships, leaving, wire),
)
SPACE_PAGES = ("spaces_pages.detail", "spaces_pages.invite_form", "spaces_pages.invite", "leaving_pages.index")
NAVIGATION = (
    NavItem("spaces_pages.home", N_("Overview"), "home"),
    NavItem("spaces_pages.index", N_("Spaces"), "spaces", also=SPACE_PAGES),
    NavItem("twinnings_pages.index", N_("Twinnings"), "twinning"),
    NavItem("spaces_pages.health", N_("Health"), "health"),
    NavItem("mail.index", N_("Mail"), "mail"),
    NavItem("credits_pages.trial_balance", N_("Trial balance"), "scales"),
    NavItem("reports_pages.index", N_("Report"), "table"),
    NavItem("operators.audit_log", N_("Audit log"), "history"),
    NavItem("operators.people", N_("People"), "people", also=("operators.add",)),
)


def create_app(settings: HubSettings, *, clock: Clock | None = None) -> Flask:
    """The hub's app, ready to serve."""
    app = make_app("federation", settings, db=db, clock=clock or settings.clock())
    hub = Hub(settings, app.extensions["clock"])
    hub.open_keys(partial(_is_founded, app))
    app.extensions["hub"] = hub
    converters.install(app)
    app.config.update(API_TITLE="Space Federation Protocol", API_VERSION=str(MAJOR), OPENAPI_VERSION="3.1.0")
    api = ProblemApi(app)
    for blueprint in SPACE_CALLS:
        api.register_blueprint(blueprint)
    service = sign_in_service()
    account_pages = (signin_blueprint(service), own_blueprint(service), mail_blueprint(db, Mail, "operator"))
    pages = (operators_pages, spaces_pages, twinnings_pages, credits_pages, reports_pages, leaving_pages, *account_pages)
    for page in pages:
        app.register_blueprint(page)
    lines.install(app)
    trust_api.install(app, hub)
    recovery.install(app)
    _frame(app, settings)
    _open_post_office(app, hub)
    health.add_check(app, "schema", lambda: {"revision": migrate.check(db.engine, "federation")})
    health.add_check(app, "reconcilers", read_only(_runs))
    metrics.add_source(app, gauges)
    people = {
        "public": recognise(service),
        "signed-in": require(service),
        "operator": require(service, "operator", readers=("auditor",)),
    }
    access.install(app, {**people, "public-api": trust_api.count_call, "space": trust_api.gate})
    return app


def _is_founded(app: Flask) -> bool:
    """Whether spaces know this hub; where its database cannot be asked, they may."""
    file = database_file(sa.make_url(app.extensions["settings"].database_url))
    if file is not None and not file.exists():
        return False  # to ask would make one
    with app.app_context(), suppress(Refusal, sa.exc.DBAPIError, DatabaseError), reading(db.engine) as connection:
        is_there = sa.inspect(connection).has_table(Space.__tablename__)
        # One column alone, which every version of the table has.
        return is_there and connection.scalar(sa.select(Space.slug).limit(1)) is not None
    return True


def _open_post_office(app: Flask, hub: Hub) -> None:
    backend, sender = hub.settings.mail_backend(), Sender(hub.settings.sender_address, hub.settings.network_name)
    if backend is not None:
        open_post_office(app, PostOffice(db, Mail, backend, app.extensions["clock"], sender=lambda: sender))


def _frame(app: Flask, settings: HubSettings) -> None:
    def describe() -> Site:
        signed_in = current_session()
        person = signed_in.account.name if signed_in else None
        ways = {"sign_in": "/sign-in", "sign_out": "/sign-out", "account": "/my-account"}
        return Site(name=settings.network_name, slug="hub", person=person, **ways)

    ui.navigation(app, lambda: NAVIGATION if current_session() else ())
    ui.site(app, describe)


def _runs() -> dict[str, object]:
    rows = last_runs(db.session(), ReconcilerRun)
    return {row.name: {"ok": row.ok, "at": row.last_run_at.isoformat() if row.last_run_at else None} for row in rows}
