"""Letters between the two homes of an introduction: each holds where its writer's side stands, sealed for the other home.

Where both people are of this space, the letter goes the short way, and means the same.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from shared.errors import Invalid
from shared.keys import sealed
from shared.protocol.boxes import Letter
from shared.protocol.introductions import LetterUpdate
from shared.protocol.people_states import IntroductionSide, IntroductionState
from shared.protocol.states import SpaceState
from shared.protocol.version import BASE_PATH
from shared.schemas import load
from space_node.config import present_node
from space_node.members import queries as members
from space_node.people import queries, rules
from space_node.people.models import Introduction
from space_node.people.rules import Move
from space_node.people.service import counters
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service

COPIED = ("member_id", "topic", "kind", "language", "question", "closes_at")


def tell(session: Session, row: Introduction, now: dt.datetime) -> bool:
    """Write our side's letter anew and have it carried. One to a home whose keys are not here yet waits for the next try.

    Returns whether it went out. From a space that has left nothing goes out any more.
    """
    here = uplink.require_identity(session)
    own, has_left = here.slug, here.state == SpaceState.LEFT
    key = None if row.home == own or has_left else uplink.encryption_key(session, row.home, now)
    row.is_told = row.home == own or key is not None
    if not row.is_told:
        return False
    row.rev += 1
    letter = _letter(session, row)
    if key is None:
        about: dict[str, Any] = {"introduction_id": row.id, "ask_id": row.ask_id, "writer": row.side, "home": own, "rev": row.rev}
        take(session, letter=load(Letter, Letter().dump(letter)), now=now, **about)
        return True
    box = sealed.seal(Letter().dump(letter), to_jwk=key, context=_context(row.id, row.side))
    path = f"{BASE_PATH}/asks/{row.ask_id}/introductions/{row.id}/{row.side}"
    body = LetterUpdate().dump({"rev": row.rev, "box": box})
    # Under the ask's subject: a yes never overtakes the closing of its ask, nor the other way round.
    uplink_service.send(session, kind="introduction", method="PUT", path=path, body=body, subject=f"ask/{row.ask_id}", now=now)
    return True


def open_letter(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a letter says; nothing for one that does not open, or holds what it should not."""
    try:
        keys = present_node().ring.private("encryption")
        return load(Letter, sealed.open_box(data["box"], key=keys, context=_context(data["introduction_id"], data["writer"])))
    except Invalid:
        return None


def take(
    session: Session,
    *,
    introduction_id: str,
    ask_id: str,
    writer: str,
    home: str,
    rev: int,
    letter: Mapping[str, Any],
    now: dt.datetime,
) -> None:
    """Take in what the other side says, if it is newer than what it said before. What is no longer wanted is not kept."""
    which = IntroductionSide.HELPER if writer == IntroductionSide.ASKER else IntroductionSide.ASKER
    row = queries.side(session, introduction_id, which)
    if row is None and which == IntroductionSide.ASKER:
        row = _offered(session, introduction_id=introduction_id, ask_id=ask_id, home=home, letter=letter, now=now)
    if row is None or (row.home, row.ask_id) != (home, ask_id) or rev <= row.their_rev:
        return
    row.their_rev = rev
    if letter["state"] == IntroductionState.ENDED:
        row.confirmed_at = now
    move = rules.moved(which, row.state, letter["state"])
    if move is not None:
        _follow(session, row, move, letter, now)


def go(session: Session, row: Introduction, state: IntroductionState, now: dt.datetime) -> None:
    """Bring our side into a state. What is over holds nothing of the other person, nor what our own had written."""
    counted = row.side == IntroductionSide.HELPER and row.state in rules.COUNTED
    row.state, row.changed_at = state, now
    if state in rules.SETTLED:
        row.question, row.card, row.note, row.contact = "", "", "", None
        if counted:
            counters.give_back(session, row.member_id)
    session.flush()


def known(session: Session, row: Introduction) -> dict[str, str]:
    """What our member could tell, by field."""
    member = members.require(session, row.member_id)
    return {"name": member.name, "email": member.email, "company": member.company, "note": row.note}


def letter_told(session: Session, *, introduction_id: str, which: str, rev: int, other: bool = False, now: dt.datetime) -> None:
    """The hub holds a letter under this rev, or an `other` one: from before a restore of this node. Ours goes above it."""
    row = queries.side(session, introduction_id, IntroductionSide(which))
    if row is not None and rev > row.rev - other:
        row.rev = rev
        tell(session, row, now)


def not_taken(session: Session, *, introduction_id: str, which: str, now: dt.datetime) -> None:
    """The hub did not take a letter at all: an offer comes to nothing."""
    row = queries.side(session, introduction_id, IntroductionSide(which))
    if row is not None and row.state == IntroductionState.OFFERED:
        go(session, row, IntroductionState.CLOSED, now)


def _follow(session: Session, row: Introduction, move: Move, letter: Mapping[str, Any], now: dt.datetime) -> None:
    go(session, row, move.state, now)
    if move.keeps_contact:
        row.contact, row.introduced_at = letter["contact"] or {}, now
    if move.answers:
        tell(session, row, now)


def _offered(
    session: Session, *, introduction_id: str, ask_id: str, home: str, letter: Mapping[str, Any], now: dt.datetime
) -> Introduction | None:
    """Somebody offers to help with an ask of ours; nothing where it is no longer open."""
    ask = queries.locked_ask(session, ask_id)
    if ask is None or not rules.is_open(state=ask.state, closes_at=ask.closes_at, now=now):
        return None
    if letter["state"] != IntroductionState.OFFERED:
        return None
    about = {name: getattr(ask, name) for name in COPIED}
    about |= {"home": home, "state": IntroductionState.OFFERED, "card": letter["card"], "created_at": now, "changed_at": now}
    row = Introduction(id=introduction_id, side=IntroductionSide.ASKER, ask_id=ask_id, rev=0, their_rev=0, **about)
    session.add(row)
    session.flush()
    return row


def _letter(session: Session, row: Introduction) -> dict[str, Any]:
    told = rules.contact(row.ticked, known(session, row)) if rules.tells_contact(row.side, row.state) else None
    card = row.card if row.side == IntroductionSide.HELPER else ""
    return {"state": rules.letter_state(row.side, row.state), "card": card, "contact": told}


def _context(introduction_id: str, writer: str) -> str:
    return f"introduction/{introduction_id}/{writer}"
