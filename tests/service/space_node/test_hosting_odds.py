"""What seldom happens to those who come: refusals by the hub, news of others, races, and a node that has forgotten."""

import datetime as dt
from functools import partial

import pytest
from sqlalchemy.orm import Session

from shared.ids import new_id
from shared.protocol.states import RsvpState
from space_node.calendar.models import MirrorSession
from space_node.db import Outbox, ReconcilerRun
from space_node.events.models import OwnSession
from space_node.formats import queries as library
from space_node.formats import service as formats
from space_node.formats.models import LibraryFormat
from space_node.hosting import queries, service
from space_node.hosting.errors import GuestNotCancellable, NothingToDecide
from space_node.hosting.models import GuestRsvp, HostedSession, SentBrief, SharedRecap
from space_node.hosting.queries import Group
from space_node.hosting.service import kept
from space_node.members import queries as members
from space_node.rsvps import service as taking_part
from space_node.rsvps.rules import Pressed
from tests.support.evening import LINK, Evening
from tests.support.guests import HOME, HOST, Guests, address_of
from tests.support.sample_door import RECIPE

HOUR = dt.timedelta(hours=1)


def entry(evening: Evening, rsvp_id: str, **changed: object) -> dict[str, object]:
    """What the hub would tell of somebody, one rev later."""
    guest = evening.guest(rsvp_id)
    names = ("session_id", "event_id", "home", "kind", "origin", "state", "reason", "party", "price_credits", "charged_credits")
    held = {name: getattr(guest, name) for name in names} | {"id": rsvp_id, "host": HOST, "rev": guest.rev + 1}
    return held | {"checked_in_at": None, "feedback": None, "card": None} | changed


def keep(evening: Evening, data: dict[str, object]) -> GuestRsvp | None:
    epoch = evening.host.look(lambda s: max([row.epoch for row in s.query(GuestRsvp)], default=1))
    return evening.host.command(partial(service.keep, data=data, epoch=epoch, now=evening.now))


def test_somebody_who_gave_the_seat_back_and_came_stays_noted_with_the_hubs_objection(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    rsvp_id, ada = evening.coming(), sqlite_guests.ada
    evening.evening_comes()
    back = partial(taking_part.press, pressed=Pressed.CANCEL, member_id=ada.id, rsvp_id=rsvp_id, now=evening.now)
    sqlite_guests.home.command(back)
    guest = evening.check_in(rsvp_id)
    assert (guest.problem, guest.report_id, guest.arrived_at) == ("rsvp-over", None, evening.now)
    sqlite_guests.host.sync()
    (shown,) = evening.people()
    assert (shown.group, shown.problem) == (Group.HERE, "rsvp-over")
    keep(evening, entry(evening, rsvp_id, state=RsvpState.ATTENDED, checked_in_at=evening.now))
    assert evening.people()[0].problem is None


def test_a_refusal_about_nobody_we_know_changes_nothing(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    evening.host.command(lambda s: service.not_taken(s, rsvp_id=new_id(), message_id="", slug="x"))
    rsvp_id = evening.coming()
    evening.host.command(lambda s: service.not_taken(s, rsvp_id=rsvp_id, message_id="other", slug="rsvp-over"))
    assert evening.guest(rsvp_id).problem == "rsvp-over"
    assert keep(evening, entry(evening, rsvp_id, host=HOME)) is None


def test_what_was_decided_or_is_over_is_not_decided_again(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    rsvp_id = evening.coming()
    decide = partial(service.decide, session_id=evening.session_id, rsvp_id=rsvp_id, approve=True, now=evening.now)
    with pytest.raises(NothingToDecide):
        evening.host.command(decide)
    evening.evening_comes()
    evening.check_in(rsvp_id)
    with pytest.raises(GuestNotCancellable):
        evening.host.command(partial(service.cancel, session_id=evening.session_id, rsvp_id=rsvp_id, now=evening.now))


def test_a_cancellation_that_waits_is_not_asked_twice(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    rsvp_id = evening.coming()
    sqlite_guests.network.transport.cut()
    for _ in range(2):
        evening.host.command(partial(service.cancel, session_id=evening.session_id, rsvp_id=rsvp_id, now=evening.now))
    assert evening.host.look(lambda s: s.query(Outbox).filter_by(kind="guest-cancel").count()) == 1


def test_who_was_received_by_mistake_while_the_hub_was_away_is_cancelled_with_it(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, door_seats=1)
    evening.evening_comes()
    sqlite_guests.network.transport.cut()
    sqlite_guests.clock.advance(dt.timedelta(minutes=2))
    guest = evening.undo(evening.receive(name="Zoe").id)
    assert (guest.door_seat, guest.arrived_at) == (False, None)
    sqlite_guests.network.transport.heal()
    sqlite_guests.clock.advance(HOUR)
    sqlite_guests.host.sync()
    assert evening.guest(guest.id).state == RsvpState.CANCELLED_BY_HOST


def test_who_was_received_and_did_not_come_is_corrected_after_the_end(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    evening.evening_comes()
    guest = evening.receive(name="Zoe")
    evening.evening_comes(hours=3)
    assert evening.undo(guest.id).state == RsvpState.CONFIRMED


def test_an_answer_that_comes_again_is_heard_once(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    evening.evening_comes()
    guest = evening.receive(name="Zoe")
    evening.host.command(lambda s: s.query(Outbox).filter_by(kind="rsvp-door").update({"state": "waiting", "attempts": 0}))
    evening.host.command(lambda s: s.query(Outbox).update({"next_attempt_at": evening.now, "leased_until": None, "lease": None}))
    sqlite_guests.host.sync()
    assert len(sqlite_guests.network.transport.asked("/attendance")) == 1
    evening.host.command(lambda s: s.delete(queries.require(s, guest.id)))
    evening.host.command(lambda s: s.query(Outbox).filter_by(kind="rsvp-door").update({"state": "waiting", "attempts": 0}))
    sqlite_guests.host.sync()
    assert evening.guest(guest.id).state == RsvpState.CONFIRMED


def test_a_brief_that_the_hub_does_not_want_is_parked_for_the_manager(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    rsvp_id = evening.coming()
    evening.host.command(lambda s: setattr(queries.require(s, rsvp_id), "home", "stranger"))
    sqlite_guests.network.joined("stranger")
    evening.sync()
    evening.host.command(partial(service.tell, session_id=evening.session_id, now=evening.now))
    (row,) = evening.host.look(lambda s: s.query(Outbox).filter_by(kind="brief", state="parked").all())
    assert row.problem_slug == "brief-unwanted"
    for rev in (3, None):
        evening.host.command(partial(service.brief_refused, session_id=evening.session_id, home=HOME, rev=rev))
    evening.host.command(partial(service.brief_refused, session_id=evening.session_id, home="nobody", rev=3))
    evening.host.command(partial(service.brief_answered, session_id=evening.session_id, home=HOME, rev=9))
    evening.note()
    sqlite_guests.home.sync()
    assert evening.brief().rev == 10


def test_a_session_that_this_node_has_forgotten_is_told_without_a_way_in(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, mode="hybrid", seats_remote=None, join_url=LINK)
    rsvp_id = evening.coming()
    evening.host.command(lambda s: s.delete(s.get_one(OwnSession, evening.session_id)))
    evening.host.command(partial(service.tell, session_id=evening.session_id, now=evening.now))
    sqlite_guests.home.sync()
    assert evening.brief().join_url is None
    evening.host.command(lambda s: s.delete(s.get_one(MirrorSession, evening.session_id)))
    evening.host.command(lambda s: s.delete(s.get_one(HostedSession, evening.session_id)))
    assert evening.host.command(partial(service.tell, session_id=evening.session_id, now=evening.now)) == 0
    keep(evening, entry(evening, rsvp_id))
    sqlite_guests.clock.advance(dt.timedelta(days=31))
    assert evening.host.command(partial(service.forget_names, now=evening.now)) == 1


def test_words_that_cannot_be_read_and_old_recaps_change_nothing(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    rsvp_id = evening.coming()
    keep(evening, entry(evening, rsvp_id, feedback="nonsense"))
    assert evening.guest(rsvp_id).feedback_at is None
    told = {"session_id": evening.session_id, "host": HOME, "rev": 1, "box": "nonsense"}
    for rev in (2, 1):
        evening.host.command(partial(service.take_recap, data=told | {"rev": rev}, epoch=1, now=evening.now))
    held = evening.host.look(lambda s: s.get_one(SharedRecap, evening.session_id))
    assert (held.rev, held.text) == (2, "")


def test_a_moved_session_is_remembered_with_its_new_end_and_two_who_note_it_at_once_note_it_once(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    rsvp_id = evening.coming()
    evening.plan(duration_minutes=120)
    evening.sync()
    keep(evening, entry(evening, rsvp_id))

    def twice(session: Session) -> bool:
        session.expunge_all()
        again = kept._made(session, HostedSession(session_id=evening.session_id, ends_at=None, door_taken=0, recap=""))
        return again.ends_at == queries.held(session, evening.session_id).session.ends_at

    assert evening.host.command(twice)


def test_of_two_clicks_on_publish_one_makes_the_format(sqlite_guests: Guests) -> None:
    evening, format_id = Evening(sqlite_guests), new_id()
    content = RECIPE | {"parent": None}
    made = evening.host.command(
        partial(formats.from_event, event_id=evening.event_id, content=content, format_id=format_id, now=evening.now)
    )

    def late(session: Session) -> LibraryFormat:
        session.expunge_all()
        return formats.library._publish(session, format_id, 1, content, evening.now)

    assert evening.host.command(late).id == made.id
    evening.host.command(partial(formats.not_taken, format_id=new_id(), version=1, slug="x"))
    old = evening.host.look(lambda s: library.require(s, format_id))
    about = {"id": format_id, "version": 1, "rev": old.rev, "content": content, "author": HOST}
    evening.host.command(partial(formats.keep, data=about, epoch=old.epoch, now=evening.now))


def test_a_brief_goes_out_above_the_one_that_the_hub_has_from_before_a_restore(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    evening.coming()
    evening.note("At seven.")

    def restore(session: Session) -> None:
        session.get_one(SentBrief, (evening.session_id, HOME)).rev -= 1

    evening.host.command(restore)
    evening.note("At eight.")
    (row,) = evening.host.look(lambda s: s.query(Outbox).filter_by(kind="brief", problem_slug="rev-conflict").all())
    # The next one says all that this one did: there is nothing for a manager to look at.
    assert row.state == "discarded"
    assert evening.host.command(partial(service.tell, session_id=evening.session_id, now=evening.now)) == 1
    sqlite_guests.home.sync()
    assert [one["text"] for one in evening.brief().notices] == ["At seven.", "At eight."]


def test_a_host_that_is_cut_off_decides_nothing_until_the_hub_has_answered(guests: Guests) -> None:
    """Edge case 31: its yes is only noted, nobody reads "going", and what has changed meanwhile stands when it is back."""
    evening = Evening(guests, approval=True)
    kept, gone = evening.coming(), evening.coming("Berta Rossi")
    guests.network.transport.cut()
    for rsvp_id in (kept, gone):
        evening.host.command(
            partial(service.decide, session_id=evening.session_id, rsvp_id=rsvp_id, approve=True, now=guests.now)
        )
        assert (evening.guest(rsvp_id).state, evening.guest(rsvp_id).asked) == (RsvpState.PENDING, "approve")
    assert evening.place(kept).state == RsvpState.PENDING
    guests.network.transport.heal()
    berta = guests.home.look(lambda s: members.require_member(s, address_of("Berta Rossi")))
    guests.home.command(lambda s: taking_part.press(s, Pressed.CANCEL, member_id=berta.id, rsvp_id=gone, now=guests.now))
    guests.clock.advance(2 * HOUR)
    evening.sync()
    assert (evening.guest(kept).state, evening.place(kept).state) == (RsvpState.CONFIRMED, RsvpState.CONFIRMED)
    assert evening.guest(gone).state == RsvpState.CANCELLED_BY_MEMBER


def test_the_repairs_of_a_node_that_has_not_joined_find_nothing_to_do(sqlite_guests: Guests) -> None:
    node = sqlite_guests.network.node("alone")
    assert "erase names of homes that left" in node.repair()
    assert node.look(lambda s: [run.name for run in s.query(ReconcilerRun) if not run.ok]) == []
