"""Reads about erasures."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from federation.erasures import rules
from federation.erasures.errors import ErasureUnknown
from federation.erasures.models import Erasure, ErasurePart

State = tuple[str, str, int, dict[str, Any]]


def of_home(session: Session, *, erasure_id: str, home: str) -> Erasure | None:
    """An erasure that this home has asked for."""
    found = session.get(Erasure, erasure_id)
    return found if found is not None and found.home == home else None


def lock(session: Session, erasure_id: str) -> Erasure:
    """An erasure that nobody else changes until this command ends. Raises ErasureUnknown."""
    found = session.get(Erasure, erasure_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise ErasureUnknown
    return found


def unfinished(session: Session) -> Sequence[Erasure]:
    """Those of which something still waits for its end."""
    return _locked(session, Erasure.finished_at.is_(None))


def watched(session: Session, now: dt.datetime) -> Sequence[Erasure]:
    """Those of whom a node may still send what it wrote before it forgot them."""
    return _locked(session, Erasure.finished_at > now - rules.WATCHED)


def entry(erasure: Erasure, reader: str) -> dict[str, Any]:
    """The erasure as its home, or a host, may see it."""
    at_home = reader == erasure.home
    mine = next((part for part in erasure.parts if part.space == reader), None)
    return {
        **{name: getattr(erasure, name) for name in ("id", "rev", "home", "asked_at", "finished_at")},
        "guest": erasure.guest if at_home else None,
        "bookings": mine.bookings if mine else [],
        "rsvps": mine.rsvps if mine else [],
        "confirmations": [{"space": one.space, "confirmed_at": one.confirmed_at} for one in erasure.parts if at_home],
    }


def subject(erasure: Erasure) -> str:
    """The subject under which it is published."""
    return f"erasure/{erasure.id}"


def states(session: Session, caller: str) -> Iterator[State]:
    """All that the caller has asked for or is to forget, for its snapshot: after a restore it is forgotten again."""
    named = select(ErasurePart.erasure_id).where(ErasurePart.space == caller)
    wanted = select(Erasure).where((Erasure.home == caller) | Erasure.id.in_(named))
    for erasure in session.scalars(wanted.order_by(Erasure.id)).all():
        yield "erasure.updated", subject(erasure), erasure.rev, entry(erasure, caller)


def _locked(session: Session, *where: ColumnElement[bool]) -> Sequence[Erasure]:
    return session.scalars(select(Erasure).where(*where).order_by(Erasure.id).with_for_update()).all()
