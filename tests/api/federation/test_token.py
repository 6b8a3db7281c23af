"""The token endpoint under attack, and what its tokens are worth: RFC 7523 with the gaps of the library closed."""

import base64
import datetime as dt
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from shared.ids import new_id
from shared.keys import jwk
from shared.keys.key_set import build_key_set
from shared.oauth import token_request
from tests.support.forged_tokens import assertion, by_shared_secret, forged_tokens, unsigned
from tests.support.threads import together
from tests.support.wire_space import ISSUER, WireHub, WireSpace, good

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def ask(hub: WireHub, text: str, **form: Any) -> Any:
    wanted = {"grant_type": "client_credentials", "client_assertion_type": TYPE, "client_assertion": text, **form}
    return hub.client.post("/oauth/token", data={name: value for name, value in wanted.items() if value is not None})


def test_a_good_assertion_gets_a_token_of_ten_minutes(hub: WireHub, nyc: WireSpace) -> None:
    answer = ask(hub, assertion(nyc))
    assert answer.status_code == 200
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 600)
    assert answer.headers["Cache-Control"] == "no-store"
    head, payload = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in answer.json["access_token"].split(".")[:2])
    assert (head["alg"], head["typ"]) == ("ES256", "at+jwt")
    assert (payload["iss"], payload["aud"], payload["sub"], payload["client_id"]) == (ISSUER, ISSUER, nyc.slug, nyc.slug)
    assert head["kid"] in {key["kid"] for key in good(hub.client.get("/oauth/jwks"))["keys"]}


def test_a_minute_of_difference_between_the_clocks_is_borne(hub: WireHub, nyc: WireSpace) -> None:
    now = int(time.time())
    assert ask(hub, assertion(nyc, iat=now + 50, exp=now + 110)).status_code == 200
    assert ask(hub, assertion(nyc, iat=now - 110, exp=now - 50)).status_code == 200


ATTACKS: dict[str, Callable[[WireSpace], str]] = {
    "the issuer is one of two audiences": lambda space: assertion(space, aud=[ISSUER, "https://evil.example"]),
    "the issuer stands in a list": lambda space: assertion(space, aud=[ISSUER]),
    "another audience": lambda space: assertion(space, aud="https://evil.example"),
    "the endpoint as audience": lambda space: assertion(space, aud=f"{ISSUER}/oauth/token"),
    "no audience": lambda space: assertion(space, aud=None),
    "a life of an hour": lambda space: assertion(space, exp=int(time.time()) + 3600),
    "a life without end": lambda space: assertion(space, exp=None),
    "an end that is text": lambda space: assertion(space, exp=str(int(time.time()) + 60)),
    "an end that is a fraction": lambda space: assertion(space, exp=time.time() + 60),
    "expired": lambda space: assertion(space, exp=int(time.time()) - 61),
    "not begun": lambda space: assertion(space, nbf=int(time.time()) + 300),
    "signed by another's key": lambda space: assertion(space, key=jwk.generate()),
    "another's key, our kid": lambda space: assertion(space, key=jwk.generate(), kid=space.ring.active("client", space.now).kid),
    "our key for passports": lambda space: assertion(space, key=space.ring.active("passport", space.now)),
    "our root key": lambda space: assertion(space, key=space.ring.active("root", space.now)),
    "a key in the header": lambda space: assertion(space, key=(own := jwk.generate()), header={"jwk": jwk.public_jwk(own)}),
    "algorithm none": unsigned,
    "the public key as a shared secret": by_shared_secret,
    "nobody of this name": lambda space: assertion(space, iss="cowo-milano", sub="cowo-milano"),
    "a name that cannot be": lambda space: assertion(space, iss="Cowo\x00", sub="Cowo\x00"),
    "a name that is a number": lambda space: assertion(space, iss=7, sub=7),
    "issuer and subject differ": lambda space: assertion(space, iss="thecube-london"),
    "no subject": lambda space: assertion(space, sub=None),
    "no jti": lambda space: assertion(space, jti=None),
    "an empty jti": lambda space: assertion(space, jti=""),
    "a jti that is a number": lambda space: assertion(space, jti=1),
    "a jti without end": lambda space: assertion(space, jti="x" * 65),
    "a jti with NUL": lambda space: assertion(space, jti="a\x00b"),
    "nonsense": lambda _space: "nonsense",
    "three dots": lambda _space: "..",
    "not ASCII": lambda space: assertion(space) + "é",
    "claims that are a list": lambda space: ".".join([assertion(space).split(".")[0], "W10", "AAAA"]),
    "a header that is a list": lambda space: ".".join(["W10", *assertion(space).split(".")[1:]]),
    "nothing": lambda _space: "",
}


@pytest.mark.parametrize("place", range(2), ids=["first half", "second half"])
def test_no_forged_stale_or_misdirected_assertion_gets_a_token(hub: WireHub, nyc: WireSpace, place: int) -> None:
    names = list(ATTACKS)[place::2]
    answers = {name: ask(hub, ATTACKS[name](nyc)) for name in names}
    found = {name: (answer.status_code, (answer.json or {}).get("error")) for name, answer in answers.items()}
    # RFC 6749 §5.2: 400, or 401 where a scheme of HTTP was tried.
    wrong = {name: said for name, said in found.items() if said not in ((400, "invalid_client"), (401, "invalid_client"))}
    assert wrong == {}
    assert ask(hub, assertion(nyc)).status_code == 200


def test_two_keys_and_no_kid_are_not_guessed_at(hub: WireHub, nyc: WireSpace) -> None:
    nyc.ring.create("client", nyc.now)
    answer = ask(hub, assertion(nyc, kid=None))
    assert (answer.status_code in (400, 401), answer.json["error"]) == (True, "invalid_client")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": None}, "unsupported_grant_type"),
        ({"client_assertion_type": "urn:else"}, "invalid_client"),
        ({"client_assertion": None}, "invalid_client"),
    ],
)
def test_other_ways_of_asking_are_refused_as_the_standard_says(
    hub: WireHub, nyc: WireSpace, form: dict[str, Any], error: str
) -> None:
    answer = ask(hub, assertion(nyc), **form)
    assert (answer.status_code in (400, 401), answer.json["error"]) == (True, error)


def test_an_assertion_is_good_once(hub: WireHub, nyc: WireSpace) -> None:
    text = assertion(nyc)
    assert ask(hub, text).status_code == 200
    assert ask(hub, text).json["error"] == "invalid_client"


def test_the_same_jti_of_another_space_is_another(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    jti = new_id()
    assert [ask(hub, assertion(space, jti=jti)).status_code for space in (nyc, london)] == [200, 200]


def test_of_sixteen_replays_at_once_exactly_one_gets_a_token(hub: WireHub, nyc: WireSpace) -> None:
    form = token_request(key=nyc.ring.active("client", nyc.now), client_id=nyc.slug, issuer=ISSUER)
    answers = together(*[lambda: hub.client.post("/oauth/token", data=form).status_code] * 16)
    assert sorted(map(str, answers)) == ["200", *["401"] * 15] or sorted(map(str, answers)) == ["200", *["400"] * 15]


def test_used_assertions_are_forgotten_once_they_are_worth_nothing_anyway(hub: WireHub, nyc: WireSpace) -> None:
    nyc.new_token()
    assert hub.reconcile("forget used assertions") == {"forget used assertions": 0}
    forgotten = hub.reconcile("forget used assertions", after=dt.timedelta(minutes=11))
    assert forgotten["forget used assertions"] >= 1


def test_a_retired_key_signs_until_it_is_listed_no_more_and_a_revoked_one_never(hub: WireHub, nyc: WireSpace) -> None:
    old = nyc.ring.active("client", nyc.now)
    # The last token that the old key signed for carries the news of its end.
    nyc.token = nyc.new_token()
    nyc.ring.revoke("client", old.kid, nyc.now)
    key_set = build_key_set(nyc.ring, nyc.slug, 2, nyc.now)
    good(nyc.call("PUT", "/self/keys", {"rev": 2, "key_set": key_set}))
    assert ask(hub, assertion(nyc, key=old)).json["error"] == "invalid_client"
    assert ask(hub, assertion(nyc)).status_code == 200


def test_the_metadata_names_what_there_is(hub: WireHub) -> None:
    said = good(hub.client.get("/.well-known/oauth-authorization-server"))
    assert (said["issuer"], said["token_endpoint"]) == (ISSUER, f"{ISSUER}/oauth/token")
    assert said["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert all("d" not in key for key in good(hub.client.get("/oauth/jwks"))["keys"])


def test_nothing_but_a_fresh_token_of_this_hub_is_believed(hub: WireHub, nyc: WireSpace) -> None:
    found = {
        name: hub.client.get("/fed/v1/self", headers={"Authorization": f"Bearer {token}".encode().decode("latin-1")})
        for name, token in forged_tokens(hub, nyc).items()
    }
    assert {name: answer.status_code for name, answer in found.items() if answer.status_code != 401} == {}
    assert all(answer.headers["WWW-Authenticate"].startswith("Bearer") for answer in found.values())


def test_another_scheme_and_a_token_in_the_address_are_not_looked_at(hub: WireHub, nyc: WireSpace) -> None:
    token = nyc.new_token()
    assert hub.client.get("/fed/v1/self", headers={"Authorization": f"Basic {token}"}).status_code == 401
    assert hub.client.get(f"/fed/v1/self?access_token={token}").status_code == 401
    assert hub.client.get("/fed/v1/self", headers={"Authorization": f"bearer {token}"}).status_code == 200
