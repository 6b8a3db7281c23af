"""The machine of the hub's PostgreSQL dies with its disk: its log, received elsewhere, brings back every answer given."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from shared import migrate
from shared.db import open_engine
from shared.ids import new_id
from tests.support.databases import dispose_engines
from tests.support.waiting import wait_until
from tests.support.wire_seats import ask, open_seats, states
from tests.support.wire_space import WireHub, WireSpace
from tools.postgres import address, find_binaries, private_cluster

DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "wal_level=replica", "max_wal_senders=4")
SLOT = "elsewhere"
WAIT_SECONDS = 20
LEAST_ANSWERS = 20


def run(program: str, conninfo: str, *words: str) -> None:
    subprocess.run([find_binaries() / program, "-d", conninfo, *words], check=True, capture_output=True, timeout=60)


@contextmanager
def receiving(conninfo: str, folder: Path) -> Iterator[None]:
    """A receiver of the log on another disk, for which every commit waits."""
    folder.mkdir()
    run("pg_receivewal", conninfo, "--create-slot", "--slot", SLOT)
    command = [find_binaries() / "pg_receivewal", "-d", conninfo, "-D", folder, "--slot", SLOT, "--synchronous", "--no-loop"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as receiver:
        with psycopg.connect(f"{conninfo} dbname=postgres", autocommit=True) as admin:
            admin.execute("ALTER SYSTEM SET synchronous_standby_names = 'pg_receivewal'")
            admin.execute("SELECT pg_reload_conf()")
            wait_for(admin, "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
        yield
        receiver.wait(WAIT_SECONDS)  # it ends with the server


def wait_for(connection: psycopg.Connection, question: str) -> None:
    wait_until(lambda: connection.execute(question).fetchone()[0], seconds=WAIT_SECONDS)  # type: ignore[index]


def lose_the_disk(conninfo: str) -> None:
    """Kill the server, with no chance to write anything down, and delete all that it has."""
    data = Path(psycopg.conninfo.conninfo_to_dict(conninfo)["host"]) / "data"  # type: ignore[arg-type]
    os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    shutil.rmtree(data)


def put_together(base: Path, wal: Path) -> None:
    """What the how-to says: the base backup, what was received since, and the wish to recover to its end."""
    for part in wal.glob("*.partial"):
        part.rename(part.with_suffix(""))
    received = base / "received"
    shutil.copytree(wal, received)
    (base / "recovery.signal").touch()
    with (base / "postgresql.auto.conf").open("w") as settings:
        settings.write("restore_command = 'cp received/%f %p'\n")


def test_every_answer_that_was_given_is_there_after_the_disk_was_lost(tmp_path: Path) -> None:
    base, wal = tmp_path / "base", tmp_path / "wal"
    answered: list[str] = []
    with private_cluster(settings=DURABLE) as conninfo:
        url = address(conninfo, "postgres")
        engine = open_engine(url)
        migrate.upgrade(engine, "federation")
        hub = WireHub(url, tmp_path)
        london = hub.join("thecube-london")
        session = open_seats(london, seats=10_000)
        with receiving(conninfo, wal):
            run("pg_basebackup", conninfo, "-D", str(base), "-X", "none", "-c", "fast")

            def go_on() -> None:
                while True:
                    rsvp_id = new_id()
                    if ask(london, session, rsvp_id=rsvp_id).status_code != 200:
                        return
                    answered.append(rsvp_id)

            traffic = threading.Thread(target=go_on)
            traffic.start()
            end = time.monotonic() + WAIT_SECONDS
            while len(answered) < LEAST_ANSWERS and time.monotonic() < end:
                time.sleep(0.02)
            lose_the_disk(conninfo)
            traffic.join(WAIT_SECONDS)
        dispose_engines()
    assert len(answered) >= LEAST_ANSWERS
    put_together(base, wal)
    with private_cluster(settings=DURABLE, data=base) as conninfo:
        with psycopg.connect(f"{conninfo} dbname=postgres", autocommit=True) as admin:
            wait_for(admin, "SELECT NOT pg_is_in_recovery()")
        again = WireHub(address(conninfo, "postgres"), tmp_path, people=0)
        found = WireSpace(again, london.slug, london.ring)
        assert set(states(found, *({"id": rsvp_id} for rsvp_id in answered))) == {"confirmed"}
        dispose_engines()
