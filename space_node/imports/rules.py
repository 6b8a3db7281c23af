"""How an entry of somebody's calendar becomes the draft of an event. Pure."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import ceil

from shared.calendar.entries import Occurrence, ReadEntry
from shared.calendar.writer import EntryStatus
from shared.errors import Invalid
from shared.marking import N_, Phrase
from shared.protocol.states import SessionMode
from shared.text import clean_text
from shared.wall_time import wall_of

WINDOW = dt.timedelta(days=366)
DATES_PER_EVENT, EVENTS_AT_ONCE, DATES_AT_ONCE = 30, 100, 400
TITLE_MAX, DESCRIPTION_MAX, TOPICS_MAX, TOPIC_MAX, VENUE_MAX, ADDRESS_MAX, LINK_MAX = 120, 4000, 8, 40, 120, 200, 500
# Short enough that the keys of all the entries of a file fit into one form.
KEY_LENGTH = 24
LONGEST_MINUTES = 60 * 24 * 14
USUAL_MINUTES = 60
DAY_BEGINS, DAY_MINUTES = "T09:00", 9 * 60
_ADDRESSES = ("https://", "http://")
# Only what leads into a room, or to its telephone: these services have other pages too.
_ROOMS = (
    *(r"zoom\.us/(?:j|w|s|my|wc)/", r"meet\.google\.com/", r"dialin\.teams\.microsoft\.com/", r"meet\.jit\.si/"),
    *(r"teams\.(?:microsoft|live)\.com/(?:_#/)?(?:l/meetup-join|meet|meetingoptions)\b", r"webex\.com/[\w.-]+/\w+\.php"),
    *(r"whereby\.com/(?!(?:blog|information|user|org)(?![\w-]))(?=[\w-]+(?![\w/-]))", r"gotomeet\.me/"),
    *(r"webex\.com/(?:meet|join|wbxmjs|webappng)/", r"gotomeeting\.com/join/", r"meet\.goto\.com/", r"app\.goto\.com/meeting/"),
    *(r"bluejeans\.com/(?=\d)", r"join\.skype\.com/"),
)
_MEETING = re.compile(rf"https?://(?:[\w-]+\.)*(?:{'|'.join(_ROOMS)})[^\s<>\"']*[^\s<>\"'.,;:!?)\]]", re.IGNORECASE)
# What calendars write beside the link: the whole paragraph of one, and the numbers and words that one is asked for.
_PARAGRAPH = re.compile(r"-::~[:~]+-.{0,3000}?-::~[:~]+-", re.DOTALL)
_ASKED_FOR = (
    *("meeting[ -](?:id|number)", "passcode", "password", "access code", "pin(?=:)", "(?:phone )?conference id", "video[ -]id"),
    *("id riunione", "numero (?:della )?riunione", "codice (?:d.|di )accesso", "id (?:della )?conferenza", "id video"),
    *("passwort", "kenncode", "besprechungs-id", "(?:telefon)?konferenz-id"),
)
# A code has a digit or capitals inside, or stands alone; a sentence is none.
_CODE = r"[^\w\n]{0,9}(?:\d[\d -]{0,30}\d\b#?|[^\s\d]{0,40}\d\S*|(?-i:\S{0,40}[a-z][A-Z]\S*)|\S{1,40}(?=\W*$))"
_SECRET = re.compile(
    rf"\b(?:{'|'.join(_ASKED_FOR)})\b[^\n:]{{0,40}}:{_CODE}"
    r"|\+?\d[\d ().-]{3,30},,[\d,*# ]*|\b\d{6,20}(?:\.\d{1,20})?@[\w.-]+",
    re.IGNORECASE | re.MULTILINE,
)
LABEL_MAX = 40
_NO_ROOM = re.compile(
    r"(?:riunione (?:di |in |su |con )?|réunion )?(?:microsoft )?(?:teams|zoom|google meet|webex|skype)"
    r"(?:[ -](?:meeting|besprechung))?|online(?: meeting)?|riunione online",
    re.IGNORECASE,
)


class Standing(StrEnum):
    """What importing an entry would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    FAULTY = "faulty"


CHOOSABLE = frozenset({Standing.NEW, Standing.CHANGED, Standing.SAME})
CHOSEN_AT_FIRST = frozenset({Standing.NEW, Standing.CHANGED})


@dataclass(frozen=True)
class Date:
    """One date of an event: when it begins by the clocks of its zone, and how long it lasts."""

    key: str
    starts_at: dt.datetime
    starts_local: str
    fold: int
    zone: str
    minutes: int


@dataclass(frozen=True)
class Found:
    """An entry as a draft would have it. `date_count` tells how many dates there are, of which the first are taken."""

    key: str
    line: int
    digest: str
    title: str
    description: str
    topics: tuple[str, ...]
    venue: Mapping[str, str]
    mode: SessionMode
    join_url: str
    dates: tuple[Date, ...]
    date_count: int
    whole_days: bool
    cancelled: bool
    fault: str = ""


def found(entry: ReadEntry, *, own_zone: str, own_place: Mapping[str, str], now: dt.datetime) -> Found:
    """The draft that an entry would become; with a fault if it cannot be one."""
    coming = [one for one in entry.occurrences if one.start > now or (entry.whole_days and one.start.date() > now.date())]
    is_series = len(entry.occurrences) > 1
    dates = tuple(_date(entry, one, own_zone, is_series) for one in coming[:DATES_PER_EVENT])
    ways_in = _ways_in(entry)
    title, description, location = (
        _without(text, ways_in) for text in (entry.summary, entry.description, entry.location.replace("\n", ", "))
    )
    rooms = _rooms(location)
    is_online = bool(ways_in) or rooms != location
    faults: list[str] = []
    values = {
        "title": _fit(title, TITLE_MAX, faults) or _missing(N_("It has no title."), faults),
        "description": _fit(description, DESCRIPTION_MAX, faults, multiline=True),
        "topics": tuple(_fit(word, TOPIC_MAX, faults) for word in entry.categories[:TOPICS_MAX]),
        "venue": {} if is_online and not rooms else _place(_fit(rooms, VENUE_MAX + ADDRESS_MAX, faults), own_place),
        "mode": _mode(is_online, rooms),
        "join_url": _fitting(ways_in, faults),
    }
    if any(date.minutes > LONGEST_MINUTES for date in dates):
        faults.append(N_("It lasts longer than two weeks."))
    if not dates:
        faults.append(N_("All its dates have begun."))
    return Found(
        key=hashlib.sha256(entry.uid.encode()).hexdigest()[:KEY_LENGTH],
        line=entry.line,
        digest=_digest(values, dates),
        **values,  # type: ignore[arg-type]
        dates=dates,
        date_count=len(coming),
        whole_days=entry.whole_days,
        cancelled=entry.status is EntryStatus.CANCELLED,
        fault=faults[0] if faults else "",
    )


def standing(one: Found, *, state: str | None, digest: str | None) -> Standing:
    """What importing it would do. `state` is that of the event it has become, None if there is none any more."""
    if one.fault:
        return Standing.FAULTY
    if one.cancelled:
        return Standing.CANCELLED
    if state is None:
        return Standing.NEW
    if state != "draft":
        return Standing.PUBLISHED
    return Standing.SAME if digest == one.digest else Standing.CHANGED


def _date(entry: ReadEntry, one: Occurrence, own_zone: str, is_series: bool) -> Date:
    zone = entry.zone or own_zone
    days = (one.end - one.start).days
    if entry.whole_days:
        local, fold, minutes = f"{one.start:%Y-%m-%d}{DAY_BEGINS}", 0, max(0, days - 1) * 24 * 60 + DAY_MINUTES
    else:
        local, fold = wall_of(one.start, zone)
        minutes = ceil((one.end - one.start).total_seconds() / 60) or USUAL_MINUTES
    return Date(f"{one.start:%Y%m%dT%H%M%S}" if is_series else "", one.start, local, fold, zone, minutes)


def _fit(text: str, longest: int, faults: list[str], *, multiline: bool = False) -> str:
    """The text as our fields take it, cut at the end."""
    short = text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
    try:
        return clean_text(short, max_length=longest, field="text", multiline=multiline)
    except Invalid as refusal:
        faults.append(Phrase(N_("A text of it cannot be taken: %(reason)s"), reason=refusal.errors[0]["detail"]))
        return ""


def _ways_in(entry: ReadEntry) -> list[str]:
    """The links by which one joins, the one that the entry itself names so first; none of an entry that has none."""
    place = entry.location
    named = [place] if place.startswith(_ADDRESSES) and not any(mark.isspace() for mark in place) else []
    found = (*named, entry.conference, *_MEETING.findall("\n".join((place, entry.url, entry.description, entry.summary))))
    return list(dict.fromkeys(link for link in found if link))


def _without(text: str, links: Sequence[str]) -> str:
    """A text that tells nobody how to join by these links."""
    if not links:
        return text
    for link in sorted(links, key=len, reverse=True):
        text = text.replace(link, "")
    rows = [row for line in _PARAGRAPH.sub("", text).splitlines() if (row := _without_codes(line)) is not None]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).lstrip(" \n,;").rstrip(" \n,;:-|")


def _without_codes(line: str) -> str | None:
    """A line without the numbers and words that one is asked for; none where only their label is left."""
    left, count = _SECRET.subn("", line)
    return None if count and len(left) <= LABEL_MAX else left.rstrip()


def _rooms(location: str) -> str:
    """A place without the name that a calendar gives to an online meeting, which is none."""
    parts = re.split(r"\s*;\s*", location)
    rooms = [part for part in parts if not _NO_ROOM.fullmatch(part)]
    return location if rooms == parts else "; ".join(rooms)


def _mode(is_online: bool, rooms: str) -> SessionMode:
    if not is_online:
        return SessionMode.IN_PERSON
    return SessionMode.HYBRID if rooms else SessionMode.REMOTE


def _fitting(ways_in: Sequence[str], faults: list[str]) -> str:
    """The first way in that our field takes."""
    fitting = [link for link in ways_in if len(link) <= LINK_MAX]
    if ways_in and not fitting:
        faults.append(Phrase(N_("Its link to join has more than %(max)s characters."), max=LINK_MAX))
    return fitting[0] if fitting else ""


def _missing(reason: str, faults: list[str]) -> str:
    faults.append(reason)
    return ""


def _place(location: str, own: Mapping[str, str]) -> dict[str, str]:
    """Where people meet: what the entry says, its first part as the name; else in our own rooms."""
    if not location:
        return dict(own)
    name, _, rest = location.partition(", ")
    if len(name) > VENUE_MAX:
        name, rest = location[: VENUE_MAX - 1] + "…", location
    return {"name": name, "address": rest[:ADDRESS_MAX].strip(), "city": "", "access": ""}


def _digest(values: Mapping[str, object], dates: tuple[Date, ...]) -> str:
    said = json.dumps([values, [asdict(date) for date in dates]], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()
