"""The import of members on both engines: all or nothing, again without effect, and quick."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from shared.sheets.errors import RowFault
from shared.sheets.table import read_table
from space_node.accounts import queries as accounts
from space_node.accounts.errors import AccountExists
from space_node.db import db, read_only, transactional
from space_node.member_lists import service as lists
from space_node.member_lists.errors import MembersChanged, RowsRefused
from space_node.member_lists.rules.columns import known_headings, understand
from space_node.member_lists.rules.rows import Reading, read_rows
from space_node.members import queries, service
from space_node.members.models import Member
from space_node.members.reconcilers import RECONCILERS
from space_node.members.service import Role
from tests.factories.member_files import member_file, members_csv, people

pytestmark = pytest.mark.usefixtures("node_database")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEPT = ("email", "name", "display_name", "plan", "company", "starts_on", "ends_on", "state", "source_key")


@pytest.fixture
def statements() -> list[str]:
    """The statements that reach the database."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    return found


def reading(raw: bytes | str) -> Reading:
    table = read_table(raw.encode() if isinstance(raw, str) else raw, known_headings)
    return read_rows(table, understand(table.headings, table.samples()))


def take_in(raw: bytes | str, **options: Any) -> tuple[int, int, int]:
    found, now = reading(raw), options.pop("now", NOW)
    return transactional(lambda: tuple(lists.import_rows(db.session(), found, now=now, **options)))()


def refused(raw: bytes | str) -> list[RowFault]:
    before = stored()
    with pytest.raises(RowsRefused) as caught:
        take_in(raw)
    assert stored() == before
    found = reading(raw)
    assert read_only(lambda: lists.compare(db.session(), found, NOW))().faults == caught.value.faults
    return caught.value.faults


def stored() -> dict[str, Any]:
    def look() -> dict[str, Any]:
        return {
            one.email: {name: getattr(one, name) for name in (*KEPT, "id", "guest")}
            for one in db.session.scalars(sa.select(Member))
        }

    return read_only(look)()


def run(work: Any, **values: Any) -> Any:
    return transactional(lambda: work(db.session(), **values, now=NOW))()


def test_a_list_comes_in_and_again_changes_nothing() -> None:
    raw = members_csv(200)
    assert take_in(raw) == (200, 0, 0)
    first = stored()
    assert len({one["guest"] for one in first.values()}) == 200
    assert take_in(raw, now=NOW + timedelta(days=1)) == (0, 0, 200)
    assert stored() == first


def test_only_what_differs_is_changed_and_whoever_is_missing_stays() -> None:
    take_in(members_csv(5))
    before = stored()
    rows = list(people(6))[1:]
    rows[0] = ("Luisa Conti", *rows[0][1:])
    assert take_in(member_file(rows)) == (1, 1, 3)
    after = stored()
    assert after["m0@example.org"] == before["m0@example.org"]
    changed = after["m1@example.org"]
    assert changed == {**before["m1@example.org"], "name": "Luisa Conti", "display_name": "Luisa"}
    assert read_only(lambda: queries.count(db.session(), search="luisa"))() == 1


def test_nothing_comes_in_when_one_row_is_wrong() -> None:
    take_in(members_csv(3))
    rows = [*people(50), ("", "nobody", "", "", "", "", "")]
    assert refused(member_file(rows)) == [
        RowFault(52, "E-mail", "nobody is no e-mail address."),
        RowFault(52, "Name", "This is needed."),
    ]


def test_all_faults_are_told_and_the_first_hundred_as_errors() -> None:
    with pytest.raises(RowsRefused) as caught:
        take_in("Name,Email\n" + "Ada,x\n" * 150)
    assert (len(caught.value.faults), len(caught.value.errors), caught.value.params) == (150, 100, {"count": 150})
    assert caught.value.errors[0] == {"pointer": "/2/Email", "detail": "x is no e-mail address."}


def test_columns_that_a_file_lacks_leave_their_values_and_blank_cells_take_them_away() -> None:
    take_in("Name,Email,Plan,Company,Start,End,ID\nAda,a@x.it,Flex,Lux,2026-01-01,2026-12-31,7\n")
    assert take_in("Name,Email\nAda,a@x.it\n") == (0, 0, 1)
    assert take_in("Name,Email,Plan,End,ID\nAda,a@x.it,,,\n") == (0, 1, 0)
    ada = stored()["a@x.it"]
    assert (ada["plan"], ada["company"], ada["starts_on"], ada["ends_on"]) == ("", "Lux", date(2026, 1, 1), None)
    assert ada["source_key"] == "7"


def test_a_member_is_known_by_the_number_also_with_another_address() -> None:
    take_in("Name,Email,ID\nAda,a@x.it,7\n")
    before = stored()["a@x.it"]
    assert take_in("Name,Email,ID\nAda,ada@x.it,7\n") == (0, 1, 0)
    assert stored() == {"ada@x.it": {**before, "email": "ada@x.it"}}
    assert take_in("Name,Email,ID\nAda,ada@x.it,8\n") == (0, 1, 0)
    assert stored()["ada@x.it"]["source_key"] == "8"


def test_an_address_of_another_member_is_refused() -> None:
    take_in("Name,Email,ID\nAda,a@x.it,7\nBea,b@x.it,8\n")
    assert refused("Name,Email,ID\nAda,b@x.it,7\n") == [RowFault(2, "Email", "This address belongs to another member, Bea.")]


def test_two_rows_for_one_member_are_refused() -> None:
    take_in("Name,Email,ID\nAda,a@x.it,7\n")
    found = refused("Name,Email,ID\nAda,a@x.it,8\nAda,ada@x.it,7\n")
    assert found == [RowFault(3, "Email", "This is the same member as on line 2.")]


def test_a_name_on_the_passport_that_was_chosen_stays() -> None:
    take_in("Name,Email\nAda Neri,a@x.it\n")
    transactional(lambda: db.session.execute(sa.update(Member).values(display_name="Lady A")))()
    take_in("Name,Email\nAugusta Neri,a@x.it\n")
    assert stored()["a@x.it"]["display_name"] == "Lady A"


@pytest.mark.parametrize(
    ("row", "state"),
    [("2026-03-02,", "active"), ("2026-03-01,", "ended"), (",no", "ended"), ("2026-03-01,yes", "ended"), (",yes", "active")],
)
def test_whoever_is_said_to_have_left_or_whose_last_day_is_over_is_a_member_no_more(row, state) -> None:
    raw = f"Name,Email,End,Active\nAda,a@x.it,{row}\n"
    take_in(raw)
    assert stored()["a@x.it"]["state"] == state
    assert take_in(raw) == (0, 0, 1)
    take_in(f"Name,Email,End,Active\nAda,a@x.it,,{'no' if state == 'active' else 'yes'}\n")
    assert stored()["a@x.it"]["state"] != state


def test_a_file_without_dates_and_status_brings_nobody_back() -> None:
    take_in("Name,Email,Active\nAda,a@x.it,no\n")
    assert take_in("Name,Email\nAda,a@x.it\n") == (0, 0, 1)
    assert stored()["a@x.it"]["state"] == "ended"


def test_an_account_follows_its_member_unless_the_address_is_taken() -> None:
    take_in("Name,Email,ID\nAda,a@x.it,1\nBea,b@x.it,2\n")
    for email in ("a@x.it", "b@x.it"):
        run(service.add_account, role=Role.MEMBER, email=email, name="x")
    run(service.add_account, role=Role.DESK, email="front@x.it", name="Front desk")
    take_in("Name,Email,ID\nAda Neri,ada@x.it,1\nBea,front@x.it,2\n")
    found = read_only(lambda: [(one.email, one.name, sorted(one.roles())) for one in accounts.accounts(db.session())])()
    assert found == [
        ("ada@x.it", "Ada Neri", ["member"]),
        ("b@x.it", "Bea", ["member"]),
        ("front@x.it", "Front desk", ["desk"]),
    ]
    take_in("Name,Email\nCia,b@x.it\n")
    cia = read_only(lambda: queries.require_member(db.session(), "b@x.it"))()
    with pytest.raises(AccountExists):
        run(service.member_link, member=cia)


def test_whoever_is_added_meanwhile_stops_the_import_whole(monkeypatch) -> None:
    found = reading("Name,Email\nAda,a@x.it\nBea,b@x.it\n")
    run(service.add_member, name="Ada", email="a@x.it")
    monkeypatch.setattr("space_node.member_lists.service._present", lambda *_: ({}, {}))
    with pytest.raises(MembersChanged):
        transactional(lambda: lists.import_rows(db.session(), found, now=NOW))()
    assert list(stored()) == ["a@x.it"]


def test_twenty_thousand_members_come_in_quickly_and_say_how_far_they_are(statements) -> None:
    raw, heard = members_csv(20_000), []
    # What this process works, not how long it waits for a busy machine.
    began, before = time.process_time(), len(statements)
    assert take_in(raw, on_progress=lambda done, total: heard.append((done, total))) == (20_000, 0, 0)
    assert time.process_time() - began < 20
    assert len(statements) - before < 40
    assert heard == [(done, 20_000) for done in range(2_000, 20_001, 2_000)]
    before = len(statements)
    assert take_in(raw) == (0, 0, 20_000)
    assert len(statements) - before < 5
    assert take_in(raw.replace(b"Flex", b"Flexi")) == (0, 6_667, 13_333)


def test_the_reconciler_ends_memberships() -> None:
    take_in("Name,Email,End\nAda,a@x.it,2026-03-02\nBea,b@x.it,\n")

    def tidy(now: datetime) -> dict[str, int]:
        return {one.name: transactional(lambda one=one: one.run(db.session(), now))() for one in RECONCILERS}

    assert tidy(NOW) == {"end memberships": 0}
    assert tidy(NOW + timedelta(days=1)) == {"end memberships": 1}
    assert {email: one["state"] for email, one in stored().items()} == {"a@x.it": "ended", "b@x.it": "active"}
