"""The library: a format is made from an event, never changes, and is found by the whole network."""

import datetime as dt

import pytest

from shared.ids import new_id
from shared.protocol.formats import content_hash
from space_node.events import queries as organised
from space_node.formats import queries, service
from space_node.formats.errors import LicenceForbids, NotAnEventOfOurs, NotTheAuthor
from space_node.formats.rules import ASK_FIRST
from tests.support.evening import LINK, Evening
from tests.support.guests import HOST, Guests
from tests.support.library import SECRETS, WHOLE, Library
from tests.support.sample_door import RECIPE


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


def test_what_wants_to_be_asked_for_first_is_no_origin_of_others(guests: Guests) -> None:
    library = Library(guests)
    of = library.held(library.make(licence=ASK_FIRST))
    with pytest.raises(LicenceForbids):
        guests.home.command(lambda s: service.adapt(s, of=of, content=RECIPE, now=guests.now))


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
