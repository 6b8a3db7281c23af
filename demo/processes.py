"""The services as processes: each in a group of its own, on one port, with its folder, its log, and its command line."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import requests

from demo import keeper
from demo.ports import HOST

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 60.0
STOP_SECONDS = 12.0
COMMAND_SECONDS = 120.0
LOOK_SECONDS = 0.05
LOG_TAIL = 1_500
# What would change the services of the demo if somebody had set it for their own.
FOREIGN = frozenset(
    ("DATABASE_URL", "PUBLIC_URL", "SECRET_KEY_FILE", "CLOCK_FILE", "TRUSTED_HOSTS", "PROXY_HOPS", "LOG_LEVEL", "THREADS")
)
FOREIGN_PREFIXES = ("HUB_", "SPACE_", "MAIL_", "FLASK_", "GUNICORN_")


class CommandFailed(Exception):
    """A command ended with something else than what was wanted."""


class NotReady(Exception):
    """A service has ended, or does not answer."""


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without settings that are meant for another hub or node."""
    kept = {name: value for name, value in environment.items() if name not in FOREIGN}
    return {name: value for name, value in kept.items() if not name.startswith(FOREIGN_PREFIXES)}


@dataclass(frozen=True)
class Outcome:
    """What a command said."""

    code: int
    out: str
    err: str


class Keeper:
    """The process that outlives the demo for a moment, should the demo be killed."""

    def __init__(self) -> None:
        """Start it."""
        command = [sys.executable, keeper.__file__]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True, text=True, bufsize=1
        )

    def tell(self, word: str, group: int) -> None:
        """Name a group to look after, or take it back."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word} {group}\n")
        self._process.stdin.flush()

    def close(self) -> None:
        """Let it end whatever is left, and wait for that."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@dataclass(eq=False)
class Site:
    """The hub or a node: where it lives, how it is called, and its process while it runs."""

    key: str
    module: str
    name: str
    folder: Path
    port: int
    keeper: Keeper
    settings: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self.port}"

    @property
    def log(self) -> Path:
        """Where its output goes, over all starts."""
        return self.folder.parent / f"{self.key}.log"

    @property
    def mail(self) -> Path:
        """Where its mails are written, one file each."""
        return self.folder / "mail"

    @property
    def environment(self) -> dict[str, str]:
        """What its commands and its server are told."""
        own = {
            "DATA_DIR": str(self.folder),
            "BIND": f"{HOST}:{self.port}",
            "DEMO": "yes",
            "MAIL_FOLDER": str(self.folder / "mail"),
            **self.settings,
        }
        return {**clean_environment(os.environ), **own, **self.settings}

    def attempt(self, *words: str) -> Outcome:
        """Run a command of this service, whatever comes of it. Raises CommandFailed if it does not end."""
        try:
            done = subprocess.run(
                [sys.executable, "-m", self.module, *words],
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=COMMAND_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            raise CommandFailed(f"{self.key}: `{self.module} {' '.join(words)}` has not ended: {late}") from None
        return Outcome(done.returncode, done.stdout, done.stderr)

    def run(self, *words: str) -> str:
        """Run a command of this service; what it printed. Raises CommandFailed."""
        outcome = self.attempt(*words)
        if outcome.code != 0:
            said = (outcome.err + outcome.out).strip()[-LOG_TAIL:]
            raise CommandFailed(f"{self.key}: `{self.module} {' '.join(words)}` ended with {outcome.code}:\n{said}")
        return outcome.out

    def start(self) -> None:
        """Start serving; `wait_ready` tells when it does."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module, "serve"],
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.keeper.tell("add", self.process.pid)

    def wait_ready(self) -> None:
        """Wait until /readyz is content. Raises NotReady."""
        deadline = time.monotonic() + READY_SECONDS
        last = "it has not answered"
        client = requests.Session()
        client.trust_env = False
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise NotReady(f"{self.key} has ended:\n{self.log_tail()}")
            try:
                answer = client.get(f"{self.url}/readyz", timeout=5)
            except requests.RequestException:
                time.sleep(LOOK_SECONDS)
                continue
            if answer.status_code == requests.codes.ok:
                return
            last = answer.text
            time.sleep(LOOK_SECONDS)
        raise NotReady(f"{self.key} is not ready after {READY_SECONDS:.0f} s: {last}\n{self.log_tail()}")

    def log_tail(self) -> str:
        """The last lines of its output."""
        return self.log.read_text("utf-8", "replace")[-LOG_TAIL:] if self.log.exists() else ""

    def kill(self) -> None:
        """End it as a power cut would: all its processes at once, with no time for anything."""
        if self.process is not None:
            keeper.send(self.process.pid, signal.SIGKILL)
            self._gone(STOP_SECONDS)

    def ask_to_stop(self) -> None:
        """Ask its processes to end what they are at."""
        if self.process is not None:
            keeper.send(self.process.pid, signal.SIGTERM)

    def stop(self) -> None:
        """Wait for its processes to end, and end them if they do not."""
        if self.process is not None and not self._gone(STOP_SECONDS):
            self.kill()

    def _gone(self, seconds: float) -> bool:
        """Whether all processes of the group are gone within this time."""
        assert self.process is not None
        deadline = time.monotonic() + seconds
        # Asking also buries the group's first process, which would count as there until then.
        while self.process.poll() is None or keeper.is_alive(self.process.pid):
            if time.monotonic() > deadline:
                return False
            time.sleep(LOOK_SECONDS)
        self.keeper.tell("drop", self.process.pid)
        self.process = None
        return True
