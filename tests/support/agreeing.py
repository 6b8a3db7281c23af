"""Two spaces agree on terms; and a hub that tells of it what is not so."""

import json
from collections.abc import Callable
from typing import Any

from shared.http import Answer
from space_node.network import queries, service
from space_node.network.queries import Agreement
from tests.support.node import Network, NodeWorld, wanted_terms

TERMS = "twinning-terms+jwt"
Rewrite = Callable[[dict[str, Any]], dict[str, Any]]


def propose(node: NodeWorld, partner: str, **changed: Any) -> None:
    """Sign usual terms, but for what is changed."""
    wanted = wanted_terms(**({"valid_from": node.clock.now().date()} | changed))
    node.command(lambda session: service.propose(session, node.node, partner=partner, wanted=wanted, now=node.clock.now()))


def agree(node: NodeWorld, partner: str) -> None:
    """Sign what the partner has proposed."""
    node.command(lambda session: service.agree(session, node.node, partner=partner, now=node.clock.now()))


def with_partner(node: NodeWorld) -> Agreement:
    """The one agreement that the node knows of."""
    (found,) = node.look(queries.agreements)
    return found


def lie(network: Network, rewrite: Rewrite) -> None:
    """The hub tells of twinnings what is not so, in its feed and in its snapshots."""

    def tamper(_method: str, path: str, answer: Answer) -> Answer:
        if not path.endswith(("/changes", "/snapshot/twinnings")) or answer.status != 200:
            return answer
        body = json.loads(answer.body)
        for item in body["items"]:
            if item["type"] == "twinning.updated":
                item["data"], item["rev"] = rewrite(item["data"]), item["rev"] + 100
        return Answer(200, answer.headers, json.dumps(body).encode())

    network.transport.tamper = tamper


def activated(data: dict[str, Any], consent: str) -> dict[str, Any]:
    """The entry as if the other side had agreed."""
    active = {"active_version": data["version"], "active_proposal": data["proposal"], "active_consent": consent}
    return {**data, **active, "state": "active", "activated_at": "2026-03-03T08:00:00Z"}
