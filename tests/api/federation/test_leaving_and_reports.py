"""The operator's pages about ends and about numbers: who is about to leave, and the report of a quarter."""

import datetime as dt
import re

import pytest

from federation.bookings.models import Booking
from federation.db import db
from federation.leaving.cli import group
from federation.reports.cli import commands
from shared.ids import new_id
from tests.support.operator_browser import OperatorBrowser
from tests.support.reading import words
from tests.support.wire_space import THURSDAY, WireHub, WireSpace, good, slug_of

THE_DAY = dt.datetime.combine(THURSDAY, dt.time(10), dt.UTC)


@pytest.fixture
def operator(hub: WireHub) -> OperatorBrowser:
    return OperatorBrowser(hub)


def test_a_space_that_leaves_reads_what_is_open_and_may_do_nothing_new(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.twin(london)
    good(london.offer())
    guest = new_id()
    good(nyc.grant(guest))
    booking = nyc.book(london, terms, guest)
    entry = good(nyc.call("POST", "/self/leave", {}))
    assert (entry["state"], entry["open"]["stays_away"], entry["open"]["position_credits"]) == ("leaving", 1, 0)
    assert slug_of(nyc.offer()) == (403, "space-not-active")
    hub.clock.set(THE_DAY)
    nyc.token = london.token = ""
    good(london.check_in(booking))
    assert good(nyc.call("POST", "/self/leave", {}))["open"]["position_credits"] == -150


def test_an_operator_lets_a_space_go_whose_debt_was_settled(
    hub: WireHub, nyc: WireSpace, london: WireSpace, operator: OperatorBrowser
) -> None:
    assert "Nobody is about to leave" in words(operator.get("/leaving"))
    terms = nyc.twin(london)
    good(london.offer())
    guest = new_id()
    good(nyc.grant(guest))
    booking = nyc.book(london, terms, guest)
    hub.clock.set(THE_DAY)
    nyc.token = london.token = ""
    good(london.check_in(booking))
    good(nyc.call("POST", "/self/leave", {}))
    operator = OperatorBrowser(hub)
    assert "What is still open" in words(operator.get(f"/spaces/{nyc.slug}"))
    operator.get("/leaving")
    early = operator.post(f"/leaving/{nyc.slug}", settled="By bank.")
    assert early.status_code == 409
    assert "1 stays of its members" in words(early)
    hub.clock.advance(dt.timedelta(hours=12))
    nyc.token = ""
    hub.reconcile("complete stays", "complete leaving")
    operator = OperatorBrowser(hub)
    operator.get("/leaving")
    assert operator.post(f"/leaving/{nyc.slug}", settled="").status_code == 422
    assert "has left" in words(operator.follow(operator.post(f"/leaving/{nyc.slug}", settled="By bank.")))
    assert slug_of(nyc.call("GET", "/snapshot/events")) == (403, "space-not-active")
    assert good(nyc.call("GET", "/self"))["state"] == "left"
    cursor = london.cursor()
    good(nyc.call("GET", f"/changes?since={cursor}"))
    hub.clock.advance(dt.timedelta(days=31))
    nyc.token = ""
    assert slug_of(nyc.call("GET", f"/changes?since={cursor}")) == (403, "space-not-active")


def test_the_command_line_shows_and_completes_it(hub: WireHub, nyc: WireSpace) -> None:
    runner = hub.app.test_cli_runner()
    good(nyc.call("POST", "/self/leave", {}))
    assert "stays_away 0" in runner.invoke(group, ["list"]).output
    done = runner.invoke(group, ["complete", nyc.slug, "--settled", "Nothing to settle.", "--as", "first@sample.example"])
    assert done.output == f"{nyc.slug} has left.\n"


def been(home: WireSpace, host: WireSpace, on: dt.date, state: str) -> Booking:
    about = {"twinning_id": new_id(), "part": "day", "zone": "UTC", "terms_version": 1, "price_credits": 0, "rev": 1}
    at = dt.datetime.combine(on, dt.time(), dt.UTC)
    whose = {"home": home.slug, "host": host.slug, "origin": "booking", "payer": "lots"}
    return Booking(id=new_id(), on=on, state=state, created_at=at, changed_at=at, **about, **whose)


def test_the_report_of_a_quarter_hides_what_would_tell_of_a_person(
    hub: WireHub, nyc: WireSpace, london: WireSpace, operator: OperatorBrowser
) -> None:
    """Edge case 71: the operator's report as page, file and command."""
    day = dt.date(2026, 9, 30)
    counts = (
        (nyc, london, "completed", 12),
        (nyc, london, "no_show", 3),
        (london, nyc, "completed", 30),
        (london, nyc, "no_show", 9),
    )
    hub.run(lambda: db.session().add_all(been(*who, day, state) for *who, state, count in counts for _ in range(count)))
    hub.run(lambda: db.session().add(been(nyc, london, dt.date(2026, 10, 1), "completed")))
    shown = words(operator.get("/reports"))
    assert "2026-Q3" in shown
    assert f"{nyc.slug} * * 15" in shown
    assert "All together 42 12 54" in shown
    [link] = re.findall(r'href="(/reports\.csv[^"]*)"', operator.get("/reports").text)
    lines = operator.get(link).text.splitlines()
    assert f"2026-Q3,Guest desks,{nyc.slug},*,*,15" in lines
    for wrong in ("2026-Q4", "2026", "20٢٦-Q3"):
        refused = operator.get(f"/reports?quarter={wrong}")
        assert (refused.status_code, '<li><code lang="en">quarter</code>' in refused.text) == (422, True)
    (report,) = commands
    told = hub.app.test_cli_runner().invoke(report, ["--quarter", "2026-Q3"]).output
    assert [line.split() for line in told.splitlines()][-1] == ["all", "together", "42", "12", "54"]
    data = hub.app.test_cli_runner().invoke(report, ["--json"]).output
    assert '"stays": {"names": ["thecube-london", "wecreate-nyc", "~all"], "rows": [[null, null, 39], [null, null, 15]' in data
