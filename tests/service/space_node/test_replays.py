"""A replay: a version of the library becomes a draft at another space, with the days of its checklist."""

import datetime as dt
from functools import partial
from typing import Any

import pytest

from shared.ids import new_id
from shared.protocol.formats import content_hash
from shared.protocol.states import EventState, Reach
from space_node.events import queries as organised
from space_node.events import service as organiser
from space_node.formats import queries as formats
from space_node.formats.errors import FormatUnknown, LicenceForbids
from space_node.formats.rules import ASK_FIRST
from space_node.replays import queries, service
from space_node.replays.errors import EventHasNoFormat, ReplayDatePast, ReplayedLately
from space_node.replays.service import Replay
from tests.support.guests import HOME, Guests
from tests.support.library import SECRETS, WHOLE, Library

DAY = dt.timedelta(days=1)


def test_a_replay_is_a_draft_at_home_with_offsets_and_credit_and_nothing_of_the_day(guests: Guests) -> None:
    """Edge case 72: dates, people, links, venue and price are not copied; the parent's hash is right."""
    library = Library(guests, **SECRETS)
    format_id = library.make()
    event_id = library.replay(format_id)
    draft, (session,) = guests.home.look(lambda s: (organised.require(s, event_id), organised.sessions(s, event_id)))
    assert (draft.state, draft.title, draft.reach) == (EventState.DRAFT, "Presentation Lunch", Reach.NETWORK)
    assert draft.description.endswith("“Presentation Lunch”: TheCube London (CC-BY-SA-4.0)")
    assert draft.format == {"id": format_id, "version": 1, "hash": content_hash(WHOLE)}
    assert (session.zone, session.starts_local) == ("Europe/Rome", f"{guests.today + 14 * DAY}T12:30")
    assert (session.duration_minutes, session.seats_in_person, session.price_credits, session.join_url) == (90, 12, 0, "")
    assert session.venue is not None
    assert (session.venue["name"], session.venue["city"]) == ("Lambrate", "Milano")
    todo = guests.home.look(lambda s: _todo(s, event_id))
    assert [(one.task.on - guests.today, one.task.role) for one in todo] == [
        (dt.timedelta(0), "host"), (12 * DAY, "cook"), (16 * DAY, "scribe"),
    ]  # fmt: skip


def _todo(session: Any, event_id: str) -> list[queries.Todo]:
    made = queries.plan(session, event_id)
    return queries.todo(session, made, formats.require(session, made.format_id, made.version))


def test_the_days_of_the_checklist_follow_the_event_and_tasks_are_ticked_off(sqlite_guests: Guests) -> None:
    library = Library(sqlite_guests)
    event_id, home, now = library.replay(library.make()), sqlite_guests.home, sqlite_guests.now
    later = sqlite_guests.today + 20 * DAY
    (session,) = home.look(lambda s: organised.sessions(s, event_id))
    home.command(lambda s: setattr(organised.own_session(s, session.id), "starts_local", f"{later}T12:30"))
    assert home.look(lambda s: _todo(s, event_id))[0].task.on == later - 14 * DAY
    for done in (True, True, False):
        home.command(partial(service.set_done, event_id=event_id, place=0, done=done, now=now))
        assert (home.look(lambda s: _todo(s, event_id))[0].done_at is not None) is done
    home.command(lambda s: service.set_done(s, event_id=event_id, place=99, done=True, now=now))
    with pytest.raises(EventHasNoFormat):
        home.look(lambda s: queries.plan(s, new_id()))


def test_a_published_replay_is_counted_with_its_place_and_day(guests: Guests) -> None:
    library = Library(guests)
    format_id = library.make()
    event_id = library.replay(format_id)
    assert library.held(format_id).replays == []
    guests.home.command(lambda s: organiser.publish(s, event_id=event_id, now=guests.now))
    library.evening.sync()
    (played,) = guests.host.look(lambda s: formats.played(s, formats.versions(s, format_id)))
    assert (played.space, played.on, played.version, played.known) == (HOME, guests.today + 14 * DAY, 1, True)
    (entry,) = guests.host.look(formats.library).rows
    assert (entry.replays, entry.spaces) == (1, 1)


def test_a_second_replay_on_the_same_day_is_asked_about(guests: Guests) -> None:
    library = Library(guests)
    format_id = library.make()
    event_id = new_id()
    wanted = Replay(format_id=format_id, version=1, on=guests.today + DAY, at="18:00")
    for _ in range(2):
        made = guests.home.command(lambda s: service.replay_here(s, wanted, event_id=event_id, now=guests.now).event_id)
        assert made == event_id
    with pytest.raises(ReplayedLately):
        library.replay(format_id)
    assert library.replay(format_id, again=True) != event_id
    guests.clock.advance(DAY)
    library.replay(format_id)
    with pytest.raises(ReplayDatePast):
        library.replay(format_id, on=guests.today - DAY, again=True)
    with pytest.raises(FormatUnknown):
        library.replay(format_id, version=2)


def test_who_wants_to_be_asked_first_is_not_replayed_by_others(guests: Guests) -> None:
    library = Library(guests)
    format_id = library.make(licence=ASK_FIRST)
    with pytest.raises(LicenceForbids):
        library.replay(format_id)
    wanted = Replay(format_id=format_id, version=1, on=guests.today + DAY, at="18:00")
    guests.host.command(lambda s: service.replay_here(s, wanted, now=guests.now))
