"""The hub's own migrations, with a hub's own data in them: up, down and up again on both engines, and no drift."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from shared import migrate
from shared.db import open_engine
from shared.ids import new_id
from tests.support.databases import Engine, empty_database
from tests.support.wire_asks import asked, write
from tests.support.wire_events import live_an_event
from tests.support.wire_space import WireHub, good

HUB = "federation"
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
)
NEW_IN = {
    "0001": {"answers", "audit_entries", "audit_head", "browser_sessions", "feed", "feed_counter", "operators"},
    "0002": {"approvals", "invites", "spaces"},
    "0003": {"key_list_head", "key_lists", "key_sets", "passport_refs", "status_lists", "used_assertions"},
    "0004": {"twinning_versions", "twinnings"},
    "0005": {"journal_entries", "lots", "transfers", "wallets"},
    "0006": {"bookings", "common_seats", "day_offers", "guest_days", "set_aside_seats"},
    "0009": {"retold_calls", "retold_spaces"},
    "0007": {"event_cohosts", "event_sessions", "events", "format_versions", "outages", "rsvps", "seat_pools", "seat_sessions"},
    "0008": set(),
    "0010": {"mail"},
    "0011": {"asks", "introduction_letters", "introductions"},
    "0012": {"erasure_parts", "erasures"},
    "0013": set(),
    "0014": {"named_authors"},
    "0015": {"memberships"},
    "0016": {"untold_spaces"},
    "0017": set(),
}


@pytest.fixture
def url(engine_name: Engine, tmp_path: Path) -> str:
    return empty_database(engine_name, tmp_path)


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def used(url: str, engine: sa.Engine, tmp_path: Path) -> sa.Engine:
    """A hub in which a stay has been booked and paid."""
    migrate.upgrade(engine, HUB)
    hub = WireHub(url, tmp_path)
    nyc, london = hub.join("wecreate-nyc"), hub.join("thecube-london")
    terms, guest = nyc.twin(london, offered={"set_aside_seats": 1}), new_id()
    good(nyc.grant(guest))
    good(nyc.announce_passport("a1" * 32, guest))
    good(nyc.publish_status_list())
    good(london.offer())
    booking = nyc.book(london, terms, guest)
    live_an_event(london, nyc)
    good(write(london, asked(nyc), new_id()))
    hub.clock.set(hub.clock.now().replace(day=12))
    good(london.check_in(booking))
    hub.reconcile()
    hub.close()
    return engine


def tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names()) - {"alembic_version"}


def counts(engine: sa.Engine) -> dict[str, int]:
    """How many rows each table has. A name that an older hub could not withdraw goes from its feed, on the way down."""
    but = {"feed": " WHERE type != 'named-author.updated'"}
    with engine.connect() as connection:
        asked = {name: f"SELECT count(*) FROM {name}{but.get(name, '')}" for name in tables(engine)}
        return {name: connection.exec_driver_sql(text).scalar_one() for name, text in asked.items()}


def test_step_by_step_up_and_down_each_step_undoes_itself(engine: sa.Engine) -> None:
    before = [tables(engine)]
    for revision in REVISIONS:
        migrate.upgrade(engine, HUB, revision)
        assert NEW_IN[revision] <= tables(engine) - before[-1]
        before.append(tables(engine))
    assert migrate.head(HUB) == REVISIONS[-1] == migrate.check(engine, HUB)
    for revision in reversed(("base", *REVISIONS[:-1])):
        before.pop()
        migrate.downgrade(engine, HUB, revision)
        assert tables(engine) == before[-1]


def test_what_is_migrated_is_what_the_models_say(engine: sa.Engine) -> None:
    migrate.upgrade(engine, HUB)
    assert migrate.drift(engine, HUB) == []
    migrate.downgrade(engine, HUB, "base")
    migrate.upgrade(engine, HUB)
    assert migrate.drift(engine, HUB) == []


@pytest.mark.parametrize("place", range(len(REVISIONS)), ids=("base", *REVISIONS[:-1]))
def test_with_data_the_way_down_takes_only_what_the_way_up_had_made(used: sa.Engine, place: int) -> None:
    held = counts(used)
    assert all(
        held[name]
        for name in ("audit_entries", "spaces", "key_lists", "twinnings", "journal_entries", "bookings", "events", "rsvps")
    )
    migrate.downgrade(used, HUB, ("base", *REVISIONS)[place])
    kept = counts(used)
    # Of a recovery, which this hub is not in, an older one kept a table that went since.
    assert kept == {name: held.get(name, 0) for name in kept}
    migrate.upgrade(used, HUB)
    again = counts(used)
    assert {name: again.get(name, 0) for name in kept} == kept
    assert migrate.drift(used, HUB) == []


def test_who_waits_already_is_counted_on_the_way_up(used: sa.Engine) -> None:
    migrate.downgrade(used, HUB, "0007")
    with used.begin() as connection:
        connection.exec_driver_sql("UPDATE rsvps SET state = 'waitlisted'")
    migrate.upgrade(used, HUB)
    counted = "SELECT name, waiting, queued_until = queue_at FROM seat_pools LEFT JOIN rsvps ON pool = name ORDER BY name"
    with used.connect() as connection:
        rows = [tuple(row) for row in connection.exec_driver_sql(counted)]
    assert rows == [("door", 0, None), ("in_person", 1, True), ("remote", 0, None)]


def test_who_has_still_to_tell_a_restored_hub_is_known_after_a_way_up_and_down(used: sa.Engine) -> None:
    def spaces(table: str) -> list[str]:
        with used.connect() as connection:
            return [row.space for row in connection.exec_driver_sql(f"SELECT space FROM {table} ORDER BY space")]

    migrate.downgrade(used, HUB, "0015")
    assert spaces("retold_spaces") == []
    with used.begin() as connection:
        connection.exec_driver_sql("UPDATE feed_counter SET recovering_since = '2026-03-02 08:00:00+00:00'")
        connection.exec_driver_sql("INSERT INTO retold_spaces VALUES ('wecreate-nyc', '2026-03-02 08:10:00+00:00')")
    migrate.upgrade(used, HUB)
    assert spaces("untold_spaces") == ["thecube-london"]
    migrate.downgrade(used, HUB, "0015")
    assert spaces("retold_spaces") == ["wecreate-nyc"]


def test_what_is_append_only_stays_so_after_a_way_down_and_up(used: sa.Engine) -> None:
    migrate.downgrade(used, HUB, "0004")
    migrate.upgrade(used, HUB)
    with pytest.raises(DBAPIError, match="append-only"), used.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit_entries")
    migrate.downgrade(used, HUB, "base")
    migrate.upgrade(used, HUB)
    with used.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit_entries")
    assert counts(used) == {**dict.fromkeys(tables(used), 0), "audit_head": 1, "key_list_head": 1, "ledger_head": 1}
