"""Reads about asks and introductions."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from federation.introductions.errors import AskUnknown
from federation.introductions.models import Ask, Introduction, Letter
from federation.introductions.rules import EVERYBODY
from federation.twinnings import queries as twinnings
from shared.protocol.people_states import Circle, IntroductionSide

State = tuple[str, str, int, dict[str, Any]]
SHOWN = ("id", "home", "rev", "state", "topic", "kind", "language", "reach", "question", "closes_at")


def readers(session: Session, *, home: str, reach: Circle) -> list[str]:
    """Whom an ask of this home reaches now."""
    return [EVERYBODY] if reach == Circle.NETWORK else twinnings.twins_of(session, home)


def reached(session: Session, *, ask_id: str, caller: str) -> Ask:
    """An ask that is the caller's or has reached it, which nobody else answers meanwhile. Raises AskUnknown."""
    found = session.get(Ask, ask_id, with_for_update=True, populate_existing=True)
    if found is None or not {caller, EVERYBODY} & {found.home, *found.readers}:
        raise AskUnknown
    return found


def answer_count(session: Session, *, ask_id: str, helper: str) -> int:
    """How many people of a space have offered to help with an ask."""
    counted = select(func.count()).where(Introduction.ask_id == ask_id, Introduction.helper == helper)
    return session.execute(counted).scalar_one()


def ask_entry(ask: Ask) -> dict[str, Any]:
    """The ask as `ask.updated` carries it."""
    return {name: getattr(ask, name) for name in SHOWN}


def letter_subject(letter: Letter) -> str:
    """The subject under which a letter is published."""
    return f"letter/{letter.introduction_id}/{letter.writer}"


def letter_entry(found: Introduction, letter: Letter) -> dict[str, Any]:
    """The letter as the other home gets it."""
    home = found.asker if letter.writer == IntroductionSide.ASKER else found.helper
    about = {"introduction_id": found.id, "ask_id": found.ask_id, "home": home}
    return {**about, "writer": letter.writer, "rev": letter.rev, "box": letter.box}


def states(session: Session, caller: str, now: dt.datetime) -> Iterator[State]:
    """The asks that reach the caller and are not over, and the letters that its people were written, for its snapshot."""
    for ask in session.scalars(select(Ask).where(Ask.closes_at > now, Ask.home != caller).order_by(Ask.id)).all():
        if {caller, EVERYBODY} & set(ask.readers):
            yield "ask.updated", f"ask/{ask.id}", ask.rev, ask_entry(ask)
    both = select(Introduction, Letter).join(Letter, Letter.introduction_id == Introduction.id).where(Letter.box.is_not(None))
    mine = or_(
        (Introduction.asker == caller) & (Letter.writer == IntroductionSide.HELPER),
        (Introduction.helper == caller) & (Letter.writer == IntroductionSide.ASKER),
    )
    for found, letter in session.execute(both.where(mine).order_by(Introduction.id)).all():
        yield "letter.updated", letter_subject(letter), letter.rev, letter_entry(found, letter)
