"""Credits as nodes, operators and the command line see them."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from federation.credits.cli import commands
from federation.credits.models import CreditLimit
from federation.db import db
from shared.ids import new_id
from shared.protocol.credits import Statement, statement_sha256
from shared.protocol.registry import example
from tests.support.wire_space import THURSDAY, WireHub, WireSpace

GUEST = example("grant")["guest"]


@pytest.fixture
def stayed(nyc: WireSpace, london: WireSpace) -> dict[str, Any]:
    """A stay of a New Yorker in London, paid."""
    terms = nyc.twin(london)
    assert nyc.grant(GUEST).status_code == 200
    assert london.offer().status_code == 200
    price = next(offer["price_day_credits"] for offer in terms["offers"] if offer["host"] == london.slug)
    stay = nyc.stay(terms_version=terms["version"], price_credits=price)
    [booking] = nyc.request(london, terms, GUEST, stay).json["bookings"]
    assert booking["state"] == "confirmed", booking
    return booking


def grant(**changes: Any) -> dict[str, Any]:
    return {**example("grant"), "home": "wecreate-nyc", **changes}


def test_a_grant_is_answered_with_its_lot_and_told_to_the_home(nyc: WireSpace, london: WireSpace) -> None:
    _, cursor = nyc.news()
    grant_id = new_id()
    answer = london.call("PUT", f"/grants/{grant_id}", grant())
    assert answer.status_code == 200
    lot = {name: grant()[name] for name in ("kind", "credits", "valid_from", "expires_on")}
    expected = {"id": grant_id, "issuer": london.slug, "held": 0, "spent": 0, **lot}
    assert answer.json == {"grant_id": grant_id, "home": nyc.slug, "guest": GUEST, "rev": 1, "lot": expected}
    [item] = [item for item in nyc.news(cursor)[0] if item["type"] == "wallet.updated"]
    assert item["data"] == {"guest": GUEST, "rev": 1, "lots": [expected]}
    [shown] = nyc.call("GET", "/snapshot/wallets").json["items"]
    assert shown["data"] == item["data"]
    assert london.call("GET", "/snapshot/wallets").json["items"] == []


def test_a_grant_again_gets_its_first_answer_and_under_another_body_none(nyc: WireSpace, london: WireSpace) -> None:
    grant_id = new_id()
    first = nyc.call("PUT", f"/grants/{grant_id}", grant())
    nyc.grant(GUEST, 500)
    assert nyc.call("PUT", f"/grants/{grant_id}", grant()).json == first.json
    other = nyc.call("PUT", f"/grants/{grant_id}", grant(credits=999))
    assert (other.status_code, other.json["type"].rsplit("/", 1)[1]) == (409, "id-conflict")
    foreign = london.call("PUT", f"/grants/{grant_id}", grant())
    assert (foreign.status_code, foreign.json["type"].rsplit("/", 1)[1]) == (409, "transfer-differs")


@pytest.mark.parametrize("wrong", [{"credits": 0}, {"expires_on": "2026-10-31"}, {"credits": 1.5}, {"kind": "gift"}])
def test_a_grant_that_makes_no_sense_points_at_what_is_wrong(nyc: WireSpace, wrong: dict[str, Any]) -> None:
    answer = nyc.call("PUT", f"/grants/{new_id()}", grant(**wrong))
    assert (answer.status_code, [fault["pointer"] for fault in answer.json["errors"]]) == (422, [f"/{name}" for name in wrong])


def test_a_statement_lists_the_stay_for_both_sides_with_one_digest(
    stayed: dict[str, Any], nyc: WireSpace, london: WireSpace
) -> None:
    nyc.hub.clock.set(nyc.hub.clock.now().replace(day=THURSDAY.day, hour=12))
    london.token = nyc.token = ""
    assert london.check_in(stayed).status_code == 200
    theirs, ours = london.call("GET", f"/statements/{nyc.slug}").json, nyc.call("GET", f"/statements/{london.slug}").json
    assert [(line["booking_id"], line["credits"], line["kind"]) for line in theirs["lines"]] == [
        (stayed["id"], stayed["price_credits"], "stay")
    ]
    assert (theirs["sha256"], theirs["balance_credits"]) == (ours["sha256"], -ours["balance_credits"])
    assert statement_sha256(Statement().load(ours)["lines"]) == ours["sha256"]
    assert london.call("GET", f"/statements/{nyc.slug}?as_of_seq=1").json["lines"] == []
    assert london.call("GET", "/statements/nowhere").status_code == 404
    assert london.call("GET", f"/statements/{nyc.slug}?as_of_seq=-1").status_code == 422
    position = london.call("GET", "/accounts/position").json
    assert (position["position_credits"], position["as_of_seq"]) == (stayed["price_credits"], ours["as_of_seq"])


def run(hub: WireHub, *words: str) -> Any:
    return hub.app.test_cli_runner().invoke(commands[("audit", "balance", "statement").index(words[0])], words[1:])


def test_the_command_line_proves_the_ledger_and_shows_it(stayed: dict[str, Any], hub: WireHub) -> None:
    audit = run(hub, "audit")
    assert audit.exit_code == 0
    assert [line.split()[0] for line in audit.output.splitlines()] == ["pass"] * 11
    assert json.loads(run(hub, "audit", "--json").output)[0]["faults"] == []
    assert run(hub, "balance").output.splitlines()[-1].split() == ["all", "together", "0"]
    assert json.loads(run(hub, "balance", "--json").output)["total"] == 0
    nothing = run(hub, "statement", "wecreate-nyc", "thecube-london")
    assert nothing.output.startswith("balance of wecreate-nyc: 0")
    assert json.loads(run(hub, "statement", "wecreate-nyc", "thecube-london", "--json").output)["lines"] == []


def test_the_statement_on_the_command_line_says_who_owes_whom(stayed: dict[str, Any], hub: WireHub, london: WireSpace) -> None:
    hub.clock.set(hub.clock.now().replace(day=THURSDAY.day, hour=12))
    london.token = ""
    assert london.check_in(stayed).status_code == 200
    line, balance = run(hub, "statement", "thecube-london", "wecreate-nyc").output.splitlines()
    assert line.endswith("wecreate-nyc owes thecube-london 1.5")
    assert balance.startswith("balance of thecube-london: 1.5")


def test_an_audit_that_finds_something_ends_with_one(stayed: dict[str, Any], hub: WireHub) -> None:
    hub.run(lambda: db.session.execute(sa.update(CreditLimit).values(exposure_credits=1)))
    audit = run(hub, "audit")
    assert audit.exit_code == 1
    assert "FAIL  I9" in audit.output
    assert "limit wecreate-nyc thecube-london: 1 is kept, 150 is right" in audit.output


def test_the_operator_sees_every_spaces_accounts(stayed: dict[str, Any], hub: WireHub) -> None:
    assert hub.client.get("/credits/").status_code == 303
    with hub.app.test_request_context("/credits/"):
        page = hub.app.view_functions["credits_pages.trial_balance"]()
    assert "wecreate-nyc" in page
    assert "As it must be." in page
