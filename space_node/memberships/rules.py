"""Codes that are read from one screen and typed at another: pure."""

import re

from space_node.memberships.errors import LinkCodeMalformed

# Crockford's: no two that look alike; 80 bits are 16 of them.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_BYTES = 10
GROUP = 4
_LOOKS_LIKE = str.maketrans("OIL", "011")
_CODE = re.compile(rf"[{ALPHABET}]{{16}}")


def spell(secret: bytes) -> str:
    """A secret of ten bytes as a code, in groups."""
    bits = int.from_bytes(secret, "big")
    code = "".join(ALPHABET[bits >> shift & 31] for shift in range(len(secret) * 8 - 5, -1, -5))
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read(typed: str) -> str:
    """The code that somebody means, whatever stands between its groups. Raises LinkCodeMalformed."""
    plain = re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(_LOOKS_LIKE)
    if not _CODE.fullmatch(plain):
        raise LinkCodeMalformed
    return "-".join(plain[at : at + GROUP] for at in range(0, len(plain), GROUP))
