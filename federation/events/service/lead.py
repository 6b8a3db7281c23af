"""What the lead says of its event, and whom it invites to hold it too."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from federation.db import Base
from federation.events import queries, rules
from federation.events.errors import CohostInvalid, CohostsFull, EventInvalid, EventOver, InvitationOver, NoSuchEvent
from federation.events.models import Cohost, Event
from federation.events.service import changes, news, replays
from federation.formats import queries as formats
from federation.spaces import queries as spaces
from shared.constraints import refused
from shared.errors import FieldFault
from shared.marking import N_
from shared.protocol.events import COHOSTS_MAX
from shared.protocol.states import CohostState, EventState
from shared.revs import Arrival, arrival

SAID = ("state", "title", "summary", "description", "language", "topics", "reach", "attendee_list", "format", "note")


def set_event(
    session: Session, *, event_id: str, caller: str, rev: int, said: dict[str, Any], sha256: str, now: dt.datetime
) -> Event:
    """Keep the event as its lead describes it now, and tell those who may see it.

    Cancelling it cancels every session. Raises NoSuchEvent for another space's, EventInvalid, RevConflict.
    """
    spaces.lock(session, caller)
    event = queries.locked(session, event_id)
    if event is not None and event.lead != caller:
        raise NoSuchEvent
    held_rev, held_sha256 = (event.lead_rev, event.lead_sha256) if event else (0, None)
    arrived = arrival(held_rev=held_rev, held_sha256=held_sha256, rev=rev, sha256=sha256)
    if event is not None and arrived is Arrival.CHANGES_NOTHING:
        return event
    if faults := [*rules.event_faults(said), *_format_faults(session, said["format"])]:
        raise EventInvalid(errors=faults)
    if event is not None and event.reach != said["reach"]:
        changes.hold_seats(session, event)
    before = queries.audience(session, event) if event else None
    event = event or Event(id=event_id, lead=caller, rev=0)
    for name in SAID:
        setattr(event, name, said[name])
    event.lead_rev, event.lead_sha256 = rev, sha256
    event.rev, event.changed_at = event.rev + 1, now
    with refused(session, Base.metadata, {"pk_events": NoSuchEvent}):
        session.add(event)
    news.tell_event(session, event, before=before, now=now)
    if event.state == EventState.CANCELLED:
        changes.cancel_all(session, event, host=None, now=now)
    if before is not None and before != queries.audience(session, event):
        changes.renew_seats(session, event, now=now)
    replays.note(session, event, now=now)
    return event


def set_invitation(session: Session, *, event_id: str, caller: str, space: str, state: CohostState, now: dt.datetime) -> Event:
    """Invite a space to hold the event too, or take that back; who had accepted loses its sessions then.

    Raises NoSuchEvent, CohostInvalid, CohostsFull, EventOver.
    """
    spaces.lock(session, caller)
    event = queries.locked(session, event_id)
    if event is None or event.lead != caller:
        raise NoSuchEvent
    held = session.get(Cohost, (event_id, space))
    wanted = rules.invited(held.state if held else None, state)
    if wanted is None or (held is not None and wanted == held.state):
        return event
    if wanted == CohostState.INVITED:
        _check_invited(session, event, space)
    before = queries.audience(session, event)
    if held is None:
        held = Cohost(event_id=event_id, space=space, state=wanted, changed_at=now)
        session.add(held)
    held.note = ""
    _become(session, event, held, wanted, before=before, now=now)
    return event


def answer_invitation(
    session: Session, *, event_id: str, caller: str, space: str, state: CohostState, note: str, now: dt.datetime
) -> Event:
    """Take the invited space's answer, which nobody else can give; who withdraws loses its sessions.

    Raises NoSuchEvent, InvitationOver, EventOver.
    """
    spaces.lock(session, caller)
    event = queries.locked(session, event_id)
    held = session.get(Cohost, (event_id, space)) if event and caller == space else None
    if event is None or held is None:
        raise NoSuchEvent
    wanted = rules.answered(held.state, state)
    if wanted is None:
        raise InvitationOver(state=str(held.state))
    if wanted == held.state:
        return event
    if wanted == CohostState.ACCEPTED and event.state == EventState.CANCELLED:
        raise EventOver
    before = queries.audience(session, event)
    held.note = note
    _become(session, event, held, wanted, before=before, now=now)
    return event


def _become(
    session: Session, event: Event, held: Cohost, state: CohostState, *, before: queries.Audience, now: dt.datetime
) -> None:
    changes.hold_seats(session, event)
    held_it = held.state == CohostState.ACCEPTED
    held.state, held.changed_at = state, now
    event.rev, event.changed_at = event.rev + 1, now
    session.flush()
    if held_it:
        changes.cancel_all(session, event, host=held.space, now=now)
    news.tell_event(session, event, before=before, now=now)
    changes.renew_seats(session, event, now=now)


def _check_invited(session: Session, event: Event, space: str) -> None:
    if event.state == EventState.CANCELLED:
        raise EventOver
    if space == event.lead or not spaces.is_live(session, space):
        raise CohostInvalid
    open_count = sum(row.state in rules.OPEN_INVITATIONS for row in queries.cohosts(session, event.id))
    if open_count >= COHOSTS_MAX:
        raise CohostsFull(most=COHOSTS_MAX)


def _format_faults(session: Session, ref: dict[str, Any] | None) -> list[FieldFault]:
    """A version that is not known yet may still come; one whose content is another never fits."""
    held = formats.version(session, ref["id"], ref["version"]) if ref else None
    if held is None or ref is None or held.sha256 == ref["hash"]:
        return []
    return [FieldFault(pointer="/format/hash", detail=N_("This version of the format has another content."))]
