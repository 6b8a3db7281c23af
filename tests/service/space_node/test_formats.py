"""The library: a format is made from an event, never changes, is found by the whole network, and is replayed at another space."""

import datetime as dt
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from shared.ids import new_id
from shared.protocol.formats import content_hash
from shared.protocol.states import EventState, Reach
from space_node.events import queries as organised
from space_node.events import service as organiser
from space_node.formats import queries, service
from space_node.formats.errors import (
    EventHasNoFormat,
    FormatUnknown,
    LicenceForbids,
    NotAnEventOfOurs,
    NotTheAuthor,
    ReplayDatePast,
    ReplayedLately,
)
from space_node.formats.models import LibraryFormat
from space_node.formats.rules import ASK_FIRST
from space_node.formats.service import Replay
from tests.support.evening import LINK, Evening
from tests.support.guests import HOME, HOST, Guests
from tests.support.sample_door import RECIPE

DAY = dt.timedelta(days=1)
WHOLE = RECIPE | {"parent": None}
SECRETS = {"mode": "hybrid", "seats_remote": None, "join_url": LINK, "price_credits": 100}


class Library:
    """TheCube makes a format of its evening."""

    def __init__(self, guests: Guests, **session: Any) -> None:
        self.guests, self.evening = guests, Evening(guests, **session)

    def make(self, **changed: Any) -> str:
        """Publish it; its id."""
        content = RECIPE | {"licence": "CC-BY-SA-4.0"} | changed
        made = self.publish(content)
        self.evening.sync()
        return made

    def publish(self, content: dict[str, Any], format_id: str = "") -> str:
        """Send it to the hub; its id."""
        event_id, now = self.evening.event_id, self.guests.now
        return self.guests.host.command(
            lambda s: service.from_event(s, event_id=event_id, content=content, format_id=format_id, now=now).id
        )

    def held(self, format_id: str, version: int | None = None, *, at_home: bool = True) -> LibraryFormat:
        """A version as Lambrate, or TheCube, holds it."""
        node = self.guests.home if at_home else self.guests.host
        return node.look(lambda s: queries.require(s, format_id, version))

    def replay(self, format_id: str, **changed: Any) -> str:
        """Lambrate replays it in two weeks; the draft's id."""
        on = self.guests.today + 14 * DAY
        wanted = replace(Replay(format_id=format_id, version=1, on=on, at="12:30"), **changed)
        return self.guests.home.command(lambda s: service.replay_here(s, wanted, now=self.guests.now).event_id)


def test_a_format_of_an_event_is_in_the_library_of_every_space(guests: Guests) -> None:
    library = Library(guests)
    format_id = library.make()
    theirs, ours = library.held(format_id), library.held(format_id, at_home=False)
    assert (theirs.author, theirs.version, theirs.content, theirs.hash) == (HOST, 1, ours.content, content_hash(WHOLE))
    assert ours.epoch > 0
    about = {"search": "LÙNCH thecube", "topic": "FOOD", "language": "en", "sort": "newest"}
    (entry,) = guests.home.look(lambda s: queries.library(s, **about)).rows
    assert (entry.author_name, entry.replays, entry.spaces) == ("Thecube", 0, 0)
    for nothing in ({"search": "breakfast"}, {"language": "it"}, {"topic": "sport"}):
        assert guests.home.look(lambda s, nothing=nothing: queries.library(s, **nothing)).total == 0


def test_what_a_format_begins_with_has_nothing_of_the_day(guests: Guests) -> None:
    """Edge case 72: a clone has no people, link or venue."""
    evening = Evening(guests, **SECRETS, title="Lunch", description=f"Join at {LINK} or write to ada@lambrate.test.\nSoup.")
    begun = guests.host.look(lambda s: queries.of_event(s, evening.event_id))
    assert begun == {
        "title": "Lunch",
        "summary": "",
        "description": "Join at or write to\nSoup.",
        "language": "en",
        "topics": [],
        "duration_minutes": 90,
        "seats": 10,
        "parent": None,
        "attribution": "Thecube",
        "licence": "CC-BY-SA-4.0",
    }
    with pytest.raises(NotAnEventOfOurs):
        guests.home.look(lambda s: queries.of_event(s, evening.event_id))
    evening.hold_together()
    theirs = guests.home.look(lambda s: queries.of_event(s, evening.event_id))
    assert theirs == begun | {"attribution": "Lambrate"}


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
    return queries.todo(session, made, queries.require(session, made.format_id, made.version))


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
    (played,) = guests.host.look(lambda s: queries.played(s, queries.versions(s, format_id)))
    assert (played.space, played.on, played.version, played.known) == (HOME, guests.today + 14 * DAY, 1, True)
    (entry,) = guests.host.look(queries.library).rows
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


def test_versions_never_change_and_the_next_one_is_the_authors(guests: Guests) -> None:
    library = Library(guests)
    format_id = library.make()
    for title in ("Presentation Lunch", "Presentation Brunch"):
        content = RECIPE | {"title": title}
        guests.host.command(
            lambda s, content=content: service.new_version(s, format_id=format_id, content=content, now=guests.now)
        )
    library.evening.sync()
    assert [row.title for row in guests.home.look(lambda s: queries.versions(s, format_id))] == [
        "Presentation Lunch", "Presentation Brunch",
    ]  # fmt: skip
    assert library.held(format_id).title == "Presentation Brunch"
    with pytest.raises(NotTheAuthor):
        guests.home.command(lambda s: service.new_version(s, format_id=format_id, content=RECIPE, now=guests.now))


def test_a_format_made_from_another_names_it_and_the_family_is_shown(guests: Guests) -> None:
    """Edge case 72: the hash of the parent is right."""
    library = Library(guests)
    format_id = library.make()
    own_id, content = new_id(), RECIPE | {"title": "Presentation Breakfast", "attribution": "Lambrate"}
    of = library.held(format_id)
    for _ in range(2):
        guests.home.command(lambda s: service.adapt(s, of=of, content=content, format_id=own_id, now=guests.now))
    library.evening.sync()
    held = library.held(own_id, at_home=False)
    assert held.content["parent"] == {"id": format_id, "version": 1, "hash": of.hash}
    family = guests.host.look(lambda s: queries.lineage(s, held))
    assert [(one.format.title, one.depth, one.parent_holds) for one in family] == [
        ("Presentation Lunch", 0, True), ("Presentation Breakfast", 1, True),
    ]  # fmt: skip
    guests.host.command(lambda s: setattr(queries.require(s, format_id, 1), "hash", "0" * 64))
    assert [one.parent_holds for one in guests.host.look(lambda s: queries.lineage(s, held))] == [True, False]


def test_an_event_that_follows_a_format_passes_it_on_as_the_parent(guests: Guests) -> None:
    library = Library(guests)
    event_id = library.replay(library.make())
    made = guests.home.command(
        lambda s: service.from_event(s, event_id=event_id, content=RECIPE | {"title": "Ours"}, now=guests.now).id
    )
    parent = library.held(made).content["parent"]
    assert parent == guests.home.look(lambda s: organised.require(s, event_id)).format


def test_who_wants_to_be_asked_first_is_not_replayed_by_others(guests: Guests) -> None:
    library = Library(guests)
    format_id = library.make(licence=ASK_FIRST)
    with pytest.raises(LicenceForbids):
        library.replay(format_id)
    of = library.held(format_id)
    with pytest.raises(LicenceForbids):
        guests.home.command(lambda s: service.adapt(s, of=of, content=RECIPE, now=guests.now))
    wanted = Replay(format_id=format_id, version=1, on=guests.today + DAY, at="18:00")
    guests.host.command(lambda s: service.replay_here(s, wanted, now=guests.now))


def test_a_format_waits_for_the_hub_and_a_refused_one_says_why(sqlite_guests: Guests) -> None:
    library = Library(sqlite_guests)
    sqlite_guests.network.transport.cut()
    format_id = library.publish(RECIPE)
    assert library.held(format_id, at_home=False).epoch == 0
    sqlite_guests.network.transport.heal()
    sqlite_guests.clock.advance(dt.timedelta(hours=1))
    library.evening.sync()
    assert library.held(format_id, at_home=False).epoch > 0
    sqlite_guests.host.command(lambda s: s.delete(queries.require(s, format_id, 1)))
    again = library.publish(RECIPE | {"title": "Other"}, format_id)
    assert library.held(again, at_home=False).fault == "id-conflict"
