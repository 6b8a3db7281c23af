"""What each home is told about its people at a session of ours: the way in, messages, who shares, the recap; all sealed."""

import datetime as dt
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared import meanwhile
from shared.ids import derived_id, new_id, sha256_hex
from shared.keys import sealed
from shared.loader import dump_json
from shared.protocol.boxes import BRIEF_MAX_BYTES, Brief
from shared.protocol.rsvps import BriefUpdate
from shared.protocol.states import AttendeeList
from shared.protocol.version import BASE_PATH
from space_node.calendar import queries as calendar
from space_node.events import queries as organised
from space_node.events.errors import OwnSessionUnknown
from space_node.hosting import queries, rules
from space_node.hosting.errors import NobodyComes, NotOverYet, SessionNotHeld, TooManyNotices
from space_node.hosting.models import GuestRsvp, HostedSession, SentBrief, SessionNotice
from space_node.hosting.rules import Coming
from space_node.hosting.service import kept
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service

A_DAY = dt.timedelta(days=1)


def post_notice(session: Session, *, session_id: str, text: str, notice_id: str | None = None, now: dt.datetime) -> SessionNotice:
    """Write to those who come; their own spaces show it to them, and no address is known to anybody.

    The same text under the same id again is the same message; another text under it is another message. Raises SessionNotHeld,
    NobodyComes, TooManyNotices.
    """
    door = kept.hosted_session(session, queries.held(session, session_id).session)
    # One message after the other: of two at once with one id, the later finds the earlier.
    session.refresh(door, with_for_update=True)
    made_id = derived_id(notice_id, f"{session_id}/{text}") if notice_id else new_id(now)
    if sent := session.get(SessionNotice, made_id):
        return sent
    if not any(row.state in rules.SEATED for row in queries.rows_of(session, session_id)):
        raise NobodyComes
    lately = select(func.count()).where(SessionNotice.session_id == session_id, SessionNotice.at > now - A_DAY)
    if (session.scalar(lately) or 0) >= rules.NOTICES_A_DAY:
        raise TooManyNotices(max=rules.NOTICES_A_DAY)
    made = SessionNotice(id=made_id, session_id=session_id, at=now, text=text)
    session.add(made)
    session.flush()
    tell(session, session_id, now)
    return made


def write_recap(session: Session, *, session_id: str, text: str, now: dt.datetime, shown: str | None = None) -> None:
    """Tell those who came how it was; `shown` is that of the form. Raises SessionNotHeld, NotOverYet, ChangedMeanwhile."""
    at = queries.held(session, session_id)
    if not at.is_over(now):
        raise NotOverYet
    door = kept.hosted_session(session, at.session)
    session.refresh(door, with_for_update=True)
    if shown is not None and not meanwhile.changes({"recap": text}, stored={"recap": door.recap}, shown=shown):
        return
    door.recap, door.recap_at = text, now
    session.flush()
    tell(session, session_id, now)


def tell(session: Session, session_id: str, now: dt.datetime, *, only: str | None = None) -> int:
    """Send every home, or only one, what has changed in its brief. Returns how many briefs went out.

    One whose keys are not known here yet is told by the next run of the reconciler.
    """
    try:
        at = queries.held(session, session_id)
    except SessionNotHeld:
        return 0
    seated = [row for row in queries.rows_of(session, session_id) if row.state in rules.SEATED and row.home]
    told = {row.home: row for row in session.scalars(select(SentBrief).where(SentBrief.session_id == session_id))}
    homes = {str(row.home) for row in seated} | set(told) | _readers_of_the_recap(session, at)
    return sum(
        _send(session, session_id, home, _payload(session, at, home, seated), told.get(home), now)
        for home in sorted(homes if only is None else homes & {only})
    )


def _readers_of_the_recap(session: Session, at: queries.Held) -> set[str]:
    """The other spaces that hold the event, once there is something for them."""
    door = queries.hosted(session, at.session.id)
    return set(calendar.holders(session, at.event.id)) - {at.session.host} if door and door.recap else set()


def tell_all(session: Session, now: dt.datetime) -> int:
    """Send what has changed of all the sessions that are not long over; a changed link goes out so."""
    lately = select(HostedSession.session_id).where(HostedSession.ends_at > now - rules.NAMES_KEPT)
    with_people = select(GuestRsvp.session_id).where(GuestRsvp.session_id.in_(lately)).distinct()
    return sum(tell(session, session_id, now) for session_id in session.scalars(with_people).all())


def brief_answered(session: Session, *, session_id: str, home: str, rev: int) -> None:
    """The hub has a brief; a higher rev than ours is from before this node was restored from a backup."""
    held = session.get(SentBrief, (session_id, home), with_for_update=True)
    if held is not None and rev > held.rev:
        _send_anew(held, rev)


def brief_refused(session: Session, *, session_id: str, home: str, rev: object) -> None:
    """The hub holds another brief under this rev: the next one goes above it."""
    held = session.get(SentBrief, (session_id, home), with_for_update=True)
    if held is not None and isinstance(rev, int):
        _send_anew(held, max(rev, held.rev))


def _send_anew(held: SentBrief, rev: int) -> None:
    held.rev, held.sha256 = rev, ""


def _payload(session: Session, at: queries.Held, home: str, seated: list[GuestRsvp]) -> dict[str, Any]:
    door = queries.hosted(session, at.session.id)
    found = rules.brief(
        home,
        people=[Coming(str(row.home), row.name, row.shares) for row in seated],
        list_open=at.event.attendee_list == AttendeeList.RECIPROCAL,
        join_url=_way_in(session, at.session.id),
        notices=[{"id": one.id, "at": one.at, "text": one.text} for one in queries.notices(session, at.session.id)],
        recap=door.recap if door else "",
        seated=any(row.home == home for row in seated),
    )
    payload = dict(Brief().dump(found))
    while len(dump_json(payload)) > rules.BRIEF_PLAIN_MAX and (payload["attendees"] or payload["notices"]):
        payload = rules.shortened(payload)
    return payload


def _way_in(session: Session, session_id: str) -> str | None:
    """The link of a session, which never leaves this node but in a brief; none where this node no longer knows it."""
    try:
        return organised.own_session(session, session_id).join_url or None
    except OwnSessionUnknown:
        return None


def _send(session: Session, session_id: str, home: str, payload: dict[str, Any], held: SentBrief | None, now: dt.datetime) -> int:
    sha256, key = sha256_hex(dump_json(payload)), uplink.encryption_key(session, home, now)
    if key is None or (held is not None and held.sha256 == sha256):
        return 0
    if held is None:
        held = SentBrief(session_id=session_id, home=home, rev=0)
        session.add(held)
    held.rev, held.sha256, held.sent_at = held.rev + 1, sha256, now
    context = f"brief/{session_id}/{home}"
    box = sealed.seal(payload, to_jwk=key, context=context, max_bytes=BRIEF_MAX_BYTES)
    body, path = BriefUpdate().dump({"rev": held.rev, "box": box}), f"{BASE_PATH}/sessions/{session_id}/briefs/{home}"
    uplink_service.send(session, kind="brief", method="PUT", path=path, body=body, subject=context, now=now)
    return 1
