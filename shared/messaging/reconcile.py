"""Repairs that take no input: each looks at what is there, puts right what is not as it should be, and may run at any time.

A run is one transaction of its own. When it ran last, and with what result, is a row that `/readyz` and the operator see.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared.clock import Clock
from shared.db import Database, Instant, read_only, transactional
from shared.errors import Refusal
from shared.logging import log_event

_log = logging.getLogger(__name__)
T = TypeVar("T")
# Of what a repair took; the longest is for one that had to wait for a lock.
_RESTS_FOR = 2
_LONGEST_REST_SECONDS = 0.05


class ReconcilerRunMixin:
    """The last run of each reconciler. `ok` is empty before the first run has ended."""

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    last_run_at: Mapped[datetime | None] = mapped_column(Instant)
    ok: Mapped[bool | None]
    changed_count: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(sa.String(200))

    def __init__(self, **columns: Any) -> None:
        super().__init__(**columns)


Run_ = TypeVar("Run_", bound=ReconcilerRunMixin)


@dataclass(frozen=True, slots=True)
class Reconciler:
    """A repair: its name, how often it is due, and the work, which returns how many things it put right."""

    name: str
    every_seconds: float
    run: Callable[[Session, datetime], int]


def run_due(db: Database, Run: type[Run_], reconcilers: Sequence[Reconciler], clock: Clock) -> list[str]:
    """Run what is due, each in its own transaction; one that fails stops no other. Returns the names of those that ran."""
    ran = []
    for reconciler in _due(db, Run, reconcilers, clock.now()):
        if _claim(db, Run, reconciler, clock.now()):
            _run(db, Run, reconciler, clock.now())
            ran.append(reconciler.name)
    return ran


def repair_each(session: Session, found: Iterable[T], repair: Callable[[Session, T], object], *, fault: str) -> int:
    """Repair one after the other, each in a savepoint; one that cannot be repaired is logged and holds up none behind it.

    Returns how many were repaired; a repair says by False that there was nothing to do.
    """
    count = 0
    for one in found:
        try:
            with session.begin_nested():
                count += repair(session, one) is not False
        except sa.exc.DBAPIError:
            raise  # that is nobody's fault here: the whole run is tried again
        except Exception as error:
            log_event(_log, fault, level=logging.ERROR, exc_info=error)
    return count


def repair_alone(
    db: Database, found: sa.Select[*tuple[Any, ...]], repair: Callable[[Session, Any], object], *, fault: str
) -> int:
    """As `repair_each` what a look finds, each in a transaction of its own: nobody waits longer for one than it takes.

    It rests in between, so that many of them leave the processor to what somebody waits for. Returns how many were repaired.
    """
    count, rest_seconds = 0, 0.0
    for thing in read_only(db)(lambda: db.session.scalars(found).all())():
        time.sleep(rest_seconds)
        began = time.monotonic()
        count += transactional(db)(lambda one=thing: repair_each(db.session(), [one], repair, fault=fault))()
        rest_seconds = min(_RESTS_FOR * (time.monotonic() - began), _LONGEST_REST_SECONDS)
    return count


def last_runs(session: Session, Run: type[Run_]) -> list[Run_]:
    """The last run of each reconciler that ever ran, by name."""
    return list(session.scalars(sa.select(Run).order_by(Run.name)))


def run_soon(session: Session, Run: type[Run_], name: str) -> bool:
    """Let a reconciler be due at the worker's next turn, whatever its pace; whether there is one of that name."""
    asked = sa.update(Run).where(Run.name == name).values(last_run_at=None).returning(Run.name)
    return session.scalar(asked, execution_options={"synchronize_session": False}) is not None


def _due(db: Database, Run: type[Run_], reconcilers: Sequence[Reconciler], now: datetime) -> list[Reconciler]:
    """What seems to be due, by one look; whose turn it is, the claim decides."""

    def look() -> dict[str, datetime | None]:
        return {run.name: run.last_run_at for run in db.session.execute(sa.select(Run.name, Run.last_run_at))}

    known = read_only(db)(look)()

    def is_due(reconciler: Reconciler) -> bool:
        last = known.get(reconciler.name)
        # A last run in the future is from before the clock was put back, and must not stop the repair until then.
        return last is None or last > now or last <= now - timedelta(seconds=reconciler.every_seconds)

    return [reconciler for reconciler in reconcilers if is_due(reconciler)]


def _claim(db: Database, Run: type[Run_], reconciler: Reconciler, now: datetime) -> bool:
    """Whether this caller is the one to run it now: of several workers one wins."""
    latest = now - timedelta(seconds=reconciler.every_seconds)
    due = sa.or_(Run.last_run_at.is_(None), Run.last_run_at <= latest, Run.last_run_at > now)
    mine = sa.update(Run).where(Run.name == reconciler.name, due).values(last_run_at=now).returning(Run.name)

    def claim() -> bool:
        if db.session.scalar(mine, execution_options={"synchronize_session": False}) is not None:
            return True
        if db.session.get(Run, reconciler.name) is not None:
            return False
        db.session.add(Run(name=reconciler.name, last_run_at=now))
        db.session.flush()
        return True

    try:
        return transactional(db)(claim)()
    except sa.exc.IntegrityError:
        # Somebody else has written its first row, and runs it.
        return False


def _run(db: Database, Run: type[Run_], reconciler: Reconciler, now: datetime) -> None:
    try:
        transactional(db)(partial(_repair, db, Run, reconciler, now))()
    except Exception as error:
        log_event(_log, "reconciler.failed", level=logging.ERROR, exc_info=error, kind=reconciler.name)
        problem = error.slug if isinstance(error, Refusal) else type(error).__name__
        transactional(db)(partial(_note, db, Run, reconciler, ok=False, changed_count=0, problem=problem))()


def _repair(db: Database, Run: type[Run_], reconciler: Reconciler, now: datetime) -> None:
    changed_count = reconciler.run(db.session(), now)
    _note(db, Run, reconciler, ok=True, changed_count=changed_count, problem=None)


def _note(db: Database, Run: type[Run_], reconciler: Reconciler, **values: Any) -> None:
    noted = sa.update(Run).where(Run.name == reconciler.name).values(**values)
    db.session.execute(noted, execution_options={"synchronize_session": False})
