"""A signed document as somebody forges it who has read the standards: every way to let one seem what it is not."""

import hmac
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from joserfc.jwk import ECKey

from shared.keys import b64, jwk

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256: no half of a signature is as large."""
ABSENT = object()


def part(value: Any) -> str:
    """A header or payload as it stands in a document."""
    return b64.encode(value if isinstance(value, bytes) else json.dumps(value).encode())


def es256(signer: ECKey, message: bytes) -> bytes:
    """A signature in the form of JOSE, over anything."""
    der = signer.get_op_key("sign").sign(message, ec.ECDSA(hashes.SHA256()))
    return b"".join(half.to_bytes(32, "big") for half in utils.decode_dss_signature(der))


def loose_token(header: Any, payload: bytes, signer: ECKey) -> str:
    """A document whose signature is right, over any header at all."""
    signed = f"{part(header)}.{part(payload)}"
    return f"{signed}.{b64.encode(es256(signer, signed.encode()))}"


def forgeries(good: str, *, key: ECKey, stranger: ECKey) -> dict[str, str]:
    """What is no document of this key, though it looks like one. `stranger` is a key of somebody else's."""
    raw_header, raw_payload, signature = good.split(".")
    header, payload = json.loads(b64.decode(raw_header)), b64.decode(raw_payload)

    def headed(by: ECKey = key, **changes: Any) -> str:
        said = {name: value for name, value in {**header, **changes}.items() if value is not ABSENT}
        return loose_token(said, payload, by)

    def unsigned(alg: Any) -> str:
        return f"{part({**header, 'alg': alg})}.{raw_payload}."

    def holding(other: bytes) -> str:
        return loose_token(header, other, key)

    return {
        **_other_headers(header, payload, key, stranger, headed),
        **_other_signatures(f"{raw_header}.{raw_payload}", signature, key, stranger),
        **_other_forms(good, raw_header, raw_payload, signature),
        "alg none without a signature": unsigned("none"),
        "alg None": unsigned("None"),
        "alg NONE with a signature of zeros": unsigned("NONE") + b64.encode(bytes(64)),
        "alg null": unsigned(None),
        "HS256 with the public key as secret": _by_secret(header, raw_payload, key.as_pem(private=False)),
        "HS256 with the public key's JSON as secret": _by_secret(header, raw_payload, json.dumps(jwk.public_jwk(key)).encode()),
        "HS256 with nothing as secret": _by_secret(header, raw_payload, b""),
        "a payload member twice": holding(b'{"iss":"a",' + payload[1:-1] + b',"iss":"b"}'),
        "a payload that is a list": holding(b"[]"),
        "a payload that is no JSON": holding(b"hello"),
        "a payload that is no number": holding(b'{"rev":NaN}'),
        "a payload after a mark": holding(b"\xef\xbb\xbf" + payload),
        "a payload without end": holding(b'{"a":' * 200 + b"1" + b"}" * 200),
        "a payload of bytes": holding(b"\xff\xfe"),
        "a payload that is packed": holding(b"\x78\x9c\x03\x00\x00\x00\x00\x01"),
        "an empty payload": holding(b""),
        "another payload": f"{raw_header}.{part(b'{}')}.{signature}",
    }


def _other_headers(header: dict[str, Any], payload: bytes, key: ECKey, stranger: ECKey, headed: Any) -> dict[str, str]:
    kid, typ, text = header["kid"], header["typ"], json.dumps(header)
    return {
        "alg none with a right signature": headed(alg="none"),
        "alg absent": headed(alg=ABSENT),
        "alg a list": headed(alg=["ES256"]),
        "alg ES384": headed(alg="ES384"),
        "alg RS256": headed(alg="RS256"),
        "alg es256 in small letters": headed(alg="es256"),
        "the attacker's key in the header": headed(stranger, jwk=jwk.public_jwk(stranger)),
        "the attacker's key in the header, under its own name": headed(
            stranger, jwk=jwk.public_jwk(stranger), kid=jwk.kid_of(stranger)
        ),
        "a key set's address in the header": headed(jku="https://evil.example/jwks"),
        "a certificate in the header": headed(x5c=["MIIB"]),
        "a certificate's address in the header": headed(x5u="https://evil.example/x"),
        "a certificate's mark in the header": headed(x5t="AAAA"),
        "a critical extension": headed(crit=["exp"], exp=1),
        "an empty list of critical extensions": headed(crit=[]),
        "a payload that is not encoded": headed(b64=False, crit=["b64"]),
        "a payload that is packed, by the header": headed(zip="DEF"),
        "a member that nobody knows": headed(cty="JWT"),
        "kid absent": headed(kid=ABSENT),
        "kid a number": headed(kid=7),
        "kid null": headed(kid=None),
        "kid empty": headed(kid=""),
        "kid of nobody": headed(kid="A" * 43),
        "kid a way out": headed(kid="../../../../etc/passwd"),
        "kid a question": headed(kid="' OR 1=1 --"),
        "kid with NUL": headed(kid=f"{kid}\x00"),
        "kid in other letters": headed(kid=kid.swapcase()),
        "another typ": headed(typ="other+jwt"),
        "typ of any token": headed(typ="JWT"),
        "typ in other letters": headed(typ=typ.upper()),
        "typ in full": headed(typ=f"application/{typ}"),
        "typ absent": headed(typ=ABSENT),
        "typ null": headed(typ=None),
        "a header member twice": loose_token(text.replace("{", '{"alg":"none",', 1).encode(), payload, key),
        "a header member twice, the good one first": loose_token(f'{text[:-1]},"kid":"x"}}'.encode(), payload, key),
        "a header that is a list": loose_token([header], payload, key),
        "a header that is no JSON": loose_token(b"{", payload, key),
        "a header that is no UTF-8": loose_token(b"\xff", payload, key),
        "a header after a mark": loose_token(b"\xef\xbb\xbf" + text.encode(), payload, key),
        "a header without end": loose_token(b'{"a":' * 40 + b"1" + b"}" * 40, payload, key),
        "a huge header": headed(kid="k" * 1000),
        "a key of somebody else's under the right name": headed(stranger),
        "a key of somebody else's under its own name": headed(stranger, kid=jwk.kid_of(stranger)),
    }


def _other_signatures(signed: str, signature: str, key: ECKey, stranger: ECKey) -> dict[str, str]:
    raw = b64.decode(signature)
    r, s = raw[:32], raw[32:]
    whole = utils.encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    wide = ECKey.generate_key("P-384").get_op_key("sign").sign(signed.encode(), ec.ECDSA(hashes.SHA384()))
    halves = b"".join(half.to_bytes(48, "big") for half in utils.decode_dss_signature(wide))
    order = ORDER.to_bytes(32, "big")
    return {
        name: f"{signed}.{b64.encode(other)}"
        for name, other in {
            "no signature": b"",
            "signature of zeros": bytes(64),
            "r is zero": bytes(32) + s,
            "s is zero": r + bytes(32),
            "r and s as large as the group": order + order,
            "s beyond the group": r + b"\xff" * 32,
            "r and s the other way round": s + r,
            "half a signature": r,
            "a signature of another form": whole,
            "a signature and more": raw + b"\x00",
            "a signature after zeros": b"\x00" + raw,
            "a signature twice": raw + raw,
            "a signature of another curve": halves,
            "a signature of something else": es256(key, b"something else"),
            "a signature by somebody else": es256(stranger, signed.encode()),
        }.items()
    }


def _other_forms(good: str, header: str, payload: str, signature: str) -> dict[str, str]:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    signed = f"{header}.{payload}"
    full = {"protected": header, "payload": payload, "signature": signature}
    return {
        "garbage at the end": good + "A",
        "a signature cut short": good[:-4],
        "a fourth part": good + ".",
        "a part before it": "." + good,
        "two parts": signed,
        "a payload taken out": f"{header}..{signature}",
        "a header taken out": f".{payload}.{signature}",
        "stray bits in the signature": good[:-1] + alphabet[alphabet.index(good[-1]) + 1],
        "padding": good + "==",
        "padding inside": f"{header}=.{payload}.{signature}",
        "signs of the other alphabet": f"{signed}.{signature[:-2]}+/",
        "a blank inside": f"{header}. {payload}.{signature}",
        "in JSON": json.dumps(full),
        "in JSON, with several signatures": json.dumps({"payload": payload, "signatures": [full]}),
        "five parts": f"{good}.{header}.{payload}",
        "two documents": f"{good},{good}",
        "coded for an address": good.replace(".", "%2E"),
        "a lone dot": "..",
        "nothing": "",
        "letters beyond ASCII": "é.é.é",
    }


def _by_secret(header: dict[str, Any], payload: str, secret: bytes) -> str:
    signed = f"{part({**header, 'alg': 'HS256'})}.{payload}"
    return f"{signed}.{b64.encode(hmac.digest(secret, signed.encode(), 'sha256'))}"
