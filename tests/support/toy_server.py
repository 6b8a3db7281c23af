"""The toy service as a process, with a worker that beats.

`python -m tests.support.toy_server FOLDER DATABASE_URL both|serve|worker|pair|hasty [BIND]`
"""

import sys
import time
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from shared import slow_clients
from shared.clock import SystemClock
from shared.logging import configure
from shared.messaging.worker import Tick, Worker
from shared.serving import run_worker, serve
from tests.support.toy_site import add_person, db, toy_settings, toy_site


def main(folder: Path, database_url: str, mode: str, bind: str = "127.0.0.1:0") -> None:
    settings = toy_settings(folder, database_url, bind=bind, threads=4)
    configure(settings.log_level)
    app = toy_site(settings, SystemClock())
    add_person(app, "ada")
    app.view_functions["public.address"] = partial(slow, folder / "begun")
    beats = folder / "beats"
    beat = Worker([Tick("beat", lambda: beats.write_text("beat"), 0.05)])
    with_mark = Stopping(beat, folder / "stopped")
    if mode == "worker":
        sys.stdout.write("toy works\n")
        sys.stdout.flush()
        run_worker(with_mark)
    elif mode == "both":
        serve(app, settings, with_mark)
    elif mode == "pair":
        serve(app, settings, processes=2)
    elif mode == "hasty":
        slow_clients.READ_SECONDS = 1.0
        serve(app, settings)
    else:
        # As a command of Flask's does, which has a context of its own and has looked at the database already.
        with app.app_context():
            db.session.execute(sa.text("SELECT 1"))
            serve(app, settings)


def slow(begun: Path) -> str:
    """A request that is under way while the service is told to stop."""
    begun.write_text("")
    time.sleep(1)
    return "slow"


class Stopping:
    """Leaves a mark when it has been stopped."""

    def __init__(self, worker: Worker, mark: Path) -> None:
        self._worker = worker
        self._mark = mark

    def start(self) -> None:
        self._worker.start()

    def run(self) -> None:
        self._worker.run()

    def stop(self) -> None:
        self._worker.stop()
        self._mark.write_text(str(self._worker.alive))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
