"""The change feed: CloudEvents whose data is the whole state of one thing (DESIGN §6)."""

import marshmallow as ma

from shared.schemas import Flag, Id, Instant, Text, Whole, WireSchema


class FeedItem(WireSchema):
    """One change. `type` names the schema of `data` (see registry.FEED_TYPES); a higher `rev` replaces a lower one."""

    specversion = ma.fields.Constant("1.0")
    id = Id(required=True)
    source = Text(max=200, required=True)
    type = Text(max=60, required=True)
    subject = Text(max=120, required=True)
    rev = Whole(min=1, required=True)
    epoch = Text(max=16, required=True)
    time = Instant(required=True)
    data = ma.fields.Dict(required=True)


class FeedPage(WireSchema):
    """A page of the feed, oldest first; the cursor is opaque and stands behind the last row examined."""

    items = ma.fields.List(ma.fields.Nested(FeedItem), required=True)
    cursor = Text(max=200, required=True)
    more = Flag(required=True)


class SnapshotPage(WireSchema):
    """One page of a collection as it is; `cursor` (first page) is where the feed goes on, `next` asks for the next page."""

    items = ma.fields.List(ma.fields.Nested(FeedItem), required=True)
    cursor = Text(max=200, required=True)
    next = Text(max=200, allow_none=True, load_default=None)


class CursorReport(WireSchema):
    """What a node acknowledges: how far it has read, since when its oldest unanswered command waits, and whether it has told a
    restored hub again all that was answered since the backup. A node that has no word for it has nothing under a seal."""

    cursor = Text(max=200, required=True)
    outbox_oldest_at = Instant(allow_none=True, load_default=None)
    all_told = Flag(load_default=True)


class FeedQuery(WireSchema):
    """A reader that forgot its place must say so by taking a snapshot: without `since` the answer is `cursor-required`."""

    since = Text(max=200, min=0, load_default="")
    limit = Whole(min=1, max=500, written=True, load_default=200)


class SnapshotQuery(WireSchema):
    """Where a collection goes on: the `next` of the page before, nothing for the first."""

    after = Text(max=200, min=0, load_default="")


COLLECTIONS: tuple[str, ...] = (
    *("spaces", "twinnings", "availability", "bookings", "wallets"),
    *("formats", "events", "rsvps", "introductions"),
)
