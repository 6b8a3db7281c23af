"""The token endpoint, the gate of the spaces, and what a space owns of trust (DESIGN §6)."""

from typing import Any, cast

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6750.errors import InvalidTokenError
from flask import Flask, Response, current_app, g, jsonify, request
from joserfc.jwk import KeySet

from federation.config import Hub, present_hub
from federation.db import db, glance, read_only, transactional
from federation.spaces import queries as spaces
from federation.trust import queries, rules, service
from federation.trust.errors import SpaceNotActive
from shared.access import audience
from shared.clock import FixedClock, current_clock
from shared.errors import Malformed, Unauthenticated
from shared.ids import parse_slug, sha256_hex
from shared.keys import jwk
from shared.lines import take_turn
from shared.oauth import ASSERTION_KEPT, AccessTokens, MachineGrant, SignedClient, TokenReader
from shared.problems import ProblemBlueprint
from shared.protocol import passports as bodies
from shared.protocol import spaces as space_bodies
from shared.protocol.version import BASE_PATH
from shared.rate_limit import RateLimit
from shared.replay import retold

oauth = audience(ProblemBlueprint("oauth", __name__), "public-api")
trust = audience(ProblemBlueprint("trust", __name__, url_prefix=BASE_PATH), "space")
_EXTENSION = "twindesk-trust"


class Client(ClientMixin):  # type: ignore[misc]
    """A space as Authlib sees it. Its state is judged by the gate, so that a refusal can say what it is."""

    def __init__(self, slug: str, keys: KeySet) -> None:
        self.slug, self.keys = slug, keys

    def get_client_id(self) -> str:
        """Its slug."""
        return self.slug

    def get_allowed_scope(self, scope: str | None) -> str:  # noqa: ARG002 - Authlib's signature
        """There is one API and the gate decides: no scopes."""
        return ""

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Signed assertions at the token endpoint, nothing else."""
        return method == "private_key_jwt" and endpoint == "token"

    def check_grant_type(self, grant_type: str) -> bool:
        """Client credentials alone."""
        return grant_type == "client_credentials"


def install(app: Flask, hub: Hub) -> None:
    """Set up the token endpoint and the reader of its tokens."""
    clock, settings, ring = app.extensions["clock"], hub.settings, hub.ring

    def public_keys() -> KeySet:
        return KeySet([key.key for key in ring.public("token") if key.is_usable(clock.now())])

    server = AuthorizationServer(app, query_client=_client, save_token=lambda _token, _request: None)
    server.register_grant(MachineGrant)
    server.register_client_auth_method(
        SignedClient.CLIENT_AUTH_METHOD,
        SignedClient(issuer=settings.issuer, keys_of=lambda client: client.keys, use_once=_use_once),
    )
    tokens = AccessTokens(issuer=settings.issuer, signing_key=lambda: ring.active("token", clock.now()))
    server.register_token_generator("default", tokens)
    app.extensions[_EXTENSION] = {
        "server": server,
        "reader": TokenReader(issuer=settings.issuer, public_keys=public_keys),
        "limit": RateLimit(per_minute=settings.requests_a_minute),
    }


def count_call() -> None:
    """The gate of machines that nobody knows yet: count the call. Raises TooMany."""
    current_app.extensions[_EXTENSION]["limit"].take(request.remote_addr or "")


def gate() -> None:
    """Let a space in by its token if its standing allows the call; the caller is then in `g.caller`.

    A call that this hub does again was let in before, and has the time that it had then.

    Raises TooMany before any signature is checked, Unauthenticated, SpaceNotActive.
    """
    again = retold()
    if again is not None:
        g.caller, g.clock = again.caller, FixedClock(again.answered_at)
        return
    count_call()
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        if kind.lower() != "bearer":
            raise InvalidTokenError
        slug = current_app.extensions[_EXTENSION]["reader"].client_of(token.strip())
    except InvalidTokenError:
        raise Unauthenticated("Show a fresh access token of this hub.") from None
    take_turn()
    state = glance(lambda: spaces.state(db.session(), slug))()
    if state is None:
        raise Unauthenticated("Show a fresh access token of this hub.")
    if not rules.may_call(state, request.endpoint or ""):
        raise SpaceNotActive(state=state, next=rules.next_step(state))
    g.caller = slug


@oauth.get("/.well-known/oauth-authorization-server")
def metadata() -> Response:
    """RFC 8414."""
    issuer = present_hub().settings.issuer
    return jsonify(
        issuer=issuer,
        token_endpoint=f"{issuer}/oauth/token",
        jwks_uri=f"{issuer}/oauth/jwks",
        response_types_supported=[],
        grant_types_supported=["client_credentials"],
        token_endpoint_auth_methods_supported=["private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported=["ES256"],
    )


@oauth.get("/oauth/jwks")
def jwks() -> Response:
    """The keys that access tokens are signed with."""
    return jsonify(keys=[{**jwk.public_jwk(key.key), "kid": key.kid} for key in present_hub().ring.public("token")])


@oauth.post("/oauth/token")
@transactional
def token() -> Response:
    """RFC 6749 §4.4 with RFC 7523; errors as RFC 6749 has them."""
    return cast(Response, current_app.extensions[_EXTENSION]["server"].create_token_response())


@oauth.route(f"{BASE_PATH}/applications", methods=["POST"])
@transactional
@oauth.arguments(space_bodies.Application)
@oauth.response(201, space_bodies.ApplicationReceipt)
def post_application(body: dict[str, Any]) -> dict[str, Any]:
    """Take a space in by its invite and what its new root key signed; the same application again gets the same answer."""
    now, hub = current_clock().now(), present_hub()
    space, application_id = service.join(db.session(), body=body, hub=hub, now=now)
    return {"space": space.slug, "application_id": application_id, "state": space.state}


@trust.route("/self/keys", methods=["PUT"])
@transactional
@trust.arguments(space_bodies.KeySetUpdate)
@trust.response(200, space_bodies.Receipt)
def put_keys(body: dict[str, Any]) -> dict[str, Any]:
    """Take the caller's root-signed key set, and issue the key list anew."""
    now = current_clock().now()
    rev = service.set_key_set(db.session(), space=g.caller, rev=body["rev"], document=body["key_set"], now=now)
    service.publish_key_list(db.session(), key=present_hub().ring.active("signing", now), now=now)
    return {"rev": rev}


@trust.route("/key-list")
@read_only
@trust.response(200, bodies.KeyListCopy)
def get_key_list() -> dict[str, Any]:
    """The newest key list."""
    newest = queries.key_list(db.session())
    return {"seq": newest.seq, "key_list": newest.document, "vouched_at": current_clock().now()}


@trust.route("/status-lists/<slug:space>")
@read_only
@trust.response(200, bodies.StatusListCopy)
def get_status_list(space: str) -> dict[str, Any]:
    """The newest status list of a space that the hub holds; the hub vouches for that now."""
    held = queries.status_list(db.session(), space)
    return {"space": space, "rev": held.rev, "status_list": held.document, "vouched_at": current_clock().now()}


@trust.route("/self/passports/<sha256:ref>", methods=["PUT"])
@transactional
@trust.arguments(bodies.PassportRef)
@trust.response(200, bodies.RefReceipt)
def put_passport_ref(body: dict[str, Any], ref: str) -> dict[str, Any]:
    """Learn which wallet stands behind a passport."""
    sha256, now = sha256_hex(request.get_data(cache=True)), current_clock().now()
    service.set_passport_ref(db.session(), home=g.caller, ref=ref, body_sha256=sha256, now=now, **body)
    return {"ref": ref}


def _client(client_id: str) -> Client | None:
    try:
        slug = parse_slug(client_id)
    except Malformed:
        return None
    keys = queries.keys_for(db.session(), slug, "client", current_clock().now())
    return Client(slug, KeySet(list(keys.values()))) if keys else None


def _use_once(client_id: str, jti: str) -> bool:
    expires_at = current_clock().now() + ASSERTION_KEPT
    return service.use_assertion_once(db.session(), client_id=client_id, jti=jti, expires_at=expires_at)
