"""Where mail goes: to an SMTP server, or into a folder, one file a mail.

What may go wrong has four names, because four different things follow from them. A backend calls `hand_over` right before
the first byte that could make a recipient get the mail, and never earlier; if that raises, it lets go.
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

HandOver = Callable[[], None]
TIMEOUT_SECONDS = 15.0
_GO_AHEAD, _TAKEN = 354, 250
_REASON_MAX = 300


class NotSent(Exception):
    """The mail certainly did not go out; the text is why."""

    def __init__(self, reason: str) -> None:
        """Whatever a server says becomes one short line."""
        super().__init__(" ".join(reason.replace("\0", "").split())[:_REASON_MAX])


class ServerAway(NotSent):
    """Nobody takes mail now, this one or another."""


class NotNow(NotSent):
    """This mail may go later."""


class NotTaken(NotSent):
    """This mail will never be taken."""


class OutcomeUnknown(NotSent):
    """It was handed over and no answer came: the recipient may have it."""


class Backend(Protocol):
    """What takes a mail."""

    def send(self, message: EmailMessage, hand_over: HandOver) -> None:
        """Send one mail. Raises NotSent and its kinds."""
        ...


@dataclass(frozen=True)
class FileBackend:
    """One `.eml` for each mail, named by its Message-ID, so that the same mail twice is one file, for its owner alone."""

    folder: Path

    def send(self, message: EmailMessage, hand_over: HandOver) -> None:
        """Write the file, whole or not at all."""
        name = re.sub(r"[^0-9A-Za-z-]", "_", str(message["Message-ID"]).strip("<>").partition("@")[0])
        part = self.folder / f"{name}.part"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Letters hold names and one-use links, so they are nobody else's even while they are written.
            part.unlink(missing_ok=True)
            part.touch(0o600)
            part.write_bytes(message.as_bytes())
        except OSError as error:
            raise ServerAway(str(error)) from None
        hand_over()
        part.rename(part.with_suffix(".eml"))


@dataclass(frozen=True, kw_only=True)
class SmtpBackend:
    """A server that speaks SMTP. `security` is starttls, tls or none; without a user nobody signs in."""

    host: str
    port: int
    security: str
    name: str
    user: str = ""
    password: str = ""
    ca_file: Path | None = None
    timeout_seconds: float = TIMEOUT_SECONDS

    def send(self, message: EmailMessage, hand_over: HandOver) -> None:
        """Send one mail over a connection of its own."""
        with self._reached() as server:
            _ask(server.mail, str(message["From"].addresses[0].addr_spec))
            _ask(server.rcpt, str(message["To"].addresses[0].addr_spec))
            _ask(server.docmd, "DATA", wanted=_GO_AHEAD)
            hand_over()
            _answer(*_body_sent(server, message.as_bytes()))

    @contextmanager
    def _reached(self) -> Iterator[smtplib.SMTP]:
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            raise ServerAway(str(error)) from None
        with closing(server):
            try:
                self._greet(server)
            except (OSError, smtplib.SMTPException) as error:
                raise ServerAway(str(error)) from None
            yield server
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def _connected(self) -> smtplib.SMTP:
        if self.security == "tls":
            context = self._context()
            return smtplib.SMTP_SSL(self.host, self.port, local_hostname=self.name, timeout=self.timeout_seconds, context=context)
        return smtplib.SMTP(self.host, self.port, local_hostname=self.name, timeout=self.timeout_seconds)

    def _greet(self, server: smtplib.SMTP) -> None:
        if self.security == "starttls":
            server.starttls(context=self._context())
        server.ehlo_or_helo_if_needed()
        if self.user:
            server.login(self.user, self.password)

    def _context(self) -> ssl.SSLContext:
        try:
            return believed(self.ca_file)
        except ValueError as error:
            raise ServerAway(f"MAIL_CA_FILE: {error}") from None


def believed(ca_file: Path | None) -> ssl.SSLContext:
    """Who may vouch for a server: the authorities of a file, or those of the web. Raises ValueError."""
    try:
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except OSError as error:
        # What ssl says of a file does not name it.
        raise ValueError(f"{ca_file} cannot be read as certificates in PEM ({error.strerror}).") from None


def _ask(command: Callable[[str], tuple[int, bytes]], argument: str, wanted: int = _TAKEN) -> None:
    """One step before the mail itself: whatever goes wrong here, nothing has been sent."""
    try:
        code, words = command(argument)
    except (OSError, smtplib.SMTPException) as error:
        raise ServerAway(str(error)) from None
    _answer(code, words, wanted)


def _body_sent(server: smtplib.SMTP, body: bytes) -> tuple[int, bytes]:
    try:
        server.send(re.sub(rb"(?m)^\.", b"..", body) + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        return server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise OutcomeUnknown(str(error) or type(error).__name__) from None


def _answer(code: int, words: bytes, wanted: int = _TAKEN) -> None:
    """An answer is always certain: 2xx is yes, 4xx is later, all else is never."""
    if code == wanted or (wanted == _TAKEN and 200 <= code < 300):
        return
    said = f"{code} {words.decode(errors='replace')}"
    raise (NotNow if 400 <= code < 500 else NotTaken)(said)
