"""Signed records of what really happened at this door."""

import datetime as dt

from sqlalchemy.orm import Session

from shared.ids import new_id
from shared.keys import jws
from shared.protocol.bookings import VisitRecord as RecordBody
from space_node.config import present_node
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service
from space_node.visits import queries
from space_node.visits.models import Visit, VisitRecord

VISIT_TYP = "visit+jwt"


def write_record(
    session: Session,
    visit: Visit,
    *,
    at: dt.datetime,
    proof_sha256: str | None,
    passport_ref: str | None,
    now: dt.datetime,
) -> VisitRecord:
    """Sign that the guest of a visit has come. Raises ClockWrong, KeyMissing."""
    uplink_service.require_clock(session)
    offline = queries.is_offline(session, now)
    payload = {
        "id": visit.booking_id,
        "host": uplink.own_slug(session),
        "home": visit.home,
        "on": visit.on,
        "part": visit.part,
        "at": at,
        "origin": visit.origin,
        "proof_sha256": proof_sha256,
        "passport_ref": passport_ref,
        "offline": offline,
    }
    record = VisitRecord(
        id=new_id(now),
        booking_id=visit.booking_id,
        on=visit.on,
        at=at,
        proof_sha256=proof_sha256,
        passport_ref=passport_ref,
        offline=offline,
        document=jws.sign(RecordBody().dump(payload), key=present_node().ring.active("signing", now), typ=VISIT_TYP),
    )
    session.add(record)
    session.flush()
    return record
