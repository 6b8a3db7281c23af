"""Events that this space leads: drafts stay here, what is published reaches everybody, nobody else may change it."""

import datetime as dt

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from federation.events.models import Event, EventSession
from shared.ids import new_id
from shared.messaging.outbox import OutboxState
from shared.protocol.states import CohostState, EventState, Reach, SessionState
from space_node.calendar import queries as calendar
from space_node.calendar.models import MirrorEvent, MirrorSession
from space_node.db import Outbox
from space_node.events import queries, service
from space_node.events.errors import EventNotDraft, EventNotPublished, NothingToPublish, OwnEventUnknown
from space_node.events.rules import Standing
from space_node.formats import service as formats
from space_node.organise import queries as organise
from tests.support.organising import Organisers, plan, text
from tests.support.sample_door import RECIPE


@pytest.fixture
def town(organisers: Organisers) -> Organisers:
    return organisers


def heard(town: Organisers, event_id: str) -> calendar.MirrorEvent | None:
    return town.milan.look(lambda session: calendar.event(session, event_id))


def at_hub(town: Organisers, event_id: str) -> Event | None:
    return town.hub.look(lambda session: session.get(Event, event_id))


def test_a_draft_stays_at_its_node_and_can_be_written_anew_and_deleted(town: Organisers) -> None:
    """Edge case 75: deletion is allowed only in draft."""
    event_id = town.draft(title="Lunch")
    town.london.command(lambda session: service.save_draft(session, event_id=event_id, text=text(title="Supper"), now=town.now))
    town.network.sync()
    assert (town.event(event_id).title, town.seen(event_id).standing) == ("Supper", Standing.DRAFT)
    assert (at_hub(town, event_id), heard(town, event_id)) == (None, None)
    [line] = town.london.look(lambda session: organise.board(session, town.now)).drafts.rows
    assert (line.title, line.lead, line.standing) == ("Supper", town.london.slug, Standing.DRAFT)
    town.london.command(lambda session: service.delete_draft(session, event_id=event_id))
    assert town.sessions(event_id) == []
    with pytest.raises(OwnEventUnknown):
        town.event(event_id)


def test_what_is_published_can_be_cancelled_and_not_deleted(town: Organisers) -> None:
    """Edge case 75: a published event is cancelled with a note that everybody reads, and stays."""
    event_id = town.published()
    for attempt in (
        lambda session: service.delete_draft(session, event_id=event_id),
        lambda session: service.save_draft(session, event_id=event_id, text=text(), now=town.now),
        lambda session: service.delete_session(session, session_id=town.sessions(event_id)[0].id),
    ):
        with pytest.raises(EventNotDraft):
            town.london.command(attempt)
    town.london.command(lambda session: service.cancel(session, event_id=event_id, note="The cook is ill.", now=town.now))
    town.network.sync()
    mirrored = heard(town, event_id)
    assert mirrored is not None
    assert (mirrored.state, mirrored.note) == (EventState.CANCELLED, "The cook is ill.")
    [own] = town.sessions(event_id)
    [theirs] = town.milan.look(lambda session: calendar.sessions_of(session, event_id))
    assert (own.state, theirs.state) == (SessionState.CANCELLED, SessionState.CANCELLED)
    for late in (
        lambda session: service.change(session, event_id=event_id, text=text(), now=town.now),
        lambda session: service.publish(session, event_id=event_id, now=town.now),
        lambda session: service.invite(session, event_id=event_id, space=town.milan.slug, now=town.now),
    ):
        with pytest.raises(EventNotPublished):
            town.london.command(late)


def test_publishing_sends_the_event_its_cohosts_and_its_sessions_in_that_order(town: Organisers) -> None:
    event_id = town.draft(sessions=2)
    town.london.command(lambda session: service.invite(session, event_id=event_id, space=town.milan.slug, now=town.now))
    assert heard(town, event_id) is None
    for _ in range(2):
        town.london.command(lambda session: service.publish(session, event_id=event_id, now=town.now))
    rows = town.london.look(
        lambda session: [
            (row.kind, row.state)
            for row in session.scalars(select(Outbox).where(Outbox.subject == f"event/{event_id}").order_by(Outbox.id))
        ]
    )
    assert rows == [(kind, OutboxState.ANSWERED) for kind in ("event", "cohost", "session", "session")]
    town.network.sync()
    seen = town.seen(event_id)
    assert (seen.standing, [one.state for one in seen.cohosts]) == (Standing.KNOWN, [CohostState.INVITED])
    assert [one.standing for one in seen.sessions] == [Standing.KNOWN] * 2
    assert len(town.milan.look(lambda session: calendar.sessions_of(session, event_id))) == 2


def test_an_event_needs_a_session_to_come_before_it_is_published(town: Organisers) -> None:
    event_id = town.draft(sessions=0)
    with pytest.raises(NothingToPublish):
        town.london.command(lambda session: service.publish(session, event_id=event_id, now=town.now))


def test_a_change_goes_out_and_the_same_again_does_not(town: Organisers) -> None:
    event_id = town.published()

    def change(title: str, note: str = "") -> int:
        town.london.command(
            lambda session: service.change(session, event_id=event_id, text=text(title=title), note=note, now=town.now)
        )
        return town.event(event_id).rev

    assert [change("Supper", "Later"), change("Supper", "Later"), change("Supper")] == [2, 2, 3]
    town.network.sync()
    mirrored = heard(town, event_id)
    assert mirrored is not None
    assert (mirrored.title, mirrored.note) == ("Supper", "")


def test_without_the_hub_the_manager_sees_that_it_waits(town: Organisers) -> None:
    town.network.transport.cut()
    event_id = town.draft()
    town.london.command(lambda session: service.publish(session, event_id=event_id, now=town.now))
    seen = town.seen(event_id)
    assert (seen.is_waiting, seen.standing, seen.sessions[0].standing) == (True, Standing.WAITING, Standing.WAITING)
    [line] = town.london.look(lambda session: organise.board(session, town.now)).coming.rows
    assert (line.id, line.standing) == (event_id, Standing.WAITING)
    town.network.transport.heal()
    town.clock.advance(dt.timedelta(minutes=5))
    town.network.sync()
    seen = town.seen(event_id)
    assert (seen.is_waiting, seen.standing) == (False, Standing.KNOWN)


def test_another_space_cannot_change_the_event(town: Organisers) -> None:
    """Edge case 33: a valid signature of the wrong space. Its hub says that there is no such event."""
    event_id = town.published()
    town.milan.command(lambda session: service.save_draft(session, event_id=event_id, text=text(title="Mine"), now=town.now))
    town.session(town.milan, event_id)
    town.milan.command(lambda session: service.publish(session, event_id=event_id, now=town.now))
    town.network.sync()
    seen = town.seen(event_id, town.milan)
    assert (seen.is_refused, town.event(event_id, town.milan).fault) == (True, "no-such-event")
    kept = at_hub(town, event_id)
    assert kept is not None
    assert (kept.lead, kept.title) == (town.london.slug, "Presentation Lunch")


def test_a_refusal_of_what_was_mended_meanwhile_is_no_fault_any_more(town: Organisers) -> None:
    """The hub refuses an event whose format has another content, and so its session; both have been written anew by then."""
    about = {"event_id": town.published(), "content": RECIPE | {"parent": None}, "format_id": new_id(), "now": town.now}
    town.london.command(lambda session: formats.from_event(session, **about))
    event_id = town.draft(format={"id": about["format_id"], "version": 1, "hash": "0" * 64})
    [own] = town.sessions(event_id)
    town.network.transport.cut()
    town.london.command(lambda session: service.publish(session, event_id=event_id, now=town.now))
    town.london.command(lambda session: service.change(session, event_id=event_id, text=text(), now=town.now))
    town.session(town.london, event_id, own.id, note="Bring a spoon.")
    town.network.transport.heal()
    town.clock.advance(dt.timedelta(minutes=5))
    town.network.sync()
    parked = select(Outbox.kind, Outbox.problem_slug).where(Outbox.state == OutboxState.PARKED).order_by(Outbox.id)
    refused = town.london.look(lambda session: [tuple(row) for row in session.execute(parked)])
    assert refused == [("event", "event-invalid"), ("session", "no-such-event")]
    seen = town.seen(event_id)
    assert (seen.is_refused, seen.standing, seen.sessions[0].standing) == (False, Standing.KNOWN, Standing.KNOWN)
    assert (town.event(event_id).fault, town.sessions(event_id)[0].fault) == (None, None)
    assert town.hub.look(lambda session: session.get_one(EventSession, own.id)).note == "Bring a spoon."


def test_revs_go_on_above_what_the_hub_has_after_a_restore(town: Organisers) -> None:
    """Edge case 53: the node comes back from a backup; its next change counts, and the sequence of the session never falls."""
    event_id = town.published()
    [own] = town.sessions(event_id)
    for start in ("2026-03-20T14:00", "2026-03-20T15:00"):
        town.session(town.london, event_id, own.id, starts_local=start)
    town.network.sync()
    before = town.hub.look(lambda session: session.get_one(EventSession, own.id))

    def restore(session: Session) -> None:
        held = queries.own_session(session, own.id)
        held.rev = held.acked_rev = 1

    town.london.command(restore)
    town.session(town.london, event_id, own.id, starts_local="2026-03-20T16:00")
    after = town.hub.look(lambda session: session.get_one(EventSession, own.id))
    assert (after.host_rev, after.starts_local) == (before.host_rev + 1, "2026-03-20T16:00")
    assert after.sequence == before.sequence + 1


def test_a_change_made_before_the_restored_node_has_read_the_news_counts_too(town: Organisers) -> None:
    """Edge case 53: the hub has a higher rev than both the row and the mirror of a restored node; what it says lifts both."""
    event_id = town.published()
    [own] = town.sessions(event_id)
    town.session(town.london, event_id, own.id, starts_local="2026-03-20T14:00")
    town.london.command(lambda session: service.change(session, event_id=event_id, text=text(title="Supper"), now=town.now))

    def restore(session: Session) -> None:
        for row in (queries.require(session, event_id), queries.own_session(session, own.id)):
            row.rev = row.acked_rev = 0
        session.execute(update(MirrorEvent).values(lead_rev=0))
        session.execute(update(MirrorSession).values(host_rev=0))

    town.london.command(restore)
    town.session(town.london, event_id, own.id, starts_local="2026-03-20T16:00")
    town.london.command(lambda session: service.change(session, event_id=event_id, text=text(title="Brunch"), now=town.now))
    kept = at_hub(town, event_id)
    assert kept is not None
    assert (kept.title, kept.lead_rev) == ("Brunch", 3)
    assert town.hub.look(lambda session: session.get_one(EventSession, own.id)).starts_local == "2026-03-20T16:00"
    assert (town.event(event_id).rev, town.seen(event_id).is_waiting) == (3, False)


def test_narrowing_the_reach_takes_the_event_from_who_may_not_see_it(town: Organisers) -> None:
    event_id = town.published()
    assert heard(town, event_id) is not None
    change = text(reach=Reach.SPACE)
    town.london.command(lambda session: service.change(session, event_id=event_id, text=change, now=town.now))
    town.network.sync()
    assert heard(town, event_id) is None


def test_plans_of_a_draft_may_be_rewritten_without_a_word_to_the_hub(town: Organisers) -> None:
    event_id = town.draft()
    [own] = town.sessions(event_id)
    relay = town.session(town.london, event_id, starts_local=None, relay_of=own.id, duration_minutes=60)
    town.session(town.london, event_id, own.id, starts_local="2026-03-21T18:30")
    found = {one.id: one for one in town.sessions(event_id)}
    assert (found[relay].starts_local, found[relay].rev) == ("2026-03-21T18:30", 0)
    town.session(town.london, event_id, own.id, starts_local="2026-03-21T18:30", note="Bring a spoon.")
    assert {one.id: one.changed_at for one in town.sessions(event_id)}[relay] == found[relay].changed_at
    with pytest.raises(EventNotPublished):
        town.london.command(lambda session: service.postpone_session(session, session_id=own.id, note="Not yet.", now=town.now))
    assert plan().zone == found[own.id].zone
