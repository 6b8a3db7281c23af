"""Whose turn it is to write to an SQLite file.

SQLite itself lets writers poll for its lock, so that several processes starve each other for seconds, and its driver's own
transactions begin deferred, so that two of them read the same row and the later one loses an update. Here a writing
transaction begins IMMEDIATE and waits in two queues before it: the threads of this process one after the other, then the
processes, by flock on a file beside the database. The kernel frees that lock when a process is killed.
"""

import collections
import contextlib
import fcntl
import os
import sqlite3
import threading
import time
import weakref
from typing import Any

BUSY_SECONDS = 5.0
_POLL_SECONDS = 0.0005


class LockTimeout(sqlite3.OperationalError):
    """The writer lock did not come free in time."""


class LockClosed(sqlite3.OperationalError):
    """The files of the writer lock, beside the database, cannot be opened."""


class LostTransaction(sqlite3.OperationalError):
    """SQLite has rolled the transaction back by itself (full disk, I/O error): nothing more may be written as part of it."""


class FairLock:
    """First come, first served: among this process's threads by a queue, among processes by flock."""

    def __init__(self, database: str) -> None:
        base = os.path.realpath(database)
        self._writer_file = base + "-writer"
        self._next_file = base + "-next"
        self._queue: collections.deque[threading.Lock] = collections.deque()
        self._guard = threading.Lock()
        self._held = -1

    def acquire(self, seconds: float) -> bool:
        """Wait for the lock, at most the given time; False if it did not come."""
        deadline = time.monotonic() + seconds
        turn = self._queue_up()
        held: int | None = None
        try:
            if turn.acquire(timeout=seconds):
                held = self._wait_for_processes(deadline)
        finally:
            if held is None:
                self._leave(turn)
        if held is None:
            return False
        self._held = held
        return True

    def release(self) -> None:
        """Let the next one have it. To be called once for each acquire that returned True."""
        os.close(self._held)
        self._leave(self._queue[0])

    def _queue_up(self) -> threading.Lock:
        turn = threading.Lock()
        with self._guard:
            if self._queue:
                turn.acquire()
            self._queue.append(turn)
        return turn

    def _leave(self, turn: threading.Lock) -> None:
        with self._guard:
            had_turn = self._queue[0] is turn
            self._queue.remove(turn)
            if had_turn and self._queue:
                self._queue[0].release()

    def _wait_for_processes(self, deadline: float) -> int | None:
        # Whoever holds the first file is the next to write. So a process that has just written, and wants to write again,
        # cannot overtake one that polls for the second file.
        following = _flock(self._next_file, deadline)
        if following is None:
            return None
        try:
            return _flock(self._writer_file, deadline)
        finally:
            os.close(following)


def _flock(path: str, deadline: float) -> int | None:
    # Opened anew each time: a descriptor kept over a fork would share its lock with the child.
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LockClosed(f"{path} cannot be opened ({error.strerror})") from error
    locked = False
    try:
        while not locked:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                locked = True
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    return None
                time.sleep(_POLL_SECONDS)
    finally:
        if not locked:
            os.close(descriptor)
    return descriptor


class FairConnection(sqlite3.Connection):
    """A connection whose writing transactions wait their turn, and give it back however they end."""

    lock: FairLock
    busy_seconds = BUSY_SECONDS
    _holds_lock = False
    _query_only = False
    _is_open = False

    def __init__(self, database: str, *args: Any, **options: Any) -> None:
        # SQLite would let everybody on the machine read a new file; what lies beside it gets the file's own permissions.
        # Made without opening it: to close a descriptor of the file would drop this process's locks on it.
        with contextlib.suppress(OSError):  # it exists, or cannot be made, and then SQLite says so
            os.mknod(database, 0o600)
        super().__init__(database, *args, **options)
        self._cursors: weakref.WeakSet[sqlite3.Cursor] = weakref.WeakSet()

    def prepare(self) -> None:
        """Set what SQLite forgets with each connection. Raises LockTimeout."""
        self.isolation_level = None  # the driver's own BEGIN would come too late
        self._wait_at_most(self.busy_seconds)
        if self.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            # Only the first one to open a new file gets here; SQLite does not queue for this change of its own accord.
            if not self.lock.acquire(self.busy_seconds):
                raise LockTimeout("another process prepares the new database")
            try:
                self.execute("PRAGMA journal_mode=WAL")
            finally:
                self.lock.release()
        self.execute("PRAGMA synchronous=FULL")
        self.execute("PRAGMA foreign_keys=ON")

    def cursor(self, *args: Any, **options: Any) -> Any:
        """As SQLite's own, but it lives no longer than the transaction."""
        made = super().cursor(*args, **options)
        self._cursors.add(made)
        return made

    def begin(self, *, read_only: bool) -> None:
        """Begin a transaction: a read has its snapshot and needs no lock, a write has the one writer lock.

        Raises LockTimeout when the lock does not come free.
        """
        try:
            if read_only:
                self._begin_reading()
            else:
                self._begin_writing()
        except BaseException:
            self.rollback()
            raise
        self._is_open = True

    def _begin_reading(self) -> None:
        self._wait_at_most(self.busy_seconds)
        self.execute("PRAGMA query_only=ON")
        self._query_only = True
        self.execute("BEGIN")

    def _begin_writing(self) -> None:
        deadline = time.monotonic() + self.busy_seconds
        if not self.lock.acquire(self.busy_seconds):
            raise LockTimeout(f"another writer held the lock for {self.busy_seconds} s")
        self._holds_lock = True
        self._wait_at_most(deadline - time.monotonic())
        try:
            self.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise LockTimeout("a program that does not queue here holds the database") from error
            raise

    def _wait_at_most(self, seconds: float) -> None:
        self.execute(f"PRAGMA busy_timeout={max(1, int(seconds * 1000))}")

    def ensure_transaction(self) -> None:
        """Raises LostTransaction if SQLite has ended the open transaction by itself: the next statement would commit alone."""
        if self._is_open and not self.in_transaction:
            raise LostTransaction("SQLite has rolled this transaction back")

    def commit(self) -> None:
        """Commit, and let the next writer begin. Raises LostTransaction if there is nothing left to commit."""
        self.ensure_transaction()
        self._close_cursors()
        super().commit()
        self._end()

    def rollback(self) -> None:
        """Undo, and let the next writer begin."""
        self._close_cursors()
        try:
            super().rollback()
        finally:
            self._end()

    def close(self) -> None:
        """Close, and let the next writer begin."""
        try:
            super().close()
        finally:
            self._let_go()

    def _close_cursors(self) -> None:
        # What nobody has read to its end keeps this connection at what the database said then: its next transaction would
        # read that, and could never write.
        for cursor in list(self._cursors):
            cursor.close()
        self._cursors.clear()

    def _end(self) -> None:
        self._is_open = False
        self._let_go()
        if self._query_only:
            self.execute("PRAGMA query_only=OFF")
            self._query_only = False

    def _let_go(self) -> None:
        if self._holds_lock:
            self._holds_lock = False
            self.lock.release()
