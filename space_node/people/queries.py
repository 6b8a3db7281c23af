"""Reads about cards, asks and introductions of this space's own members."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.protocol.people_states import AskState, CardKind, Circle, IntroductionSide, IntroductionState, Skill
from space_node.members import queries as members
from space_node.people import rules
from space_node.people.errors import CardUnknown, OwnAskUnknown, OwnIntroductionUnknown
from space_node.people.models import Ask as Ask
from space_node.people.models import Card as Card
from space_node.people.models import Introduction as Introduction
from space_node.people.models import Participant as Participant
from space_node.uplink import queries as uplink

_WAITS = (Introduction.side == IntroductionSide.HELPER) & (Introduction.state == IntroductionState.ASKED) | (
    Introduction.side == IntroductionSide.ASKER
) & (Introduction.state == IntroductionState.OFFERED)


def cards(session: Session, member_id: str) -> Sequence[Card]:
    """A member's cards."""
    return session.scalars(select(Card).where(Card.member_id == member_id).order_by(Card.topic, Card.kind)).all()


def card(session: Session, *, card_id: str, member_id: str) -> Card:
    """A member's card. Raises CardUnknown, also for somebody else's."""
    found = session.get(Card, card_id)
    if found is None or found.member_id != member_id:
        raise CardUnknown
    return found


def max_open(session: Session, member_id: str) -> int:
    """How many introductions a member wants under way at a time."""
    found = session.get(Participant, member_id)
    return rules.OPEN_INTRODUCTIONS if found is None else found.max_open


def asks(session: Session, member_id: str) -> Sequence[Ask]:
    """A member's asks, the latest first."""
    return session.scalars(select(Ask).where(Ask.member_id == member_id).order_by(Ask.created_at.desc(), Ask.id)).all()


def open_ask_count(session: Session, member_id: str) -> int:
    """How many asks a member has open."""
    counted = select(func.count()).select_from(Ask).where(Ask.member_id == member_id, Ask.state == AskState.OPEN)
    return session.execute(counted).scalar_one()


def ask(session: Session, *, ask_id: str, member_id: str) -> Ask:
    """A member's ask, which nobody else changes meanwhile. Raises OwnAskUnknown, also for somebody else's."""
    found = locked_ask(session, ask_id)
    if found is None or found.member_id != member_id:
        raise OwnAskUnknown
    return found


def locked_ask(session: Session, ask_id: str) -> Ask | None:
    """An ask of this space's, whoever's it is, which nobody else changes meanwhile."""
    return session.get(Ask, ask_id, with_for_update=True, populate_existing=True)


def introductions(session: Session, member_id: str) -> Sequence[Introduction]:
    """A member's introductions of both kinds, those first that changed last."""
    mine = select(Introduction).where(Introduction.member_id == member_id)
    return session.scalars(mine.order_by(Introduction.changed_at.desc(), Introduction.id)).all()


def mine(session: Session, *, introduction_id: str, member_id: str, lock: bool = False) -> Introduction:
    """A member's side of an introduction. Raises OwnIntroductionUnknown, also for somebody else's."""
    wanted = select(Introduction).where(Introduction.id == introduction_id, Introduction.member_id == member_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise OwnIntroductionUnknown
    return found


def side(session: Session, introduction_id: str, which: IntroductionSide) -> Introduction | None:
    """One side of an introduction that is held here, which nobody else changes meanwhile."""
    return session.get(Introduction, (introduction_id, which), with_for_update=True, populate_existing=True)


def waiting_count(session: Session, member_id: str) -> int:
    """How many introductions wait for a member's word."""
    counted = select(func.count()).select_from(Introduction).where(Introduction.member_id == member_id, _WAITS)
    return session.execute(counted).scalar_one()


def of_ask(session: Session, ask_id: str, which: IntroductionSide, *states: IntroductionState) -> Sequence[Introduction]:
    """One side of the introductions of an ask in these states, or in all, locked until the commit."""
    wanted = select(Introduction).where(Introduction.ask_id == ask_id, Introduction.side == which).order_by(Introduction.id)
    if states:
        wanted = wanted.where(Introduction.state.in_(states))
    return session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).all()


def candidates(
    session: Session, *, home: str, topic: Skill, kind: CardKind, but: str | None
) -> list[tuple[str, dt.datetime | None]]:
    """The members whom an ask from this home finds, with when each was asked last. Who is discreet is never found by our own."""
    own = home == uplink.own_slug(session)
    found_by = rules.circles(asked_by_own=own, asked_by_twin=home in uplink.partners(session))
    wanted = select(Card.member_id, Participant.asked_at).join(Participant, Participant.member_id == Card.member_id)
    wanted = wanted.where(Card.topic == topic, Card.kind == kind, Card.reach.in_(found_by), Card.member_id != (but or ""))
    wanted = wanted.where(Participant.open_introductions < Participant.max_open)
    if own:
        wanted = wanted.where(Card.discreet.is_(False))
    found = session.execute(wanted).all()
    active = members.active_among(session, [who for who, _ in found])
    return [(who, asked_at) for who, asked_at in found if who in active]


def card_counts(session: Session) -> dict[Skill, int]:
    """How many of this space's members can be asked about what: nothing of who is discreet, and no number below the floor."""
    shown = select(Card.topic, Card.member_id).where(Card.discreet.is_(False), Card.kind != CardKind.LEARNING).distinct()
    found = session.execute(shown).all()
    active = members.active_among(session, [who for _, who in found])
    counted = Counter(topic for topic, who in found if who in active)
    return {Skill(topic): told for topic, count in counted.items() if (told := rules.told_count(count)) is not None}


def due_asks(session: Session, now: dt.datetime) -> Sequence[Ask]:
    """The open asks whose time is over."""
    return session.scalars(select(Ask).where(Ask.state == AskState.OPEN, Ask.closes_at <= now).order_by(Ask.id)).all()


def due_introductions(session: Session, now: dt.datetime) -> Sequence[Introduction]:
    """The introductions in which nobody said anything in time, and those whose contacts have been kept long enough."""
    silent = (Introduction.state == IntroductionState.ASKED) & (Introduction.closes_at <= now)
    unanswered = (Introduction.state == IntroductionState.OFFERED) & (Introduction.closes_at <= now - rules.GRACE)
    known = Introduction.state.in_((IntroductionState.ACCEPTED, IntroductionState.INTRODUCED))
    over = silent | unanswered | (known & (Introduction.changed_at <= now - rules.CONTACT_KEPT))
    return session.scalars(select(Introduction).where(over).order_by(Introduction.id)).all()


def untold(session: Session) -> Sequence[Introduction]:
    """The introductions whose letter has not been written yet."""
    return session.scalars(select(Introduction).where(Introduction.is_told.is_(False)).order_by(Introduction.id)).all()


def reach_words(session: Session) -> tuple[Circle, ...]:
    """How far something can go from here: a space that has not joined has only itself."""
    identity = uplink.identity(session)
    live = identity is not None and identity.state in uplink.LIVE_STATES
    return tuple(Circle) if live else (Circle.SPACE,)
