"""The hub comes back from a backup: what it has forgotten of events is said again, and nobody loses a seat."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from federation.db import Answer, Base, FeedCounter
from federation.events import queries as hub_events
from federation.rsvps import queries as hub_rsvps
from shared.messaging.numbering import raise_epoch
from shared.protocol.states import RsvpState
from space_node.calendar import queries as calendar
from space_node.events import service as organiser
from space_node.uplink import queries as uplink
from tests.support.evening import Evening
from tests.support.guests import Guests

FORGOTTEN = ("events", "event_sessions", "event_cohosts", "rsvps", "seat_pools", "seat_sessions")


def test_a_hub_that_is_restored_hears_of_events_again_and_no_seat_is_lost(guests: Guests) -> None:
    """Edge case 32: the backup is older than the event and its guests; all that was said since is said again, in its order."""
    backup_at = guests.now
    guests.clock.advance(dt.timedelta(minutes=10))
    evening = Evening(guests, seats_in_person=1)
    rsvp_id = evening.coming()
    session = evening.host.look(lambda s: calendar.session(s, evening.session_id))
    assert session is not None
    guests.clock.advance(dt.timedelta(minutes=10))
    evening.host.command(lambda s: organiser.postpone_session(s, session_id=evening.session_id, note="", now=evening.now))
    evening.plan(seats_in_person=1, note="Now really.")
    evening.sync()
    epoch = evening.home.look(uplink.epoch)

    def restore(hub: Session) -> None:
        for name in FORGOTTEN:
            hub.execute(sa.delete(Base.metadata.tables[name]))
        hub.execute(sa.delete(Answer).where(Answer.at > backup_at))
        raise_epoch(hub, FeedCounter, restored_to=backup_at, now=evening.now)

    guests.hub.command(restore)
    # Who asked for a seat speaks first: it is told to wait until the host has said again that there is such a session.
    for node in (evening.home, evening.home, evening.host, evening.host):
        node.sync()
    guests.clock.advance(dt.timedelta(minutes=1))
    guests.hub.work()
    guests.network.sync()
    assert evening.home.look(uplink.epoch) > epoch
    [found] = guests.hub.look(lambda s: hub_events.sessions_of(s, evening.event_id))
    mirrored = evening.home.look(lambda s: calendar.session(s, evening.session_id))
    assert mirrored is not None
    assert (found.note, found.rev, found.sequence) == (mirrored.note, mirrored.rev, mirrored.sequence) == ("Now really.", 3, 2)
    assert (mirrored.starts_at, mirrored.host_rev) == (session.starts_at, 3)
    held = guests.hub.look(lambda s: hub_rsvps.mine(s, rsvp_id=rsvp_id, space=evening.home.slug))
    assert held.state == RsvpState.CONFIRMED == evening.place(rsvp_id).state
    assert guests.hub.look(hub_rsvps.miscounted) == []
