"""Reconcilers run when they are due, each by itself, and leave word of how it went."""

from datetime import datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.clock import FixedClock
from shared.errors import Conflict
from shared.messaging import reconcile
from shared.messaging.reconcile import Reconciler
from tests.support.threads import together
from tests.support.toy_messaging import Run, Told, ToyNode, node_db


def sweep(session: Session, now: datetime) -> int:
    session.add(Told(by="sweep", subject="", rev=0))
    session.flush()
    return 3


def broken(session: Session, now: datetime) -> int:
    session.add(Told(by="broken", subject="", rev=0))
    session.flush()
    raise KeyError("a name that must not be kept")


def refused(session: Session, now: datetime) -> int:
    raise Conflict


SWEEP = Reconciler("sweep", 60, sweep)


def run(node: ToyNode, *reconcilers: Reconciler) -> list[str]:
    with node.here():
        return reconcile.run_due(node_db, Run, reconcilers, node.clock)


def last(node: ToyNode) -> list[tuple[object, ...]]:
    runs = node.look(lambda session: reconcile.last_runs(session, Run))
    return [(one.name, one.last_run_at, one.ok, one.changed_count, one.problem) for one in runs]


def test_a_reconciler_runs_when_it_is_due_and_not_before(node: ToyNode, clock: FixedClock) -> None:
    assert [run(node, SWEEP), run(node, SWEEP)] == [["sweep"], []]
    clock.advance(timedelta(seconds=60))
    assert run(node, SWEEP) == ["sweep"]
    assert last(node) == [("sweep", clock.now(), True, 3, None)]
    assert len(node.told("sweep")) == 2


def test_one_that_fails_leaves_nothing_behind_but_its_reason_and_stops_no_other(node: ToyNode, clock: FixedClock) -> None:
    ran = run(node, Reconciler("a", 60, broken), Reconciler("b", 60, refused), SWEEP)
    assert ran == ["a", "b", "sweep"]
    assert [(name, ok, problem) for name, _, ok, _, problem in last(node)] == [
        ("a", False, "KeyError"),
        ("b", False, "conflict"),
        ("sweep", True, None),
    ]
    assert node.told("broken") == []


def test_a_fault_of_one_repair_is_its_own_and_one_of_the_database_undoes_all(node: ToyNode, clock: FixedClock) -> None:
    def mended(session: Session, thing: str) -> bool:
        if thing == "poisoned":
            raise KeyError(thing)
        session.execute(sa.text("SELECT 1" if thing == "good" else "SELECT 1 FROM nowhere"))
        session.add(Told(by="mended", subject=thing, rev=0))
        return True

    def mending(*things: str) -> Reconciler:
        work = partial(reconcile.repair_each, found=things, repair=mended, fault="thing.not_repaired")
        return Reconciler("mend", 60, lambda session, _now: work(session))

    run(node, mending("good", "poisoned", "good"))
    assert [(ok, count) for _, _, ok, count, _ in last(node)] == [(True, 2)]
    clock.advance(timedelta(seconds=60))
    run(node, mending("good", "beyond repair", "good"))
    assert [ok for _, _, ok, _, _ in last(node)] == [False]
    assert len(node.told("mended")) == 2


def test_of_what_is_repaired_alone_a_fault_holds_up_nothing_behind_it_and_undoes_nothing_before_it(node: ToyNode) -> None:
    def mend(session: Session, thing: str) -> None:
        session.add(Told(by="mended", subject=thing, rev=0))
        session.flush()
        if thing == "b: poisoned":
            raise KeyError(thing)
        if thing == "d: beyond repair":
            session.execute(sa.text("SELECT 1 FROM nowhere"))

    def mending(*things: str) -> int:
        node.command(lambda session: session.add_all(Told(by="found", subject=one, rev=0) for one in things))
        found = sa.select(Told.subject).where(Told.by == "found").order_by(Told.subject)
        with node.here():
            return reconcile.repair_alone(node_db, found, mend, fault="thing.not_repaired")

    assert mending("a", "b: poisoned", "c") == 2
    with pytest.raises(sa.exc.DBAPIError):
        mending("d: beyond repair")
    assert node.told("mended") == [("a", 0), ("c", 0)] * 2


def test_a_clock_that_was_put_back_stops_no_reconciler(node: ToyNode, clock: FixedClock) -> None:
    run(node, SWEEP)
    clock.advance(timedelta(days=-400))
    assert run(node, SWEEP) == ["sweep"]


def test_of_several_workers_one_runs_what_is_due(node: ToyNode, clock: FixedClock) -> None:
    assert sorted(together(*[lambda: run(node, SWEEP)] * 4)) == [[], [], [], ["sweep"]]
    clock.advance(timedelta(seconds=60))
    assert sorted(together(*[lambda: run(node, SWEEP)] * 4)) == [[], [], [], ["sweep"]]
    assert len(node.told("sweep")) == 2


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_who_writes_its_first_row_a_moment_after_another_leaves_it_to_them(node: ToyNode, clock: FixedClock) -> None:
    """On SQLite writers stand in one queue, and nobody comes between a look and a write."""

    def another(*_: object) -> None:
        with node_db.engine.begin() as line:
            line.execute(sa.insert(Run).values(name="sweep", last_run_at=clock.now(), changed_count=0))

    sa.event.listen(Run, "before_insert", another)
    try:
        assert run(node, SWEEP) == []
    finally:
        sa.event.remove(Run, "before_insert", another)
    assert node.told("sweep") == []
    assert [(name, ok) for name, _, ok, _, _ in last(node)] == [("sweep", None)]


def test_who_finds_that_another_has_just_begun_leaves_it_to_them(node: ToyNode, monkeypatch: pytest.MonkeyPatch) -> None:
    # Both have looked before either wrote.
    monkeypatch.setattr(reconcile, "_due", lambda _db, _runs, reconcilers, _now: reconcilers)
    assert run(node, SWEEP) == ["sweep"]
    assert run(node, SWEEP) == []
    node.command(lambda session: session.execute(sa.delete(Run)))
