"""How a space comes into the network: by one invite, once, with its own keys, whatever is lost on the way."""

import datetime as dt
from typing import Any

import pytest

from federation.db import db
from federation.operators import queries
from federation.spaces.errors import SlugTaken
from shared.clock import FixedClock
from shared.keys import jwk
from shared.keys.key_set import build_key_set
from shared.keys.ring import KeyRing
from shared.protocol.registry import example
from tests.support.wire_space import ISSUER, MORNING, THURSDAY, WireHub, WireSpace, body, good, pointers, slug_of

DAY = dt.timedelta(days=1)


@pytest.fixture
def newcomer(hub: WireHub) -> WireSpace:
    return hub.space("cowo-milano")


def audited(hub: WireHub, slug: str) -> list[str]:
    return hub.run(lambda: [row.action for row in reversed(queries.audit_page(db.session(), search=slug).rows)])


def test_the_hub_says_who_it_is_and_what_it_speaks(hub: WireHub) -> None:
    service = good(hub.client.get("/fed/v1"))
    assert (service["issuer"], service["versions"]) == (ISSUER, [1])
    assert service["root_thumbprint"] == hub.hub.root_thumbprint
    assert "bookings/1" in service["capabilities"]


def test_a_space_applies_tests_itself_and_is_on_probation_with_low_limits(hub: WireHub, newcomer: WireSpace) -> None:
    answer = newcomer.apply(hub.invite(newcomer.slug))
    assert answer.status_code == 201
    assert (body(answer)["space"], body(answer)["state"]) == (newcomer.slug, "applied")
    own = good(newcomer.call("GET", "/self"))
    assert (own["state"], own["profile_rev"], own["key_set_rev"]) == ("applied", 1, 1)
    assert own["root_thumbprint"] == newcomer.thumbprint
    tested = good(newcomer.call("POST", "/self/test", example("self-test")))
    limits = hub.hub.settings.probation_limits
    assert (tested["state"], tested["limits"]["issuer_limit_credits"]) == ("probation", limits.issuer_limit_credits)
    assert audited(hub, newcomer.slug) == ["space.invited", "space.applied", "space.self-tested"]


def test_a_self_test_with_a_failed_step_leaves_the_space_where_it_was(hub: WireHub, newcomer: WireSpace) -> None:
    newcomer.apply(hub.invite(newcomer.slug))
    steps = [{"name": "token", "passed": True, "detail": ""}, {"name": "clock-skew", "passed": False, "detail": "400 s"}]
    assert good(newcomer.call("POST", "/self/test", {"steps": steps}))["state"] == "applied"
    assert good(newcomer.call("POST", "/self/test", example("self-test")))["state"] == "probation"


def test_a_self_test_of_an_active_space_changes_nothing(nyc: WireSpace) -> None:
    before = good(nyc.call("GET", "/self"))
    assert good(nyc.call("POST", "/self/test", example("self-test")))["state"] == "active"
    assert good(nyc.call("GET", "/self")) == before


def test_an_application_whose_answer_was_lost_gets_it_again(hub: WireHub, newcomer: WireSpace) -> None:
    invite, application = hub.invite(newcomer.slug), newcomer.application()
    first = newcomer.apply(invite, application)
    assert newcomer.apply(invite, application).json == first.json
    good(newcomer.call("POST", "/self/test", example("self-test")))
    again = newcomer.apply(invite, application)
    assert (again.status_code, body(again)) == (201, {**body(first), "state": "probation"})
    assert audited(hub, newcomer.slug).count("space.applied") == 1


def test_a_node_that_kept_no_copy_and_signs_anew_is_known_by_its_root_key(hub: WireHub, newcomer: WireSpace) -> None:
    invite = hub.invite(newcomer.slug)
    first = newcomer.apply(invite)
    hub.clock.advance(dt.timedelta(minutes=1))
    newcomer.ring.create("encryption", newcomer.now)
    assert newcomer.apply(invite).json == first.json
    assert good(newcomer.call("GET", "/self"))["key_set_rev"] == 1


def test_an_invite_that_one_node_used_is_gone_for_another(hub: WireHub, newcomer: WireSpace, tmp_path) -> None:
    invite = hub.invite(newcomer.slug)
    good(newcomer.apply(invite))
    thief = WireSpace(hub, newcomer.slug, KeyRing(tmp_path / "thief"))
    assert slug_of(thief.apply(invite)) == (410, "invite-used")
    assert good(newcomer.call("GET", "/self"))["root_thumbprint"] == newcomer.thumbprint


@pytest.mark.parametrize("token", ["nonsense", "x" * 64, "ünïcode"])
def test_an_invite_that_nobody_made_is_not_known(newcomer: WireSpace, hub: WireHub, token: str) -> None:
    assert slug_of(newcomer.apply(token)) == (404, "invite-unknown")
    hub.invite(newcomer.slug)
    assert slug_of(newcomer.apply(token)) == (404, "invite-unknown")


def test_the_invite_of_one_space_is_no_use_to_another(hub: WireHub, newcomer: WireSpace) -> None:
    hub.invite(newcomer.slug)
    assert slug_of(newcomer.apply(hub.invite("thecube-london"))) == (404, "invite-unknown")


def test_an_invite_ends_after_three_days(hub: WireHub, newcomer: WireSpace) -> None:
    invite = hub.invite(newcomer.slug)
    hub.clock.advance(3 * DAY)
    answer = newcomer.apply(invite)
    assert slug_of(answer) == (410, "invite-expired")
    assert body(answer)["expired_on"] == THURSDAY.isoformat()


def test_who_applied_in_time_gets_the_answer_also_after_the_invite_has_ended(hub: WireHub, newcomer: WireSpace) -> None:
    invite, application = hub.invite(newcomer.slug), newcomer.application()
    first = newcomer.apply(invite, application)
    hub.clock.advance(3 * DAY)
    assert newcomer.apply(invite, application).json == first.json


def test_a_new_invite_takes_the_place_of_one_that_was_not_used(hub: WireHub, newcomer: WireSpace) -> None:
    first, second = hub.invite(newcomer.slug), hub.invite(newcomer.slug)
    assert slug_of(newcomer.apply(first)) == (404, "invite-unknown")
    good(newcomer.apply(second))


def test_nobody_is_invited_under_a_name_that_is_in_use(hub: WireHub, nyc: WireSpace) -> None:
    with pytest.raises(SlugTaken):
        hub.invite(nyc.slug)


def test_an_application_for_another_hub_is_refused(hub: WireHub, newcomer: WireSpace) -> None:
    answer = newcomer.apply(hub.invite(newcomer.slug), newcomer.application(hub="https://hub.elsewhere.example"))
    assert slug_of(answer) == (422, "application-invalid")
    assert pointers(answer) == ["/application/hub"]


@pytest.mark.parametrize("changes", [{"charter_version": 2}, {"charter_sha256": "0" * 64}])
def test_a_charter_that_is_not_the_one_in_force_is_told(hub: WireHub, newcomer: WireSpace, changes: dict[str, Any]) -> None:
    invite = hub.invite(newcomer.slug)
    answer = newcomer.apply(invite, newcomer.application(**changes))
    assert slug_of(answer) == (409, "charter-changed")
    assert body(answer)["charter_version"] == hub.hub.charter.version
    good(newcomer.apply(invite))


def test_a_charter_changed_by_the_operator_asks_for_a_new_signature(hub_url: str, tmp_path) -> None:
    hub = WireHub(hub_url, tmp_path)
    newcomer = hub.space("cowo-milano")
    invite, application = hub.invite(newcomer.slug), newcomer.application()
    hub.close()
    charter = tmp_path / "charter.md"
    charter.write_text("Be kind, and say so.")
    hub = WireHub(hub_url, tmp_path, FixedClock(MORNING), people=0, charter_file=charter, charter_version=2)
    newcomer.hub = hub
    assert slug_of(newcomer.apply(invite, application)) == (409, "charter-changed")
    good(newcomer.apply(invite))
    hub.close()


def test_a_key_set_signed_by_another_root_is_refused(hub: WireHub, newcomer: WireSpace, tmp_path) -> None:
    other = WireSpace(hub, newcomer.slug, KeyRing(tmp_path / "other"))
    foreign = build_key_set(other.ring, newcomer.slug, 1, other.now)
    answer = newcomer.apply(hub.invite(newcomer.slug), newcomer.application(key_set=foreign))
    assert slug_of(answer) == (422, "key-set-invalid")
    assert body(answer)["reason"] == "other-root"


def test_an_application_signed_by_another_key_than_it_names_is_refused(hub: WireHub, newcomer: WireSpace, tmp_path) -> None:
    other = WireSpace(hub, newcomer.slug, KeyRing(tmp_path / "other"))
    named = jwk.public_jwk(other.ring.active("root", other.now))
    answer = newcomer.apply(hub.invite(newcomer.slug), newcomer.application(root_key=named))
    assert slug_of(answer)[0] == 422


@pytest.mark.parametrize("root_key", [{}, {"kty": "RSA"}, {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}])
def test_a_root_key_that_is_none_is_refused(hub: WireHub, newcomer: WireSpace, root_key: dict[str, str]) -> None:
    answer = newcomer.apply(hub.invite(newcomer.slug), newcomer.application(root_key=root_key))
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"zone": "Europe/Atlantis"}, "/profile/zone"),
        ({"name": ""}, "/profile/name"),
        ({"name": "Cowo\u202emilano"}, "/profile/name"),
        ({"country": "IT\n"}, "/profile/country"),
        ({"web": "javascript:alert(1)"}, "/profile/web"),
        ({"languages": []}, "/profile/languages"),
        ({"opening_hours": [{"weekday": "mon", "opens": "٠٩:٠٠", "closes": "18:00"}]}, "/profile/opening_hours/0/opens"),
    ],
)
def test_a_profile_that_cannot_be_is_told_field_by_field(
    hub: WireHub, newcomer: WireSpace, change: dict[str, Any], pointer: str
) -> None:
    invite = hub.invite(newcomer.slug)
    answer = newcomer.apply(invite, newcomer.application(profile={**newcomer.profile, **change}))
    assert (answer.status_code, pointers(answer)) == (422, [f"/application{pointer}"])
    good(newcomer.apply(invite))


@pytest.mark.parametrize("application", ["", "a.b.c", "x" * 20_001, "019ab3c0-0000-7000-8000-0000000000aa"])
def test_what_is_no_signed_application_is_refused(hub: WireHub, newcomer: WireSpace, application: str) -> None:
    sent = {"invite": hub.invite(newcomer.slug), "application": application}
    assert hub.client.post("/fed/v1/applications", json=sent).status_code == 422


def test_an_invited_space_that_has_not_applied_gets_no_token(hub: WireHub, newcomer: WireSpace) -> None:
    hub.invite(newcomer.slug)
    with pytest.raises(AssertionError, match="invalid_client"):
        newcomer.new_token()


def test_the_directory_shows_a_space_from_probation_on(hub: WireHub, nyc: WireSpace) -> None:
    newcomer = hub.space("cowo-milano")
    newcomer.apply(hub.invite(newcomer.slug))
    assert "space/cowo-milano" not in nyc.snapshot("spaces")
    _, cursor = nyc.news()
    good(newcomer.call("POST", "/self/test", example("self-test")))
    [line] = [item["data"] for item in nyc.news(cursor)[0] if item["type"] == "space.updated"]
    assert line == nyc.snapshot("spaces")["space/cowo-milano"]
    assert (line["state"], line["zone"]) == ("probation", "Europe/Rome")
