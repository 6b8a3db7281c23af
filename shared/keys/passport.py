"""FP1, the passport in a QR code: a CWT in COSE_Sign1 (RFC 8392, RFC 9052) with ES256, as base45 text.

The layout is tight, so that every passport stays within 300 characters (QR version 10-M). The issuer is not written into
it: the kid finds the key, the key list says whose it is, and that slug is part of the signature's external data, so one
space cannot pass another's key off as its own. A pass for one host names it by a digest that only has to match.
"""

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from joserfc.jwk import ECKey

from shared.errors import Refusal
from shared.ids import parse_slug, sha256_hex
from shared.keys import base45, cbor, jwk
from shared.keys.errors import PassportFault, PassportInvalid
from shared.text import clean_text

PREFIX = "FP1:"
MAX_CHARACTERS = 300
MAX_NAME_BYTES = 24
CTI_BYTES = 16
POINT_BYTES = 33
MAX_SMALL_NUMBER = 23
MAX_STATUS_INDEX = 65_535
LEEWAY = timedelta(seconds=60)

_ALG, _KID, _ES256 = 1, 4, -7
_EXP, _IAT, _CTI, _TWINDESK = 4, 6, 7, -70_000
_CLAIM_KEYS = {_EXP, _IAT, _CTI, _TWINDESK}
_DIGEST_BYTES = 8
_HALF_SIGNATURE = 32
_EARLIEST, _LATEST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class PassportClaims:
    """What a passport says. Raises PassportInvalid for anything that it cannot hold."""

    issuer: str
    issued_at: datetime
    expires_at: datetime
    cti: bytes
    status_list_number: int
    status_index: int
    display_name: str
    tier: int
    holder_key: bytes | None = None
    audience: str | None = None

    def __post_init__(self) -> None:
        if not (self._names_hold() and self._numbers_hold() and _is_point(self.holder_key)):
            raise PassportInvalid(reason=PassportFault.MALFORMED)

    def _numbers_hold(self) -> bool:
        small = (self.tier, self.status_list_number)
        return (
            len(self.cti) == CTI_BYTES
            and all(0 <= number <= MAX_SMALL_NUMBER for number in small)
            and 0 <= self.status_index <= MAX_STATUS_INDEX
            and _EARLIEST <= self.issued_at < self.expires_at <= _LATEST
        )

    def _names_hold(self) -> bool:
        try:
            parse_slug(self.issuer)
            parse_slug(self.issuer if self.audience is None else self.audience)
            shown = clean_text(self.display_name, max_length=MAX_NAME_BYTES, field="display_name")
        except Refusal:
            return False
        return shown == self.display_name and len(shown.encode()) <= MAX_NAME_BYTES


@dataclass(frozen=True)
class IssuerKey:
    """A passport key as the key list has it: whose it is, and whether it was withdrawn."""

    slug: str
    key: ECKey
    revoked: bool = False


@dataclass(frozen=True)
class Passport:
    """A passport that holds, in the eyes of the one who read it."""

    claims: PassportClaims
    kid: str
    raw: bytes = field(repr=False)

    @property
    def proof(self) -> str:
        """The SHA-256 of the FP1 bytes: what is kept as evidence of the visit."""
        return sha256_hex(self.raw)

    @property
    def ref(self) -> str:
        """The SHA-256 of the cti, by which the hub knows the passport."""
        return sha256_hex(self.claims.cti)


FindKey = Callable[[bytes], Iterable[IssuerKey]]


def issue(claims: PassportClaims, key: ECKey) -> str:
    """Sign the claims with the issuer's private passport key, as the text of the QR code."""
    protected = cbor2.dumps({_ALG: _ES256, _KID: jwk.kid_prefix(key)}, canonical=True)
    payload = _payload(claims)
    signer = key.get_op_key("sign")
    der = signer.sign(_signed_bytes(protected, payload, claims.issuer), ec.ECDSA(hashes.SHA256()))
    signature = b"".join(half.to_bytes(_HALF_SIGNATURE, "big") for half in utils.decode_dss_signature(der))
    raw: bytes = cbor2.dumps(cbor2.CBORTag(cbor.COSE_SIGN1, [protected, {}, payload, signature]), canonical=True)
    return PREFIX + base45.encode(raw)


def read(text: str, find_key: FindKey, now: datetime, *, audience: str | None) -> Passport:
    """Check a passport at the space named by `audience` (None: wherever it is not bound to one host).

    `find_key` gives every key whose thumbprint starts with the 8 bytes. Raises PassportInvalid with its reason.
    """
    envelope = _open(text)
    signer = _find_signer(envelope, find_key)
    if signer.revoked:
        raise PassportInvalid(reason=PassportFault.KEY_REVOKED)
    if envelope.audience is not None and (audience is None or envelope.audience != _digest(audience)):
        raise PassportInvalid(reason=PassportFault.WRONG_AUDIENCE)
    claims = PassportClaims(issuer=signer.slug, audience=None if envelope.audience is None else audience, **envelope.claims)
    if now + LEEWAY < claims.issued_at:
        raise PassportInvalid(reason=PassportFault.NOT_YET)
    if now - LEEWAY >= claims.expires_at:
        raise PassportInvalid(reason=PassportFault.EXPIRED)
    return Passport(claims, jwk.kid_of(signer.key), envelope.raw)


@dataclass(frozen=True)
class _Envelope:
    """A passport taken apart, with nothing proven yet."""

    raw: bytes
    protected: bytes
    kid: bytes
    payload: bytes
    signature: bytes
    claims: dict[str, Any]
    audience: bytes | None


def _open(text: str) -> _Envelope:
    text = text.strip()
    if len(text) > MAX_CHARACTERS or not text.startswith(PREFIX):
        raise PassportInvalid(reason=PassportFault.MALFORMED)
    try:
        raw = base45.decode(text.removeprefix(PREFIX))
        protected, payload, signature = _parts(cbor.decode(raw))
        return _Envelope(raw, protected, _read_kid(protected), payload, signature, *_read_payload(payload))
    except ValueError:
        raise PassportInvalid(reason=PassportFault.MALFORMED) from None


def _parts(message: cbor.Value) -> tuple[bytes, bytes, bytes]:
    match message:
        case cbor.Tagged(tag=cbor.COSE_SIGN1, value=[bytes(protected), {**unprotected}, bytes(payload), bytes(signature)]):
            if not unprotected and len(signature) == 2 * _HALF_SIGNATURE:
                return protected, payload, signature
    raise ValueError("This is not a COSE_Sign1 message of ours.")


def _read_kid(protected: bytes) -> bytes:
    header = cbor.decode(protected)
    if isinstance(header, dict) and header.keys() == {_ALG, _KID} and header[_ALG] == _ES256:
        return _bytes(header[_KID], jwk.KID_PREFIX_BYTES)
    raise ValueError("This is not the header of a passport.")


def _payload(claims: PassportClaims) -> bytes:
    own = [
        claims.status_list_number,
        claims.status_index,
        claims.display_name,
        claims.tier,
        claims.holder_key,
        None if claims.audience is None else _digest(claims.audience),
    ]
    times = {_EXP: int(claims.expires_at.timestamp()), _IAT: int(claims.issued_at.timestamp())}
    payload: bytes = cbor2.dumps({**times, _CTI: claims.cti, _TWINDESK: own}, canonical=True)
    return payload


def _read_payload(payload: bytes) -> tuple[dict[str, Any], bytes | None]:
    """The claims that the payload itself states, and the digest of its audience."""
    found = cbor.decode(payload)
    if not isinstance(found, dict) or found.keys() != _CLAIM_KEYS:
        raise ValueError("These are not the claims of a passport.")
    match found[_TWINDESK]:
        case [int(number), int(index), str(name), int(tier), holder_key, audience]:
            claims: dict[str, Any] = {
                "issued_at": _instant(found[_IAT]),
                "expires_at": _instant(found[_EXP]),
                "cti": _bytes(found[_CTI], CTI_BYTES),
                "status_list_number": number,
                "status_index": index,
                "display_name": name,
                "tier": tier,
                "holder_key": None if holder_key is None else _bytes(holder_key, POINT_BYTES),
            }
            return claims, None if audience is None else _bytes(audience, _DIGEST_BYTES)
    raise ValueError("These are not the claims of a passport.")


def _find_signer(envelope: _Envelope, find_key: FindKey) -> IssuerKey:
    candidates = list(find_key(envelope.kid))
    if not candidates:
        raise PassportInvalid(reason=PassportFault.UNKNOWN_ISSUER)
    r, s = (int.from_bytes(envelope.signature[at : at + _HALF_SIGNATURE], "big") for at in (0, _HALF_SIGNATURE))
    der = utils.encode_dss_signature(r, s)
    for candidate in candidates:
        signed = _signed_bytes(envelope.protected, envelope.payload, candidate.slug)
        with suppress(InvalidSignature):
            candidate.key.get_op_key("verify").verify(der, signed, ec.ECDSA(hashes.SHA256()))
            return candidate
    raise PassportInvalid(reason=PassportFault.BAD_SIGNATURE)


def _signed_bytes(protected: bytes, payload: bytes, issuer: str) -> bytes:
    """The Sig_structure of RFC 9052, 4.4, with the issuer in the external data."""
    signed: bytes = cbor2.dumps(["Signature1", protected, external_aad(issuer), payload], canonical=True)
    return signed


def external_aad(issuer: str) -> bytes:
    """What is signed but not carried: the domain of FP1 signatures, and the issuer's slug."""
    return b"fp1:" + issuer.encode("ascii")


def _digest(slug: str) -> bytes:
    return hashlib.sha256(slug.encode("ascii")).digest()[:_DIGEST_BYTES]


def _instant(value: cbor.Value) -> datetime:
    if isinstance(value, int) and 0 <= value < 1 << 32:
        return datetime.fromtimestamp(value, UTC)
    raise ValueError("This is not a time.")


def _bytes(value: cbor.Value, size: int) -> bytes:
    if isinstance(value, bytes) and len(value) == size:
        return value
    raise ValueError("This is not a byte string of the right length.")


def _is_point(point: bytes | None) -> bool:
    if point is None:
        return True
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return len(point) == POINT_BYTES
