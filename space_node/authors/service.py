"""Writes about who is named with formats: a name is given with its person's consent, and taken back at any time (ADR 0037).

The rev is the space's own, and no restore of the hub takes that back: so a node goes by it alone, and a hub that has come
back from a backup brings no name back to those who have dropped it.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.protocol import formats as bodies
from shared.protocol.version import BASE_PATH
from shared.text import normal
from space_node.authors import queries
from space_node.authors.models import NamedAuthor
from space_node.db import Outbox
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service

KIND = "named-author"


def name(session: Session, *, format_id: str, name: str, now: dt.datetime) -> None:
    """Name somebody who has agreed with a format of ours; named already, they stay so. Raises NotJoined."""
    held = queries.held(session, format_id, to_change=True)
    if held is None:
        held = NamedAuthor(format_id=format_id, space=uplink.own_slug(session), rev=0, told_rev=0)
        session.add(held)
    if held.name != name:
        held.name, held.agreed_at = name, now
        _tell(session, held, now)


def withdraw(session: Session, *, format_id: str, now: dt.datetime) -> bool:
    """Name nobody with a format of ours any more; whether somebody was."""
    held = queries.held(session, format_id, to_change=True)
    if held is None or held.name is None:
        return False
    held.name = held.agreed_at = None
    _tell(session, held, now)
    return True


def withdraw_person(session: Session, person: str, *, now: dt.datetime) -> int:
    """Take the name of somebody who is forgotten off all formats of ours. Returns how many."""
    ours = uplink.identity(session)
    wanted = select(NamedAuthor).where(NamedAuthor.space == (ours.slug if ours else ""), NamedAuthor.name.is_not(None))
    same = [row.format_id for row in session.scalars(wanted) if _key(row.name or "") == _key(person)]
    return sum(withdraw(session, format_id=format_id, now=now) for format_id in same)


def keep(session: Session, data: Mapping[str, Any], *, now: dt.datetime) -> None:
    """Keep what the hub says of a format, loaded by NamedAuthorEntry. One that names whom we have withdrawn is told again."""
    held = queries.held(session, data["id"], to_change=True)
    if held is None:
        held = NamedAuthor(format_id=data["id"], space=data["space"], rev=0, told_rev=0)
        session.add(held)
    if data["rev"] > held.rev:
        # What a backup has brought back into the outbox goes too.
        _unsay(session, held.format_id)
        held.space, held.rev, held.fault = data["space"], data["rev"], None
        held.name, held.agreed_at = data["name"], data["agreed_at"]
    elif held.name is None and data["name"] is not None and held.space == uplink.own_slug(session):
        _send(session, held, now)
    held.told_rev = max(held.told_rev, data["rev"])
    session.flush()


def told(session: Session, row: Outbox, *, rev: int, now: dt.datetime) -> None:
    """The hub holds what we said, or something later of ours from before a restore of this node, which its news bring."""
    held = _said_by(session, row)
    held.told_rev, held.fault = max(held.told_rev, rev), None
    _insist(session, held, above=rev if rev > held.rev else 0, now=now)


def not_taken(session: Session, row: Outbox, *, slug: str, rev: int, now: dt.datetime) -> None:
    """The hub has refused; where it holds something else under the rev of a withdrawal, the withdrawal goes above it."""
    held = _said_by(session, row)
    held.fault = slug[:80]
    _insist(session, held, above=rev, now=now)


def _insist(session: Session, held: NamedAuthor, *, above: int, now: dt.datetime) -> None:
    """Whatever the hub holds: who has withdrawn is named no longer."""
    if above and held.name is None:
        held.rev = above
        _tell(session, held, now)


def _tell(session: Session, held: NamedAuthor, now: dt.datetime) -> None:
    held.rev, held.fault = held.rev + 1, None
    session.flush()
    _send(session, held, now)


def _send(session: Session, held: NamedAuthor, now: dt.datetime) -> None:
    """Tell the hub; no earlier name stays in the outbox.

    A name waits for the versions of its format, which have the same subject. A withdrawal waits for nothing: of a suspended
    space the hub takes no version.
    """
    _unsay(session, held.format_id)
    path, subject = _path(held.format_id), f"{'format' if held.name else KIND}/{held.format_id}"
    said = {name: getattr(held, name) for name in ("rev", "name", "agreed_at")}
    body = bodies.NamedAuthor().dump(said)
    uplink_service.send(session, kind=KIND, method="PUT", path=path, body=body, subject=subject, now=now)


def _unsay(session: Session, format_id: str) -> None:
    said = delete(Outbox).where(Outbox.kind == KIND, Outbox.path == _path(format_id))
    session.execute(said, execution_options={"synchronize_session": False})


def _path(format_id: str) -> str:
    return f"{BASE_PATH}/formats/{format_id}/named-author"


def _said_by(session: Session, row: Outbox) -> NamedAuthor:
    """What a command was about, which stays as long as the command does."""
    held = queries.held(session, row.path.split("/")[-2], to_change=True)
    assert held is not None
    return held


def _key(text: str) -> str:
    return " ".join(normal(text).casefold().split())
