"""Uploaded files: their owner's alone, a few at once, for a day."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from shared.ids import new_id
from space_node.db import db, read_only, transactional
from space_node.uploads import queries, service
from space_node.uploads.errors import DraftUnknown
from space_node.uploads.models import ImportDraft
from space_node.uploads.reconcilers import RECONCILERS

pytestmark = pytest.mark.usefixtures("node_database")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def keep(account_id: str, now: datetime = NOW) -> str:
    given = {"account_id": account_id, "file_name": "m.csv", "content": b"Name\n"}
    return transactional(lambda: service.keep_draft(db.session(), **given, now=now))()


def content(draft_id: str, account_id: str, now: datetime = NOW) -> bytes:
    return read_only(lambda: queries.draft(db.session(), draft_id, account_id=account_id, now=now).content)()


def held() -> set[str]:
    return {*read_only(lambda: db.session.scalars(sa.select(ImportDraft.id)).all())()}


def test_an_upload_is_its_owners_for_a_day() -> None:
    mine, other = keep("ada"), keep("bea")
    assert content(mine, "ada", NOW + timedelta(hours=23)) == b"Name\n"
    for draft_id, now in ((other, NOW), (mine, NOW + timedelta(days=1)), (new_id(), NOW)):
        with pytest.raises(DraftUnknown):
            content(draft_id, "ada", now)
    transactional(lambda: service.drop_draft(db.session(), mine))()
    assert held() == {other}


def test_a_second_upload_leaves_the_first_alone_and_a_sixth_takes_the_place_of_the_oldest() -> None:
    other = keep("bea")
    own = [keep("ada", NOW + timedelta(seconds=second)) for second in range(7)]
    assert held() == {other, *own[2:]}


def test_the_newest_is_kept_also_of_many_in_the_same_moment() -> None:
    for _ in range(20):
        new_id()  # what another clock has stamped comes in between, so that the ids are in no order
        newest = keep("ada")
        assert newest in held()
    assert len(held()) == 5


def test_what_nobody_came_back_for_goes_and_all_of_it_when_somebody_is_forgotten() -> None:
    keep("ada")
    [tidy] = RECONCILERS
    assert transactional(lambda: tidy.run(db.session(), NOW))() == 0
    assert transactional(lambda: tidy.run(db.session(), NOW + timedelta(days=1)))() == 1
    keep("ada")
    transactional(lambda: service.drop_all(db.session()))()
    assert held() == set()
