"""The one gate: every address of the hub, for every kind of caller, in every standing (a walk over all routes)."""

import pytest

from federation.trust.rules import JOINING, SUSPENDED, may_call
from shared.access import UNGATED, audience_of
from shared.protocol.states import SpaceState
from tests.support.endpoints import Endpoint, endpoints
from tests.support.operator_browser import OperatorBrowser
from tests.support.wire_space import WireHub, WireSpace, body, good, slug_of


@pytest.fixture
def machines(hub: WireHub) -> list[Endpoint]:
    found = list(endpoints(hub.app, {"space"}))
    assert len(found) > 20
    return found


def test_without_a_good_token_no_call_of_a_space_is_answered(hub: WireHub, machines) -> None:
    operator = OperatorBrowser(hub)
    wrong = []
    for endpoint, method, path in machines:
        answers = {
            "no token": hub.client.open(path, method=method),
            "garbage": hub.client.open(path, method=method, headers={"Authorization": "Bearer garbage"}),
            "an operator's cookie": operator.client.open(path, method=method),
        }
        wrong += [f"{endpoint} with {who}: {slug_of(said)}" for who, said in answers.items() if slug_of(said)[0] != 401]
    assert wrong == []


def test_a_token_opens_no_page_of_an_operator(hub: WireHub, nyc: WireSpace) -> None:
    headers = {"Authorization": f"Bearer {nyc.new_token()}"}
    found = list(endpoints(hub.app, {"operator"}))
    assert len(found) > 8
    answers = {path: hub.client.open(path, method=method, headers=headers).status_code for _, method, path in found}
    assert {path: status for path, status in answers.items() if status not in (303, 401)} == {}


def test_no_page_of_an_operator_takes_a_form_without_its_token(hub: WireHub) -> None:
    operator = OperatorBrowser(hub)
    forms = [path for _, method, path in endpoints(hub.app, {"operator"}) if method == "POST"]
    assert len(forms) >= 4
    assert {path: operator.client.post(path).status_code for path in forms} == dict.fromkeys(forms, 403)


@pytest.mark.parametrize("state", [SpaceState.APPLIED, SpaceState.PROBATION, SpaceState.ACTIVE, SpaceState.SUSPENDED])
def test_each_standing_opens_what_it_should_and_says_why_not_where_it_does_not(hub: WireHub, machines, state) -> None:
    space = hub.space("cowo-milano")
    good(space.apply(hub.invite(space.slug)))
    if state is not SpaceState.APPLIED:
        good(space.call("POST", "/self/test", {"steps": [{"name": "token", "passed": True}]}))
    if state is SpaceState.ACTIVE:
        hub.admit(space.slug)
    if state is SpaceState.SUSPENDED:
        hub.suspend(space.slug)
    for endpoint, method, path in machines:
        answer = space.call(method, path.removeprefix("/fed/v1"), {})
        if may_call(state, endpoint):
            assert answer.status_code < 500, (endpoint, answer.text)
            assert answer.status_code not in (401, 403), (endpoint, answer.text)
        else:
            assert slug_of(answer) == (403, "space-not-active"), endpoint
            assert body(answer)["state"] == state
            assert body(answer)["next"]


def test_what_the_gate_names_is_there(machines) -> None:
    endpoints = {endpoint for endpoint, _, _ in machines}
    assert endpoints >= JOINING | SUSPENDED
    assert endpoints - SUSPENDED - JOINING == {
        *("bookings.put_availability", "bookings.put_request", "bookings.put_visit", "credits.put_grant"),
        *("twinnings.put_version", "twinnings.post_consent", "formats.put_version"),
        *("events.put_event", "events.put_cohost", "events.answer_invitation", "events.put_session"),
        *("rsvps.put_rsvp", "rsvps.answer_offer", "rsvps.switch", "rsvps.decide", "briefs.put_brief"),
        *("introductions.put_ask", "memberships.make_code", "memberships.link"),
    }


def test_every_route_of_the_hub_is_for_somebody(hub: WireHub) -> None:
    known = {*UNGATED, "space", "operator", "signed-in"}
    files = {rule.endpoint for rule in hub.app.url_map.iter_rules() if rule.endpoint.endswith("static")}
    others = {rule.endpoint for rule in hub.app.url_map.iter_rules() if audience_of(hub.app, rule.endpoint) not in known}
    assert others == files


def test_a_suspended_space_reads_why_and_is_heard_again_when_reinstated(hub: WireHub, nyc: WireSpace) -> None:
    _, cursor = nyc.news()
    hub.suspend(nyc.slug, "The charter was not kept.")
    [standing] = [item for item in nyc.news(cursor)[0] if item["type"] == "standing.updated"]
    assert (standing["data"]["state"], standing["data"]["reason"]) == ("suspended", "The charter was not kept.")
    assert slug_of(nyc.offer()) == (403, "space-not-active")
    hub.reinstate(nyc.slug)
    assert good(nyc.call("GET", "/self"))["state"] == "active"
    good(nyc.offer())


def test_a_flood_is_told_to_wait_before_anything_is_checked(hub_url: str, tmp_path) -> None:
    hub = WireHub(hub_url, tmp_path, requests_a_minute=40)
    answers = [hub.client.get("/fed/v1/self", headers={"Authorization": "Bearer garbage"}) for _ in range(12)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
    assert slug_of(answers[-1]) == (429, "too-many")
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 2
    for method, path in (("POST", "/oauth/token"), ("POST", "/fed/v1/applications"), ("GET", "/fed/v1"), ("GET", "/oauth/jwks")):
        assert hub.client.open(path, method=method).status_code == 429, path
    other = hub.client.get("/fed/v1/self", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 401
    hub.close()


def test_the_hub_says_that_it_is_ready_and_when_its_repairs_last_ran(hub: WireHub, nyc: WireSpace) -> None:
    hub.reconcile()
    ready = good(hub.client.get("/readyz"))
    assert ready["ready"] is True
    assert "complete stays" in hub.client.get("/readyz").text
    assert good(hub.client.get("/healthz")) == {"status": "up"}
