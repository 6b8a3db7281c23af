"""The manager's pages about the network: partners and terms, connection, what is parked."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from shared.http import Answer
from space_node.members.service import Role
from space_node.network import queries, service
from space_node.uplink import queries as uplink
from space_node.uplink.service import exchange
from space_node.wire import ANSWERS, FEED
from tests.support.browsing import Browser
from tests.support.node import Network, NodeWorld, profile_of
from tests.support.towns import founded, strangers

PROPOSAL = {
    "partner": "thecube-london",
    "our_price": "1",
    "their_price": "1,5",
    "set_aside": "2",
    "days_a_month": "10",
    "pair_limit": "100",
    "free_until_hours": "24",
    "late_percent": "50",
    "no_show_percent": "100",
    "valid_from": "2026-03-03",
}


network = founded(strangers)


def refuse(slug: str, end: str, **said: str) -> Callable[[str, str, Answer], Answer]:
    def tamper(_method: str, path: str, answer: Answer) -> Answer:
        problem = {"type": f"https://twindesk.example/problems/{slug}", "detail": "Not this one.", "rev": 2} | said
        return Answer(409, {}, json.dumps(problem).encode()) if path.endswith(end) else answer

    return tamper


def text(page: Any) -> str:
    return str(page.get_data(as_text=True))


def test_two_managers_make_a_twinning_by_their_pages(nyc: NodeWorld, london: NodeWorld) -> None:
    anna, tom = Browser(nyc, Role.MANAGER), Browser(london, Role.MANAGER)
    assert "Thecube London" in text(anna.get("/partners"))
    anna.get("/terms/propose?with=thecube-london")
    shown = text(anna.post("/terms/propose", **PROPOSAL))
    assert "Done. The network has it." in shown
    assert "You propose" in shown
    london.do(exchange.poll)
    assert "Waits for your signature" in text(tom.get("/partners"))
    shown = text(tom.get("/partners/wecreate-nyc"))
    assert "They propose" in shown
    assert nyc.node.root_thumbprint in shown
    assert "Terms in force" in text(tom.post("/partners/wecreate-nyc/agree"))
    nyc.sync()
    shown = text(anna.get("/partners/thecube-london"))
    assert "Terms in force" in shown
    assert "1.5 credits" in shown


def test_a_partner_that_nobody_knows_is_not_found(nyc: NodeWorld) -> None:
    page = Browser(nyc, Role.MANAGER).get("/partners/nobody-there")
    assert page.status_code == 404
    assert "No space called nobody-there is known here" in text(page)


def test_a_proposal_with_faults_is_shown_again_with_what_was_typed(nyc: NodeWorld, london: NodeWorld) -> None:
    anna = Browser(nyc, Role.MANAGER)
    anna.get("/terms/propose")
    page = anna.post("/terms/propose", **(PROPOSAL | {"our_price": "a lot", "days_a_month": "40"}))
    assert page.status_code == 422
    assert 'value="a lot"' in text(page)
    assert "A number from 1 to 31 is expected here." in text(page)
    assert nyc.look(queries.agreements) == []


def test_a_proposal_to_nobody_known_says_so(nyc: NodeWorld) -> None:
    anna = Browser(nyc, Role.MANAGER)
    anna.get("/terms/propose")
    page = anna.post("/terms/propose", **(PROPOSAL | {"partner": "old-mill"}))
    assert page.status_code == 404
    assert "No space called old-mill is known here" in text(page)


def test_a_proposal_while_the_hub_is_away_is_said_to_wait(network: Network, nyc: NodeWorld, london: NodeWorld) -> None:
    anna = Browser(nyc, Role.MANAGER)
    anna.get("/terms/propose")
    network.transport.cut()
    shown = text(anna.post("/terms/propose", **(PROPOSAL | {"our_half": "0.6", "their_half": "0.8"})))
    assert "this is sent as soon as it is back" in shown
    assert "Your proposal is on its way" in shown
    assert "On its way" in text(anna.get("/partners"))


def test_agreeing_without_a_proposal_is_a_conflict(nyc: NodeWorld, london: NodeWorld) -> None:
    anna = Browser(nyc, Role.MANAGER)
    anna.get("/partners/thecube-london")
    anna.get("/terms/propose")
    assert anna.post("/partners/thecube-london/agree").status_code == 409


def test_the_connection_is_shown_with_what_waits_and_why(network: Network, nyc: NodeWorld) -> None:
    anna = Browser(nyc, Role.MANAGER)
    shown = text(anna.get("/connection"))
    assert "wecreate-nyc" in shown
    assert network.hub.hub.root_thumbprint in shown
    network.transport.skew_seconds = 90
    nyc.do(exchange.poll)
    assert "The clock of this machine is wrong" in text(anna.get("/connection"))
    network.hub.suspend(nyc.slug, "It is being rebuilt.")
    nyc.do(exchange.poll)
    network.transport.cut()
    with pytest.raises(Exception, match=r"."):
        nyc.do(exchange.poll)
    shown = text(anna.get("/connection"))
    assert "The hub cannot be reached at present" in shown
    assert "It is being rebuilt." in shown


def test_a_node_without_a_network_says_how_to_join(network: Network) -> None:
    node = network.node("cowo-torino")
    anna = Browser(node, Role.MANAGER)
    assert "This space has not joined a network yet" in text(anna.get("/connection"))
    assert "No partners yet" in text(anna.get("/partners"))


def test_parked_commands_are_shown_tried_again_and_given_up(network: Network, nyc: NodeWorld) -> None:
    anna = Browser(nyc, Role.MANAGER)
    network.transport.tamper = refuse("rev-conflict", "/self/profile")
    profile = profile_of(nyc.slug, city="Roma")
    nyc.command(lambda session: service.set_profile(session, profile, now=nyc.clock.now()))
    assert "Not this one." in text(anna.get("/parked"))
    (row,) = nyc.look(lambda session: list(queries.parked_messages(session)))
    assert "Tried again." in text(anna.post("/parked/retry", kind="message", id=row.id))
    assert "Given up." in text(anna.post("/parked/discard", kind="message", id=row.id))
    assert nyc.look(uplink.hub_contact).parked_count == 0
    assert "Nothing is parked" in text(anna.page)


def test_a_parked_command_says_why_in_the_readers_words(network: Network, nyc: NodeWorld) -> None:
    anna = Browser(nyc, Role.MANAGER)
    said = {"title": "This guest has a stay today", "detail": "This guest already has a stay here today."}
    network.transport.tamper = refuse("of-another-version", "/self/profile", **said)
    nyc.command(lambda session: service.set_profile(session, profile_of(nyc.slug, city="Roma"), now=nyc.clock.now()))
    shown = text(anna.get("/parked"))
    assert "This guest has a stay today" in shown
    assert "of-another-version" not in shown
    shown = text(anna.get("/parked?lang=it"))
    assert "Questo ospite ha già una visita oggi" in shown
    assert "This guest" not in shown


def test_whatever_can_be_parked_has_a_name(nyc: NodeWorld) -> None:
    with nyc.app.test_request_context():
        kind = nyc.app.jinja_env.get_template("network/words.html").module.kind  # type: ignore[attr-defined]
        assert [word for word in {**ANSWERS, **FEED} if kind(word) == word] == []


def test_parked_news_is_shown_tried_again_and_given_up(network: Network, nyc: NodeWorld) -> None:
    anna = Browser(nyc, Role.MANAGER)

    def poison(_method: str, path: str, answer: Answer) -> Answer:
        if not path.endswith("/snapshot/spaces"):
            return answer
        body = json.loads(answer.body)
        body["items"][0] |= {"id": "019cb2b6-0800-7296-bf02-6395552aa586", "type": "space.updated", "data": {"space": "x"}}
        return Answer(200, {}, json.dumps(body).encode())

    network.transport.tamper = poison
    nyc.do(exchange.take_snapshots)
    assert "A space of the network" in text(anna.get("/parked"))
    (item,) = nyc.look(lambda session: list(queries.parked_news(session)))
    assert "It still cannot be taken in." in text(anna.post("/parked/retry", kind="news", id=item.id))
    assert "Given up." in text(anna.post("/parked/discard", kind="news", id=item.id))
    assert "All news is in" in text(anna.page)


@pytest.mark.parametrize("path", ["/partners", "/partners/thecube-london", "/terms/propose", "/connection", "/parked"])
def test_these_pages_are_the_managers_alone(nyc: NodeWorld, path: str) -> None:
    assert Browser(nyc, Role.DESK).get(path).status_code == 403
    stranger = Browser(nyc).get(path)
    assert (stranger.status_code, stranger.headers["Location"].split("?")[0]) == (303, "/sign-in")


def test_readiness_tells_of_the_hub_and_never_fails_because_of_it(network: Network, nyc: NodeWorld) -> None:
    network.transport.cut()
    with pytest.raises(Exception, match=r"."):
        nyc.do(exchange.poll)
    page = Browser(nyc).get("/readyz")
    assert page.status_code == 200
    hub = page.get_json()["checks"]["hub"]
    assert (hub["fault"], hub["ok"]) == ("peer-unreachable", True)
