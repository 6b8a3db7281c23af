"""Asks told to whom they reach, and letters handed from home to home (DESIGN §10)."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from federation.db import Base, publish
from federation.introductions import queries, rules
from federation.introductions.errors import AskInvalid, AskOver, AskUnknown, IntroductionUnknown
from federation.introductions.models import Ask, Introduction, Letter
from federation.spaces import queries as spaces
from shared.constraints import refused
from shared.protocol.people_states import AskState, IntroductionSide
from shared.revs import Arrival, arrival


def set_ask(session: Session, *, ask_id: str, caller: str, rev: int, said: dict[str, Any], sha256: str, now: dt.datetime) -> int:
    """Keep an ask as its home says it now, and tell those whom it reaches; returns the rev held.

    Raises AskUnknown for another space's, AskInvalid, RevConflict.
    """
    spaces.lock(session, caller)
    ask = session.get(Ask, ask_id, with_for_update=True, populate_existing=True)
    if ask is not None and ask.home != caller:
        raise AskUnknown
    held = (ask.rev, ask.sha256) if ask else (0, None)
    if arrival(held_rev=held[0], held_sha256=held[1], rev=rev, sha256=sha256) is Arrival.CHANGES_NOTHING:
        return held[0]
    if faults := rules.ask_faults(state=said["state"], question=said["question"], closes_at=said["closes_at"], now=now):
        raise AskInvalid(errors=faults)
    if ask is None:
        ask = Ask(id=ask_id, home=caller, readers=queries.readers(session, home=caller, reach=said["reach"]))
    for name, value in said.items():
        setattr(ask, name, value)
    ask.rev, ask.sha256 = rev, sha256
    if ask.state == AskState.CLOSED:
        ask.question = ""
    with refused(session, Base.metadata, {"pk_asks": AskUnknown}):
        session.add(ask)
    _tell(session, ask, now)
    return rev


def set_letter(
    session: Session,
    *,
    ask_id: str,
    introduction_id: str,
    writer: IntroductionSide,
    caller: str,
    rev: int,
    box: str,
    sha256: str,
    now: dt.datetime,
) -> int:
    """Keep the newest letter of one side and hand it to the other home; returns the rev held. The helper's first one begins it.

    Raises AskUnknown, AskOver, IntroductionUnknown, RevConflict.
    """
    ask = queries.reached(session, ask_id=ask_id, caller=caller)
    found = session.get(Introduction, introduction_id)
    if found is None:
        found = _begin(session, ask, introduction_id=introduction_id, writer=writer, caller=caller)
    own, other = (found.asker, found.helper) if writer is IntroductionSide.ASKER else (found.helper, found.asker)
    if (found.ask_id, own) != (ask_id, caller):
        raise IntroductionUnknown
    letter = session.get(Letter, (introduction_id, writer))
    held = (letter.rev, letter.sha256) if letter else (0, None)
    if arrival(held_rev=held[0], held_sha256=held[1], rev=rev, sha256=sha256) is Arrival.CHANGES_NOTHING:
        return held[0]
    if letter is None:
        letter = Letter(introduction_id=introduction_id, writer=writer)
        session.add(letter)
    letter.rev, letter.sha256, letter.box, letter.changed_at = rev, sha256, box, now
    session.flush()
    subject, data = queries.letter_subject(letter), queries.letter_entry(found, letter)
    publish(session, to=[other], type="letter.updated", subject=subject, rev=rev, data=data, now=now, coalesce=True)
    return rev


def _begin(session: Session, ask: Ask, *, introduction_id: str, writer: IntroductionSide, caller: str) -> Introduction:
    if writer is IntroductionSide.ASKER or caller == ask.home:
        raise IntroductionUnknown
    answered = queries.answer_count(session, ask_id=ask.id, helper=caller)
    live = len(spaces.live(session, {caller, ask.home})) == 2
    if not rules.may_answer(answered=answered, live=live):
        raise AskOver
    found = Introduction(id=introduction_id, ask_id=ask.id, asker=ask.home, helper=caller)
    with refused(session, Base.metadata, {"pk_introductions": IntroductionUnknown}):
        session.add(found)
    return found


def _tell(session: Session, ask: Ask, now: dt.datetime) -> None:
    data, subject = queries.ask_entry(ask), f"ask/{ask.id}"
    publish(session, to=ask.readers, type="ask.updated", subject=subject, rev=ask.rev, data=data, now=now, coalesce=True)
