"""How both services serve: gunicorn with processes of threads; on SQLite with one, and the worker as one more thread of it.

One process, because on SQLite all writers queue in it (DESIGN §4). Nothing is believed of forwarding headers here:
`shared/web.py` reads them, by the configured count of hops. `gunicorn.conf.py` takes its settings from here.
"""

import gc
import logging
import signal
import socket
import sys
from contextlib import nullcontext
from typing import Any, Protocol

from flask import Flask, has_app_context
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from shared import metrics
from shared.config import ConfigError, ServiceSettings
from shared.slow_clients import Worker

TIMEOUT_SECONDS = 30
GRACEFUL_SECONDS = 10
KEEPALIVE_SECONDS = 5
_GAVE_UP = 1
_NO_ADDRESS = ("Connection in use", "Invalid address", "connection to ", "Can't connect to ")


class Background(Protocol):
    """What runs beside the requests: `shared.messaging.worker.Worker`."""

    def start(self) -> None:
        """Begin, in a thread of its own."""
        ...

    def stop(self) -> None:
        """End after the tick at hand, and wait for that."""
        ...


class Runnable(Protocol):
    """What runs in a process of its own: `shared.messaging.worker.Worker`."""

    def run(self) -> None:
        """Loop in this thread until stopped."""
        ...

    def stop(self) -> None:
        """End after the tick at hand."""
        ...


class PlainLogger(Logger):  # type: ignore[misc]
    """gunicorn's messages go through the service's own handlers, so that every line on standard error is JSON."""

    def setup(self, cfg: Any) -> None:
        """Leave both logs to the root logger; of gunicorn's own, only warnings are wanted."""
        super().setup(cfg)
        self.error_log.setLevel(logging.WARNING)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True

    def error(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Leave out what it says, many times over, of an address that it cannot have: `serve` says that once, at the end."""
        if not msg.startswith(_NO_ADDRESS):
            super().error(msg, *args, **kwargs)


def gunicorn_settings(bind: str, threads: int, processes: int = 1) -> dict[str, Any]:
    """Return gunicorn's settings for a service."""
    return {
        "bind": bind,
        "worker_class": "shared.slow_clients.Worker",
        "child_exit": Worker.has_ended,
        "workers": processes,
        "threads": threads,
        "timeout": TIMEOUT_SECONDS,
        "graceful_timeout": GRACEFUL_SECONDS,
        "keepalive": KEEPALIVE_SECONDS,
        "control_socket_disable": True,
        "logger_class": PlainLogger,
        # By default gunicorn believes a client on the same machine about the scheme and the path.
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        "forwarder_headers": "",
    }


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, app: Flask, settings: ServiceSettings, worker: Background | None, processes: int) -> None:
        self._app = app
        self._settings = settings
        self._worker = worker
        self._processes = processes
        super().__init__()

    def load_config(self) -> None:
        for name, value in gunicorn_settings(self._settings.bind, self._settings.threads, self._processes).items():
            self.cfg.set(name, value)
        self.cfg.set("post_worker_init", self._begin)
        self.cfg.set("worker_exit", self._end)

    def load(self) -> Flask:
        return self._app

    def _begin(self, process: Any) -> None:
        # Ctrl-C reaches the whole group of processes; only the master decides how the others end.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if self._worker:
            self._worker.start()
        if process.age == 1:
            sys.stdout.write(f"{self._settings.service} is ready on http://{address_of(process.sockets[0].getsockname())}\n")
            sys.stdout.flush()

    def _end(self, _server: Any, _process: Any) -> None:
        if self._worker:
            self._worker.stop()


def serve(app: Flask, settings: ServiceSettings, worker: Background | None = None, *, processes: int = 1) -> None:
    """Serve until SIGTERM or SIGINT, with the worker as a thread; print one line with the address when ready.

    More than one process is for PostgreSQL, whose worker is a process of its own.

    Raises ConfigError when the address cannot be had, also not after a while, and SystemExit at the end.
    """
    _close_connections(app)
    if processes > 1:
        metrics.share_between_processes(app)
    keep_what_is_loaded()
    try:
        _Server(app, settings, worker, processes).run()
    except SystemExit as end:
        if end.code == _GAVE_UP:
            _require_address(settings)
        raise


def keep_what_is_loaded() -> None:
    """Leave what is loaded by now out of garbage collections: a look through all of it stops every thread meanwhile.

    Processes that are forked from this one go on sharing its memory, too.
    """
    gc.collect()
    gc.freeze()


def run_worker(worker: Runnable) -> None:
    """Run the worker in this process until SIGTERM or SIGINT; the task at hand is ended first."""
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda _number, _frame: worker.stop())
    worker.run()


def address_of(name: tuple[Any, ...] | str) -> str:
    """Return a socket's name as it stands in an address."""
    if isinstance(name, str):
        return name
    host, port = name[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _require_address(settings: ServiceSettings) -> None:
    """Raises ConfigError with the system's reason why BIND cannot be had; gunicorn keeps it to itself."""
    host = settings.bind_host
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            own.bind((host, settings.bind_port))
        except OSError as error:
            said = f"BIND: nobody can listen on {settings.bind}: {error.strerror}. Name another host or port."
            raise ConfigError([said]) from None


def _close_connections(app: Flask) -> None:
    """A connection must not be used on both sides of a fork, nor one that the command at hand has lent out."""
    db = app.extensions["sqlalchemy"]
    with app.app_context() if not has_app_context() else nullcontext():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
