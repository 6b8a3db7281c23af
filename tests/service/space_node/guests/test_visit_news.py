"""The hub's word on visits: only what is newer counts, cards are opened with care, names go in time, refusals are shown."""

import datetime as dt
from typing import Any

import pytest

from shared.errors import Conflict
from shared.http import Answer
from shared.ids import new_id
from shared.keys import sealed
from shared.loader import dump_json
from shared.protocol.states import BookingState, Origin, Part, Payer
from space_node.db import Outbox
from space_node.passports import queries as passports
from space_node.visits import handlers, queries, service
from space_node.visits.models import Visit
from tests.support.guests import HOME, HOST, Guests

DAY = dt.timedelta(days=1)


def entry(guests: Guests, **changed: Any) -> dict[str, Any]:
    """A confirmed stay of today as the hub tells it, once loaded."""
    usual: dict[str, Any] = {
        "id": new_id(guests.now), "rev": 1, "state": BookingState.CONFIRMED, "origin": Origin.BOOKING, "home": HOME,
        "host": HOST, "host_guest": None, "on": guests.today, "part": Part.DAY, "zone": "Europe/London", "opens_at": None,
        "closes_at": None, "payer": Payer.LOTS, "price_credits": 150, "charged_credits": None, "card": None,
        "checked_in_at": None,
    }  # fmt: skip
    return usual | changed


def keep(guests: Guests, data: dict[str, Any], epoch: int = 1) -> Visit:
    guests.host.command(lambda session: service.keep(session, data, epoch=epoch, now=guests.now))
    found: Visit = guests.visit(data["id"])
    return found


def card(guests: Guests, booking_id: str, **changed: Any) -> str:
    key = guests.host.node.ring.active("encryption", guests.now)
    payload = {"name": "Ada", "home": HOME, "note": "Hello."} | changed
    return sealed.seal(payload, to_jwk=key, context=f"booking/{booking_id}")


def test_only_what_is_newer_counts(guests: Guests) -> None:
    data = entry(guests)
    keep(guests, data | {"rev": 3})
    assert keep(guests, data | {"rev": 2, "state": BookingState.CANCELLED_BY_GUEST}).state == BookingState.CONFIRMED
    assert keep(guests, data | {"rev": 3, "state": BookingState.CANCELLED_BY_GUEST}).state == BookingState.CONFIRMED
    assert keep(guests, data | {"rev": 1, "price_credits": 90}, epoch=2).price_credits == 90
    assert keep(guests, data | {"rev": 9}, epoch=1).price_credits == 90


def test_a_stay_at_another_host_is_nobody_here(guests: Guests) -> None:
    data = entry(guests, host="elsewhere")
    assert guests.host.command(lambda session: service.keep(session, data, epoch=1, now=guests.now)) is None
    assert guests.arrivals() == []


def test_a_restored_node_learns_from_the_hub_who_is_here(guests: Guests) -> None:
    visit = keep(guests, entry(guests, state=BookingState.CHECKED_IN, checked_in_at=guests.now))
    assert visit.arrived_at == guests.now


def test_a_card_is_opened_with_the_host_s_key(guests: Guests) -> None:
    data = entry(guests)
    visit = keep(guests, data | {"card": card(guests, data["id"])})
    assert (visit.guest_name, visit.note) == ("Ada", "Hello.")


@pytest.mark.parametrize(
    ("changed", "bound_to"),
    [({}, "another"), ({"home": "stranger"}, None), ({"name": "A\u202eda"}, None), ({"name": ""}, None), ({"name": 7}, None)],
)
def test_a_card_that_says_what_it_should_not_brings_no_name(
    sqlite_guests: Guests, changed: dict[str, Any], bound_to: str | None
) -> None:
    data = entry(sqlite_guests)
    box = card(sqlite_guests, bound_to or data["id"], **changed)
    assert keep(sqlite_guests, data | {"card": box}).guest_name == ""
    (shown,) = sqlite_guests.arrivals()
    assert (shown.name, shown.home_name) == ("", "Lambrate")


def test_names_are_erased_thirty_days_after_the_visit_and_not_learnt_again(guests: Guests) -> None:
    data = entry(guests)
    data["card"] = card(guests, data["id"])
    keep(guests, data)
    assert guests.host.command(lambda session: service.forget_names(session, guests.now)) == 0
    guests.clock.advance(32 * DAY)
    assert guests.host.command(lambda session: service.forget_names(session, guests.now)) == 1
    assert guests.host.command(lambda session: service.forget_names(session, guests.now)) == 0
    erased = keep(guests, data | {"rev": 2})
    assert (erased.guest_name, erased.note) == ("", "")
    assert erased.names_erased_at == guests.now
    late = entry(guests, on=guests.today - 31 * DAY)
    assert keep(guests, late | {"card": card(guests, late["id"])}).guest_name == ""


def test_the_name_of_a_cancelled_visit_does_not_wait_for_its_day(guests: Guests) -> None:
    data = entry(guests, on=guests.today + 60 * DAY, state=BookingState.CANCELLED_BY_GUEST)
    keep(guests, data | {"card": card(guests, data["id"])})
    guests.clock.advance(31 * DAY)
    assert guests.host.command(lambda session: service.forget_names(session, guests.now)) == 1


def refuse(guests: Guests, visit_id: str, kind: str, slug: str, **params: Any) -> Visit:
    def work(session: Any) -> None:
        refusal = Conflict(**params)
        refusal.slug = slug
        handlers.on_refused(session, Outbox(kind=kind, subject=f"booking/{visit_id}"), refusal)

    guests.host.command(work)
    found: Visit = guests.visit(visit_id)
    return found


def test_a_refused_check_in_stays_and_says_why_until_the_hub_agrees(guests: Guests) -> None:
    data = entry(guests)
    keep(guests, data)
    visit = refuse(guests, data["id"], "check-in", "booking-over", state="no_show")
    assert (visit.problem, visit.state) == ("booking-over", BookingState.CONFIRMED)
    (shown,) = guests.arrivals()
    assert shown.problem == "booking-over"
    assert keep(guests, data | {"rev": 2}).problem == "booking-over"
    assert keep(guests, data | {"rev": 3, "state": BookingState.CHECKED_IN}).problem is None


def test_a_refused_cancellation_leaves_the_visit_as_it_was(guests: Guests) -> None:
    booking_id = guests.booked()
    guests.network.transport.plan("drop_request", at="/cancel")
    guests.host.command(lambda session: service.cancel(session, booking_id=booking_id, now=guests.now))
    guests.host.command(lambda session: service.cancel(session, booking_id=booking_id, now=guests.now))
    assert guests.visit(booking_id).cancel_asked_at == guests.now
    visit = refuse(guests, booking_id, "visit-cancel", "booking-over", state="checked_in")
    assert (visit.cancel_asked_at, visit.problem) == (None, "booking-over")


@pytest.mark.parametrize("params", [{}, {"booking_id": 7}, {"booking_id": "itself"}])
def test_a_refusal_that_names_no_other_stay_is_only_shown(sqlite_guests: Guests, params: dict[str, Any]) -> None:
    data = entry(sqlite_guests, origin=Origin.WALK_IN, state=BookingState.CHECKED_IN)
    keep(sqlite_guests, data)
    if params.get("booking_id") == "itself":
        params = {"booking_id": data["id"]}
    visit = refuse(sqlite_guests, data["id"], "walk-in", "already-here", **params)
    assert (visit.problem, visit.same_as) == ("already-here", None)


def test_a_refusal_of_what_is_not_here_is_nothing(guests: Guests) -> None:
    guests.host.command(
        lambda session: handlers.on_refused(session, Outbox(kind="check-in", subject=f"booking/{new_id()}"), Conflict())
    )


@pytest.mark.parametrize("changed", [{"home": "stranger"}, {"on": dt.date(2026, 3, 4)}, {"state": BookingState.NO_SHOW}])
def test_a_walk_in_is_brought_to_no_booking_of_another_home_or_day(sqlite_guests: Guests, changed: dict[str, Any]) -> None:
    walked = sqlite_guests.walk_in(sqlite_guests.passport())
    data = entry(sqlite_guests, **changed)
    refuse(sqlite_guests, walked.booking_id, "walk-in", "already-here", booking_id=data["id"])
    keep(sqlite_guests, data)
    assert sqlite_guests.host.look(lambda session: queries.records_of(session, data["id"])) == []


def test_a_status_list_that_the_hub_refuses_comes_again_in_an_hour(guests: Guests) -> None:
    before = guests.home.look(passports.sent_list)
    assert before is not None
    problem = dump_json({"type": "https://twindesk.example/problems/status-list-invalid", "status": 422})
    guests.network.transport.tamper = lambda _method, path, answer: (
        Answer(422, answer.headers, problem) if path.endswith("/self/status-list") else answer
    )
    guests.clock.advance(DAY)
    guests.home.sync()
    refused = guests.home.look(passports.sent_list)
    assert refused is not None
    assert refused.sent_at == guests.now - DAY + dt.timedelta(hours=1)
    assert refused.rev > before.rev
