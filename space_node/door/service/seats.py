"""The seats that a session keeps for its own door: counted here, in one conditional step, for the hub may be away."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from space_node.calendar.queries import MirrorSession
from space_node.hosting import service as hosting
from space_node.hosting.queries import GuestRsvp, HostedSession

UNTRACKED = {"synchronize_session": "fetch"}


def take(session: Session, guest: GuestRsvp, at: MirrorSession) -> bool:
    """Take seats of the door for a party, if there are as many. Returns whether they are theirs."""
    if guest.door_seat:
        return True
    hosting.hosted_session(session, at)
    taken = HostedSession.door_taken + guest.party
    free = update(HostedSession).where(HostedSession.session_id == at.id, taken <= at.door_seats).values(door_taken=taken)
    guest.door_seat = session.scalar(free.returning(HostedSession.session_id), execution_options=UNTRACKED) is not None
    return guest.door_seat


def give_back(session: Session, guest: GuestRsvp) -> None:
    """Give the seats of a party back to the door."""
    if guest.door_seat:
        left = update(HostedSession).where(HostedSession.session_id == guest.session_id, HostedSession.door_taken >= guest.party)
        session.execute(left.values(door_taken=HostedSession.door_taken - guest.party), execution_options=UNTRACKED)
        guest.door_seat = False
