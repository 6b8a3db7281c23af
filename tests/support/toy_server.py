"""The toy service as a process, with a worker that beats: `python -m tests.support.toy_server FOLDER DATABASE_URL`."""

import sys
import time
from functools import partial
from pathlib import Path

from shared.clock import SystemClock
from shared.logging import configure
from shared.messaging.worker import Tick, Worker
from shared.serving import serve
from tests.support.toy_site import add_person, toy_settings, toy_site


def main(folder: Path, database_url: str, worker: str) -> None:
    settings = toy_settings(folder, database_url, bind="127.0.0.1:0", threads=4)
    configure(settings.log_level)
    app = toy_site(settings, SystemClock())
    add_person(app, "ada")
    app.view_functions["public.address"] = partial(slow, folder / "begun")
    beats = folder / "beats"
    beat = Worker([Tick("beat", lambda: beats.write_text("beat"), 0.05)])
    serve(app, settings, Stopping(beat, folder / "stopped") if worker == "worker" else None)


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

    def stop(self) -> None:
        self._worker.stop()
        self._mark.write_text(str(self._worker.alive))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
