"""A small service on the real skeleton, for the tests of what both services share: three kinds of people, a few pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import Blueprint, Flask, g, request
from flask.testing import FlaskClient
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared import access, converters, web
from shared.clock import Clock
from shared.config import ServiceSettings, load
from shared.db import Database, make_db, transactional
from shared.mail import MailMixin, PostOffice, open_post_office
from shared.mail.backends import Backend
from shared.mail.message import Sender
from shared.signin import (
    Account,
    OneTimeLinkMixin,
    SessionMixin,
    SignInService,
    Tables,
    ThrottleMixin,
    current_session,
    hash_password,
    own_blueprint,
    recognise,
    require,
    signin_blueprint,
)

PASSWORD = "a lamp, a desk, a friend"
PASSWORD_HASH = hash_password(PASSWORD)


class Base(DeclarativeBase):
    """The toy's tables."""


db: Database = make_db(Base)


class Person(Base):
    __tablename__ = "person"
    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    roles: Mapped[str] = mapped_column(sa.String(60))
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(8), default="en")


class BrowserSession(SessionMixin, Base):
    __tablename__ = "browser_session"


class WelcomeLink(OneTimeLinkMixin, Base):
    __tablename__ = "welcome_link"


class SignInThrottle(ThrottleMixin, Base):
    __tablename__ = "sign_in_throttle"


class Mail(MailMixin, Base):
    __tablename__ = "mail"


TABLES = Tables(BrowserSession, WelcomeLink, SignInThrottle, Mail)


class People:
    """The toy's accounts."""

    def find(self, email: str) -> Account | None:
        return self._account(db.session.scalars(sa.select(Person).where(Person.email == email)).one_or_none())

    def get(self, kind: str, account_id: str) -> Account | None:
        return self._account(db.session.get(Person, account_id)) if kind == "person" else None

    def set_password(self, kind: str, account_id: str, password_hash: str) -> None:
        db.session.execute(sa.update(Person).where(Person.id == account_id).values(password_hash=password_hash))

    def set_language(self, kind: str, account_id: str, language: str) -> None:
        db.session.execute(sa.update(Person).where(Person.id == account_id).values(language=language))

    def house(self) -> str:
        return "The Toy"

    @staticmethod
    def _account(person: Person | None) -> Account | None:
        if person is None:
            return None
        roles = frozenset(person.roles.split())
        return Account("person", person.id, person.email, person.id.title(), roles, person.password_hash, person.language)


@dataclass(frozen=True, kw_only=True)
class ToySettings(ServiceSettings):
    """What every service has, and nothing more."""

    service: ClassVar[str] = "toy"
    prefix: ClassVar[str] = "TOY_"


def toy_settings(folder: Path, database_url: str, **changes: Any) -> ServiceSettings:
    """Settings for the toy, as if read from the environment, with fields changed."""
    return replace(load(ToySettings, {"DATA_DIR": str(folder), "DATABASE_URL": database_url}), **changes)


def pages() -> list[Blueprint]:
    """A page for everybody, one for managers, and two for machines."""
    public = access.audience(Blueprint("public", __name__), "public")
    staff = access.audience(Blueprint("staff", __name__), "manager")
    members = access.audience(Blueprint("members", __name__), "member")
    machines = access.audience(Blueprint("machines", __name__), "space")
    anonymous = access.audience(Blueprint("anonymous", __name__), "public-api")

    @public.route("/", methods=["GET", "POST"])
    def first() -> str:
        signed_in = current_session()
        return signed_in.account.email if signed_in else "nobody"

    @public.get("/address")
    def address() -> dict[str, str]:
        return {"remote": request.remote_addr or "", "url": request.url, "public": web.public_url("/x")}

    @public.post("/import")
    @web.body_limit(web.IMPORT_LIMIT_BYTES)
    def take_in() -> dict[str, int]:
        return {"bytes": len(request.files["file"].read())}

    @staff.route("/staff", methods=["GET", "POST"])
    @staff.get("/api/staff", endpoint="json")
    def office() -> str:
        return f"hello {g.caller.account.name}"

    @members.get("/members")
    def lounge() -> str:
        return "hello"

    @machines.post("/fed/echo")
    def echo() -> dict[str, str]:
        return {"caller": g.caller}

    @anonymous.post("/oauth/token")
    def token() -> dict[str, bool]:
        return {"signed_in": current_session() is not None}

    return [public, staff, members, machines, anonymous]


def toy_site(settings: ServiceSettings, clock: Clock) -> Flask:
    """The app, its tables made."""

    def bearer() -> None:
        g.caller = "turin"

    app = web.make_app(__name__, settings, db=db, clock=clock)
    converters.install(app)
    service = SignInService(db, People(), TABLES)
    for blueprint in [*pages(), signin_blueprint(service, home="/staff"), own_blueprint(service)]:
        app.register_blueprint(blueprint)
    gates = {
        "public": recognise(service),
        "manager": require(service, "manager", readers=("auditor",)),
        "signed-in": require(service),
        "member": require(service, "member"),
        "space": bearer,
    }
    access.install(app, gates)
    with app.app_context():
        Base.metadata.create_all(db.engine)
    return app


def open_toy_post(app: Flask, backend: Backend) -> PostOffice[Mail]:
    """Let the toy send mail, and return its post office."""
    sender = Sender("noreply@toy.example", "The Toy")
    office = PostOffice(db, Mail, backend, app.extensions["clock"], sender=lambda: sender)
    open_post_office(app, office)
    return office


def add_person(app: Flask, name: str, roles: str = "manager", password_hash: str | None = PASSWORD_HASH) -> None:
    """Take a person in, whose address is name@example.org."""

    def add() -> None:
        db.session.add(Person(id=name, email=f"{name}@example.org", roles=roles, password_hash=password_hash))

    with app.app_context():
        transactional(db)(add)()


def form_token(client: FlaskClient, path: str = "/sign-in") -> str:
    """The token in the first form of a page."""
    page = client.get(path).get_data(as_text=True)
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def sign_in(client: FlaskClient, name: str = "ada", password: str = PASSWORD, *, path: str = "/sign-in", **options: Any) -> Any:
    """Send the sign-in form as a browser would."""
    data = {"csrf_token": form_token(client), "email": f"{name}@example.org", "password": password}
    return client.post(path, data=data, **options)
