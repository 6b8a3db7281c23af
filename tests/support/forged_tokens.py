"""Assertions and access tokens as somebody forges them who has read the standards, and the hub's and a space's own."""

import base64
import hmac
import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from shared.ids import new_id
from shared.keys import jwk
from tests.support.forged_documents import part
from tests.support.wire_space import ISSUER, WireHub, WireSpace


def claims(space: WireSpace, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    usual = {"iss": space.slug, "sub": space.slug, "aud": ISSUER, "iat": now, "exp": now + 60, "jti": new_id()}
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def assertion(
    space: WireSpace, *, key: ECKey | None = None, kid: Any = "", header: dict[str, Any] | None = None, **said: Any
) -> str:
    key = key or space.ring.active("client", space.now)
    head = {"alg": "ES256", "kid": key.kid if kid == "" else kid, **(header or {})}
    return jwt.encode({name: value for name, value in head.items() if value is not None}, claims(space, **said), key)


def unsigned(space: WireSpace) -> str:
    return f"{part({'alg': 'none'})}.{part(claims(space))}."


def by_shared_secret(space: WireSpace, *, key: ECKey | None = None, typ: str = "JWT") -> str:
    """The public key, which everybody has, taken for the secret of an HMAC."""
    key = key or space.ring.active("client", space.now)
    signed = f"{part({'alg': 'HS256', 'kid': key.kid, 'typ': typ})}.{part(claims(space, client_id=space.slug))}"
    mac = hmac.digest(key.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def altered(good_one: str, other: dict[str, Any]) -> dict[str, str]:
    """A good token that somebody has changed, and other claims under its signature."""
    return {
        "no signature": f"{good_one.rpartition('.')[0]}.",
        "a signature of nothing": f"{good_one.rpartition('.')[0]}.{'A' * 86}",
        "a signature cut short": good_one[:-4],
        "something after the signature": good_one + "A",
        "a fourth part": good_one + ".",
        "other claims under a good signature": ".".join(
            [good_one.split(".", maxsplit=1)[0], part(other), good_one.split(".")[2]]
        ),
        "two tokens": f"{good_one}, Bearer {good_one}",
        "a token and more": f"{good_one} {good_one}",
        "a token without end": good_one + "A" * 7000,
    }


def forged_tokens(hub: WireHub, space: WireSpace) -> dict[str, str]:
    """What is no access token of this hub, though it looks like one."""
    own, now = hub.hub.ring.active("token", space.now), int(time.time())
    said = {**claims(space), "client_id": space.slug, "scope": "", "exp": now + 600}

    def token(*, key: ECKey = own, header: dict[str, Any] | None = None, **changes: Any) -> str:
        content = {
            name: value for name, value in {**said, "jti": new_id(), "iss": ISSUER, **changes}.items() if value is not None
        }
        head = {"alg": "ES256", "typ": "at+jwt", "kid": own.kid, **(header or {})}
        head = {name: value for name, value in head.items() if value is not None}
        return jwt.encode(head, content, key, default_type=None)

    good_one, evil = token(), jwk.generate()
    assert WireSpace(hub, space.slug, space.ring, token=good_one).call("GET", "/self").status_code == 200
    return {
        **altered(good_one, {**said, "sub": "thecube-london"}),
        "algorithm none": ".".join([part({"alg": "none", "typ": "at+jwt", "kid": own.kid}), good_one.split(".")[1], ""]),
        "the public key as a shared secret": by_shared_secret(space, key=own, typ="at+jwt"),
        "a key that is a way out": token(header={"kid": "../../../../etc/passwd"}),
        "a key that is a question": token(header={"kid": "' OR 1=1 --"}),
        "no key": token(key=evil, header={"kid": None}),
        "a key of its own": token(key=evil, header={"jwk": jwk.public_jwk(evil)}),
        "an address of keys": token(key=evil, header={"jku": "https://evil.example/jwks"}),
        "signed by a space": token(key=space.ring.active("client", space.now)),
        "signed by the hub's key for documents": token(key=hub.hub.ring.active("signing", space.now)),
        "no type": token(header={"typ": None}),
        "another type": token(header={"typ": "JWT"}),
        "another issuer": token(iss="https://evil.example"),
        "another audience": token(aud="https://evil.example"),
        "expired": token(exp=now - 61),
        "no end": token(exp=None),
        "from the future": token(iat=now + 300),
        "no client": token(client_id=None),
        "another client than subject": token(client_id="thecube-london"),
        "a subject that is a list": token(sub=["wecreate-nyc"]),
        "a space that is not there": token(sub="cowo-milano", client_id="cowo-milano"),
        "an assertion": assertion(space),
        "not a token": "nonsense",
        "dots": "..",
        "not ASCII": "é.é.é",
        "empty": "",
    }
