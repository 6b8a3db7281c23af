"""Asking: the question travels, who asks stays here, and all they see is whether somebody is still looked for."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from shared.constraints import refused
from shared.errors import FieldFault
from shared.protocol.introductions import AskUpdate
from shared.protocol.people_states import AskState, CardKind, Circle, IntroductionSide, IntroductionState, Skill
from shared.protocol.states import TAKING_LEAVE
from shared.protocol.version import BASE_PATH
from space_node.db import Base
from space_node.members import queries as members
from space_node.people import queries, rules
from space_node.people.errors import OwnAskUnknown, QuestionNamesYou, TooManyAsks
from space_node.people.models import Ask
from space_node.people.service.helping import Heard, hear, over
from space_node.people.service.letters import go
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service

HEARD = ("topic", "kind", "question", "language")
SAID = ("rev", "state", "topic", "kind", "language", "reach", "closes_at")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One ask, as it was written. The id was minted with the form, so that it can be sent twice."""

    ask_id: str
    topic: Skill
    kind: CardKind
    question: str
    language: str
    reach: Circle


def ask(session: Session, *, member_id: str, wanted: Wanted, now: dt.datetime) -> Ask:
    """Put a question to a few of those who have a card for it, here and as far as it reaches. Again, it is the same ask.

    Raises QuestionNamesYou, TooManyAsks, NotJoined, MemberUnknown; OwnAskUnknown for the id of somebody else's.
    """
    # Whoever clicks twice is served one after the other.
    own, member = uplink.own_slug(session), members.require(session, member_id, lock=True)
    if queries.locked_ask(session, wanted.ask_id) is not None:
        return queries.ask(session, ask_id=wanted.ask_id, member_id=member_id)
    if rules.names_asker(wanted.question, member.name):
        raise QuestionNamesYou(errors=[FieldFault(pointer="/question", detail=QuestionNamesYou.sentence)])
    if queries.open_ask_count(session, member_id) >= rules.OPEN_ASKS_MAX:
        raise TooManyAsks(max=rules.OPEN_ASKS_MAX)
    about, closes_at = asdict(wanted), now + rules.ASK_LIFE
    made = Ask(
        id=about.pop("ask_id"), member_id=member_id, state=AskState.OPEN, rev=0, created_at=now, closes_at=closes_at, **about
    )
    with refused(session, Base.metadata, {"pk_asks": OwnAskUnknown}):
        session.add(made)
    heard = Heard(ask_id=made.id, home=own, **{name: about[name] for name in HEARD}, closes_at=closes_at)
    hear(session, heard, but=member_id, now=now)
    _tell(session, made, now)
    return made


def close(session: Session, *, ask_id: str, member_id: str, now: dt.datetime) -> Ask:
    """Look no longer. What was offered and not taken up comes to nothing, here and elsewhere. Raises OwnAskUnknown."""
    found = queries.ask(session, ask_id=ask_id, member_id=member_id)
    if found.state == AskState.OPEN:
        end_ask(session, found, now)
    return found


def end_ask(session: Session, found: Ask, now: dt.datetime) -> None:
    """Close an ask that is open, because its member says so or its time is over."""
    found.state = AskState.CLOSED
    for row in queries.of_ask(session, found.id, IntroductionSide.ASKER, IntroductionState.OFFERED):
        go(session, row, IntroductionState.CLOSED, now)
    over(session, found.id, now)
    _tell(session, found, now)


def ask_told(session: Session, *, ask_id: str, rev: int, other: bool = False, now: dt.datetime) -> None:
    """The hub holds an ask under this rev, or an `other` one: from before a restore of this node. Ours goes above it."""
    found = queries.locked_ask(session, ask_id)
    if found is not None and rev > found.rev - other:
        found.rev = rev
        _tell(session, found, now)


def _tell(session: Session, found: Ask, now: dt.datetime) -> None:
    """Have the hub pass it on; what is asked of our own people alone stays here. A closed ask takes its question along.

    Of a space that takes its leave the hub passes nothing on; elsewhere the ask ends with its time.
    """
    if found.reach == Circle.SPACE or uplink.require_identity(session).state in TAKING_LEAVE:
        return
    found.rev += 1
    said = {name: getattr(found, name) for name in SAID}
    body = AskUpdate().dump({**said, "question": found.question if found.state == AskState.OPEN else ""})
    path, subject = f"{BASE_PATH}/asks/{found.id}", f"ask/{found.id}"
    uplink_service.send(session, kind="ask", method="PUT", path=path, body=body, subject=subject, now=now)
