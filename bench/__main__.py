"""`python -m bench events` and `… pages`: what is measured, on which engine, and the file that it is written to."""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench import calendar, pages, rsvps
from bench.hub import running_hub
from bench.node import NodeHome, hanging_hub, refusing_hub
from bench.processes import ROOT
from tools.postgres import address, private_cluster
from tools.scratch import scratch_base

OUT = ROOT / "var" / "bench"
SPACES = 97
ENGINES = ("postgresql", "sqlite")
CLIENTS, SECONDS, WEEKS = 16, 8.0, 52
RSVPS_A_SECOND, RSVP_P95_MS, PAGE_P95_MS = 150, 100, 100


def main() -> int:
    """Measure, write the file, and print what is in it."""
    options = parse_options()
    found: dict[str, Any] = {"machine": machine()}
    found |= of_pages(options) if options.subject == "pages" else of_events(options)
    found["machine"]["load_after"] = os.getloadavg()
    out: Path = options.out or OUT / f"{options.subject}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    told = pages.summary(found) if options.subject == "pages" else summary(found)
    print("\n".join(told), f"{out}", sep="\n")
    return 0


def of_events(options: argparse.Namespace) -> dict[str, Any]:
    """Events, on each engine."""
    found: dict[str, Any] = {"clients": options.clients, "targets": targets(), "engines": {}}
    for engine in options.engine or ENGINES:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="twindesk-bench-", dir=scratch_base())))
            new_url = stack.enter_context(databases(engine, folder))
            found["engines"][engine] = measure(new_url, folder, options.clients, options.seconds, options.weeks)
    return found


def of_pages(options: argparse.Namespace) -> dict[str, Any]:
    """Every page of a whole network."""
    return pages.measure(options.spaces, options.windows, options.folder.absolute(), looks=options.looks, choices=options.choices)


def parse_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("subject", choices=["events", "pages"])
    parser.add_argument("--engine", action="append", choices=ENGINES, help="only this one")
    parser.add_argument("--clients", type=int, default=CLIENTS, help="how many ask at once")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long each load lasts")
    parser.add_argument("--weeks", type=int, default=WEEKS, help="how far ahead the calendar goes")
    parser.add_argument("--spaces", type=int, default=SPACES, help="how large the network is whose pages are measured")
    parser.add_argument("--windows", type=int, help="how much of a past it has, in two months each")
    parser.add_argument("--looks", type=int, default=pages.LOOKS, help="how often each page is asked")
    parser.add_argument("--choices", type=int, default=pages.CHOICES, help="how many choices at once a list is asked for")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "bench", help="where that network is kept")
    parser.add_argument("--out", type=Path, help="the file to write")
    return parser.parse_args()


def measure(new_url: Any, folder: Path, clients: int, seconds: float, weeks: int) -> dict[str, Any]:
    """A hub under RSVPs, then the calendar of a node whose hub hangs, and of one whose hub refuses."""
    with running_hub(new_url("hub"), folder, members=clients + 1) as hub:
        out = rsvps.measure(hub, seconds=seconds, steadily=RSVPS_A_SECOND)
    home = NodeHome(new_url("node"), folder, weeks=weeks)
    looked: dict[str, Any] = {}
    with hanging_hub() as hanging:
        for name, where in (("hub_hangs", hanging), ("hub_refuses", refusing_hub())):
            with home.running(where) as node:
                looked[name] = calendar.measure(node, seconds=seconds / 2)
    return {**out, "calendar": {"sessions_count": home.sessions_count, "pages": looked}}


@contextmanager
def databases(engine: str, folder: Path) -> Iterator[Any]:
    """A way to get the address of a new database on this engine, by a name for it."""
    if engine == "sqlite":
        yield lambda name: f"sqlite:///{folder / name}.sqlite"
        return
    with private_cluster(settings=("fsync=on", "synchronous_commit=on", "full_page_writes=on", "autovacuum=on")) as conninfo:

        def made(name: str) -> str:
            with psycopg.connect(f"{conninfo} dbname=postgres", autocommit=True) as admin:
                admin.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
            return address(conninfo, name)

        yield made


def machine() -> dict[str, Any]:
    """What it was measured on, and how busy that was before."""
    where = {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}
    return {**where, "load_before": os.getloadavg()}


def targets() -> dict[str, int]:
    """What PostgreSQL should reach on two cores with the load beside it."""
    return {"rsvps_per_second": RSVPS_A_SECOND, "rsvp_p95_ms": RSVP_P95_MS, "calendar_p95_ms": PAGE_P95_MS}


def summary(found: dict[str, Any]) -> Iterator[str]:
    """The file in lines for people."""
    yield f"{'':42}{'per second':>12}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>9}{'of empty':>10}{'wrong':>7}"
    for engine, told in found["engines"].items():
        rows = {"/healthz": told["empty"][0], **told["rsvps"]}
        rows |= {f"{name}, steadily": row for name, row in told["steadily"].items()}
        looked = told["calendar"]["pages"]
        rows |= {f"{how}: {page}": row for how, pages in looked.items() for page, row in pages.items()}
        for name, row in rows.items():
            numbers = f"{row['per_second']:>12}{row['p50_ms']:>9}{row['p95_ms']:>9}{row['cpu_ms'] or '':>9}"
            yield f"{engine:12}{name:30}{numbers}{row.get('of_empty', ''):>10}{row['wrong_count']:>7}"


if __name__ == "__main__":
    sys.exit(main())
