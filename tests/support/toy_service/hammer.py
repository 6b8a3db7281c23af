"""A process of its own that wants to write to the toy's database, as fast as it can or for ever.

    python -m tests.support.toy_service.hammer <url> turns <count>
    python -m tests.support.toy_service.hammer <url> queue <letter> <threads>
    python -m tests.support.toy_service.hammer <url> hold

It says "ready" and waits for a line. `turns` prints what each of its commands counted to, as one line of JSON; `queue` adds
its letter to a file beside the database at each turn, until nobody talks to it any more; `hold` never ends its command.
"""

import json
import os
import sys
import threading
import time

import sqlalchemy as sa

from shared.sqlite_lock import FairLock
from tests.support.toy_service.app import create_app, put_in
from tests.support.toy_service.db import db, transactional
from tests.support.toy_service.purses.models import Purse


def main(url: str, what: str, *words: str) -> None:
    """Get ready, wait for the word, then work."""
    app = create_app(url)
    with app.app_context():
        print("ready", flush=True)
        sys.stdin.readline()
        if what == "turns":
            print(json.dumps([put_in() for _ in range(int(words[0]))]), flush=True)
        elif what == "queue":
            queue(url.removeprefix("sqlite:///"), words[0], int(words[1]))
        elif what == "hold":
            hold()
        db.engine.dispose()


@transactional
def hold() -> None:
    """Begin a command, and never end it."""
    db.session.execute(sa.update(Purse).values(credits=1000))
    print("holding", flush=True)
    time.sleep(600)


def queue(database: str, letter: str, threads: int) -> None:
    """Several threads that ask for the lock again as soon as they have let it go."""
    lock = FairLock(database)
    turns = os.open(f"{database}-turns", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def ask_again_and_again() -> None:
        while lock.acquire(60):
            os.write(turns, letter.encode())
            time.sleep(0.001)
            lock.release()

    for _ in range(threads):
        threading.Thread(target=ask_again_and_again, daemon=True).start()
    sys.stdin.readline()


if __name__ == "__main__":
    main(*sys.argv[1:])
