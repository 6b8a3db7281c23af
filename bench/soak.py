"""`python -m bench.soak`: a hub under load whose processes and whose database are killed again and again; is anything lost?

Every request is asked until it is answered. In the end each is asked once more, which must bring the same answer; what was
answered must be at the hub and nothing else; and `federation audit` must find nothing.
"""

import argparse
import json
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import sqlalchemy as sa

from bench.hub import Hub, running_hub
from bench.killing import Killer
from bench.persistent import GIFT, Asked, Client
from bench.processes import ROOT, outcome, wait_ready
from bench.stays import open_days, twin
from federation.bookings.models import Booking
from federation.credits.models import Lot
from federation.db import db, read_only
from federation.rsvps import queries
from federation.rsvps.models import Rsvp
from tools.postgres import Cluster, address, restartable_cluster
from tools.scratch import scratch_base

OUT = ROOT / "var" / "bench" / "soak.json"
ROOMY, PRICE = 100_000, 10
# What a machine's crash leaves must be there: nothing may be held back in memory.
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "autovacuum=on")
# The limits of a network would end the load within a minute.
LIMITS = {"HUB_ACTIVE_ISSUER_LIMIT": "1000000000", "HUB_ACTIVE_PAIR_LIMIT": "1000000000"}
SAMPLE = 500


def main() -> int:
    """Soak, write the file, and say in lines what became of it; the exit code says whether all was well."""
    options = parse_options()
    with running() as (hub, cluster):
        found = soak(hub, cluster, seconds=options.minutes * 60, seed=options.seed)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    print(f"{found['answered']} requests were answered in {found['attempts']} attempts, {found['wrong']} of them wrong")
    print("killed:", ", ".join(f"{kind} {count}×" for kind, count in sorted(found["killed"].items())))
    print(*(found["faults"] or ["all is well: nothing lost, nothing doubled, the audit finds nothing"]), sep="\n")
    return 1 if found["faults"] else 0


def parse_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="for how long")
    parser.add_argument("--seed", type=int, default=1, help="of the plan of what is killed when")
    parser.add_argument("--out", type=Path, default=OUT, help="the file to write")
    return parser.parse_args()


@contextmanager
def running() -> Iterator[tuple[Hub, Cluster]]:
    """A hub with three spaces on a PostgreSQL that can be killed."""
    with (
        tempfile.TemporaryDirectory(prefix="twindesk-soak-", dir=scratch_base()) as folder,
        restartable_cluster(settings=DURABLE) as cluster,
    ):
        with psycopg.connect(f"{cluster.conninfo} dbname=postgres", autocommit=True) as admin:
            admin.execute("CREATE DATABASE hub")
        with running_hub(address(cluster.conninfo, "hub"), Path(folder), members=3, settings=LIMITS) as hub:
            yield hub, cluster


def soak(hub: Hub, cluster: Cluster, *, seconds: float, seed: int) -> dict[str, Any]:
    """Load and blows side by side, then every question that can be asked of what is left."""
    host, *spaces = hub.spaces
    session_id = host.open_session(ROOMY, price_credits=PRICE)
    days = open_days(host)
    clients = [Client(space, host, session_id, twin(space, host), days, f"{seed} {space.slug}") for space in spaces]
    serve, worker = hub.programs
    killer, over, broken = Killer(serve, worker, cluster, seed), threading.Event(), list[str]()

    def ask(client: Client) -> None:
        try:
            client.run(over)
        except Exception as fault:
            broken.append(f"{client.space.slug}: {fault!r}")

    threads = [threading.Thread(target=ask, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    killer.run(seconds)
    over.set()
    for thread in threads:
        thread.join()
    wait_ready(hub.origin, hub.log)
    faults = [*broken, *([repr(killer.fault)] if killer.fault else []), *_faults(hub, clients, seed)]
    asked = [one for client in clients for one in client.asked]
    return {
        "seconds": seconds,
        "seed": seed,
        "answered": len(asked),
        "attempts": sum(one.attempts for one in asked),
        "wrong": sum(not 200 <= one.status < 300 for one in asked),
        "places": dict(Counter(_places(asked).values())),
        "stays": dict(Counter(_stays(asked).values())),
        "killed": dict(killer.killed),
        "faults": faults,
    }


def _faults(hub: Hub, clients: list[Client], seed: int) -> Iterator[str]:
    for client in clients:
        yield from (f"{one.path}: {one.status} {one.answer}" for one in client.asked if not 200 <= one.status < 300)
        for one in Random(seed).sample(client.asked, min(SAMPLE, len(client.asked))):
            if (again := client.answer_to(one)) != (one.status, one.answer):
                yield f"{one.path} was answered {one.answer}, and once more {again}"
    with hub.app.app_context():
        yield from read_only(lambda: [*_lost_or_doubled(clients), *map(str, queries.miscounted(db.session()))])()
    said = outcome("federation", hub.environment, "audit")
    if said.returncode:
        yield f"federation audit: {said.stdout}{said.stderr}"


def _lost_or_doubled(clients: list[Client]) -> Iterator[str]:
    """What was answered is there, as it was answered last, and nothing else."""
    asked = [one for client in clients for one in client.asked]
    granted = {one.path.rpartition("/")[2]: GIFT for one in asked if "/grants/" in one.path}
    session = db.session()
    for what, known, kept in (
        ("lot", granted, dict(session.execute(sa.select(Lot.id, Lot.credits)).all())),
        ("place", _places(asked), dict(session.execute(sa.select(Rsvp.id, Rsvp.state)).all())),
        ("stay", _stays(asked), dict(session.execute(sa.select(Booking.id, Booking.state)).all())),
    ):
        for key in sorted(known.keys() | kept.keys()):
            if known.get(key) != kept.get(key):
                yield f"{what} {key}: {known.get(key)} was answered, {kept.get(key)} is there"


def _places(asked: list[Asked]) -> dict[str, str]:
    """What became last of each place in a session, as it was answered."""
    return {one.answer["id"]: one.answer["state"] for one in asked if "/rsvps/" in one.path}


def _stays(asked: list[Asked]) -> dict[str, str]:
    """What became last of each stay."""
    told = [[one.answer] for one in asked if "/bookings/" in one.path]
    told = [one.answer["bookings"] for one in asked if "/requests/" in one.path] + told
    return {booking["id"]: booking["state"] for bookings in told for booking in bookings}


if __name__ == "__main__":
    sys.exit(main())
