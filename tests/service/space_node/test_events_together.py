"""Events that several spaces hold: invited, accepted, each with its own session; relays follow, own times do not."""

import datetime as dt

import pytest

from federation.events.models import EventSession
from shared.protocol.states import CohostState, EventState, SessionMode, SessionState
from space_node.calendar import queries as calendar
from space_node.events import queries, service
from space_node.events.errors import (
    CohostingNotAccepted,
    CohostUnknown,
    EventNotPublished,
    EventPast,
    NoOpenInvitation,
    OwnEventUnknown,
    OwnSessionUnknown,
    PlanInvalid,
    SessionOver,
)
from space_node.events.rules import Standing
from space_node.organise import queries as organise
from space_node.uplink import queries as uplink
from tests.support.node import NodeWorld
from tests.support.organising import Organisers

ACCEPTED, DECLINED, WITHDRAWN = CohostState.ACCEPTED, CohostState.DECLINED, CohostState.WITHDRAWN


@pytest.fixture
def town(organisers: Organisers) -> Organisers:
    return organisers


def state_of(town: Organisers, event_id: str, node: NodeWorld) -> CohostState | None:
    return town.london.look(lambda session: queries.cohost_state(session, event_id, node.slug))


def holders(town: Organisers, event_id: str, node: NodeWorld) -> list[str]:
    return sorted(node.look(lambda session: calendar.holders(session, event_id)))


def at_hub(town: Organisers, session_id: str) -> EventSession:
    return town.hub.look(lambda session: session.get_one(EventSession, session_id))


def test_a_session_of_another_space_exists_only_after_it_has_accepted(town: Organisers) -> None:
    event_id = town.published()
    with pytest.raises(OwnEventUnknown):
        town.session(town.milan, event_id)
    town.invite(event_id, town.milan)
    with pytest.raises(CohostingNotAccepted):
        town.session(town.milan, event_id)
    [line] = town.milan.look(lambda session: organise.board(session, town.now)).invitations.rows
    assert (line.id, line.lead, line.stands) == (event_id, town.london.slug, CohostState.INVITED)
    town.answer(event_id, town.milan, ACCEPTED)
    session_id = town.session(town.milan, event_id, starts_local="2026-03-20T13:00")
    town.network.sync()
    seen = town.seen(event_id)
    assert [(one.slug, one.state, one.session_count) for one in seen.cohosts] == [(town.milan.slug, ACCEPTED, 1)]
    theirs = next(one for one in seen.sessions if one.row.id == session_id)
    assert (theirs.host, theirs.is_ours, theirs.may_change) == (town.milan.slug, False, False)
    board = town.milan.look(lambda session: organise.board(session, town.now))
    assert ([one.id for one in board.coming.rows], board.invitations.rows) == ([event_id], [])


def test_who_declines_never_holds_the_event(town: Organisers) -> None:
    """Edge case 73: a co-host that declined never appears as one, nor does the event among its own."""
    event_id = town.published()
    town.invite(event_id, town.milan, answer=DECLINED)
    assert state_of(town, event_id, town.milan) == DECLINED
    for node in (town.london, town.milan, town.new_york):
        assert holders(town, event_id, node) == [town.london.slug]
    board = town.milan.look(lambda session: organise.board(session, town.now))
    assert (board.coming.rows, board.invitations.rows, board.past.rows) == ([], [], [])
    with pytest.raises(CohostingNotAccepted):
        town.session(town.milan, event_id)
    with pytest.raises(NoOpenInvitation):
        town.answer(event_id, town.milan, ACCEPTED)
    town.invite(event_id, town.milan, answer=ACCEPTED)
    assert holders(town, event_id, town.new_york) == sorted([town.london.slug, town.milan.slug])


def test_an_invitation_shows_to_nobody_else_before_it_is_accepted(town: Organisers) -> None:
    event_id = town.published()
    for _ in range(2):
        town.invite(event_id, town.milan)
    told = town.new_york.look(lambda session: calendar.event(session, event_id))
    assert told is not None
    assert told.cohosts == []


def test_who_withdraws_has_its_sessions_cancelled(town: Organisers) -> None:
    """Edge case 74: the session of a space that withdraws is cancelled at the hub, and shown so everywhere."""
    event_id = town.published()
    town.invite(event_id, town.milan, answer=ACCEPTED)
    session_id = town.session(town.milan, event_id)
    town.network.sync()
    town.answer(event_id, town.milan, WITHDRAWN)
    assert at_hub(town, session_id).state == SessionState.CANCELLED
    assert [one.state for one in town.sessions(event_id, town.milan)] == [SessionState.CANCELLED]
    mirrored = town.new_york.look(lambda session: calendar.session(session, session_id))
    assert mirrored is not None
    assert (mirrored.state, state_of(town, event_id, town.milan)) == (SessionState.CANCELLED, WITHDRAWN)
    with pytest.raises(CohostingNotAccepted):
        town.session(town.milan, event_id)


def test_nobody_withdraws_from_what_has_taken_place(town: Organisers) -> None:
    event_id = town.published()
    town.invite(event_id, town.milan, answer=ACCEPTED)
    session_id = town.session(town.milan, event_id)
    town.network.sync()
    town.clock.advance(dt.timedelta(days=365))
    with pytest.raises(EventPast):
        town.answer(event_id, town.milan, WITHDRAWN)
    town.network.sync()
    assert at_hub(town, session_id).state == SessionState.SCHEDULED
    assert state_of(town, event_id, town.milan) == ACCEPTED


def test_the_lead_takes_an_invitation_back_and_the_session_ends_with_it(town: Organisers) -> None:
    event_id = town.published()
    town.invite(event_id, town.milan, answer=ACCEPTED)
    session_id = town.session(town.milan, event_id)
    town.network.sync()
    town.london.command(lambda session: service.uninvite(session, event_id=event_id, space=town.milan.slug, now=town.now))
    town.network.sync()
    assert state_of(town, event_id, town.milan) == CohostState.REMOVED
    assert at_hub(town, session_id).state == SessionState.CANCELLED
    assert [one.state for one in town.sessions(event_id, town.milan)] == [SessionState.CANCELLED]


def test_an_event_that_its_lead_cancels_ends_the_sessions_of_all(town: Organisers) -> None:
    event_id = town.published()
    town.invite(event_id, town.milan, answer=ACCEPTED)
    town.session(town.milan, event_id)
    town.network.sync()
    town.london.command(lambda session: service.cancel(session, event_id=event_id, note="No cook.", now=town.now))
    town.network.sync()
    assert [one.state for one in town.sessions(event_id, town.milan)] == [SessionState.CANCELLED]
    with pytest.raises(EventNotPublished):
        town.session(town.milan, event_id)
    assert town.seen(event_id, town.milan).text.state == EventState.CANCELLED


def test_whom_one_cannot_invite(town: Organisers) -> None:
    event_id = town.published()
    for slug in (town.london.slug, "nowhere"):
        with pytest.raises(CohostUnknown):
            town.london.command(lambda session, slug=slug: service.invite(session, event_id=event_id, space=slug, now=town.now))


def test_an_answer_to_an_invitation_that_was_taken_back_is_refused_and_can_be_put_aside(town: Organisers) -> None:
    event_id = town.published()
    town.invite(event_id, town.milan)
    town.london.command(lambda session: service.uninvite(session, event_id=event_id, space=town.milan.slug, now=town.now))
    town.milan.command(lambda session: service.answer_invitation(session, event_id=event_id, answer=ACCEPTED, now=town.now))
    seen = town.seen(event_id, town.milan)
    assert (seen.stands, seen.is_refused, seen.wish and seen.wish.fault) == (CohostState.INVITED, True, "invitation-over")
    town.milan.command(lambda session: service.resend(session, event_id=event_id, now=town.now))
    assert town.seen(event_id, town.milan).is_refused is False


def test_an_invitation_that_the_hub_refuses_can_be_put_aside(town: Organisers) -> None:
    event_id = town.published()
    town.hub.suspend(town.milan.slug)
    town.london.command(lambda session: service.invite(session, event_id=event_id, space=town.milan.slug, now=town.now))
    [line] = town.seen(event_id).cohosts
    assert (line.fault, line.on_its_way) == ("cohost-invalid", False)
    town.london.command(lambda session: service.resend(session, event_id=event_id, now=town.now))
    assert town.seen(event_id).is_refused is True
    town.london.command(lambda session: service.uninvite(session, event_id=event_id, space=town.milan.slug, now=town.now))
    assert (town.seen(event_id).cohosts, town.seen(event_id).is_refused) == ([], False)


def test_an_answer_that_waits_for_the_hub_counts_at_once_here(town: Organisers) -> None:
    event_id = town.published()
    town.invite(event_id, town.milan)
    town.network.transport.cut()
    for _ in range(2):
        town.milan.command(lambda session: service.answer_invitation(session, event_id=event_id, answer=ACCEPTED, now=town.now))
    session_id = town.session(town.milan, event_id)
    seen = town.seen(event_id, town.milan)
    assert (seen.stands, seen.is_waiting, state_of(town, event_id, town.milan)) == (ACCEPTED, True, CohostState.INVITED)
    town.network.transport.heal()
    town.clock.advance(dt.timedelta(minutes=5))
    town.network.sync()
    assert (at_hub(town, session_id).host, state_of(town, event_id, town.milan)) == (town.milan.slug, ACCEPTED)


def test_a_relay_follows_its_source_and_an_own_time_does_not(town: Organisers) -> None:
    """Edge case 49: London moves; New York's relay follows in the same instant, Milan keeps its own lunch."""
    event_id = town.published()
    [source] = town.sessions(event_id)
    for node in (town.milan, town.new_york):
        town.invite(event_id, node, answer=ACCEPTED)
    own_time = town.session(town.milan, event_id, starts_local="2026-03-20T13:00")
    relay = town.session(town.new_york, event_id, starts_local=None, relay_of=source.id)
    [held] = town.sessions(event_id, town.new_york)
    assert held.starts_local == "2026-03-20T09:00"
    town.network.sync()
    town.session(town.london, event_id, source.id, starts_local="2026-03-31T13:00")
    town.network.sync()
    [held] = town.sessions(event_id, town.new_york)
    assert (held.starts_local, held.starts_at, held.closes_local) == ("2026-03-31T08:00", at_hub(town, source.id).starts_at, None)
    assert at_hub(town, own_time).starts_local == "2026-03-20T13:00"
    town.session(town.new_york, event_id, relay, starts_local=None, relay_of=source.id, note="Bring your lunch.")
    town.network.sync()
    assert (town.seen(event_id, town.new_york).is_refused, at_hub(town, relay).note) == (False, "Bring your lunch.")


def test_a_refusal_is_told_with_its_reason_and_mended_by_sending_again(town: Organisers) -> None:
    event_id = town.published()
    [source] = town.sessions(event_id)
    town.invite(event_id, town.new_york, answer=ACCEPTED)
    town.session(town.london, event_id, source.id, starts_local="2026-03-25T13:00")
    relay = town.session(town.new_york, event_id, starts_local=None, relay_of=source.id)
    [held] = town.sessions(event_id, town.new_york)
    assert (held.fault, town.seen(event_id, town.new_york).is_refused) == ("session-invalid", True)
    [line] = town.new_york.look(lambda session: organise.board(session, town.now)).coming.rows
    assert line.standing is Standing.REFUSED
    town.network.sync()
    town.new_york.command(lambda session: service.resend(session, event_id=event_id, now=town.now))
    assert (at_hub(town, relay).starts_local, town.seen(event_id, town.new_york).is_refused) == ("2026-03-25T09:00", False)
    parked = town.new_york.look(uplink.hub_contact).parked_count
    assert parked == 0


def test_a_relay_needs_a_source_that_takes_place_in_the_same_event(town: Organisers) -> None:
    event_id, other_id = town.published(), town.published()
    [source], [other] = town.sessions(event_id), town.sessions(other_id)
    relay = town.session(town.london, event_id, starts_local=None, relay_of=source.id)
    for wrong in (other.id, relay, event_id):
        with pytest.raises(PlanInvalid):
            town.session(town.london, event_id, starts_local=None, relay_of=wrong)


def test_a_session_is_postponed_keeps_its_place_and_gets_a_new_time(town: Organisers) -> None:
    event_id = town.published()
    [own] = town.sessions(event_id)
    for _ in range(2):
        town.london.command(
            lambda session: service.postpone_session(session, session_id=own.id, note="The pipe burst.", now=town.now)
        )
    kept = at_hub(town, own.id)
    assert (kept.state, kept.note, kept.host_rev) == (SessionState.POSTPONED, "The pipe burst.", 2)
    town.session(town.london, event_id, own.id, starts_local="2026-04-02T13:00")
    kept = at_hub(town, own.id)
    assert (kept.state, kept.starts_local) == (SessionState.SCHEDULED, "2026-04-02T13:00")
    town.session(town.london, event_id, own.id, starts_local="2026-04-02T13:00")
    assert at_hub(town, own.id).host_rev == kept.host_rev
    town.london.command(lambda session: service.cancel_session(session, session_id=own.id, note="No room.", now=town.now))
    assert at_hub(town, own.id).state == SessionState.CANCELLED
    with pytest.raises(SessionOver):
        town.session(town.london, event_id, own.id)
    with pytest.raises(SessionOver):
        town.london.command(lambda session: service.postpone_session(session, session_id=own.id, note="?", now=town.now))


def test_what_is_not_there_is_said_so(town: Organisers) -> None:
    event_id, other_id = town.published(), town.draft()
    [own] = town.sessions(event_id)
    for attempt in (
        lambda: town.session(town.london, other_id, own.id),
        lambda: town.london.command(
            lambda session: service.cancel_session(session, session_id=event_id, note="No.", now=town.now)
        ),
    ):
        with pytest.raises(OwnSessionUnknown):
            attempt()
    for unknown in (own.id, event_id):
        with pytest.raises(OwnEventUnknown):
            town.answer(unknown, town.london, ACCEPTED)


def test_the_link_to_join_by_never_leaves_the_node(town: Organisers) -> None:
    """Edge case 60: the hub hears of a remote session, and not where it is held."""
    event_id = town.published()
    session_id = town.session(
        town.london, event_id, mode=SessionMode.HYBRID, seats_remote=50, join_url="https://meet.test/secret-room"
    )
    town.network.sync()
    assert town.london.look(lambda session: queries.own_session(session, session_id)).join_url.endswith("secret-room")
    assert not any(b"secret-room" in (one.body or b"") for one in town.network.transport.log)
    assert at_hub(town, session_id).mode == SessionMode.HYBRID


def test_the_local_times_of_all_who_hold_it_are_shown(town: Organisers) -> None:
    """Edge case 41: in the weeks between the changes of clocks, New York is four hours behind London."""
    event_id = town.published()
    town.invite(event_id, town.new_york, answer=ACCEPTED)
    town.invite(event_id, town.milan)
    [line] = [one for one in town.seen(event_id).sessions if one.is_ours]
    assert [(one.slug, one.zone) for one in line.elsewhere] == [
        (town.milan.slug, "Europe/Rome"),
        (town.new_york.slug, "America/New_York"),
    ]
    assert line.standing is Standing.KNOWN
