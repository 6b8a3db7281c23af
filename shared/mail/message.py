"""A row of the queue as the bytes that travel: the same at every attempt, for all of it comes from the row.

No value reaches a header as text that could end it: addresses are taken apart first, and a control character anywhere in
a header is refused before there is a message (RFC 5322; OWASP's mail injection).
"""

import re
import unicodedata
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import NamedTuple

SUBJECT_MAX = 200
_METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)


class HeaderRefused(ValueError):
    """A value that would be more than one header, or an address that is none."""


class Sender(NamedTuple):
    """From whom a mail comes: an address of this service's, and the name that readers see."""

    address: str
    name: str


class Parts(NamedTuple):
    """What a mail is made of."""

    mail_id: str
    recipient: str
    language: str
    subject: str
    plain: str
    html: str
    calendar: str | None
    written_at: datetime


def message_of(parts: Parts, sender: Sender) -> EmailMessage:
    """The message of a row. Raises HeaderRefused."""
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = f"<{_header(parts.mail_id)}@{sender.address.partition('@')[2]}>"
    message["Date"] = parts.written_at
    message["From"] = _address(sender.address, sender.name)
    message["To"] = _address(parts.recipient)
    message["Subject"] = _header(parts.subject)
    message["Content-Language"] = _header(parts.language)
    # Out-of-office answers to a machine help nobody (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(parts.plain)
    message.add_alternative(parts.html, subtype="html")
    message.set_boundary(f"alternative-{parts.mail_id}")
    if parts.calendar is not None:
        method = _METHOD.search(parts.calendar)
        message.add_attachment(
            parts.calendar,
            subtype="calendar",
            # As the file says itself: readers compare the two (RFC 6047).
            params={"method": method[1]} if method else {},
            filename="calendar.ics",
            disposition="attachment",
        )
        message.set_boundary(f"mixed-{parts.mail_id}")
    return message


def one_line(text: str) -> str:
    """Text for a subject: on one line, and not longer than mailboxes show."""
    line = " ".join("".join(" " if _is_control(letter) else letter for letter in text).split())
    return line if len(line) <= SUBJECT_MAX else line[: SUBJECT_MAX - 1] + "…"


def _address(address: str, name: str = "") -> Address:
    local, at, domain = _header(address).rpartition("@")
    if not (at and local and domain) or not address.isascii() or any(letter in address for letter in ' <>(),;:"\\'):
        raise HeaderRefused("an e-mail address is expected")
    return Address(display_name=_header(name), username=local, domain=domain)


def _header(text: str) -> str:
    if any(_is_control(letter) for letter in text):
        raise HeaderRefused("a header holds one line")
    return text


def _is_control(letter: str) -> bool:
    # Line and paragraph separators end lines for some readers, as does U+0085, which is a control character.
    return unicodedata.category(letter) in {"Cc", "Zl", "Zp"}
