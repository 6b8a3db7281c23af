"""The feed as nodes read it: changes behind a cursor, snapshots of what is, and the caller's own entry (DESIGN §6).

This is the one place that knows every slice's state: a snapshot of a collection holds the same items that the feed does.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from flask import current_app, g
from sqlalchemy.orm import Session

from federation.bookings import queries as bookings
from federation.briefs import queries as briefs
from federation.config import present_hub
from federation.credits import queries as credits_
from federation.db import Feed, FeedCounter, db, read_only, transactional
from federation.erasures import queries as erasures
from federation.events import queries as events
from federation.formats import queries as formats
from federation.introductions import queries as introductions
from federation.memberships import queries as memberships
from federation.recovery import service as recovery
from federation.rsvps import queries as rsvps
from federation.spaces import queries as spaces
from federation.spaces import service as spaces_service
from federation.trust import queries as trust
from federation.trust.errors import SpaceNotActive
from federation.twinnings import queries as twinnings
from shared.access import audience
from shared.clock import current_clock
from shared.errors import NotFound
from shared.ids import new_id
from shared.loader import dump_json
from shared.marking import N_
from shared.messaging.cursor import Cursors
from shared.messaging.feed import PAGE_CHARACTERS, FeedItem, bounds, event, page
from shared.problems import ProblemBlueprint
from shared.protocol import feed as bodies
from shared.protocol import spaces as space_bodies
from shared.protocol.registry import FEED_TYPES
from shared.protocol.states import SpaceState
from shared.protocol.version import BASE_PATH

wire = audience(ProblemBlueprint("wire", __name__, url_prefix=BASE_PATH), "space")
State = tuple[str, str, int, dict[str, Any]]
# As long as hosts keep names.
READS_ON = dt.timedelta(days=30)


class CollectionUnknown(NotFound):
    """No such collection."""

    slug = "collection-unknown"
    title = N_("There is no such collection")
    sentence = N_("Take a snapshot of one of: %(collections)s.")


def _spaces(session: Session, caller: str, now: dt.datetime) -> Iterator[State]:
    own = spaces.require(session, caller)
    yield "standing.updated", f"standing/{caller}", own.rev, spaces_service.standing(own)
    for space in spaces.ever_here(session):
        yield "space.updated", f"space/{space.slug}", space.rev, spaces_service.entry(space)
    for slug in twinnings.twins_of(session, caller):
        twin = spaces.require(session, slug)
        yield "profile.updated", f"profile/{slug}", twin.profile_rev, {"space": slug, "profile": twin.profile}
        if rev := trust.status_list_rev(session, slug):
            data = {"space": slug, "rev": rev, "vouched_at": now}
            yield "status-list.updated", f"status-list/{slug}", rev, data
    newest = trust.key_list(session)
    yield "key-list.updated", "key-list", newest.seq, {"seq": newest.seq}


def _twinnings(session: Session, caller: str, _now: dt.datetime) -> Iterator[State]:
    for twinning in twinnings.of_space(session, caller):
        yield "twinning.updated", f"twinning/{twinning.id}", twinning.rev, twinnings.entry(session, twinning)


def _wallets(session: Session, caller: str, _now: dt.datetime) -> Iterator[State]:
    yield from credits_.wallet_states(session, caller)


def _formats(session: Session, _caller: str, _now: dt.datetime) -> Iterator[State]:
    yield from formats.states(session)


def _rsvps(session: Session, caller: str, now: dt.datetime) -> Iterator[State]:
    yield from rsvps.states(session, caller, now)
    yield from briefs.states(session, caller)
    yield from memberships.states(session, caller)
    # Last of all, so that what was brought by the others is forgotten again.
    yield from erasures.states(session, caller)


COLLECTIONS: dict[str, Callable[[Session, str, dt.datetime], Iterator[State]]] = {
    "spaces": _spaces,
    "twinnings": _twinnings,
    "availability": bookings.availability_states,
    "bookings": bookings.booking_states,
    "wallets": _wallets,
    "formats": _formats,
    "events": events.states,
    "rsvps": _rsvps,
    "introductions": introductions.states,
}


@wire.route("/changes")
@read_only
@wire.arguments(bodies.FeedQuery, location="query")
@wire.response(200, bodies.FeedPage)
def get_changes(query: dict[str, Any]) -> dict[str, Any]:
    """What happened behind the cursor, for the caller; for a month for one that has left."""
    own, now = spaces.require(db.session(), g.caller), current_clock().now()
    if own.state == SpaceState.LEFT and now > own.state_changed_at + READS_ON:
        raise SpaceNotActive(state=own.state)
    found = page(db.session(), Feed, FeedCounter, cursors(), audience=g.caller, since=query["since"], limit=query["limit"])
    return found.as_wire(present_hub().settings.issuer)


@wire.route("/snapshot/<collection>")
@read_only
@wire.arguments(bodies.SnapshotQuery, location="query")
@wire.response(200, bodies.SnapshotPage)
def get_snapshot(query: dict[str, Any], collection: str) -> dict[str, Any]:
    """A page of one collection as it is for the caller, and the cursor at which the feed goes on."""
    states = COLLECTIONS.get(collection)
    if states is None:
        raise CollectionUnknown(collections=", ".join(COLLECTIONS))
    session, now = db.session(), current_clock().now()
    held = bounds(session, FeedCounter)
    items, following = _page(list(states(session, g.caller, now)), query["after"], now)
    source = present_hub().settings.issuer
    return {
        "items": [event(item, held.epoch, source) for item in items],
        "cursor": cursors().encode(held.epoch, held.head),
        "next": following,
    }


@wire.route("/self/cursor", methods=["PUT"])
@transactional
@wire.arguments(bodies.CursorReport)
@wire.response(200, space_bodies.Receipt)
def put_cursor(body: dict[str, Any]) -> dict[str, Any]:
    """Note how far the caller has read, and since when its oldest command waits."""
    session = db.session()
    at = cursors().decode(body["cursor"])
    spaces_service.seen(
        session, slug=g.caller, cursor_seq=at.seq, outbox_oldest_at=body["outbox_oldest_at"], now=current_clock().now()
    )
    if body["all_told"] and at.epoch == bounds(session, FeedCounter).epoch:
        recovery.note_all_told(session, g.caller)
    return {"rev": max(1, at.seq)}


@wire.route("/self")
@read_only
@wire.response(200, space_bodies.OwnEntry)
def get_self() -> dict[str, Any]:
    """What the hub holds of the caller."""
    session = db.session()
    own = spaces.require(session, g.caller)
    return {
        **spaces_service.standing(own),
        "rev": own.rev,
        "epoch": bounds(session, FeedCounter).epoch,
        "profile_rev": own.profile_rev,
        "key_set_rev": trust.key_set_rev(session, own.slug),
        "root_thumbprint": own.root_thumbprint,
        "availability_rev": bookings.availability_rev(session, own.slug),
        "status_list_rev": trust.status_list_rev(session, own.slug),
    }


def cursors() -> Cursors:
    """The maker of cursors, keyed by the service's secret."""
    return Cursors(str(current_app.config["SECRET_KEY"]).encode())


def _page(states: list[State], after: str, now: dt.datetime) -> tuple[list[FeedItem], str | None]:
    """What follows a subject, as much as a page holds, and the last subject where more is left.

    Where that subject has gone meanwhile, all comes again: what a node holds already it drops.
    """
    place = next((number for number, state in enumerate(states, 1) if state[1] == after), 0)
    items: list[FeedItem] = []
    characters_left = PAGE_CHARACTERS
    for state in states[place:]:
        item = _item(state, now)
        characters_left -= len(dump_json(item.data))
        if items and characters_left < 0:
            return items, items[-1].subject
        items.append(item)
    return items, None


def _item(state: State, now: dt.datetime) -> FeedItem:
    kind, subject, rev, data = state
    wire_data = FEED_TYPES[kind]().dump(data)
    return FeedItem(id=new_id(now), seq=0, type=kind, subject=subject, rev=rev, recorded_at=now, data=wire_data)
