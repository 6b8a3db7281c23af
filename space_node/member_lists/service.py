"""The import of members: what a file would change, and the change itself, all of it or nothing.

A row is the member with its external key, else the one with its address. Running a file twice changes nothing the second
time; a member who is not in the file stays; what the file has no column for stays as it is.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from shared.constraints import refused
from shared.marking import N_, Phrase
from shared.sheets.errors import RowFault
from space_node.accounts import service as accounts
from space_node.db import Base
from space_node.member_lists.errors import MembersChanged, RowsRefused
from space_node.member_lists.rules.fields import Field
from space_node.member_lists.rules.rows import MemberRow, Reading
from space_node.members.queries import Member, MemberState
from space_node.members.service import following, new_values, state_on, today

T = TypeVar("T")
Values = dict[str, Any]
WRITTEN_AT_A_TIME = 2_000
_ASKED_FOR_AT_A_TIME = 400
_KEPT = ("email", "name", "display_name", "plan", "company", "starts_on", "ends_on", "state", "source_key", "search_key")
_ANOTHERS = N_("This address belongs to another member, %(name)s.")
_TWICE = N_("This is the same member as on line %(line)s.")


class Comparison(NamedTuple):
    """A file beside the members there are: rows to add, rows to change, how many stay, and what is wrong."""

    new: list[Values]
    changed: list[tuple[Row[Any], Values]]
    unchanged_count: int
    faults: list[RowFault]


class Outcome(NamedTuple):
    """What an import did."""

    new_count: int
    changed_count: int
    unchanged_count: int


def compare(session: Session, reading: Reading, now: dt.datetime) -> Comparison:
    """What an import would do; its faults are those of the file and those that only the members there are show."""
    by_key, by_email = _present(session, reading.rows)
    found = Comparison([], [], 0, list(reading.faults))
    on, unchanged, lines = today(session, now), 0, dict[str, int]()
    for row in reading.rows:
        holder = by_email.get(row.email)
        member = by_key.get(row.source_key or "") or holder
        if member is None:
            found.new.append(_new(row, on, now))
            continue
        fault = None
        if holder is not None and holder.id != member.id:
            fault = Phrase(_ANOTHERS, name=holder.name)
        elif (line := lines.setdefault(member.id, row.line)) != row.line:
            fault = Phrase(_TWICE, line=line)
        if fault is not None:
            found.faults.append(RowFault(row.line, reading.headings[Field.EMAIL], fault))
        elif (values := _changed(row, member, reading, on)) is None:
            unchanged += 1
        else:
            found.changed.append((member, {**values, "changed_at": now}))
    found.faults.sort(key=lambda fault: fault.line)
    return found._replace(unchanged_count=unchanged)


def import_rows(
    session: Session, reading: Reading, *, now: dt.datetime, on_progress: Callable[[int, int], object] | None = None
) -> Outcome:
    """Take the members of a file in. `on_progress` hears how many of how many are written.

    Raises RowsRefused with every fault, and then nothing has changed; MembersChanged.
    """
    found = compare(session, reading, now)
    if found.faults:
        raise RowsRefused(found.faults)
    tell = on_progress or (lambda _done, _total: None)
    done, total = 0, len(found.new) + len(found.changed)
    with refused(session, Base.metadata, {"uq_members_email": MembersChanged, "uq_members_source_key": MembersChanged}):
        for part in _parts(found.new, WRITTEN_AT_A_TIME):
            session.execute(insert(Member), part)
            tell(done := done + len(part), total)
        for changes in _parts(found.changed, WRITTEN_AT_A_TIME):
            session.execute(update(Member), [values for _, values in changes])
            _follow(session, changes)
            tell(done := done + len(changes), total)
    return Outcome(len(found.new), len(found.changed), found.unchanged_count)


def _present(session: Session, rows: Sequence[MemberRow]) -> tuple[dict[str, Row[Any]], dict[str, Row[Any]]]:
    """The members that rows may mean, by external key and by address."""
    emails, keys = {row.email for row in rows}, {row.source_key for row in rows if row.source_key}
    by_key, by_email = dict[str, Row[Any]](), dict[str, Row[Any]]()
    # One pass over all: PostgreSQL takes a minute to compare 20,000 members with lists of 400 addresses.
    everybody = select(*(getattr(Member, name) for name in ("id", *_KEPT))).execution_options(yield_per=WRITTEN_AT_A_TIME)
    for member in session.execute(everybody):
        if member.source_key in keys:
            by_key[member.source_key] = member
        if member.email in emails:
            by_email[member.email] = member
    return by_key, by_email


def _new(row: MemberRow, on: dt.date, now: dt.datetime) -> Values:
    told: Values = {"plan": row.plan or "", "company": row.company or "", "starts_on": row.starts_on, "ends_on": row.ends_on}
    values = new_values(name=row.name, email=row.email, on=on, now=now, **told)
    return {**values, "source_key": row.source_key, **({"state": MemberState.ENDED} if row.active is False else {})}


def _changed(row: MemberRow, member: Row[Any], reading: Reading, on: dt.date) -> Values | None:
    """All that is kept of a member after the import, or None if that is what there is."""
    values = {name: getattr(member, name) for name in _KEPT}
    values.update(email=row.email, name=row.name, source_key=row.source_key or member.source_key)
    told = {Field.PLAN: row.plan, Field.COMPANY: row.company, Field.STARTS_ON: row.starts_on, Field.ENDS_ON: row.ends_on}
    values.update({str(field): value for field, value in told.items() if field in reading.headings})
    values |= {"state": _state(row, values, reading, on), **following(member, values)}
    same = all(getattr(member, name) == value for name, value in values.items())
    return None if same else {"id": member.id, **values}


def _state(row: MemberRow, values: Values, reading: Reading, on: dt.date) -> str:
    if row.active is False:
        return MemberState.ENDED
    if row.active or Field.ENDS_ON in reading.headings:
        return state_on(on, values["ends_on"])
    return str(values["state"])


def _follow(session: Session, changes: Sequence[tuple[Row[Any], Values]]) -> None:
    moved = {member.id: values for member, values in changes if (member.email, member.name) != (values["email"], values["name"])}
    for part in _parts(list(moved), _ASKED_FOR_AT_A_TIME):
        accounts.follow_members(session, {member_id: moved[member_id] for member_id in part})


def _parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
