"""A person is named with a format as long as they agree: looked up everywhere, copied nowhere, and dropped by all."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from federation.spaces import service as spaces
from shared.ids import new_id
from shared.messaging.errors import CatchingUp
from shared.protocol.formats import content_hash
from space_node.authors import queries, service
from space_node.db import Outbox
from space_node.erasures import service as erasures
from space_node.events import queries as organised
from space_node.formats import queries as library
from space_node.formats import rules
from space_node.formats import service as formats
from space_node.formats.errors import AuthorHasNotAgreed, NotYourFormat
from space_node.replays import service as replays
from space_node.replays.service import Replay
from tests.support.backups import World, back_up, put_back
from tests.support.guests import HOST, Guests
from tests.support.naming import AUTHOR, Naming, who_knows
from tests.support.sample_door import RECIPE
from tests.support.trading import settle

DAY = dt.timedelta(days=1)


def test_whoever_withdraws_is_named_nowhere_in_the_network_and_lineage_and_hash_are_right(guests: Guests) -> None:
    """Edge case 72: a name goes with consent, is looked up and never copied, and every node and the hub drop it."""
    naming = Naming(guests)
    with pytest.raises(AuthorHasNotAgreed):
        naming.name(agreed=False)
    naming.name()
    own = guests.home.command(lambda s: formats.adapt(s, of=naming.held(), content=RECIPE | {"title": "Ours"}, now=guests.now).id)
    wanted = Replay(format_id=naming.format_id, version=1, on=guests.today + DAY, at="12:30")
    event_id = guests.home.command(lambda s: replays.replay_here(s, wanted, now=guests.now).event_id)
    naming.evening.sync()
    assert who_knows(AUTHOR, guests.home) == ["named_authors"]
    (entry,) = guests.home.look(lambda s: library.library(s, search="sample author")).rows
    family = guests.host.look(lambda s: library.lineage(s, library.require(s, own)))
    assert (entry.named, [one.named for one in family]) == (AUTHOR, [AUTHOR, ""])
    assert rules.credit(RECIPE, AUTHOR) == "“Presentation Lunch”: Sample Author, TheCube London (CC-BY-SA-4.0)"
    assert naming.withdraw()
    naming.evening.sync()
    assert not naming.withdraw()
    assert who_knows(AUTHOR, guests.home, guests.host, guests.hub) == []
    parent = guests.host.look(lambda s: library.require(s, own)).content["parent"]
    assert parent["hash"] == naming.held().hash == content_hash(naming.held().content)
    draft = guests.home.look(lambda s: organised.require(s, event_id))
    assert draft.description.endswith(rules.credit(RECIPE))


def test_only_who_holds_a_format_says_who_is_named(sqlite_guests: Guests) -> None:
    naming = Naming(sqlite_guests)
    with pytest.raises(NotYourFormat):
        naming.name(at=sqlite_guests.home)
    with pytest.raises(NotYourFormat):
        naming.withdraw(at=sqlite_guests.home)
    naming.name()
    naming.name("Other Name")
    naming.name("Other Name")
    held = naming.held_by_host()
    assert (naming.named(), held.rev, held.told_rev) == ("Other Name", 2, 2)
    assert who_knows(AUTHOR, sqlite_guests.home, sqlite_guests.host, sqlite_guests.hub) == []


def test_no_backup_brings_a_withdrawn_name_back(sqlite_guests: Guests, tmp_path: Path) -> None:
    """Edge case 72: nodes that come back with the name hear that it is withdrawn, and so does a hub."""
    town, naming = sqlite_guests, Naming(sqlite_guests)
    naming.name()
    worlds: tuple[World, ...] = (town.home, town.host, town.hub)
    files = [back_up(world, tmp_path / str(number)) for number, world in enumerate(worlds)]
    town.clock.advance(dt.timedelta(minutes=20))
    naming.withdraw()
    naming.evening.sync()
    for world, file in zip(worlds[:2], files, strict=False):
        put_back(world, file)
    assert [naming.named(node) for node in (town.home, town.host)] == [AUTHOR, AUTHOR]
    with pytest.raises(CatchingUp):
        naming.withdraw()
    naming.evening.sync()
    assert who_knows(AUTHOR, *worlds) == []
    put_back(town.hub, files[2])
    settle(town)
    assert who_knows(AUTHOR, *worlds) == []


def test_a_name_that_was_not_sent_yet_is_never_sent_when_it_is_withdrawn(sqlite_guests: Guests) -> None:
    naming = Naming(sqlite_guests)
    sqlite_guests.network.transport.cut()
    now = sqlite_guests.now
    sqlite_guests.host.command(lambda s: service.name(s, format_id=naming.format_id, name=AUTHOR, now=now))
    assert naming.withdraw()
    sqlite_guests.network.transport.heal()
    sqlite_guests.clock.advance(dt.timedelta(hours=1))
    seen = len(sqlite_guests.network.transport.log)
    naming.evening.sync()
    said = [one for one in sqlite_guests.network.transport.log[seen:] if one.path.endswith("/named-author")]
    assert len(said) == 1
    assert who_knows(AUTHOR, sqlite_guests.home, sqlite_guests.host, sqlite_guests.hub) == []


def test_a_withdrawal_goes_above_whatever_the_hub_holds_and_a_name_does_not(sqlite_guests: Guests) -> None:
    """The hub holds something under the same rev, or later: as when this node has lost what it said."""
    naming = Naming(sqlite_guests)
    naming.name()
    naming.lose(0)
    naming.name("Other Name")
    assert (naming.named(), naming.held_by_host().fault) == (AUTHOR, "rev-conflict")
    for hub_rev, lost_to in ((1, 0), (3, 1)):
        naming.lose(lost_to)
        naming.withdraw()
        naming.evening.sync()
        told = hub_rev + 1
        assert (naming.named(), naming.held_by_host().rev, naming.held_by_host().told_rev) == ("", told, told)
        naming.name()
    assert sqlite_guests.host.look(lambda s: list(s.scalars(select(Outbox).where(Outbox.state == "parked")))) == []


def test_a_suspended_space_withdraws_though_nothing_else_of_its_formats_is_taken(sqlite_guests: Guests) -> None:
    naming, hub, now = Naming(sqlite_guests), sqlite_guests.hub, sqlite_guests.now
    naming.name()
    hub.command(lambda s: spaces.suspend(s, slug=HOST, reason="security", actor="test", now=now))
    better = RECIPE | {"title": "Better"}
    sqlite_guests.host.command(lambda s: formats.new_version(s, format_id=naming.format_id, content=better, now=now))
    naming.withdraw()
    naming.evening.sync()
    assert naming.named() == ""


def test_a_member_who_is_forgotten_is_named_with_no_format(sqlite_guests: Guests) -> None:
    """Edge case 72: being forgotten everywhere takes the name off the formats of one's own space, however it was spelt."""
    naming = Naming(sqlite_guests)
    member = naming.evening.own_member("Sample  author")
    naming.name()
    sqlite_guests.host.command(lambda s: erasures.forget(s, member_id=member.id, now=sqlite_guests.now))
    naming.evening.sync()
    assert (naming.named(), naming.named(sqlite_guests.host)) == ("", "")


def test_what_is_no_longer_known_is_passed_over(sqlite_guests: Guests) -> None:
    alone, now = sqlite_guests.network.node("alone"), sqlite_guests.now
    assert alone.command(lambda s: service.withdraw_person(s, AUTHOR, now=now)) == 0
    assert alone.look(lambda s: queries.name(s, new_id())) == ""
