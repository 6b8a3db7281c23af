"""What a node is told: pages and items as they came over the wire, checked before anything believes them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.errors import Malformed
from shared.http import Answer, PeerMisbehaved
from shared.ids import parse_id, sha256_hex
from shared.loader import dump_json
from shared.protocol.feed import FeedItem
from shared.schemas import load
from shared.text import harmless

CURSOR_CHARACTERS = 200
_ENVELOPE = FeedItem()


@dataclass(frozen=True, slots=True)
class News:
    """One item of the feed, with its envelope checked; `data` is for the handler to check."""

    id: str
    type: str
    subject: str
    rev: int
    epoch: str
    time: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewsPage:
    """A page whose frame is good; the items may be anything."""

    items: list[Any]
    cursor: str
    more: bool

    @property
    def epoch(self) -> str:
        """That of the last item, as far as it can be read."""
        return _label(self.items[-1], "epoch", 16) if self.items else ""


def read_page(answer: Answer) -> NewsPage:
    """The page in a good answer. Raises PeerMisbehaved for what is no page."""
    match answer.json():
        case {"items": list(items), "cursor": str(cursor), "more": bool(more)} if 0 < len(cursor) <= CURSOR_CHARACTERS:
            return NewsPage(items, cursor, more)
        case _:
            raise PeerMisbehaved(reason="not-a-page")


def read_item(item: Any) -> News:
    """The item with its envelope checked. Raises Invalid."""
    fields = load(_ENVELOPE, item)
    return News(fields["id"], fields["type"], fields["subject"], fields["rev"], fields["epoch"], fields["time"], fields["data"])


def key_of(item: Any) -> str:
    """The item's id, or, for one that has none, what tells it from others."""
    try:
        return parse_id(item["id"])
    except (Malformed, TypeError, KeyError):
        return sha256_hex(dump_json(item))


def labels_of(item: Any) -> dict[str, Any]:
    """What a list of parked items shows of one, whatever it is."""
    rev = item.get("rev") if isinstance(item, dict) else None
    return {"type": _label(item, "type", 60), "subject": _label(item, "subject", 120), "rev": rev if type(rev) is int else 0}


def instant_of(text: Any) -> datetime | None:
    """The instant that a parameter names, or None."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _label(item: Any, name: str, max_length: int) -> str:
    value = item.get(name) if isinstance(item, dict) else None
    return harmless(value, max_length=max_length) if isinstance(value, str) else ""
