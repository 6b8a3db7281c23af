"""What is kept of our members' places: the hub's word by (epoch, rev), what hosts tell, and for how long."""

import datetime as dt
import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.http import Answer
from shared.ids import new_id
from shared.protocol.registry import example
from shared.protocol.rsvps import RsvpEntry
from shared.protocol.states import Reach, RsvpState, SeatKind, SessionMode
from shared.schemas import load
from space_node.agenda import queries as agenda_queries
from space_node.agenda import service as agenda
from space_node.agenda.errors import FeedUnknown
from space_node.calendar.models import MirrorEvent
from space_node.db import Outbox
from space_node.events import service as organiser
from space_node.hosting import service as host
from space_node.rsvps import queries, service
from space_node.rsvps.errors import FeedbackEmpty, NothingToAnswer
from space_node.rsvps.models import MirrorBrief, Rsvp
from space_node.rsvps.rules import Pressed
from tests.support.evening import LINK, SHARED, Evening
from tests.support.guests import Guests

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
REMOTE = {"mode": SessionMode.HYBRID, "seats_remote": None, "join_url": LINK}


def entry(evening: Evening, rsvp_id: str, **changed: Any) -> dict[str, Any]:
    held = evening.place(rsvp_id)
    names = ("id", "session_id", "event_id", "host", "kind", "origin", "state", "party", "price_credits", "rev")
    about = {name: getattr(held, name) for name in names} | {"home": evening.home.slug, "guest": evening.guests.ada.guest}
    return load(RsvpEntry, about | changed)


def keep(evening: Evening, data: dict[str, Any], epoch: int = 1) -> Rsvp:
    return evening.home.command(lambda session: service.keep(session, data, epoch=epoch, now=evening.now))


def share(evening: Evening, rsvp_id: str, shares: bool, member_id: str = "") -> None:
    who = member_id or evening.guests.ada.id
    evening.home.command(
        lambda session: service.set_sharing(session, member_id=who, rsvp_id=rsvp_id, shares=shares, now=evening.now)
    )
    evening.host.sync()
    evening.home.sync()


def names(evening: Evening) -> list[str]:
    return [one["name"] for one in evening.brief().attendees]


def test_the_newer_word_of_the_hub_holds(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()
    epoch = evening.place(rsvp_id).epoch
    assert keep(evening, entry(evening, rsvp_id, rev=1, state="no_show"), epoch).state == RsvpState.CONFIRMED
    assert keep(evening, entry(evening, rsvp_id, rev=2, state="attended"), epoch).state == RsvpState.ATTENDED
    assert keep(evening, entry(evening, rsvp_id, rev=1, state="no_show"), epoch + 1).state == RsvpState.NO_SHOW


def test_a_place_that_began_at_a_door_is_its_members_when_the_hub_knows_whose(guests: Guests) -> None:
    evening = Evening(guests)
    data = entry(evening, evening.coming())
    at_door = {**data, "id": new_id(), "origin": "door", "guest": None, "rev": 1, "event_id": new_id(), "session_id": new_id()}
    made = keep(evening, at_door)
    assert (made.member_id, made.held, made.title, made.starts_at) == (None, None, "", None)
    made = keep(evening, {**at_door, "guest": guests.ada.guest, "rev": 2})
    assert made.member_id == guests.ada.id
    assert made.held is not None


def test_one_who_is_received_at_the_door_while_a_wish_waits_has_both_until_the_hub_says_no_to_one(guests: Guests) -> None:
    evening = Evening(guests)
    guests.network.transport.cut()
    asked = evening.ask()
    at_door = {**entry(evening, asked), "id": new_id(), "origin": "door", "state": RsvpState.ATTENDED, "rev": 1}
    assert keep(evening, at_door).held is None
    found = evening.home.look(lambda s: queries.active(s, session_id=evening.session_id, member_id=guests.ada.id))
    assert found is not None
    assert found.id == at_door["id"]
    refused = entry(evening, asked, rev=1, state="refused", reason="duplicate")
    assert keep(evening, refused).held is None
    assert keep(evening, {**at_door, "rev": 2}).held is not None


def test_a_session_that_moves_takes_its_places_along(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()
    before = evening.place(rsvp_id)
    evening.plan(starts_local=f"{guests.today.isoformat()}T20:00")
    evening.sync()
    found = evening.place(rsvp_id)
    assert (found.starts_at, found.state, found.rev) == (before.starts_at + HOUR, RsvpState.CONFIRMED, before.rev)


def test_an_event_of_another_name_gives_its_places_that_name(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()
    text = organiser.EventText(title="Presentation Dinner", language="en", reach=Reach.NETWORK)
    evening.host.command(lambda s: organiser.change(s, event_id=evening.event_id, text=text, now=evening.now))
    evening.sync()
    assert evening.place(rsvp_id).title == "Presentation Dinner"


def test_a_session_that_is_called_off_calls_the_place_off(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()
    evening.host.command(lambda s: organiser.cancel_session(s, session_id=evening.session_id, note="Flood.", now=evening.now))
    evening.sync()
    found = evening.place(rsvp_id)
    assert (found.state, found.held, found.calendar_steps) == (RsvpState.SESSION_CANCELLED, None, 2)


@pytest.mark.parametrize(("approve", "state"), [(True, RsvpState.CONFIRMED), (False, RsvpState.REFUSED)])
def test_where_the_host_decides_a_wish_is_pending_until_then(guests: Guests, approve: bool, state: RsvpState) -> None:
    evening = Evening(guests, approval=True)
    rsvp_id = evening.coming()
    assert evening.place(rsvp_id).state == RsvpState.PENDING
    evening.host.command(
        lambda s: host.decide(s, session_id=evening.session_id, rsvp_id=rsvp_id, approve=approve, now=evening.now)
    )
    evening.sync()
    found = evening.place(rsvp_id)
    assert (found.state, found.reason) == (state, None if approve else "not-approved")


def refused_by(evening: Evening, end: str, slug: str) -> None:
    """The hub takes nothing whose address ends so."""

    def tamper(_method: str, path: str, answer: Answer) -> Answer:
        problem = {"type": f"https://twindesk.example/problems/{slug}", "detail": "No."}
        return Answer(404, {}, json.dumps(problem).encode()) if path.endswith(end) else answer

    evening.guests.network.transport.tamper = tamper


def test_a_request_that_the_hub_does_not_take_comes_to_nothing(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = new_id()
    refused_by(evening, rsvp_id, "session-unknown")
    wanted = service.Wanted(rsvp_id=rsvp_id, session_id=evening.session_id, kind=SeatKind.IN_PERSON)
    evening.home.command(lambda s: service.ask(s, member_id=guests.ada.id, wanted=wanted, now=evening.now))
    found = evening.place(rsvp_id)
    assert (found.state, found.reason, found.held) == (RsvpState.REFUSED, "session-unknown", None)


@pytest.mark.parametrize(("pressed", "end"), [(Pressed.CANCEL, "/cancel"), (Pressed.SWITCH, "/switch")])
def test_what_is_pressed_and_not_taken_leaves_the_place_as_it_was(guests: Guests, pressed: Pressed, end: str) -> None:
    evening = Evening(guests, **REMOTE)
    rsvp_id = evening.coming()
    refused_by(evening, end, "rsvp-over")
    kind = SeatKind.REMOTE if pressed is Pressed.SWITCH else None
    evening.home.command(
        lambda s: service.press(s, pressed, member_id=guests.ada.id, rsvp_id=rsvp_id, kind=kind, now=evening.now)
    )
    found = evening.place(rsvp_id)
    assert (found.state, found.pressed, found.problem) == (RsvpState.CONFIRMED, None, "rsvp-over")


def test_giving_back_what_the_hub_never_had_is_settled_all_the_same(guests: Guests) -> None:
    """Edge case 5: its answer tells of no request."""
    evening = Evening(guests)
    rsvp_id = evening.coming()
    unknown = {**example("rsvp.updated"), "id": rsvp_id, "rev": 0, "session_id": None, "event_id": None, "host": None}

    def tamper(_method: str, path: str, answer: Answer) -> Answer:
        return Answer(200, {}, json.dumps(unknown).encode()) if path.endswith("/cancel") else answer

    guests.network.transport.tamper = tamper
    evening.home.command(lambda s: service.press(s, Pressed.CANCEL, member_id=guests.ada.id, rsvp_id=rsvp_id, now=evening.now))
    assert evening.place(rsvp_id).pressed is None


def test_the_link_comes_with_the_brief_and_the_hub_never_reads_it(guests: Guests) -> None:
    evening = Evening(guests, **REMOTE)
    rsvp_id = evening.coming()
    evening.sync()
    told = evening.home.look(lambda s: queries.brief(s, s.get_one(Rsvp, rsvp_id)))
    assert told is not None
    assert told.join_url == LINK
    assert not any(LINK.encode() in (one.body or b"") for one in guests.network.transport.log)


def test_who_waits_is_not_told_what_those_are_told_who_come(guests: Guests) -> None:
    evening = Evening(guests, **REMOTE | {"seats_remote": 1, "seats_in_person": 0})
    berta = guests.member("Berta Rossi", credits=0)
    evening.coming(kind=SeatKind.REMOTE)
    waits = evening.ask(berta, kind=SeatKind.REMOTE)
    evening.sync()
    assert evening.brief().join_url == LINK
    assert evening.place(waits, berta).state == RsvpState.WAITLISTED
    assert evening.home.look(lambda s: queries.brief(s, s.get_one(Rsvp, waits))) is None


def test_a_brief_that_does_not_open_changes_nothing(guests: Guests) -> None:
    evening = Evening(guests, **REMOTE)
    evening.coming()
    evening.sync()
    held = evening.brief()
    data = {**example("brief.updated"), "session_id": evening.session_id, "host": "thecube", "rev": held.rev + 1}

    def take(session: Session) -> bool:
        return service.take_brief(session, data, epoch=held.epoch, now=evening.now)

    assert evening.home.command(take) is False
    assert (evening.brief().rev, evening.brief().join_url) == (held.rev, LINK)
    assert evening.home.command(lambda s: service.take_brief(s, {**data, "rev": 0}, epoch=held.epoch, now=evening.now)) is False


def test_only_those_who_share_and_have_a_seat_are_named_and_stopping_takes_the_name_away(guests: Guests) -> None:
    """Edge case 64: who waits is absent, and who stops sharing disappears at the other node too."""
    evening = Evening(guests, seats_in_person=2, **SHARED)
    berta, carla = guests.member("Berta Rossi", credits=0), guests.member("Carla Rossi", credits=0)
    first = evening.ask(shares=True)
    second = evening.ask(berta, shares=True)
    evening.ask(carla, shares=True)
    evening.host.sync()
    guests.clock.advance(dt.timedelta(minutes=2))
    evening.sync()
    assert sorted(names(evening)) == ["Ada", "Berta"]
    share(evening, second, False, berta.id)
    assert names(evening) == ["Ada"]
    share(evening, second, True, berta.id)
    guests.clock.advance(dt.timedelta(minutes=2))
    evening.sync()
    assert sorted(names(evening)) == ["Ada", "Berta"]
    for rsvp_id, who in ((first, guests.ada), (second, berta)):
        evening.home.command(
            lambda s, rsvp_id=rsvp_id, who=who: service.press(
                s, Pressed.CANCEL, member_id=who.id, rsvp_id=rsvp_id, now=evening.now
            )
        )
    with pytest.raises(NothingToAnswer):
        share(evening, first, False)


def test_to_share_what_is_shared_sends_nothing(guests: Guests) -> None:
    evening = Evening(guests, **SHARED)
    rsvp_id = evening.coming(shares=True)
    share(evening, rsvp_id, True)
    assert evening.home.look(lambda s: s.scalars(select(Outbox).where(Outbox.kind == "rsvp-card")).all()) == []


def test_where_nobody_is_shown_one_cannot_share(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming(shares=True)
    assert evening.place(rsvp_id).shares is False
    with pytest.raises(NothingToAnswer):
        share(evening, rsvp_id, True)


def test_names_links_and_messages_are_forgotten_after_thirty_days(guests: Guests) -> None:
    evening = Evening(guests, **REMOTE, **SHARED)
    evening.coming(shares=True)
    evening.sync()
    ends_at = guests.home.look(lambda s: s.scalars(select(Rsvp.ends_at)).one())
    forget = lambda at: evening.home.command(lambda s: service.forget_people(s, at))  # noqa: E731
    assert forget(ends_at + 30 * DAY - HOUR) == 0
    assert forget(ends_at + 30 * DAY) == 1
    found = evening.home.look(lambda s: s.get_one(MirrorBrief, evening.session_id))
    assert (found.join_url, found.attendees, found.notices) == (None, [], [])
    assert forget(ends_at + 31 * DAY) == 0


def test_feedback_reaches_the_host_alone_and_without_a_name(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()

    def tell(**words: Any) -> None:
        evening.home.command(lambda s: service.tell(s, member_id=guests.ada.id, rsvp_id=rsvp_id, **words, now=evening.now))

    with pytest.raises(NothingToAnswer):
        tell(stars=5)
    evening.evening_comes(hours=13)
    with pytest.raises(FeedbackEmpty):
        tell()
    tell(stars=5, text="Wonderful soup.")
    evening.host.sync()
    assert (evening.guest(rsvp_id).stars, evening.guest(rsvp_id).feedback) == (5, "Wonderful soup.")
    assert not any(b"soup" in (one.body or b"") for one in guests.network.transport.log)
    with pytest.raises(NothingToAnswer):
        tell(stars=1)


def test_feedback_that_was_not_taken_can_be_given_again(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()
    evening.evening_comes(hours=13)
    refused_by(evening, "/feedback", "rsvp-over")
    evening.home.command(lambda s: service.tell(s, member_id=guests.ada.id, rsvp_id=rsvp_id, stars=4, now=evening.now))
    assert evening.place(rsvp_id).feedback_at is None


def test_a_calendar_address_is_kept_as_a_hash_replaced_and_withdrawn(guests: Guests) -> None:
    """Edge case 58: an old, a withdrawn and an invented address are the same nothing."""
    home, ada = guests.home, guests.ada

    def make() -> str:
        return home.command(lambda s: agenda.make_address(s, member_id=ada.id, with_waiting=False, now=guests.now))

    def look(token: str) -> str:
        return home.look(lambda s: agenda_queries.feed_of_token(s, token).member_id)

    first, second = make(), make()
    assert len(first) >= 43
    assert look(second) == ada.id
    home.command(lambda s: agenda.withdraw_address(s, member_id=ada.id))
    home.command(lambda s: agenda.withdraw_address(s, member_id=ada.id))
    for token in (first, second, "x" * 43):
        with pytest.raises(FeedUnknown):
            look(token)


def test_what_is_about_no_place_of_ours_changes_nothing(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()

    def hear(session: Session) -> None:
        service.settle(session, new_id())
        service.not_taken(session, rsvp_id=new_id(), kind="rsvp", reason="rsvp-unknown", now=evening.now)
        service.not_taken(session, rsvp_id=rsvp_id, kind="rsvp-card", reason="rsvp-over", now=evening.now)

    evening.home.command(hear)
    found = evening.place(rsvp_id)
    assert (found.state, found.problem, found.reason) == (RsvpState.CONFIRMED, None, None)


def test_a_place_is_there_before_its_event_is(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()

    def lose(session: Session) -> None:
        session.delete(session.get_one(MirrorEvent, evening.event_id))
        session.flush()
        service.follow(session, evening.session_id)

    evening.home.command(lose)
    assert evening.place(rsvp_id).title == "Presentation Lunch"


def test_what_was_pressed_is_no_longer_waited_for_where_it_cannot_come_to_pass(guests: Guests) -> None:
    evening = Evening(guests)
    rsvp_id = evening.coming()
    for rev, pressed in ((5, Pressed.SWITCH), (6, Pressed.CANCEL), (7, Pressed.ACCEPT)):
        evening.home.command(lambda s, pressed=pressed: setattr(s.get_one(Rsvp, rsvp_id), "pressed", pressed))
        found = keep(evening, entry(evening, rsvp_id, rev=rev, state="cancelled_by_host"), evening.place(rsvp_id).epoch)
        assert found.pressed is None
    assert found.state == RsvpState.CANCELLED_BY_HOST
