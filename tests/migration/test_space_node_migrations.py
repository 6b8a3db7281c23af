"""A node's own migrations, with the data of a day in them: up, down and up again on both engines, and no drift."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared import migrate
from shared.db import open_engine
from shared.ids import sha256_hex
from shared.protocol.states import SessionMode
from space_node.desks import service as desks
from space_node.members.service import Role
from tests.support.browsing import Browser
from tests.support.databases import Engine, as_owner, dispose_engines, empty_database
from tests.support.evening import LINK, Evening
from tests.support.guests import Guests
from tests.support.helping import Helping
from tests.support.naming import Naming

NODE = "space_node"
REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
    "0017",
    "0018",
    "0019",
    "0020",
)
NEW_IN = {
    "0001": {"identity", "mirror_spaces", "mirror_twinnings", "outbox", "own_revs", "parked_items", "reader_state"},
    "0002": {"accounts", "browser_sessions", "import_drafts", "members", "sign_in_throttle", "welcome_links"},
    "0003": {"issued_passports"},
    "0004": {"day_exceptions", "published_days", "weekday_offers"},
    "0005": {"grants", "wallets"},
    "0006": {"host_pseudonyms", "trips"},
    "0007": {"visit_records", "visits"},
    "0008": {"library_formats", "mirror_events", "mirror_seats", "mirror_sessions", "own_events", "own_sessions"},
    "0009": {"calendar_feeds", "guest_rsvps", "mirror_briefs", "rsvps", "sent_briefs"},
    "0010": {"imported_entries"},
    "0012": set(),
    "0016": set(),
    "0020": set(),
    "0011": {"mail"},
    "0013": {"asks", "cards", "introductions", "participants"},
    "0014": {"told_places"},
    "0015": {"erasures"},
    "0017": {"named_authors"},
    "0018": {"told_guests"},
    "0019": {"linked_memberships"},
}
HYBRID = {"mode": SessionMode.HYBRID, "seats_remote": None, "join_url": LINK}
# Made by a migration and not by anybody's deed.
SEEDED = {"key_list_copy": 1, "own_revs": 4}


@pytest.fixture
def engine(engine_name: Engine, tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_engine(empty_database(engine_name, tmp_path))
    yield engine
    engine.dispose()


@pytest.fixture
def used(guests: Guests) -> Iterator[dict[str, sa.Engine]]:
    """Both nodes after a day on which somebody was booked and received, somebody walked in, and somebody comes in the evening."""
    booking_id = guests.booked()
    guests.check_in(booking_id, guests.visit_pass(booking_id))
    text = guests.passport(guests.member("Berta Rossi"))
    guests.network.sync(1)
    guests.walk_in(text)
    closed = {"open_to_guests": False, "morning": 0, "afternoon": 0, "reason": "Party"}
    tomorrow = guests.today + dt.timedelta(days=1)
    guests.host.command(lambda session: desks.set_day(session, on=tomorrow, now=guests.now, **closed))
    evening = Evening(guests, **HYBRID)
    evening.coming(may_write=True)
    evening.plan(duration_minutes=60, **HYBRID)
    Helping(guests).helper("Bea Cox")
    Helping(guests).ask()
    Naming(guests, evening).name()
    Browser(guests.home, Role.MANAGER)
    guests.network.sync(1)
    dispose_engines()
    engines = {node.slug: open_engine(as_owner(node.settings.database_url)) for node in (guests.home, guests.host)}
    yield engines
    for engine in engines.values():
        engine.dispose()


def tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names()) - {"alembic_version"}


def counts(engine: sa.Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in sorted(tables(engine))}


def test_step_by_step_up_and_down_each_step_undoes_itself(engine: sa.Engine) -> None:
    before = [tables(engine)]
    for revision in REVISIONS:
        migrate.upgrade(engine, NODE, revision)
        assert NEW_IN[revision] <= tables(engine) - before[-1]
        before.append(tables(engine))
    assert migrate.head(NODE) == REVISIONS[-1] == migrate.check(engine, NODE)
    for revision in reversed(("base", *REVISIONS[:-1])):
        before.pop()
        migrate.downgrade(engine, NODE, revision)
        assert tables(engine) == before[-1]


def test_what_is_migrated_is_what_the_models_say(engine: sa.Engine) -> None:
    migrate.upgrade(engine, NODE)
    assert migrate.drift(engine, NODE) == []
    assert {name: count for name, count in counts(engine).items() if count} == SEEDED
    migrate.downgrade(engine, NODE, "base")
    migrate.upgrade(engine, NODE)
    assert migrate.drift(engine, NODE) == []
    assert {name: count for name, count in counts(engine).items() if count} == SEEDED


def test_with_data_each_step_down_takes_only_what_the_step_up_had_made(used: dict[str, sa.Engine]) -> None:
    held = {slug: counts(engine) for slug, engine in used.items()}
    home, host = held.values()
    assert all(
        home[name]
        for name in ("outbox", "members", "issued_passports", "grants", "wallets", "trips", "host_pseudonyms", "rsvps", "asks")
    )
    assert all(
        host[name]
        for name in (
            "weekday_offers",
            "day_exceptions",
            "published_days",
            "visits",
            "visit_records",
            "own_events",
            "guest_rsvps",
            "cards",
            "introductions",
            "named_authors",
            "told_guests",
        )
    )
    for slug, engine in used.items():
        for revision in reversed(("base", *REVISIONS[:-1])):
            migrate.downgrade(engine, NODE, revision)
            kept = counts(engine)
            assert kept == {name: held[slug][name] for name in kept}
            assert revision == "base" or not kept.keys() & NEW_IN[REVISIONS[REVISIONS.index(revision) + 1]]
        migrate.upgrade(engine, NODE)
        assert migrate.drift(engine, NODE) == []
        assert {name: count for name, count in counts(engine).items() if count} == SEEDED


@pytest.mark.parametrize("revision", ["0003", "0006"])
def test_with_data_what_was_below_is_there_after_the_way_up_again(used: dict[str, sa.Engine], revision: str) -> None:
    for engine in used.values():
        migrate.downgrade(engine, NODE, revision)
        kept = counts(engine)
        migrate.upgrade(engine, NODE)
        again = counts(engine)
        assert {name: again[name] for name in kept} == kept
        assert sum(again[name] for name in again.keys() - kept.keys()) == 0
        assert migrate.check(engine, NODE) == REVISIONS[-1]


def test_places_that_were_there_before_there_were_letters_count_as_told(used: dict[str, sa.Engine]) -> None:
    engine = used["lambrate"]
    places = "SELECT id, state, kind, sequence, starts_at FROM rsvps"
    held = rows(engine, places)
    migrate.downgrade(engine, NODE, "0012")
    migrate.upgrade(engine, NODE)
    assert len(held) == 1
    assert held[0][3] == 1
    assert rows(engine, places) == held == rows(engine, "SELECT rsvp_id, state, kind, sequence, starts_at FROM told_places")
    [(link,)] = rows(engine, "SELECT link_sha256 FROM told_places")
    assert link == sha256_hex(LINK.encode())


def rows(engine: sa.Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]
