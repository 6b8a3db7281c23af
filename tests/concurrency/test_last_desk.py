"""Many at once: the last desk goes to one, a double click books once, a rival comes second. Real commits, both engines."""

from collections import Counter

from federation.bookings.models import CommonSeats
from federation.credits import queries as ledger
from federation.db import db, read_only
from shared.ids import new_id
from tests.support.threads import together
from tests.support.wire_space import WireHub, body, good, slug_of

RIVALS = 40


def taken(hub: WireHub) -> set[int]:
    """How many common seats each half of each day has given away."""
    with hub.app.app_context():
        return read_only(lambda: {row.taken for row in db.session.query(CommonSeats)})()


def faults(hub: WireHub) -> list[str]:
    """What the ledger's audit finds wrong."""
    with hub.app.app_context():
        return read_only(lambda: [finding.code for finding in ledger.audit(db.session()) if finding.faults])()


def test_of_forty_who_want_the_last_desk_one_gets_it_and_the_others_are_told_as_data(hub: WireHub) -> None:
    london, nyc = hub.join("thecube-london"), hub.join("wecreate-nyc")
    terms = nyc.twin(london)
    good(london.offer(seats=1))
    guests = [new_id() for _ in range(RIVALS)]
    for guest in guests:
        good(nyc.grant(guest, 200))
    answers = together(*(lambda guest=guest: nyc.request(london, terms, guest) for guest in guests))
    outcomes = Counter((answer["bookings"][0]["state"], answer["bookings"][0]["reason"]) for answer in map(good, answers))
    assert outcomes == {("confirmed", None): 1, ("refused", "no-desk"): RIVALS - 1}
    assert taken(hub) == {1}
    assert faults(hub) == []


def test_a_double_click_books_once_and_both_get_the_same_answer(hub: WireHub) -> None:
    london, nyc = hub.join("thecube-london"), hub.join("wecreate-nyc")
    terms = nyc.twin(london)
    good(london.offer(seats=3))
    guest, stay, request_id = new_id(), nyc.stay(), new_id()
    good(nyc.grant(guest, 1000))
    clicks = together(*[lambda: nyc.request(london, terms, guest, stay, request_id=request_id)] * 8)
    assert len({answer.text for answer in clicks}) == 1
    assert good(clicks[0])["bookings"][0]["state"] == "confirmed"
    assert sorted(answer.headers.get("Idempotency-Replayed", "") for answer in clicks) == [""] + ["true"] * 7
    assert taken(hub) == {1}


def test_of_two_nodes_with_one_invite_one_joins(hub: WireHub) -> None:
    invite = hub.invite("cowo-milano")
    first, second = hub.space("cowo-milano"), hub.space("cowo-milano")
    second.ring = hub.space("somebody-else").ring
    answers = together(lambda: first.apply(invite), lambda: second.apply(invite))
    assert sorted(answer.status_code for answer in answers) == [201, 410]
    assert [slug_of(answer)[1] for answer in answers if answer.status_code == 410] == ["invite-used"]


def test_two_rival_proposals_leave_one_and_the_other_is_shown_the_winner(hub: WireHub) -> None:
    london, nyc = hub.join("thecube-london"), hub.join("wecreate-nyc")
    ours = nyc.terms(london)
    theirs = london.terms(nyc, twinning_id=ours["twinning_id"], no_show_percent=50)
    answers = together(lambda: nyc.propose(ours), lambda: london.propose(theirs))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    lost = next(answer for answer in answers if answer.status_code == 409)
    won = next(answer for answer in answers if answer.status_code == 200)
    assert body(lost)["winner"] == good(won)["proposal"]


def test_a_consent_sent_many_times_at_once_activates_once(hub: WireHub) -> None:
    london, nyc = hub.join("thecube-london"), hub.join("wecreate-nyc")
    terms = nyc.terms(london)
    good(nyc.propose(terms))
    answers = [good(answer) for answer in together(*[lambda: london.agree(terms)] * 6)]
    assert {(answer["state"], answer["active_version"], answer["rev"]) for answer in answers} == {("active", 1, 2)}


def test_one_check_in_of_two_at_once_pays_once(hub: WireHub) -> None:
    london, nyc = hub.join("thecube-london"), hub.join("wecreate-nyc")
    terms = nyc.twin(london)
    good(london.offer(seats=1))
    guest = new_id()
    good(nyc.grant(guest, 1000))
    booking = nyc.book(london, terms, guest)
    hub.clock.set(hub.clock.now().replace(day=12))
    good(london.call("GET", "/self"))
    answers = together(*[lambda: london.check_in(booking)] * 4)
    assert {good(answer)["charged_credits"] for answer in answers} == {150}
    assert faults(hub) == []
