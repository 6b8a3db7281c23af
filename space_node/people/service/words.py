"""What a member says about an introduction: yes with what the other may know, no, or that it ends."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy.orm import Session

from shared.errors import FieldFault
from shared.protocol.people_states import ContactField, IntroductionSide, IntroductionState
from space_node.people import queries, rules
from space_node.people.errors import EnoughIntroductions, IntroductionSettled, NothingTicked
from space_node.people.models import Introduction
from space_node.people.service import counters
from space_node.people.service.letters import go, known, tell


def say_yes(
    session: Session, *, introduction_id: str, member_id: str, ticked: Collection[ContactField], note: str, now: dt.datetime
) -> Introduction:
    """Say yes: the helper offers, or the asker takes it up, and then is told what both have ticked. Again, it is the same.

    Raises OwnIntroductionUnknown, IntroductionSettled, NothingTicked, EnoughIntroductions.
    """
    row = queries.mine(session, introduction_id=introduction_id, member_id=member_id, lock=True)
    if row.ticked and row.state not in rules.SETTLED:
        return row
    if "yes" not in rules.can_say(row.side, row.state) or row.closes_at <= now:
        raise IntroductionSettled
    row.note = note if ContactField.NOTE in ticked else ""
    told = rules.contact(ticked, known(session, row))
    if not told:
        raise NothingTicked(errors=[FieldFault(pointer="/ticked", detail=NothingTicked.sentence)])
    helps = row.side == IntroductionSide.HELPER
    if helps and not counters.take_introduction(session, member_id):
        raise EnoughIntroductions(max=queries.max_open(session, member_id))
    row.ticked = list(told)
    if helps:
        row.card = _card_note(session, row)
    go(session, row, IntroductionState.OFFERED if helps else IntroductionState.ACCEPTED, now)
    tell(session, row, now)
    return row


def say_no(session: Session, *, introduction_id: str, member_id: str, now: dt.datetime) -> Introduction:
    """Say no, or take an offer back. A helper's no before any yes is told to nobody: it is as if they had said nothing.

    Raises OwnIntroductionUnknown, IntroductionSettled.
    """
    row = queries.mine(session, introduction_id=introduction_id, member_id=member_id, lock=True)
    if row.state in rules.SETTLED:
        return row
    if "no" not in rules.can_say(row.side, row.state):
        raise IntroductionSettled
    untold = row.state == IntroductionState.ASKED
    go(session, row, IntroductionState.CLOSED, now)
    if not untold:
        tell(session, row, now)
    return row


def end(session: Session, *, introduction_id: str, member_id: str, now: dt.datetime) -> Introduction:
    """Take back what was told: it is deleted here and at the other home, which confirms it.

    Raises OwnIntroductionUnknown, IntroductionSettled.
    """
    row = queries.mine(session, introduction_id=introduction_id, member_id=member_id, lock=True)
    if row.state == IntroductionState.ENDED:
        return row
    if "end" not in rules.can_say(row.side, row.state):
        raise IntroductionSettled
    go(session, row, IntroductionState.ENDED, now)
    tell(session, row, now)
    return row


def _card_note(session: Session, row: Introduction) -> str:
    """What the card says by which they were found, if it is still there."""
    cards = queries.cards(session, row.member_id)
    return next((card.note for card in cards if (card.topic, card.kind) == (row.topic, row.kind)), "")
