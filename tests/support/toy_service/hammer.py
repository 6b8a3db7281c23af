"""A process of its own that writes to the toy's database as fast as it can, or holds its lock until it is killed.

    python -m tests.support.toy_service.hammer <url> turns <count> | endless | hold

It says "ready", waits for a line, and then prints what each of its commands counted to, as one line of JSON.
"""

import json
import sys
import threading
import time

import sqlalchemy as sa
from flask import Flask

from tests.support.toy_service.app import create_app, put_in
from tests.support.toy_service.db import db, transactional
from tests.support.toy_service.purses.models import Purse

THREADS = 8


def main(url: str, what: str, count: str = "0") -> None:
    """Wait for the word, then work."""
    app = create_app(url)
    with app.app_context():
        db.session.execute(sa.select(Purse.id))
        db.session.rollback()
        print("ready", flush=True)
        sys.stdin.readline()
        if what == "turns":
            print(json.dumps([put_in() for _ in range(int(count))]), flush=True)
        elif what == "hold":
            hold()
    if what == "endless":
        for _ in range(THREADS):
            threading.Thread(target=write_on, args=(app,), daemon=True).start()
        sys.stdin.readline()  # ends when the test closes our input
    db_dispose(app)


@transactional
def hold() -> None:
    """Begin a command, and never end it."""
    db.session.execute(sa.update(Purse).values(credits=1000))
    print("holding", flush=True)
    time.sleep(600)


def write_on(app: Flask) -> None:
    """One of several threads that always want to write."""
    with app.app_context():
        while True:
            put_in()


def db_dispose(app: Flask) -> None:
    """Leave no connection for the garbage collector to warn of."""
    with app.app_context():
        db.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
