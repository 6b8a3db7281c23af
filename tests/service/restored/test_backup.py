"""Backup and restore of hub and node, on both engines and between them: everything comes back, or nothing changes."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from federation.db import FeedCounter
from shared import migrate
from shared.backup import restoring, taking
from shared.backup.archive import ArchiveWriter, Head
from shared.backup.errors import BackupFault
from shared.backup.restoring import restore, verify
from shared.backup.service import Service
from shared.db import open_engine
from shared.ids import sha256_hex
from shared.running import alone, together
from space_node.db import ReaderState
from space_node.uplink.models import Identity
from space_node.uplink.service import exchange
from tests.support.backups import PASSPHRASE, back_up, put_back, replaceable, rows_of, service_of
from tests.support.databases import ENGINES, Engine, dispose_engines, empty_database
from tests.support.guests import Guests
from tests.support.towns import Snapshots

CHANGED_BY_RESTORE = {"feed_counter", "reader_state", "identity", "published_days", "spaces", "untold_spaces"}


def kept(service: Service) -> dict[str, Any]:
    return {name: rows for name, rows in rows_of(service).items() if name not in CHANGED_BY_RESTORE}


def differing(found: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    return [name for name in sorted(found.keys() | wanted.keys()) if found.get(name) != wanted.get(name)]


def keys_of(service: Service) -> dict[str, str]:
    return {path: sha256_hex(file.read_bytes()) for path, file in service.private_files().items()}


def test_all_that_a_backup_holds_comes_back_and_the_next_life_begins(guests: Guests, tmp_path: Path) -> None:
    guests.booked()
    for world in (guests.hub, guests.host):
        service, file = service_of(world), tmp_path / f"{world.settings.service}.backup"
        before, keys = kept(service), keys_of(service)
        assert sum(map(len, before.values())) > 20
        back_up(world, file)
        assert file.stat().st_mode & 0o777 == 0o600
        assert verify(service, file, PASSPHRASE)[1] == sum(map(len, rows_of(service).values()))
        guests.booked(on=guests.today.replace(day=9))
        next(iter(service.private_files().values())).unlink()
        assert kept(service) != before
        head = put_back(world, file)
        assert (head.instant, differing(kept(service), before), keys_of(service)) == (guests.now, [], keys)
    counter = guests.hub.look(lambda s: s.query(FeedCounter).one())
    assert (counter.restored_to, counter.recovering_since) == (guests.now, guests.now)
    assert guests.host.look(lambda s: (s.query(Identity).one().restored_at, s.query(ReaderState).one().cursor)) == (
        guests.now,
        "",
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_a_backup_moves_to_the_other_engine(snapshots: Snapshots, tmp_path: Path, engine: Engine) -> None:
    guests = Guests(snapshots(Guests.found, engine).copied(tmp_path))
    guests.booked()
    other = next(name for name in ENGINES if name != engine)
    world = guests.host if other == "postgresql" else guests.hub
    file, here, folder = back_up(world, tmp_path / "backup"), service_of(world), tmp_path / "new"
    settings = dataclasses.replace(here.settings, data_dir=folder, secret_key_file=folder / "secret_key")
    there = dataclasses.replace(here, engine=open_engine(empty_database(other, tmp_path)), settings=settings)
    restore(there, file, PASSPHRASE, now=guests.now, say=print)
    assert (differing(kept(there), kept(here)), keys_of(there)) == ([], keys_of(here))
    assert migrate.drift(there.engine, there.package) == []
    if other == "postgresql":
        with there.engine.connect() as connection:
            following = connection.exec_driver_sql("SELECT nextval(pg_get_serial_sequence('outbox', 'id'))").scalar_one()
            assert following == 1 + connection.exec_driver_sql("SELECT max(id) FROM outbox").scalar_one()


def test_what_does_not_fit_is_refused_and_changes_nothing(guests: Guests, tmp_path: Path) -> None:
    hub, node = service_of(guests.hub), service_of(guests.host)
    file, nodes = back_up(guests.hub, tmp_path / "hub"), back_up(guests.host, tmp_path / "node")
    short = tmp_path / "short"
    short.write_bytes(file.read_bytes()[:-1])

    def other(head: Head, name: str) -> Path:
        with (tmp_path / name).open("wb") as target:
            ArchiveWriter(target, PASSPHRASE, head).finish()
        return tmp_path / name

    head = verify(hub, file, PASSPHRASE)[0]
    cases: list[tuple[Service, Path, str, str]] = [
        (hub, file, "wrong horse battery staple", "passphrase is another"),
        (hub, short, PASSPHRASE, "damaged or was cut short"),
        (hub, tmp_path / "none", PASSPHRASE, "There is no file"),
        (hub, nodes, PASSPHRASE, r"This is a backup of space-node \(thecube of https://hub.test\), not of federation"),
        (hub, other(dataclasses.replace(head, schema="9999"), "newer"), PASSPHRASE, "a newer one made it"),
        (hub, other(dataclasses.replace(head, name="https://x.test"), "moved"), PASSPHRASE, "backup of https://x.test, and here"),
        (node, file, PASSPHRASE, r"This is a backup of federation \(https://hub.test\), not of space-node"),
        (service_of(guests.home), nodes, PASSPHRASE, "backup of thecube of https://hub.test, and here is lambrate"),
    ]
    before, keys = (rows_of(hub), rows_of(node)), (keys_of(hub), keys_of(node))
    dispose_engines()
    for service, source, passphrase, reason in cases:
        with pytest.raises(BackupFault, match=reason):
            restore(service, source, passphrase, now=guests.now, say=print)
        with pytest.raises(BackupFault, match=reason):
            verify(service, source, passphrase)
    assert [differing(rows_of(one), held) for one, held in zip((hub, node), before, strict=True)] == [[], []]
    assert (keys_of(hub), keys_of(node)) == keys
    for target, reason in ((file, "exists already"), (tmp_path / "no" / "file", "There is no folder")):
        with pytest.raises(BackupFault, match=reason):
            back_up(guests.hub, target)


def test_a_service_that_runs_is_not_replaced(guests: Guests, tmp_path: Path) -> None:
    file, service = back_up(guests.hub, tmp_path / "hub"), service_of(guests.hub)
    dispose_engines()
    with together(service.settings.data_dir), pytest.raises(BackupFault, match=r"The service is running\. Stop it"):
        put_back(guests.hub, file)
    if service.engine.dialect.name == "postgresql":
        elsewhere = open_engine(guests.hub.settings.database_url)
        with elsewhere.connect(), pytest.raises(BackupFault, match="database is in use"):
            restore(service, file, PASSPHRASE, now=guests.now, say=print)
        elsewhere.dispose()
        with pytest.raises(BackupFault, match=r"may not change tables\. Use the one that owns them"):
            restore(service, file, PASSPHRASE, now=guests.now, say=print)
    put_back(guests.hub, file)
    with alone(service.settings.data_dir, service.engine):
        pass


def test_an_older_backup_is_brought_up_to_the_present_schema(guests: Guests, tmp_path: Path) -> None:
    service, file = service_of(guests.hub), tmp_path / "old"
    with file.open("wb") as target:
        archive = ArchiveWriter(target, PASSPHRASE, Head("federation", service.settings.issuer, "0001", guests.now.isoformat()))
        archive.file("secret_key", b"an older secret\n")
        row = [1, "500", 7, 2, None]
        columns = [
            ("id", "number"),
            ("epoch", "text"),
            ("next_seq", "number"),
            ("floor_seq", "number"),
            ("restored_to", "instant"),
        ]
        assert archive.table("feed_counter", columns, [row]) == 1
        archive.finish()
    put_back(guests.hub, file)
    assert migrate.check(service.engine, "federation") == migrate.head("federation")
    counter = guests.hub.look(lambda s: s.query(FeedCounter).one())
    assert (int(counter.epoch) > 500, counter.next_seq, counter.restored_to) == (True, 7, guests.now)
    assert (service.settings.secret_key, keys_of(service).keys()) == ("an older secret", {"secret_key"})
    assert [(folder / "root").is_dir() for folder in service.settings.data_dir.glob("keys.before-restore-*")] == [True]


def test_a_backup_that_lies_about_itself_changes_nothing(guests: Guests, tmp_path: Path) -> None:
    """Whoever knows the passphrase can write an archive; what it holds is still looked at."""
    service = service_of(guests.hub)
    head = Head("federation", service.settings.issuer, migrate.head("federation"), guests.now.isoformat())

    def written(name: str, *work: Callable[[ArchiveWriter], object], end: bool = True) -> Path:
        with (tmp_path / name).open("wb") as target:
            archive = ArchiveWriter(target, PASSPHRASE, head)
            for each in work:
                each(archive)
            if not end:
                archive._tallies.clear()
            archive.finish()
        return tmp_path / name

    secret = lambda archive: archive.file("secret_key", b"x\n")  # noqa: E731
    cases = {
        "outside of its folder": written("outside", lambda archive: archive.file("../outside", b"x")),
        "does not hold what its end says": written("uncounted", secret, end=False),
    }
    before, keys = rows_of(service), keys_of(service)
    for reason, file in cases.items():
        with pytest.raises(BackupFault, match=reason):
            put_back(guests.hub, file)
    assert (differing(rows_of(service), before), keys_of(service)) == ([], keys)


def test_rows_that_point_nowhere_are_not_taken(guests: Guests, tmp_path: Path) -> None:
    service, now = service_of(guests.hub), guests.now
    columns = [("host", "text"), ("rev", "number"), ("sha256", "text")]
    with (tmp_path / "orphan").open("wb") as target:
        archive = ArchiveWriter(
            target, PASSPHRASE, Head("federation", service.settings.issuer, migrate.head("federation"), now.isoformat())
        )
        archive.file("secret_key", b"x\n")
        counter = [("id", "number"), ("epoch", "text"), ("next_seq", "number"), ("floor_seq", "number")]
        archive.table("feed_counter", counter, [[1, "500", 7, 2]])
        archive.table("availability_states", columns, [["nobody", 1, "00"]])
        archive.finish()
    before = rows_of(service)
    with pytest.raises(BackupFault, match=r"point nowhere|does not take"):
        put_back(guests.hub, tmp_path / "orphan")
    assert differing(rows_of(service), before) == []


def test_nothing_changes_where_a_place_cannot_be_written(guests: Guests, tmp_path: Path) -> None:
    file, here = back_up(guests.hub, tmp_path / "backup"), replaceable(guests.hub)
    (tmp_path / "shut").touch()
    settings = dataclasses.replace(here.settings, secret_key_file=tmp_path / "shut" / "secret_key")
    guests.booked()
    before, keys = rows_of(here), keys_of(here)
    dispose_engines()
    with pytest.raises(BackupFault, match=r"shut/secret_key cannot be replaced \(secret_key\): .*shut cannot be made"):
        restore(dataclasses.replace(here, settings=settings), file, PASSPHRASE, now=guests.now, say=print)
    assert (differing(rows_of(here), before), keys_of(here)) == ([], keys)


def test_long_tables_are_told_of(sqlite_guests: Guests, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    for module in (taking, restoring):
        monkeypatch.setattr(module, "LONG_ROWS", 1)
    service, file = service_of(sqlite_guests.hub), tmp_path / "hub"
    taking.take(service, file, PASSPHRASE, now=sqlite_guests.now, say=said.append)
    assert said.count("operators: 2 rows") == 1
    dispose_engines()
    restore(service, file, PASSPHRASE, now=sqlite_guests.now, say=said.append)
    assert said.count("operators: 2 rows") == 2


def test_who_was_quicker_keeps_the_name_of_the_file(
    sqlite_guests: Guests, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "hub"
    monkeypatch.setattr(taking, "LONG_ROWS", 1)
    with pytest.raises(BackupFault, match="exists already"):
        taking.take(
            service_of(sqlite_guests.hub), file, PASSPHRASE, now=sqlite_guests.now, say=lambda _line: file.write_text("mine")
        )
    assert (file.read_text(), list(tmp_path.iterdir())) == ("mine", [file])


def test_a_node_that_has_not_joined_is_restored_too(sqlite_guests: Guests, tmp_path: Path) -> None:
    alone_node = sqlite_guests.network.node("alone")
    file = back_up(alone_node, tmp_path / "backup")
    assert put_back(alone_node, file).name == ""
    assert alone_node.do(exchange.poll) == 0
