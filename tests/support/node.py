"""Nodes for tests: real apps on fresh databases that join a real hub over a wire of test clients; and a network of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from click import Command
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.clock import Clock, FixedClock
from shared.config import load
from shared.http import Transport
from shared.messaging.outbox import outbox_oldest_at
from shared.messaging.reconcile import last_runs, run_due
from shared.protocol.invite import Invite
from shared.protocol.spaces import Profile
from shared.schemas import load as load_body
from space_node.app import create_app
from space_node.config import Node, NodeSettings
from space_node.db import Outbox, ReconcilerRun, db, read_only, transactional
from space_node.network import service as network_service
from space_node.network.cli.joining import Joining, join
from space_node.network.cli.steps import Steps
from space_node.recovery import service as recovery
from space_node.uplink.service import exchange
from space_node.worker import RECONCILERS
from tests.support.hub import HubWorld
from tests.support.transport import FaultyTransport

T = TypeVar("T")
WEEK = ("mon", "tue", "wed", "thu", "fri")


def profile_of(slug: str, **changed: Any) -> dict[str, Any]:
    """A profile as it stands in a file."""
    profile: dict[str, Any] = {
        "name": slug.replace("-", " ").title(),
        "city": "Milano",
        "country": "IT",
        "zone": "Europe/Rome",
        "address": "Via Ventura 3",
        "languages": ["it", "en"],
        "web": f"https://{slug}.test",
        "welcome": "Benvenuti.",
        "access_notes": "Ring twice.",
        "opening_hours": [{"weekday": day, "opens": "09:00", "noon": "13:00", "closes": "18:00"} for day in WEEK],
    }
    return profile | changed


class NodeWorld:
    """One node; `command` and `look` run in its app with its session."""

    def __init__(self, slug: str, url: str, folder: Path, clock: Clock, transport: Transport, **environment: str) -> None:
        """Its keys and secret go into the folder. `environment` sets more of its settings."""
        self.slug, self.origin = slug, f"https://{slug}.test"
        env = {"DATABASE_URL": url, "DATA_DIR": str(folder / slug), "PUBLIC_URL": self.origin, **environment}
        self.settings, self.clock = load(NodeSettings, env), clock
        self.transport: Transport = transport
        self.app: Flask = create_app(self.settings, clock=clock, transport=transport)
        self.node: Node = self.app.extensions["node"]

    def forget(self) -> None:
        """As if its process had just started: what it knew by heart is gone."""
        self.node.sessions.clear()
        self.node.joined = None

    def carry(self, transport: Transport) -> None:
        """Let its requests go this way from now on."""
        self.transport = self.node.transport = transport
        self.forget()

    def command(self, work: Callable[[Session], T]) -> T:
        """Run in one transaction of the node; what it enqueues is sent right after."""
        with self.app.app_context():
            return transactional(lambda: work(db.session()))()

    def look(self, work: Callable[[Session], T]) -> T:
        """Run in one read of the node."""
        with self.app.app_context():
            return read_only(lambda: work(db.session()))()

    def do(self, work: Callable[[], T]) -> T:
        """Run in the node's app, outside of any transaction."""
        with self.app.app_context():
            return work()

    def join(self, invite: str, *, accept_charter: bool = True, **profile: Any) -> dict[str, Any]:
        """Join with an invite, as the command does."""
        wanted = Joining(
            invite=Invite.decode(invite),
            profile=load_body(Profile, profile_of(self.slug, **profile)),
            contact_email=f"hello@{self.slug}.test",
            accepted_by="Anna Bianchi",
            accept_charter=accept_charter,
        )
        return self.do(lambda: join(wanted, Steps(say=lambda _line: None)))

    def sync(self) -> None:
        """Everything that the worker does, once; and again the way up and down, if that left or repaired something."""
        said = self.look(self._last_said)
        self._up_and_down()
        ran = self.repair()
        if self.look(lambda session: self._is_left(session, said) or self._has_repaired(session, ran)):
            self._up_and_down()

    def repair(self) -> list[str]:
        """Run the reconcilers that are due; their names."""
        return self.do(lambda: run_due(db, ReconcilerRun, RECONCILERS, self.clock))

    @staticmethod
    def _last_said(session: Session) -> int | None:
        return session.scalar(select(func.max(Outbox.id)))

    def _is_left(self, session: Session, said: int | None) -> bool:
        """Whether a command waits, or one was sent by which the hub may have news for this node too."""
        return self._last_said(session) != said or outbox_oldest_at(session, Outbox) is not None

    @staticmethod
    def _has_repaired(session: Session, ran: list[str]) -> bool:
        return any(run.changed_count for run in last_runs(session, ReconcilerRun) if run.name in ran)

    def _up_and_down(self) -> None:
        self.do(recovery.tell_again)
        self.do(exchange.deliver)
        self.do(exchange.poll)
        self.do(exchange.fetch_lists)

    def run(self, command: Command, *args: str) -> Result:
        """Run a command of the command line in this node's app."""
        return self.app.test_cli_runner().invoke(command, list(args))

    def run_json(self, command: Command, *args: str) -> Any:
        """Run a command with --json and read what it prints; raises AssertionError with the output if it fails."""
        result = self.run(command, *args, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


class Network:
    """A hub and its nodes, in one process, on one engine, over one wire."""

    def __init__(self, new_url: Callable[[str], str], folder: Path, clock: FixedClock, **hub_environment: str) -> None:
        """`new_url("federation")` gives the URL of a fresh, migrated database."""
        self._new_url, self._folder, self.clock = new_url, folder, clock
        self.transport = FaultyTransport()
        self.hub = HubWorld(new_url("federation"), folder, clock, **hub_environment)
        self.transport.serve(self.hub.origin, self.hub.app)
        self.nodes: dict[str, NodeWorld] = {}

    def node(self, slug: str, **environment: str) -> NodeWorld:
        """A node that has not joined yet."""
        made = NodeWorld(slug, self._new_url("space_node"), self._folder, self.clock, self.transport, **environment)
        self.nodes[slug] = made
        return made

    def joined(self, slug: str, *, admit: bool = True, **profile: Any) -> NodeWorld:
        """A node that has joined and, unless told otherwise, been admitted."""
        made = self.node(slug)
        made.join(self.hub.invite(slug), **profile)
        if admit:
            self.hub.admit(slug)
        made.sync()
        return made

    def twin(self, first: NodeWorld, second: NodeWorld, **changed: Any) -> None:
        """Let the first propose and the second agree, and bring the news to both."""
        first.sync()
        second.sync()
        wanted = (
            wanted_terms(**changed) if "valid_from" in changed else wanted_terms(valid_from=self.clock.now().date(), **changed)
        )
        first.command(
            lambda session: network_service.propose(session, first.node, partner=second.slug, wanted=wanted, now=self.clock.now())
        )
        second.sync()
        second.command(lambda session: network_service.agree(session, second.node, partner=first.slug, now=self.clock.now()))
        for node in (first, second):
            node.sync()

    def sync(self, rounds: int = 2) -> None:
        """Let every node do what its worker does, until news of the one has reached the other.

        In a later round those rest who have sent everything, and whom no news can have reached.
        """
        heard: dict[str, int | None] = {}
        for _ in range(rounds):
            for node in self.nodes.values():
                if node.slug not in heard or heard[node.slug] != self.hub.head():
                    node.sync()
                    heard[node.slug] = None if node.look(lambda session: outbox_oldest_at(session, Outbox)) else self.hub.head()


def wanted_terms(**changed: Any) -> network_service.Wanted:
    """Usual terms: a day costs one credit here and one and a half there."""
    usual: dict[str, Any] = {
        "our_price_credits": 100,
        "their_price_credits": 150,
        "our_half_credits": 50,
        "their_half_credits": 75,
        "set_aside_seats": 2,
        "days_a_month": 10,
        "pair_limit_credits": 10_000,
        "cancellation": ((24, 0), (0, 50)),
        "no_show_percent": 100,
    }
    return network_service.Wanted(**(usual | changed))
