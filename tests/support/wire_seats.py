"""Seats as spaces ask a hub for them, over the wire: sessions with few seats, wishes, and what becomes of them."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from werkzeug.test import TestResponse

from federation.db import db, read_only
from federation.rsvps import queries
from federation.rsvps.models import Rsvp, SeatPool
from shared.ids import new_id
from tests.support.wire_events import add_session, open_session
from tests.support.wire_space import WireHub, WireSpace, example, good


def open_seats(host: WireSpace, seats: int | None = 1, **changes: Any) -> dict[str, Any]:
    """A session of the host's, for the whole network, with so many seats in person."""
    return open_session(host, **{"seats_in_person": seats, **changes})


def change_seats(host: WireSpace, session: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The same session with something else."""
    start = {"on": dt.date.fromisoformat(session["starts_local"][:10]), "at": session["starts_local"][11:]}
    kept = {name: session[name] for name in ("mode", "seats_in_person", "seats_remote", "door_seats", "waiting_list", "approval")}
    same = {name: session[name] for name in ("party_max", "price_credits", "opens_at", "closes_at", "zone")}
    return add_session(host, session["event_id"], session["id"], **{**start, **kept, **same, **changes})


def wish(space: WireSpace, session: dict[str, Any], guest: str | None = "", **changes: Any) -> dict[str, Any]:
    """A request for one seat, of somebody new unless it is said who."""
    usual = {
        "session_id": session["id"],
        "guest": new_id() if guest == "" else guest,
        "zone": space.zone,
        "intent_at": space.now.isoformat(),
    }
    price = {"price_credits": session["price_credits"], "take_at_once": False}
    return {**example("rsvp-request"), **usual, **price, **changes}


def ask(space: WireSpace, session: dict[str, Any], guest: str | None = "", *, rsvp_id: str = "", **changes: Any) -> TestResponse:
    """Ask for a seat."""
    return space.call("PUT", f"/rsvps/{rsvp_id or new_id()}", wish(space, session, guest, **changes))


def asked(space: WireSpace, session: dict[str, Any], guest: str = "", **changes: Any) -> dict[str, Any]:
    """What a wish was answered with, which must be an answer."""
    return good(ask(space, session, guest, **changes))


def at_door(host: WireSpace, session: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What the host is answered for somebody at its door, whom nobody knows unless it is said who."""
    return asked(host, session, **{"origin": "door", "guest": None, "home": host.slug, **changes})


def act(space: WireSpace, rsvp: dict[str, Any], step: str, *, key: str | None = None, **content: Any) -> TestResponse:
    """One step of an RSVP."""
    now = space.now.isoformat()
    usual: dict[str, dict[str, Any]] = {"cancel": {"pressed_at": now}, "attendance": {"came": True, "at": now}}
    return space.call("POST", f"/rsvps/{rsvp['id']}/{step}", {**usual.get(step, {}), **content}, key=key)


def acted(space: WireSpace, rsvp: dict[str, Any], step: str, **content: Any) -> dict[str, Any]:
    """What an RSVP is after a step, which must have been answered."""
    return good(act(space, rsvp, step, **content))


def now_is(space: WireSpace, rsvp: dict[str, Any]) -> dict[str, Any]:
    """An RSVP as it stands."""
    return good(space.call("GET", f"/rsvps/{rsvp['id']}"))


def states(space: WireSpace, *rsvps: dict[str, Any]) -> list[str]:
    """Where RSVPs stand."""
    return [now_is(space, rsvp)["state"] for rsvp in rsvps]


def seats_of(space: WireSpace, session: dict[str, Any], kind: str = "in_person") -> tuple[int | None, int, int, int]:
    """Of a session: what is free, confirmed, offered and waiting, as a snapshot tells it."""
    found = space.snapshot("rsvps")[f"seats/{session['id']}"]
    [pool] = [pool for pool in found["pools"] if pool["kind"] == kind]
    return pool["free"], pool["confirmed"], pool["offered"], pool["waiting"]


def starts_in(hub: WireHub, session: dict[str, Any], **ahead: float) -> None:
    """Put the hub's clock to so long before the start; below zero, after it."""
    hub.clock.set(dt.datetime.fromisoformat(session["starts_at"]) - dt.timedelta(**ahead))


def check_counters(hub: WireHub) -> None:
    """Every counter must be the sum of what it counts, and no limited pool oversold."""
    with hub.app.app_context():
        wrong = read_only(lambda: queries.miscounted(db.session()))()
        over = sa.select(SeatPool.session_id).where(SeatPool.taken + SeatPool.held > SeatPool.capacity)
        assert (wrong, read_only(lambda: db.session.scalars(over).all())()) == ([], [])


def stored(hub: WireHub, session: dict[str, Any]) -> list[Rsvp]:
    """The RSVPs of a session as they are kept, in the order of the queue."""
    with hub.app.app_context():
        here = sa.select(Rsvp).where(Rsvp.session_id == session["id"]).order_by(Rsvp.queue_at, Rsvp.id)
        return list(read_only(lambda: db.session.scalars(here).all())())
