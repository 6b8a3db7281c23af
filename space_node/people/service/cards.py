"""A member's cards, each shown because they want it so, and how many introductions they want at a time."""

import datetime as dt

from sqlalchemy.orm import Session

from shared.errors import FieldFault
from shared.ids import new_id
from shared.marking import N_
from shared.protocol.people_states import CardKind, Circle, IntroductionState, Skill
from space_node.members import queries as members
from space_node.people import queries, rules
from space_node.people.errors import CardUnseen
from space_node.people.models import Card, Participant
from space_node.people.service.letters import go


def add_card(
    session: Session,
    *,
    member_id: str,
    topic: Skill,
    kind: CardKind,
    reach: Circle,
    discreet: bool = False,
    note: str = "",
    now: dt.datetime,
) -> Card:
    """Show one thing, or change how it is shown. Raises CardUnseen where nobody could find it."""
    if discreet and reach == Circle.SPACE:
        raise CardUnseen(errors=[FieldFault(pointer="/reach", detail=N_("Choose how far it may be found outside your space."))])
    _participant(session, member_id)
    held = (one for one in queries.cards(session, member_id) if (one.topic, one.kind) == (topic, kind))
    card = next(held, None)
    if card is None:
        card = Card(id=new_id(now), member_id=member_id, topic=topic, kind=kind, created_at=now)
        session.add(card)
    card.reach, card.discreet, card.note = reach, discreet, note
    session.flush()
    return card


def drop_card(session: Session, *, member_id: str, card_id: str, now: dt.datetime) -> None:
    """Show it no longer; whoever asked because of it hears nothing, as if the member had said nothing. Raises CardUnknown."""
    card = queries.card(session, card_id=card_id, member_id=member_id)
    for row in queries.introductions(session, member_id):
        if (row.state, row.topic, row.kind) == (IntroductionState.ASKED, card.topic, card.kind):
            go(session, row, IntroductionState.CLOSED, now)
    session.delete(card)
    session.flush()


def set_limit(session: Session, *, member_id: str, max_open: int) -> None:
    """How many introductions the member wants under way at a time; none is a pause."""
    _participant(session, member_id).max_open = max_open
    session.flush()


def _participant(session: Session, member_id: str) -> Participant:
    """The member's row, made at first sight; whoever clicks twice is served one after the other."""
    members.require(session, member_id, lock=True)
    found = session.get(Participant, member_id)
    if found is None:
        found = Participant(member_id=member_id, open_introductions=0, max_open=rules.OPEN_INTRODUCTIONS)
        session.add(found)
        session.flush()
    return found
