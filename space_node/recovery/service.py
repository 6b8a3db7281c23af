"""What a node does after a restore, its own or the hub's. The functions about the hub are edges, as in `uplink.service.exchange`.

What a restored hub is told again stays answered here: the hub does it once more in its own time, under the seals of its
answers, and its news tell what came of it.
"""

import datetime as dt

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from shared.clock import current_clock
from shared.messaging.delivery import SEND_SECONDS
from shared.messaging.outbox import KEPT, resend_since, sealed_since
from space_node.db import Outbox, ReaderState, db, read_only, transactional
from space_node.uplink import queries as uplink
from space_node.uplink.service import exchange, send_row

LATER = {401, 429}
# Longer than the longest passport.
OWN_LIST_KEPT = dt.timedelta(days=31)


def name_in_network(session: Session) -> str:
    """This space and its network's hub, as a backup names them; empty before it has applied."""
    return f"{own.slug} of {own.hub}" if (own := uplink.identity(session)) else ""


def begin_again(session: Session, now: dt.datetime) -> None:
    """This node was restored: take everything in anew, the own revs first; until then nothing gets a rev."""
    session.execute(update(ReaderState).values(cursor="", item_key=""))
    own = uplink.identity(session)
    if own is not None:
        own.restored_at = now


def take_snapshots() -> str:
    """As `exchange.take_snapshots`; after a restore the own status list is taken back too, and then this node may speak again."""
    cursor = exchange.take_snapshots()
    slug = read_only(_catching_up)()
    if slug is not None:
        exchange.fetch_lists(everything=True)
        exchange.fetch_status_list(slug)
        transactional(_caught_up)()
    return cursor


def forget_own_list(session: Session, now: dt.datetime) -> int:
    """The own status list that was taken back goes when every passport of that time has ended. Returns how many went."""
    own = uplink.identity(session)
    if own is None:
        return 0
    old = (uplink.StatusListCopy.space == own.slug) & (uplink.StatusListCopy.asked_at < now - OWN_LIST_KEPT)
    return len(session.scalars(delete(uplink.StatusListCopy).where(old).returning(uplink.StatusListCopy.space)).all())


def on_reset(session: Session, restored_to: dt.datetime | None) -> None:
    """The hub was restored: tell it again what was answered since then, or everything that is kept."""
    resend_since(session, Outbox, restored_to, now=current_clock().now())
    own = uplink.require_identity(session)
    own.retell_since, own.retold_id = restored_to or dt.datetime.min.replace(tzinfo=dt.UTC) + KEPT, 0


def tell_again() -> int:
    """Tell what is left to tell. Returns how many commands were told; stops where the hub cannot listen now.

    Raises what the hub's silence is.
    """
    count = 0
    while (rows := read_only(_left)()) is not None:
        if not rows:
            _note(None)
            break
        for row in rows:
            status = send_row(row, timeout_seconds=SEND_SECONDS, seal=row.answer_seal).status
            if status >= 500 or status in LATER:
                return count
            count += 1
        _note(rows[-1].id)
    return count


def _left() -> list[Outbox] | None:
    own = uplink.identity(db.session())
    if own is None or own.retell_since is None:
        return None
    return sealed_since(db.session(), Outbox, own.retell_since, behind=own.retold_id or 0)


@transactional
def _note(row_id: int | None) -> None:
    """All is told up to this row, or to the last."""
    own = uplink.require_identity(db.session())
    own.retold_id = row_id
    if row_id is None:
        own.retell_since = None


def _catching_up() -> str | None:
    own = uplink.require_identity(db.session())
    return None if own.restored_at is None else own.slug


def _caught_up() -> None:
    uplink.require_identity(db.session()).restored_at = None
