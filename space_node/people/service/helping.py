"""What is asked of our members: a few of those who have a card for it see it on their page, and nobody learns whom it was."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from shared.ids import new_id
from shared.protocol.people_states import CardKind, IntroductionSide, IntroductionState, Skill
from space_node.people import queries, rules
from space_node.people.models import Introduction, Participant
from space_node.people.service.letters import go


@dataclass(frozen=True, kw_only=True)
class Heard:
    """An ask as it arrives: from another space, or from our own."""

    ask_id: str
    home: str
    topic: Skill
    kind: CardKind
    question: str
    language: str
    closes_at: dt.datetime


def hear(session: Session, heard: Heard, *, but: str | None = None, now: dt.datetime) -> int:
    """Put an ask to those of our members who have a card for it and were asked least lately, once. Returns to how many."""
    if queries.of_ask(session, heard.ask_id, IntroductionSide.HELPER):
        return 0
    found = queries.candidates(session, home=heard.home, topic=heard.topic, kind=heard.kind, but=but)
    asked = rules.shortlist(found)
    for member_id in asked:
        told = {**asdict(heard), "member_id": member_id, "created_at": now, "changed_at": now}
        session.add(Introduction(id=new_id(now), side=IntroductionSide.HELPER, state=IntroductionState.ASKED, **told))
    noted = update(Participant).where(Participant.member_id.in_(asked)).values(asked_at=now)
    session.execute(noted, execution_options={"synchronize_session": False})
    session.flush()
    return len(asked)


def over(session: Session, ask_id: str, now: dt.datetime) -> None:
    """An ask is closed: what our members were asked, or have offered, comes to nothing."""
    for row in queries.of_ask(session, ask_id, IntroductionSide.HELPER, IntroductionState.ASKED, IntroductionState.OFFERED):
        go(session, row, IntroductionState.CLOSED, now)
