"""Commands about mail, the same for hub and nodes: try it, see what could not be sent, decide about it."""

import json

import click
from flask.cli import AppGroup
from flask_babel import gettext

from shared.clock import current_clock
from shared.db import Database, read_only, transactional
from shared.mail import queue
from shared.mail.letters import Letter
from shared.mail.queue import MailMixin, MailState, Recipient
from shared.schemas import Email, FormSchema, load

WAITS = (
    "It waits now, and goes out with the worker's next round."
    " If not, `mail parked` says why, and `doctor` whether there is a worker."
)
NOT_SET_UP = "This service sends no mail: set MAIL_SERVER or MAIL_FOLDER."
NO_TROUBLE = "None is parked, and none waits after a failed attempt."


class ToForm(FormSchema):
    """To whom a trial goes."""

    address = Email(required=True)


def mail_commands(db: Database, Mail: type[MailMixin]) -> AppGroup:
    """`mail test`, `mail parked`, `mail retry` and `mail discard`."""
    group = AppGroup("mail", help="Mail: try it, and look after what could not be sent.")

    @group.command("test")
    @click.argument("address")
    def test(address: str) -> None:
        """Send a mail to an address, to see that it arrives."""
        to = Recipient(load(ToForm, {"address": address})["address"], "en")
        write = transactional(db)(lambda: _post_trial(db, Mail, to))
        if not write():
            raise click.ClickException(NOT_SET_UP)
        click.echo(WAITS)

    @group.command("parked")
    @click.option("--json", "as_json", is_flag=True, help="For programs.")
    def parked(as_json: bool) -> None:
        """List the mails that could not be sent, or perhaps were, with the reason, and those that are tried again."""
        rows = read_only(db)(lambda: [_shown(row) for row in _troubled(db, Mail)])()
        click.echo(json.dumps(rows, ensure_ascii=False) if as_json else "\n".join(map(_line, rows)) or NO_TROUBLE)

    @group.command("retry")
    @click.argument("mail_id")
    def retry(mail_id: str) -> None:
        """Send a parked mail again, with the Message-ID that it had."""
        transactional(db)(lambda: queue.retry(db.session(), Mail, mail_id, now=current_clock().now()))()

    @group.command("discard")
    @click.argument("mail_id")
    def discard(mail_id: str) -> None:
        """Give a parked mail up; its text is forgotten."""
        transactional(db)(lambda: queue.discard(db.session(), Mail, mail_id, now=current_clock().now()))()

    return group


def _post_trial(db: Database, Mail: type[MailMixin], to: Recipient) -> bool:
    now = current_clock().now()
    return queue.post(db.session(), Mail, to, kind="test", write=_trial, now=now) is not None


def _trial() -> Letter:
    return Letter(
        subject=gettext("A mail to try the way"),
        greeting=gettext("Hello,"),
        paragraphs=(gettext("If you can read this, mail from here arrives."),),
    )


def _troubled(db: Database, Mail: type[MailMixin]) -> list[MailMixin]:
    session = db.session()
    return [*queue.parked(session, Mail), *queue.put_off(session, Mail)]


def _shown(row: MailMixin) -> dict[str, object]:
    return {
        "id": row.id,
        "kind": row.kind,
        "recipient": row.recipient,
        "subject": row.subject,
        "reason": row.reason,
        "created_at": row.created_at.isoformat(),
        "attempts": row.attempts,
        "next_attempt_at": row.next_attempt_at.isoformat() if row.state == MailState.WAITING else None,
    }


def _line(shown: dict[str, object]) -> str:
    line = "  ".join(str(shown[name]) for name in ("id", "created_at", "kind", "recipient", "reason"))
    return f"{line}  next attempt {shown['next_attempt_at']}" if shown["next_attempt_at"] else line
