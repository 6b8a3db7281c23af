"""The letters about accounts: an invitation, a link to a new password, and word that a password was changed."""

from datetime import datetime
from functools import partial

from flask_babel import gettext
from sqlalchemy.orm import Session

from shared.ids import new_id
from shared.mail import Letter, MailMixin, Recipient, post
from shared.mail.letters import Button
from shared.signin.accounts import Account
from shared.signin.links import ASKED_LIFETIME, LIFETIME, OneTimeLinkMixin, make_link
from shared.web import public_url

# Of a link that only looks like one, so that asking takes as long for an address that nobody has.
NOBODY = "nobody"


def invite(
    session: Session, links: type[OneTimeLinkMixin], mail: type[MailMixin], account: Account, *, house: str, now: datetime
) -> None:
    """Post an invitation with a link to set the first password; links made before stop working."""
    token = make_link(session, links, kind=account.kind, account_id=account.account_id, now=now)
    write = partial(_invitation, account.name, house, _address(token))
    post(session, mail, _to(account), kind="invitation", write=write, now=now, good_until=now + LIFETIME)


def send_link(
    session: Session,
    links: type[OneTimeLinkMixin],
    mail: type[MailMixin],
    account: Account | None,
    *,
    house: str,
    language: str,
    now: datetime,
) -> None:
    """Post a link to a new password; for nobody the same work is done, and nothing is sent.

    Links made before keep working: else whoever asks in somebody's name would take the owner's links away.
    """
    kind, account_id = (account.kind, account.account_id) if account else (NOBODY, new_id(now))
    token = make_link(session, links, kind=kind, account_id=account_id, now=now, lifetime=ASKED_LIFETIME, replace=False)
    to = _to(account) if account else Recipient("", language)
    write = partial(_new_password, account.name if account else "", house, _address(token))
    good_until = now + ASKED_LIFETIME
    post(session, mail, to, kind="password-link", write=write, now=now, good_until=good_until, pretend=account is None)


def tell_changed(session: Session, mail: type[MailMixin], account: Account, *, house: str, now: datetime) -> None:
    """Tell the owner of an account that it has another password."""
    post(session, mail, _to(account), kind="password-changed", write=partial(_changed, account.name, house), now=now)


def _to(account: Account) -> Recipient:
    return Recipient(account.email, account.language)


def _address(token: str) -> str:
    return public_url(f"/welcome/{token}")


def _invitation(name: str, house: str, address: str) -> Letter:
    return Letter(
        subject=gettext("Your invitation to %(house)s", house=house),
        greeting=gettext("Hello %(name)s,", name=name),
        paragraphs=(
            gettext("%(house)s has an account for you. Choose a password, and you are in.", house=house),
            gettext("The link works once, for seven days."),
        ),
        button=Button(gettext("Choose a password"), address),
        sign=house,
        reason=gettext("You get this because somebody at %(house)s invited this address.", house=house),
    )


def _new_password(name: str, house: str, address: str) -> Letter:
    return Letter(
        subject=gettext("A new password for %(house)s", house=house),
        greeting=gettext("Hello %(name)s,", name=name),
        paragraphs=(
            gettext("Somebody, probably you, asked for a new password. The link works once, for an hour."),
            gettext("If it was not you, do nothing: your password stays as it is."),
        ),
        button=Button(gettext("Choose a new password"), address),
        sign=house,
        reason=gettext("You get this because this address signs in at %(house)s.", house=house),
    )


def _changed(name: str, house: str) -> Letter:
    return Letter(
        subject=gettext("Your password was changed"),
        greeting=gettext("Hello %(name)s,", name=name),
        paragraphs=(
            gettext("The password of your account was changed, and every other browser was signed out."),
            gettext("If it was not you, ask for a new password at once, and tell whoever looks after the accounts."),
        ),
        button=Button(gettext("Sign in"), public_url("/sign-in")),
        sign=house,
        reason=gettext("You get this because this address signs in at %(house)s.", house=house),
    )
