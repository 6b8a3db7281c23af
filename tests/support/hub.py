"""A hub for tests: the real app on a fresh database, with two operators, that invites and admits spaces."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy.orm import Session

from federation.app import create_app
from federation.config import Hub, HubSettings
from federation.db import Feed, FeedCounter, ReconcilerRun, db, read_only, transactional
from federation.operators import service as operators
from federation.recovery.api import Recovery
from federation.recovery.api.again import hear_again
from federation.rsvps import reconcilers as rsvps
from federation.spaces import queries as spaces
from federation.spaces import service as spaces_service
from federation.worker import RECONCILERS
from shared.clock import Clock
from shared.config import load
from shared.messaging.feed import bounds, number_leftovers, open_feed
from shared.messaging.reconcile import last_runs, run_due
from shared.protocol.invite import Invite
from shared.rate_limit import RateLimit

HUB = "https://hub.test"
OPERATORS = ("ada@hub.test", "max@hub.test")
T = TypeVar("T")


class HubWorld:
    """One hub; `command` and `look` run in its app with its session."""

    def __init__(self, url: str, folder: Path, clock: Clock, *, origin: str = HUB, **environment: str) -> None:
        """Its keys and secret go into the folder. `environment` sets more of its settings."""
        where = {"DATABASE_URL": url, "DATA_DIR": str(folder / "hub"), "PUBLIC_URL": origin}
        # A day passes in seconds here, with all its calls.
        self.settings = load(HubSettings, {"HUB_REQUESTS_A_MINUTE": "60000", **where, **environment})
        self.clock, self.origin = clock, origin
        self.app: Flask = create_app(self.settings, clock=clock)
        self.hub: Hub = self.app.extensions["hub"]
        self.command(self._open)

    def command(self, work: Callable[[Session], T]) -> T:
        """Run in one transaction of the hub."""
        with self.app.app_context():
            return transactional(lambda: work(db.session()))()

    def look(self, work: Callable[[Session], T]) -> T:
        """Run in one read of the hub."""
        with self.app.app_context():
            return read_only(lambda: work(db.session()))()

    def head(self) -> int:
        """The number of the newest row in its feed."""
        return self.look(lambda session: bounds(session, FeedCounter)).head

    def forget(self) -> None:
        """As if its process had just started: what it knew by heart is gone."""
        self.app.extensions["twindesk-trust"]["limit"] = RateLimit(per_minute=self.settings.requests_a_minute)
        self.app.extensions["twindesk-recovery"] = Recovery()

    def tick(self) -> None:
        """Everything that the hub's worker does, once."""
        with self.app.app_context():
            number_leftovers(db, Feed, FeedCounter)
            hear_again(self.app)
            rsvps.tell_seats(self.clock)
            rsvps.serve_queues(self.clock)
            run_due(db, ReconcilerRun, RECONCILERS, self.clock)

    def failed_repairs(self) -> list[str]:
        """The reconcilers whose last run did not succeed."""
        return self.look(lambda session: [run.name for run in last_runs(session, ReconcilerRun) if run.ok is False])

    def work(self) -> None:
        """Everything that the hub's worker does, once; each reconciler must succeed."""
        self.tick()
        assert self.failed_repairs() == []

    def invite(self, slug: str, name: str = "") -> str:
        """The text of a new invite."""
        now = self.clock.now()
        token = self.command(
            lambda session: spaces_service.invite(session, slug=slug, name=name or slug.title(), actor=OPERATORS[0], now=now)
        )
        return Invite(hub=self.origin, thumbprint=self.hub.root_thumbprint, space=slug, token=token).encode()

    def admit(self, slug: str) -> None:
        """Both operators say yes."""
        for operator in OPERATORS:
            self.admit_as(slug, operator)

    def admit_as(self, slug: str, operator: str) -> None:
        """One of them says yes."""
        now = self.clock.now()
        self.command(
            lambda session: spaces_service.admit(session, slug=slug, actor=operator, active=self.settings.active_limits, now=now)
        )

    def suspend(self, slug: str, reason: str = "It does not answer.") -> None:
        """Take a space out of action."""
        now = self.clock.now()
        self.command(lambda session: spaces_service.suspend(session, slug=slug, reason=reason, actor=OPERATORS[0], now=now))

    def reinstate(self, slug: str) -> None:
        """Put it back."""
        now = self.clock.now()
        self.command(lambda session: spaces_service.reinstate(session, slug=slug, actor=OPERATORS[0], now=now))

    def description(self) -> dict[str, Any]:
        """What it says of itself at /fed/v1."""
        return dict(self.app.test_client().get("/fed/v1", base_url=self.origin).get_json())

    def state(self, slug: str) -> str:
        """Where a space stands."""
        return self.look(lambda session: str(spaces.require(session, slug).state))

    def _open(self, session: Session) -> Any:
        now = self.clock.now()
        open_feed(session, FeedCounter, now=now)
        for email in OPERATORS:
            operators.add_operator(session, email=email, name=email.split("@")[0].title(), actor="init", now=now)
