"""Publishing formats, and keeping what the network publishes. A version never changes: an edit is the next one."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared import meanwhile
from shared.ids import new_id
from shared.protocol.formats import FormatContent, FormatVersion, Replay, content_hash
from shared.protocol.version import BASE_PATH
from shared.revs import is_newer
from shared.text import search_key
from space_node.formats import queries, rules
from space_node.formats.errors import LicenceForbids, NotTheAuthor
from space_node.formats.models import LibraryFormat
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service

Content = Mapping[str, Any]
# What the form holds beside the content: nothing of it may get into the hash.
BESIDE = {"format_id", "author", "agreed", meanwhile.SHOWN_FIELD}


def content_of(form: Mapping[str, Any]) -> dict[str, Any]:
    """A format from what was written in the form. Raises FormatLinesInvalid, with a pointer to the field."""
    roles = rules.read_roles(form["roles"])
    lists = {
        "topics": rules.read_topics(form["topics"]),
        "agenda": rules.read_agenda(form["agenda"]),
        "checklist": rules.read_checklist(form["checklist"], roles),
        "roles": roles,
    }
    return {name: value for name, value in form.items() if name not in BESIDE} | lists


def written(content: Content) -> dict[str, Any]:
    """A format as the form has it: `content_of` reads it."""
    return {
        **{name: value for name, value in content.items() if name != "parent"},
        "topics": ", ".join(content["topics"]),
        "agenda": rules.write_agenda(content.get("agenda", ())),
        "checklist": rules.write_checklist(content.get("checklist", ())),
        "roles": "\n".join(content.get("roles", ())),
    }


def from_event(session: Session, *, event_id: str, content: Content, format_id: str = "", now: dt.datetime) -> LibraryFormat:
    """Publish how an event of ours is done; one that followed a format names it as the parent. The same id again is the same.

    Raises OwnEventUnknown, NotAnEventOfOurs, LicenceForbids.
    """
    parent = queries.of_event(session, event_id)["parent"]
    held = queries.version(session, format_id, 1) if format_id else None
    return held or _publish(session, format_id or new_id(now), 1, {**content, "parent": parent}, now)


def new_version(
    session: Session, *, format_id: str, content: Content, now: dt.datetime, shown: str | None = None
) -> LibraryFormat:
    """Publish the next version of a format of ours; one that says the same as the newest is that one.

    `shown` is that of the form that it was written in. Raises FormatUnknown, NotTheAuthor, FormatLinesInvalid, ChangedMeanwhile.
    """
    # One at a time is made from the newest.
    queries.require(session, format_id, 1, to_change=True)
    newest = queries.require(session, format_id)
    if newest.author != uplink.own_slug(session):
        raise NotTheAuthor(author=uplink.space_names(session).get(newest.author, newest.author))
    if shown is not None:
        # In lines, as they are kept: the other click of a double click has changed nothing.
        stored = written(newest.content)
        content = content_of(stored | meanwhile.changes(written(content), stored=stored, shown=shown))
    wanted = {**content, "parent": newest.content["parent"]}
    if content_hash(wanted) == newest.hash:
        return newest
    return _publish(session, format_id, newest.version + 1, wanted, now)


def adapt(session: Session, *, of: LibraryFormat, content: Content, format_id: str = "", now: dt.datetime) -> LibraryFormat:
    """Publish a format of our own that was made from another. Raises LicenceForbids."""
    require_use(session, of)
    parent = {"id": of.id, "version": of.version, "hash": of.hash}
    held = queries.version(session, format_id, 1) if format_id else None
    return held or _publish(session, format_id or new_id(now), 1, {**content, "parent": parent}, now)


def require_use(session: Session, of: LibraryFormat) -> None:
    """Raises LicenceForbids."""
    if not rules.may_be_used(of.content["licence"], own=of.author == uplink.own_slug(session)):
        raise LicenceForbids(author=uplink.space_names(session).get(of.author, of.author))


def keep(session: Session, data: Mapping[str, Any], *, epoch: int, now: dt.datetime) -> None:  # noqa: ARG001 - as everywhere
    """Keep a version as the hub tells it, loaded by FormatEntry, if it is newer than what is held."""
    held = queries.version(session, data["id"], data["version"], to_change=True)
    if held is not None and not is_newer(held=(held.epoch, held.rev), arrived=(epoch, data["rev"])):
        return
    if held is None:
        held = LibraryFormat(id=data["id"], version=data["version"])
        session.add(held)
    _write(held, data["content"])
    held.author, held.hash, held.published_at = data["author"], data["hash"], data["published_at"]
    held.replays = Replay(many=True).dump(data["replays"])
    held.epoch, held.rev, held.fault = epoch, data["rev"], None
    _sum_up(session, held.id)


def not_taken(session: Session, *, format_id: str, version: int, slug: str) -> None:
    """The hub refused a version of ours: it stays here with the reason."""
    held = queries.version(session, format_id, version, to_change=True)
    if held is not None:
        held.fault = slug[:80]
        session.flush()


def _publish(session: Session, format_id: str, version: int, content: Content, now: dt.datetime) -> LibraryFormat:
    made = LibraryFormat(id=format_id, version=version, author=uplink.own_slug(session), epoch=0, rev=0, replays=[])
    _write(made, content)
    made.hash, made.published_at = content_hash(content), now
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:
        # The other click of a double click was quicker.
        return queries.require(session, format_id, version)
    _sum_up(session, format_id)
    _send(session, made, now)
    return made


def _write(held: LibraryFormat, content: Content) -> None:
    written = dict(FormatContent().dump(content))
    held.content, held.title, held.language = written, written["title"], written["language"]
    held.topics, parent = written["topics"], written["parent"]
    held.parent_id, held.parent_version = (parent["id"], parent["version"]) if parent else (None, None)
    held.search_key, held.topics_key = search_key(written["title"], written["summary"]), rules.topics_key(written["topics"])


def _sum_up(session: Session, format_id: str) -> None:
    """Note which version is the newest, and how often and at how many spaces all of them were replayed."""
    session.flush()
    held = queries.versions(session, format_id)
    replays = [one for row in held for one in row.replays]
    for row in held:
        row.is_newest = row is held[-1]
        row.replays_count, row.spaces_count = len(replays), len({one["space"] for one in replays})
    session.flush()


def _send(session: Session, held: LibraryFormat, now: dt.datetime) -> None:
    path, body = f"{BASE_PATH}/formats/{held.id}/versions/{held.version}", FormatVersion().dump({"content": held.content})
    uplink_service.send(session, kind="format", method="PUT", path=path, body=body, subject=f"format/{held.id}", now=now)
