"""A tiny app that shows every part of the look on one page, for browser tests and for whoever works on it.

Run it with `python -m tests.support.styleguide_app` and open the address that it prints.
"""

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flask import Flask, flash, render_template, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from shared import csrf, headers, problems, ui
from shared.clock import FixedClock
from shared.errors import FieldFault
from shared.marking import N_, Phrase
from shared.ui import FormView, NavItem, Site
from tests.support import doors

TEMPLATES = Path(__file__).with_name("styleguide")
NOW = datetime(2026, 11, 12, 8, 31, tzinfo=UTC)
PASSPORT = "FP1:" + "6BFOXN*TS0BI$ZD-PHQ7I9AD66V5B22CH9M9ESI9XBHXK-%69LQOGI" * 5
ADMIN = [
    NavItem("styleguide", N_("Today"), "home", also=("wide",)),
    NavItem("phone", N_("Desks"), "desk", count=2),
    NavItem("place", N_("Passport"), "passport", values={"name": "passport"}),
    NavItem("place", N_("Events"), "event", values={"name": "events"}),
    NavItem("place", N_("Credits"), "coins", "Network", values={"name": "credits"}),
    NavItem("place", N_("Twinnings"), "twinning", "Network", values={"name": "twinnings"}),
]


def make_styleguide() -> Flask:
    """Make the app, with the security headers of the real ones."""
    app = Flask("styleguide", template_folder=str(TEMPLATES), static_folder=None)
    app.config.update(SECRET_KEY="only for looking at", SESSION_COOKIE_SECURE=False)
    app.extensions["clock"] = FixedClock(NOW)
    headers.install(app)
    csrf.install(app)
    ui.install(app)
    problems.install(app)
    ui.site(app, _site)
    ui.navigation(app, lambda: ADMIN if request.path == "/wide" else ADMIN[:5])
    app.add_url_rule("/", "styleguide", _styleguide)
    app.add_url_rule("/wide", "wide", _wide)
    app.add_url_rule("/phone", "phone", _phone)
    app.add_url_rule("/places/<name>", "place", _place)
    app.add_url_rule("/sent", "sent", _sent, methods=["POST"])
    return app


def served() -> AbstractContextManager[str]:
    """Serve the app on a free port, and give its address."""
    return doors.served(make_styleguide())


def _site() -> Site:
    return Site(name="Cowo Lambrate", slug="lambrate", zone="Europe/Rome", person="Ada Conti", account="/", sign_out="/sent")


def _styleguide() -> str:
    flash("Thursday is yours. The desk at Toolbox is booked.", "good")
    faults = [
        FieldFault(pointer="/email", detail="This is not an e-mail address."),
        FieldFault(pointer="/need", detail=Phrase("At most %(max)s characters.", max=80)),
    ]
    typed = MultiDict([("name", "Ada Conti"), ("email", "ada@"), ("part", "day"), ("skills", "law"), ("plan", "resident")])
    return render_template("ui/styleguide.html", form=FormView(typed, faults), **_samples())


def _wide() -> str:
    return render_template("ui/styleguide_wide.html", **_samples())


def _phone() -> str:
    return render_template("ui/styleguide_phone.html", **_samples())


def _place(name: str) -> str:
    return render_template("ui/styleguide_sent.html", passport=name)


def _sent() -> str:
    return render_template("ui/styleguide_sent.html", passport=request.form.get("passport", ""))


def _samples() -> dict[str, object]:
    return {
        "now": NOW,
        "earlier": NOW - timedelta(hours=49),
        "today": date(2026, 11, 12),
        "passport_code": PASSPORT,
        "nasty": Markup("{}").format("<b onclick=alert(1)>'\"&"),
        "spaces": SPACES,
        "lots": LOTS,
    }


SPACES = [
    {"name": "Toolbox", "place": "Torino", "slug": "toolbox", "state": "active", "hosted": 14, "sent": 11, "balance": 300},
    {
        "name": "Fabbrica del Vapore",
        "place": "Milano",
        "slug": "vapore",
        "state": "probation",
        "hosted": 0,
        "sent": 3,
        "balance": -450,
    },
    {"name": "TheCube", "place": "London", "slug": "thecube", "state": "suspended", "hosted": 5, "sent": 0, "balance": 0},
]
LOTS = [
    {"amount": 150, "kind": "earned", "issuer": "Toolbox", "expires_on": date(2026, 12, 31)},
    {"amount": 200, "kind": "plan", "issuer": "Cowo Lambrate", "expires_on": date(2026, 11, 30)},
    {"amount": 300, "kind": "purchased", "issuer": "Cowo Lambrate", "expires_on": None},
]

if __name__ == "__main__":
    make_styleguide().run(port=8765)
