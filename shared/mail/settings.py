"""The settings of mail, which hub and nodes share. Without a server and without a folder no mail is sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import marshmallow as ma

from shared.config import ServiceSettings, setting
from shared.fields import Email
from shared.mail.backends import Backend, FileBackend, SmtpBackend, believed
from shared.setting_values import is_loopback, parse_address, parse_word, read_private

SECURITIES = ("starttls", "tls", "none")


def parse_sender(text: str) -> str:
    """An e-mail address. Raises ValueError."""
    try:
        return str(Email().deserialize(text))
    except ma.ValidationError:
        raise ValueError("an e-mail address is expected.") from None


@dataclass(frozen=True, kw_only=True)
class MailSettings(ServiceSettings):
    """What a service that sends mail needs to know."""

    mail_server: str = setting(
        "MAIL_SERVER",
        "Host and port of the SMTP server that takes mail.",
        default="",
        parse=parse_address,
        shown="no mail is sent",
    )
    mail_security: str = setting(
        "MAIL_SECURITY",
        "How the way to MAIL_SERVER is protected: starttls, tls from the first byte, or none, on loopback only.",
        default="starttls",
        parse=parse_word(*SECURITIES),
    )
    mail_from: str = setting(
        "MAIL_FROM",
        "The address that mails come from.",
        default="",
        shown="noreply at the host of PUBLIC_URL",
        parse=parse_sender,
    )
    mail_user: str = setting("MAIL_USER", "By which this service signs in to MAIL_SERVER.", default="")
    mail_password_file: Path | None = setting(
        "MAIL_PASSWORD_FILE", "The file of the password for MAIL_USER, which only its owner may read.", default=None
    )
    mail_ca_file: Path | None = setting(
        "MAIL_CA_FILE", "The authorities of a mail server that has a certificate of its own; PEM.", default=None
    )
    mail_folder: Path | None = setting(
        "MAIL_FOLDER",
        "A folder into which mails are written instead of sent, one file each; to try things out.",
        default=None,
    )

    def faults(self) -> Iterator[str]:
        """What does not go together."""
        yield from super().faults()
        if self.mail_server and self.mail_folder:
            yield "MAIL_FOLDER: mail goes to MAIL_SERVER or into a folder, not both."
        if self.mail_server and self.mail_security == "none" and not is_loopback(self._mail_host):
            yield "MAIL_SECURITY: without protection mail goes to this machine only."
        if bool(self.mail_user) != (self.mail_password_file is not None):
            yield "MAIL_PASSWORD_FILE: a user needs a password, and a password a user."
        try:
            self._mail_password()
        except ValueError as error:
            yield f"MAIL_PASSWORD_FILE: {error}"
        if self.mail_ca_file:
            try:
                believed(self.mail_ca_file)
            except ValueError as error:
                yield f"MAIL_CA_FILE: {error}"

    def mail_backend(self) -> Backend | None:
        """What takes mail, or None where none is sent."""
        if self.mail_folder:
            return FileBackend(self.mail_folder)
        if not self.mail_server:
            return None
        return SmtpBackend(
            host=self._mail_host,
            port=int(self.mail_server.rpartition(":")[2]),
            security=self.mail_security,
            name=self.public_host,
            user=self.mail_user,
            password=self._mail_password(),
            ca_file=self.mail_ca_file,
        )

    @property
    def sender_address(self) -> str:
        """The address that mails come from."""
        return self.mail_from or f"noreply@{'localhost' if is_loopback(self.public_host) else self.public_host}"

    @property
    def _mail_host(self) -> str:
        return self.mail_server.rpartition(":")[0].strip("[]")

    def _mail_password(self) -> str:
        if self.mail_password_file is None:
            return ""
        return read_private(self.mail_password_file, handed_in=self.handed_in)
