"""What this space organises, row by row, and whether it may act on it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.errors import FieldFault
from shared.marking import N_, Phrase
from shared.protocol.states import SEAT_KINDS, CohostState, EventState, SessionMode, SessionState
from shared.wall_time import wall_of
from shared.ways_in import SeatsHeld
from space_node.calendar import queries as calendar
from space_node.events import rules
from space_node.events.errors import (
    CohostingNotAccepted,
    EventNotPublished,
    OwnEventUnknown,
    OwnSessionUnknown,
    PlanInvalid,
)
from space_node.events.models import CohostWish as CohostWish
from space_node.events.models import Invitation as Invitation
from space_node.events.models import OwnEvent as OwnEvent
from space_node.events.models import OwnSession as OwnSession
from space_node.events.rules import ANSWERS as ANSWERS
from space_node.events.rules import Standing as Standing
from space_node.events.rules import may_change as may_change
from space_node.uplink import queries as uplink


def find(session: Session, event_id: str, *, lock: bool = False) -> OwnEvent | None:
    """An event that this space leads; None for any other."""
    return session.get(OwnEvent, event_id, with_for_update=True if lock else None, populate_existing=lock)


def require(session: Session, event_id: str, *, lock: bool = False) -> OwnEvent:
    """An event that this space leads, locked until the commit for who wants to change it. Raises OwnEventUnknown."""
    found = find(session, event_id, lock=lock)
    if found is None:
        raise OwnEventUnknown
    return found


def require_published(session: Session, event_id: str) -> OwnEvent:
    """One that is published and not cancelled, locked. Raises OwnEventUnknown, EventNotPublished."""
    found = require(session, event_id, lock=True)
    if found.state != EventState.PUBLISHED:
        raise EventNotPublished
    return found


def require_heard(session: Session, event_id: str) -> calendar.MirrorEvent:
    """Another space's event, as far as the hub has told of it. Raises OwnEventUnknown."""
    found = calendar.event(session, event_id)
    if found is None or found.lead == uplink.own_slug(session):
        raise OwnEventUnknown
    return found


def require_holding(session: Session, event_id: str) -> bool:
    """An event of which this space may hold a session; returns whether it is published, so that the session goes out.

    Raises OwnEventUnknown, CohostingNotAccepted, EventNotPublished for a cancelled one.
    """
    own = find(session, event_id, lock=True)
    if own is None:
        heard, stands = require_heard(session, event_id), cohost_state(session, event_id, uplink.own_slug(session))
        if stands is None:
            raise OwnEventUnknown
        if stands != CohostState.ACCEPTED:
            raise CohostingNotAccepted
    if (own or heard).state == EventState.CANCELLED:
        raise EventNotPublished
    return own is None or own.state == EventState.PUBLISHED


def own_events(session: Session, limit: int) -> list[OwnEvent]:
    """The events that this space leads, the newest first."""
    return list(session.scalars(select(OwnEvent).order_by(OwnEvent.id.desc()).limit(limit)))


def own_events_of(session: Session, ids: Iterable[str]) -> list[OwnEvent]:
    """Those of these events that this space leads."""
    return list(session.scalars(select(OwnEvent).where(OwnEvent.id.in_(ids))))


def invitations(session: Session, limit: int) -> list[Invitation]:
    """The events of others that this space is, or was, asked to hold too, the newest first."""
    return list(session.scalars(select(Invitation).order_by(Invitation.event_id.desc()).limit(limit)))


def invitation_count(session: Session) -> int:
    """How many invitations wait for an answer."""
    wanted = select(func.count()).select_from(Invitation).where(Invitation.state == CohostState.INVITED)
    return session.scalar(wanted) or 0


def wish(session: Session, event_id: str, space: str) -> CohostWish | None:
    """What was last asked about one co-host of an event, or of ourselves."""
    return session.get(CohostWish, (event_id, space))


def find_session(session: Session, session_id: str, *, lock: bool = False) -> OwnSession | None:
    """A session that this space holds, if it does."""
    return session.get(OwnSession, session_id, with_for_update=True if lock else None, populate_existing=lock)


def own_session(session: Session, session_id: str, *, lock: bool = False) -> OwnSession:
    """A session that this space holds. Raises OwnSessionUnknown."""
    found = find_session(session, session_id, lock=lock)
    if found is None:
        raise OwnSessionUnknown
    return found


def sessions(session: Session, event_id: str) -> list[OwnSession]:
    """This space's own sessions of an event, in the order in which they start."""
    wanted = select(OwnSession).where(OwnSession.event_id == event_id)
    return list(session.scalars(wanted.order_by(OwnSession.starts_at, OwnSession.id)))


def wishes(session: Session, event_id: str) -> list[CohostWish]:
    """What was last asked about each co-host of an event, or of ourselves."""
    return list(session.scalars(select(CohostWish).where(CohostWish.event_id == event_id).order_by(CohostWish.space)))


def all_sessions(session: Session, event_id: str) -> list[OwnSession | calendar.MirrorSession]:
    """The sessions of an event: ours as we have them, the others' as the hub tells."""
    own = uplink.identity(session)
    theirs = [one for one in calendar.sessions_of(session, event_id) if own is None or one.host != own.slug]
    return [*sessions(session, event_id), *theirs]


def has_taken_place(session: Session, event_id: str, now: dt.datetime) -> bool:
    """Whether an event is over: nothing of it is left to call off."""
    return rules.is_past(((one.state, one.ends_at) for one in all_sessions(session, event_id)), now)


def sessions_of(session: Session, event_ids: Iterable[str]) -> dict[str, list[OwnSession]]:
    """This space's own sessions of these events, by event, in the order in which they start."""
    found = defaultdict[str, list[OwnSession]](list)
    wanted = select(OwnSession).where(OwnSession.event_id.in_(event_ids))
    for one in session.scalars(wanted.order_by(OwnSession.starts_at, OwnSession.id)):
        found[one.event_id].append(one)
    return found


def wishes_of(session: Session, event_ids: Iterable[str]) -> dict[str, list[CohostWish]]:
    """What was last asked about the co-hosts of these events, by event."""
    found = defaultdict[str, list[CohostWish]](list)
    for one in session.scalars(select(CohostWish).where(CohostWish.event_id.in_(event_ids))):
        found[one.event_id].append(one)
    return found


def cohost_state(session: Session, event_id: str, space: str) -> CohostState | None:
    """How it stands with a co-host: what we have asked while the hub has not answered, else what it tells."""
    asked = wish(session, event_id, space)
    if asked is not None and asked.is_open:
        return CohostState(asked.wanted)
    heard = calendar.event(session, event_id)
    told = next((one["state"] for one in heard.cohosts if one["space"] == space), None) if heard else None
    return CohostState(told) if told else None


def times_of(session: Session, plan: rules.SessionPlan, *, event_id: str, session_id: str) -> rules.Times:
    """A session's times; a relay has those of its source. Raises PlanInvalid, WallTimeSkipped, WallTimeTwice, UnknownZone."""
    if plan.relay_of is None:
        return rules.times_of(plan)
    found = source(session, plan.relay_of)
    if found is None or found.event_id != event_id or found.id == session_id or found.relay_of or not _takes_place(found):
        fault = FieldFault(
            pointer="/relay_of", detail=N_("Choose a session of this event that takes place and is no relay itself.")
        )
        raise PlanInvalid(errors=[fault])
    wall, _ = wall_of(found.starts_at, plan.zone)
    if plan.starts_local not in (None, wall):
        said = Phrase(N_("A relay starts in the same instant, which is %(wall)s here."), wall=wall.replace("T", " "))
        raise PlanInvalid(errors=[FieldFault(pointer="/starts_local", detail=said)])
    return rules.times_of(plan, relayed_at=found.starts_at)


def require_left(session: Session, session_id: str, mode: SessionMode) -> None:
    """Refuse to take away a way of taking part on which people count, as far as the hub has told. Raises SeatsHeld."""
    heard, counted = calendar.session(session, session_id), calendar.seats(session, session_id)
    if heard is None or counted is None:
        return
    going = set(SEAT_KINDS[SessionMode(heard.mode)]) - set(SEAT_KINDS[mode])
    pools = [pool for pool in counted.pools if pool["kind"] in going]
    seated, waiting = sum(pool["confirmed"] + pool["offered"] for pool in pools), sum(pool["waiting"] for pool in pools)
    if seated or waiting:
        raise SeatsHeld(seated=seated, waiting=waiting)


def source(session: Session, session_id: str) -> OwnSession | calendar.MirrorSession | None:
    """A session that can be relayed: our own, as we have it, or another space's."""
    return session.get(OwnSession, session_id) or calendar.session(session, session_id)


def _takes_place(found: OwnSession | calendar.MirrorSession) -> bool:
    return found.state == SessionState.SCHEDULED
