"""Writes about formats (DESIGN §9): a version is published once and never changed; what grows is the list of its replays.

Who is named with a format stands beside it, so that the name can go again and every hash stays right (ADR 0037).
"""

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.db import Base, publish
from federation.formats import queries
from federation.formats.errors import FormatNotYours, FormatOrder, FormatParentInvalid, NamingInvalid
from federation.formats.models import FormatVersion, NamedAuthor, Replay
from federation.operators.service import audit
from federation.spaces import queries as spaces
from federation.trust.errors import SpaceNotActive
from shared.constraints import refused
from shared.errors import FieldFault
from shared.idempotency import IdConflict
from shared.marking import N_
from shared.protocol.formats import FormatContent, content_hash
from shared.revs import Arrival, arrival


def publish_version(
    session: Session, *, caller: str, format_id: str, version: int, content: dict[str, Any], now: dt.datetime
) -> FormatVersion:
    """Keep a version and tell the network. The same version with the same content again changes nothing.

    Raises IdConflict for another content or author, FormatOrder, FormatParentInvalid.
    """
    spaces.lock(session, caller)
    sha256 = content_hash(content)
    # The latest first: a version that somebody else makes meanwhile is then found here, or refused by its key.
    latest = queries.latest_number(session, format_id)
    held = queries.version(session, format_id, version)
    if held is not None:
        if (held.author, held.sha256) != (caller, sha256):
            raise IdConflict
        return held
    _check_order(session, caller=caller, format_id=format_id, version=version, latest=latest)
    _check_parent(session, content["parent"])
    kept = FormatVersion(id=format_id, version=version, author=caller, sha256=sha256, rev=1, published_at=now)
    kept.content = dict(FormatContent().dump(content))
    with refused(session, Base.metadata, {"pk_format_versions": IdConflict}):
        session.add(kept)
    _tell(session, kept, now=now)
    return kept


def note_replay(
    session: Session, *, format_id: str, version: int, space: str, event_id: str, on: dt.date, now: dt.datetime
) -> bool:
    """Note that an event follows a version, or on which day it now does; False while that version is not known."""
    held = queries.replay_of(session, event_id)
    if held is not None and (held.format_id, held.version) != (format_id, version):
        drop_replay(session, event_id=event_id, now=now)
        held = None
    found = _locked(session, format_id, version)
    if found is None:
        return False
    if held is not None and (held.space, held.on) == (space, on):
        return True
    if held is None:
        session.add(Replay(event_id=event_id, format_id=format_id, version=version, space=space, on=on))
    else:
        held.space, held.on = space, on
    _changed(session, found, now=now)
    return True


def drop_replay(session: Session, *, event_id: str, now: dt.datetime) -> None:
    """Take back what was noted of an event that does not take place, or follows another recipe now."""
    held = queries.replay_of(session, event_id)
    if held is not None:
        found = _locked(session, held.format_id, held.version)
        assert found is not None
        session.delete(held)
        session.flush()
        _changed(session, found, now=now)


def set_named_author(
    session: Session,
    *,
    caller: str,
    format_id: str,
    rev: int,
    name: str | None,
    agreed_at: dt.datetime | None,
    sha256: str,
    now: dt.datetime,
) -> int:
    """Keep who is named with a format of the caller's, or that nobody is any more, and tell the network; returns the rev held.

    A name can always be taken back; to give one, a space must take part. Raises FormatNotYours, NamingInvalid, SpaceNotActive,
    RevConflict.
    """
    space = spaces.lock(session, caller)
    first = queries.version(session, format_id, 1)
    if first is None or first.author != caller:
        raise FormatNotYours
    held = queries.named_author(session, format_id)
    at = (held.rev, held.sha256) if held else (0, None)
    if arrival(held_rev=at[0], held_sha256=at[1], rev=rev, sha256=sha256) is Arrival.CHANGES_NOTHING:
        return at[0]
    if (name is None) != (agreed_at is None):
        raise NamingInvalid(errors=[FieldFault(pointer="/agreed_at", detail=N_("A name and an agreement go together."))])
    if name is not None and not spaces.is_live(session, caller):
        raise SpaceNotActive(state=space.state)
    if held is None:
        held = NamedAuthor(format_id=format_id, space=caller)
        session.add(held)
    held.rev, held.sha256, held.name, held.agreed_at = rev, sha256, name, agreed_at
    _tell_author(session, held, actor=caller, now=now)
    return rev


def withdraw_names(session: Session, space: str, *, actor: str, now: dt.datetime) -> None:
    """Name nobody with the formats of a space any more: it leaves, and could not take a name back later."""
    for held in queries.named_by(session, space):
        held.rev, held.sha256, held.name, held.agreed_at = held.rev + 1, "", None, None
        _tell_author(session, held, actor=actor, now=now)


def _tell_author(session: Session, held: NamedAuthor, *, actor: str, now: dt.datetime) -> None:
    """Tell it in place of what was told before, so that no news keeps a name; the audit log never has it."""
    session.flush()
    action = "format.author-withdrawn" if held.name is None else "format.author-named"
    audit(session, actor=actor, action=action, subject=held.format_id, detail={"rev": held.rev}, now=now)
    data, subject = queries.author_entry(held), queries.author_subject(held)
    publish(session, to=["*"], type="named-author.updated", subject=subject, rev=held.rev, data=data, now=now, coalesce=True)


def _check_order(session: Session, *, caller: str, format_id: str, version: int, latest: int) -> None:
    before = queries.version(session, format_id, latest)
    if version != latest + 1 or (before is not None and before.author != caller):
        raise FormatOrder(next=latest + 1)


def _check_parent(session: Session, parent: dict[str, Any] | None) -> None:
    if parent is None:
        return
    origin = queries.version(session, parent["id"], parent["version"])
    if origin is None:
        raise FormatParentInvalid(errors=[FieldFault(pointer="/content/parent", detail=N_("This version is not known."))])
    if origin.sha256 != parent["hash"]:
        raise FormatParentInvalid(errors=[FieldFault(pointer="/content/parent/hash", detail=N_("Its content is another."))])


def _locked(session: Session, format_id: str, version: int) -> FormatVersion | None:
    this = select(FormatVersion).where(FormatVersion.id == format_id, FormatVersion.version == version)
    return session.scalar(this.with_for_update().execution_options(populate_existing=True))


def _changed(session: Session, found: FormatVersion, *, now: dt.datetime) -> None:
    found.rev += 1
    session.flush()
    _tell(session, found, now=now)


def _tell(session: Session, found: FormatVersion, *, now: dt.datetime) -> None:
    data, subject = queries.entry(session, found), queries.subject(found)
    publish(session, to=["*"], type="format.updated", subject=subject, rev=found.rev, data=data, now=now)
