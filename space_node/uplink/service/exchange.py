"""The exchange with the hub that needs nobody's input: news down, commands up, lists, and how far this node has read.

Each function is an edge: it asks the hub outside of any transaction, and takes what was answered in within one.
"""

import datetime as dt
import logging
from collections.abc import Callable
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.errors import Invalid, NotFound, Refusal
from shared.http import Answer
from shared.logging import log_event
from shared.messaging.outbox import outbox_oldest_at
from shared.protocol.feed import COLLECTIONS, CursorReport, SnapshotPage
from shared.protocol.passports import KeyListCopy, StatusListCopy
from shared.protocol.spaces import OwnEntry, Service
from shared.protocol.version import BASE_PATH
from shared.schemas import load
from space_node.config import present_node
from space_node.db import Outbox, ReaderState, db, read_only, transactional
from space_node.uplink import queries
from space_node.uplink.service import lists, mirror, outgoing, terms
from space_node.uplink.service.hub_session import hub_session, joined
from space_node.uplink.service.own import refresh_hub_keys

FEED_NAME = "hub"
PAGE_ITEMS = 200
REPORT_SECONDS = 60.0
_log = logging.getLogger(__name__)
# The states whose revs this node gives, by the name that the hub's entry has for each.
OWN_REVS = {
    "profile": "profile_rev",
    "keys": "key_set_rev",
    "availability": "availability_rev",
    "status-list": "status_list_rev",
}


def poll() -> int:
    """Read the news and report how far; a node that has not joined has none. Returns how many items were dealt with.

    Raises what the hub refuses or its silence is, after noting it for the manager.
    """
    if joined() is None:
        return 0
    try:
        count = present_node().reader.read_once()
        report_cursor()
    except Refusal as refusal:
        note_contact(fault=refusal.slug)
        raise
    return count


def deliver() -> int:
    """Send what is due. Returns how many commands were settled."""
    return present_node().delivery.deliver_due() if joined() is not None else 0


def fetch_changes(cursor: str) -> Answer:
    """The page of the feed behind a cursor."""
    query = urlencode({"since": cursor, "limit": PAGE_ITEMS})
    return hub_session().request("GET", f"{BASE_PATH}/changes?{query}")


def take_snapshots() -> str:
    """Take every collection in as it is, and this space's own entry. Returns the cursor from which the feed goes on."""
    session, reader = hub_session(), present_node().reader
    lift_revs()
    cursor = ""
    for collection in COLLECTIONS:
        after: str | None = ""
        while after is not None:
            query = f"?{urlencode({'after': after})}" if after else ""
            page = load(SnapshotPage, session.get(f"{BASE_PATH}/snapshot/{collection}{query}"))
            # The first is the oldest: what happened while the others were taken comes again in the feed.
            cursor = cursor or page["cursor"]
            reader.take(SnapshotPage().dump(page)["items"])
            after = page["next"]
    return cursor


def lift_revs() -> dict[str, object]:
    """Learn from the hub which revs of ours it has seen, and in which epoch it lives. Returns the hub's entry of this space."""
    entry = load(OwnEntry, hub_session().get(f"{BASE_PATH}/self"))

    @transactional
    def lift() -> None:
        for name, held in OWN_REVS.items():
            outgoing.lift_rev(db.session(), name, entry[held])
        mirror.enter_epoch(db.session(), int(entry["epoch"]))

    lift()
    return entry


def after_read(session: Session) -> None:
    """The hub answers: bring forward what waited for that, and say so to the manager."""
    present_node().delivery.clear_backoff(session)
    own = queries.require_identity(session)
    own.last_ok_at, own.last_fault, own.last_fault_at = current_clock().now(), None, None
    own.skew_seconds = hub_session().skew_seconds


@transactional
def note_contact(*, fault: str) -> None:
    """Keep why the hub could not be asked, the first time of a row of failures."""
    own = queries.require_identity(db.session())
    own.skew_seconds = hub_session().skew_seconds
    if own.last_fault != fault:
        own.last_fault, own.last_fault_at = fault, current_clock().now()


def report_cursor() -> None:
    """Tell the hub how far this node has read and since when its oldest command waits, when that has changed or a minute ago."""
    now, session = current_clock().now(), hub_session()

    @read_only
    def look() -> tuple[str, dt.datetime | None, bool]:
        state, own = db.session().get_one(ReaderState, FEED_NAME), queries.require_identity(db.session())
        return state.cursor, outbox_oldest_at(db.session(), Outbox), own.retell_since is None

    report = look()
    last, at = session.reported or (None, now)
    if report == last and dt.timedelta(0) <= now - at < dt.timedelta(seconds=REPORT_SECONDS):
        return
    told = dict(zip(("cursor", "outbox_oldest_at", "all_told"), report, strict=True))
    session.put(f"{BASE_PATH}/self/cursor", CursorReport().dump(told))
    session.reported = (report, now)


def fetch_lists(*, everything: bool = False) -> int:
    """Fetch the lists that are due, the key list first, by which the others are checked. Returns how many were taken.

    One that does not hold is noted and stops no other. Raises what the hub's silence is.
    """
    every = dt.timedelta(seconds=0 if everything else present_node().settings.lists_seconds)
    due = read_only(lambda: lists.lists_due(db.session(), every=every, now=current_clock().now()))
    wanted = due()
    taken = _fetch_key_list() if wanted.key_list else 0
    # A new key list may prove a twinning, whose status list is then due as well.
    return taken + sum(fetch_status_list(space) for space in (due() if taken else wanted).status_lists)


def _fetch_key_list() -> int:
    hub = hub_session()
    # The hub's own keys come along: a list may be signed by one that was not there yet when we joined.
    about, found = hub.get(BASE_PATH), hub.get(f"{BASE_PATH}/key-list")

    def store(session: Session, now: dt.datetime) -> None:
        refresh_hub_keys(session, load(Service, about)["key_set"])
        lists.store_key_list(session, load(KeyListCopy, found)["key_list"], now=now)
        terms.verify_doubted(session, present_node(), now=now)

    return _take_list(None, store)


def fetch_status_list(space: str) -> int:
    """Fetch the status list of a space. Returns how many were taken."""
    try:
        found = hub_session().get(f"{BASE_PATH}/status-lists/{space}")
    except NotFound as refusal:
        unknown = refusal

        def none_yet(_session: Session, _now: dt.datetime) -> None:
            raise unknown

        return _take_list(space, none_yet)

    def store(session: Session, now: dt.datetime) -> None:
        lists.store_status_list(session, space, load(StatusListCopy, found)["status_list"], now=now)

    return _take_list(space, store)


def _take_list(space: str | None, store: Callable[[Session, dt.datetime], None]) -> int:
    """Store a list, or note why not. Returns how many lists were stored."""
    try:
        transactional(lambda: store(db.session(), current_clock().now()))()
    except (Invalid, NotFound) as refusal:
        reason = f"{refusal.slug}: {refusal.params.get('reason', '')}".rstrip(": ")
        log_event(_log, "list.refused", slug=refusal.slug, space=space or "")
        transactional(lambda: lists.note_fault(db.session(), space, reason, now=current_clock().now()))()
        return 0
    return 1
