"""A real SMTP server on loopback that does with each mail what a test says, and what came in by it."""

import datetime as dt
import ssl
from collections import deque
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from icalendar import Calendar

from shared.mail import PostOffice, deliver_due, open_post_office
from shared.mail.backends import FileBackend
from shared.mail.message import Sender
from space_node.accounts import queries as accounts
from space_node.accounts import service as accounts_service
from space_node.db import Mail, db
from space_node.members import service as members
from space_node.members.queries import Member
from tests.support.calendar_lint import faults
from tests.support.node import NodeWorld

USER, PASSWORD = "node", "a long password of a test"


class MailServer:
    """Keeps what it takes. `plan` says what happens to the next mails: an answer to the recipient, one after the text
    (`then: 451 …`), `hang up` once it has the text, or `go away` before; what is not planned is taken.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, security: str = "none", sign_in: bool = False) -> None:
        self.plan: deque[str] = deque()
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        options: dict[str, Any] = {"ssl_context": tls} if security == "tls" else {}
        if security == "starttls":
            options |= {"tls_context": tls, "require_starttls": True}
        if sign_in:
            options |= {"authenticator": self._judge, "auth_required": True, "auth_require_tls": security != "none"}
        self._controller = _OnAnyPort(self, hostname="127.0.0.1", port=0, **options)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._controller.port)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._controller.stop()

    async def handle_RCPT(self, server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        """The answer to a recipient."""
        if self.plan and self.plan[0] == "go away":
            server.transport.abort()
        if self.plan and not self.plan[0].startswith(("then", "hang")):
            return self.plan.popleft()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        """The answer to the text."""
        step = self.plan.popleft() if self.plan else "take"
        if step.startswith("then: "):
            return step.removeprefix("then: ")
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        self.recipients += envelope.rcpt_tos
        if step == "hang up":
            server.transport.abort()
        return "250 OK"

    def _judge(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: LoginPassword) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (USER.encode(), PASSWORD.encode()), handled=False)


class _OnAnyPort(Controller):
    """Listens where there is room; aiosmtpd looks for itself at the port that it was told."""

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def settle(node: NodeWorld, member: Member, **values: object) -> None:
    """Give a member an account, and settle in which language they read, or whether they want news."""
    if node.look(lambda session: accounts.account_of_member(session, member.id)) is None:
        node.command(lambda session: members.member_link(session, member=member, now=node.clock.now()))
    account = node.look(lambda session: accounts.account_of_member(session, member.id))
    assert account is not None
    node.command(lambda session: accounts_service.set_values(session, account.id, **values))


class Mailbox:
    """A node's mails, written into a folder and read again."""

    def __init__(self, node: NodeWorld, folder: Path) -> None:
        """From here on the node sends mail."""
        self._node, self._folder = node, folder
        sender = Sender("noreply@node.test", node.slug)
        open_post_office(node.app, PostOffice(db, Mail, FileBackend(folder), node.clock, sender=lambda: sender))

    def new(self) -> list[EmailMessage]:
        """What has been sent since the last look."""
        self._node.do(deliver_due)
        found = sorted(self._folder.glob("*.eml"))
        mails = [message_from_bytes(path.read_bytes(), policy=default) for path in found]
        for path in found:
            path.unlink()
        return mails


def calendar_file_of(mail: EmailMessage) -> bytes:
    """The one calendar file that goes with a mail, which has no faults; its method is that which the mail names."""
    (attached,) = mail.iter_attachments()
    raw = attached.get_payload(decode=True)
    assert isinstance(raw, bytes)
    assert faults(raw) == []
    assert f"\r\nMETHOD:{attached['Content-Type'].params['method']}\r\n".encode() in raw
    return raw


class Read(NamedTuple):
    """What a calendar sees of the file that goes with a mail."""

    method: str
    uid: str
    sequence: int
    status: str
    stamp: dt.datetime


def entry_of(mail: EmailMessage) -> Any:
    """The first entry of the file that goes with a mail."""
    return Calendar.from_ical(calendar_file_of(mail)).walk("VEVENT")[0]


def read(mail: EmailMessage) -> Read:
    """What a calendar sees of it."""
    event, method = entry_of(mail), str(Calendar.from_ical(calendar_file_of(mail))["method"])
    return Read(method, str(event["uid"]), int(event["sequence"]), str(event["status"]), event.decoded("dtstamp"))
