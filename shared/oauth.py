"""OAuth 2 between machines on Authlib: client credentials with private_key_jwt, and RFC 9068 access tokens, ES256 only.

Each subclass closes a gap between Authlib's defaults and DESIGN §6: the audience is the issuer and nothing beside it, an
assertion lives a minute, an access token names its type, clocks may differ by a minute.
"""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache, partial
from typing import Any, ClassVar, cast

from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6750.errors import InvalidTokenError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc7523.assertion import sign_jwt_bearer_assertion
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator, JWTBearerTokenValidator
from joserfc.jwk import ECKey, KeySet

ASSERTION_SECONDS = 60
ASSERTION_MAX_SECONDS = 300
TOKEN_SECONDS = 600
LEEWAY_SECONDS = 60
_JTI = re.compile(r"[!-~]{1,64}")
# An assertion can be used until it expires, by a clock that is a minute off; then its id need not be known any more.
ASSERTION_KEPT = timedelta(seconds=ASSERTION_MAX_SECONDS + 2 * LEEWAY_SECONDS)
CLIENT_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKENS_REMEMBERED = 4096
TOKEN_TYPES = ("at+jwt", "application/at+jwt")


def token_request(*, key: ECKey, client_id: str, issuer: str) -> dict[str, str]:
    """The form of a token request: an assertion for this issuer alone, signed now, good for a minute (RFC 7523)."""
    assertion = sign_jwt_bearer_assertion(
        key, client_id, issuer, client_id, header={"kid": key.kid}, alg="ES256", expires_in=ASSERTION_SECONDS
    )
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": CLIENT_ASSERTION_TYPE,
        "client_assertion": assertion,
    }


class MachineGrant(ClientCredentialsGrant):  # type: ignore[misc]
    """Client credentials for those who sign their requests."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = ["private_key_jwt"]


class SignedClient(JWTBearerClientAssertion):  # type: ignore[misc]
    """private_key_jwt as RFC 7523 bis wants it: the issuer as sole audience, a short life, each jti once."""

    CLIENT_AUTH_METHOD = "private_key_jwt"

    def __init__(self, *, issuer: str, keys_of: Callable[[Any], KeySet], use_once: Callable[[str, str], bool]) -> None:
        """`use_once(client_id, jti)` says whether this jti is new, and keeps it for ASSERTION_KEPT."""
        super().__init__(leeway=LEEWAY_SECONDS)
        self._issuer, self._keys_of, self._use_once = issuer, keys_of, use_once

    def get_audiences(self) -> list[str]:
        """The issuer identifier, never the token endpoint's address."""
        return [self._issuer]

    def resolve_client_public_key(self, client: Any) -> KeySet:
        """The keys by which this client may sign now."""
        return self._keys_of(client)

    def verify_claims(self, claims: Any) -> None:
        """Authlib takes an audience list in which the issuer is one of several, and any life. Raises InvalidClientError."""
        if claims.get("aud") != self._issuer:
            raise InvalidClientError(description="The audience must be the issuer alone.")
        expires_at = claims.get("exp")
        if type(expires_at) is not int or expires_at - time.time() > ASSERTION_MAX_SECONDS + LEEWAY_SECONDS:
            raise InvalidClientError(description="The assertion must expire within five minutes.")
        super().verify_claims(claims)

    def validate_jti(self, claims: Any, jti: Any) -> bool:
        """Whether this assertion has not been used before; one that could not be remembered cannot be used."""
        return isinstance(jti, str) and _JTI.fullmatch(jti) is not None and self._use_once(claims["sub"], jti)


class AccessTokens(JWTBearerTokenGenerator):  # type: ignore[misc]
    """Access tokens of ten minutes, for the issuer's own API."""

    def __init__(self, *, issuer: str, signing_key: Callable[[], ECKey]) -> None:
        """`signing_key` is asked at every token, so that a rotation needs no restart."""
        super().__init__(issuer, alg="ES256", expires_generator=lambda _client, _grant: TOKEN_SECONDS)
        self._signing_key = signing_key

    def get_jwks(self) -> KeySet:
        """One private key: joserfc would sign with a random one of several."""
        return KeySet([self._signing_key()])

    def get_audiences(self, client: Any, user: Any, scope: Any) -> str:  # noqa: ARG002 - Authlib's signature
        """The issuer itself is the resource server."""
        return cast(str, self.issuer)


class TokenReader(JWTBearerTokenValidator):  # type: ignore[misc]
    """Reads access tokens of one issuer, and nothing that merely looks like one."""

    def __init__(self, *, issuer: str, public_keys: Callable[[], KeySet]) -> None:
        """`public_keys` is asked at every request."""
        super().__init__(issuer=issuer, resource_server=issuer)
        self._public_keys = public_keys
        # A caller shows its token with every call: the signature is checked once, the times each time.
        self._signed = lru_cache(maxsize=TOKENS_REMEMBERED)(self._read)

    def get_jwks(self) -> KeySet:
        """The keys that tokens may be signed with now."""
        return self._public_keys()

    def client_of(self, token_text: str) -> str:
        """The client that a token was given to. Raises InvalidTokenError."""
        token = self._signed(token_text, frozenset(key.kid for key in self.get_jwks().keys))
        self.validate_token(token, [], None)
        subject = token.get("sub")
        if not isinstance(subject, str) or subject != token.get("client_id"):
            raise InvalidTokenError
        return subject

    def _read(self, token_text: str, _keys: frozenset[str]) -> Any:
        """The claims of a token that is signed with one of the keys that there are now."""
        token = self.authenticate_token(token_text)
        if token is None or str(token.header.get("typ", "")).lower() not in TOKEN_TYPES:
            raise InvalidTokenError
        # There are no scopes, so the claim is blank, which Authlib writes and does not read.
        token.options["scope"] = {"allow_blank": True}
        # Authlib allows no leeway here, and refuses a token made one second ago by a clock that is two seconds ahead.
        token.validate = partial(type(token).validate, token, leeway=LEEWAY_SECONDS)
        return token
