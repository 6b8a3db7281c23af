"""What a host tells those who come, home by home: the hub carries it and cannot read it."""

import datetime as dt

from sqlalchemy.orm import Session

from federation.briefs import queries
from federation.briefs.errors import BriefUnwanted
from federation.briefs.models import SeatBrief
from federation.db import publish
from federation.rsvps import queries as seats
from federation.rsvps.errors import SessionUnknown
from shared.revs import Arrival, arrival


def set_brief(
    session: Session, *, session_id: str, home: str, caller: str, rev: int, box: str, sha256: str, now: dt.datetime
) -> int:
    """Keep a brief and hand it to its home; returns the rev held. The spaces that hold the event get the recap so, too.

    Raises SessionUnknown, BriefUnwanted, RevConflict.
    """
    seat = seats.lock(session, session_id)
    if seat.host != caller:
        raise SessionUnknown
    if home not in seat.managers and not seats.had_seat(session, session_id, home):
        raise BriefUnwanted(home=home)
    held = session.get(SeatBrief, (session_id, home))
    held_rev, held_sha256 = (held.rev, held.sha256) if held else (0, None)
    if arrival(held_rev=held_rev, held_sha256=held_sha256, rev=rev, sha256=sha256) is Arrival.CHANGES_NOTHING:
        return held_rev
    if held is None:
        held = SeatBrief(session_id=session_id, home=home)
        session.add(held)
    held.rev, held.sha256, held.box = rev, sha256, box
    session.flush()
    data, subject = queries.entry(held, seat.host), queries.subject(held)
    publish(session, to=[home], type="brief.updated", subject=subject, rev=rev, data=data, now=now, coalesce=True)
    return rev
