"""The roles at the hub; and the chain of the audit log: each entry's hash covers its content and the hash before it."""

import datetime as dt
from enum import StrEnum
from typing import Any

from shared.ids import sha256_hex
from shared.loader import dump_json

GENESIS = "0" * 64


class Role(StrEnum):
    """What a person is to the network: an auditor reads everything and changes nothing."""

    OPERATOR = "operator"
    AUDITOR = "auditor"


def entry_hash(
    *, seq: int, at: dt.datetime, actor: str, action: str, subject: str, detail: dict[str, Any], prev_hash: str
) -> str:
    """SHA-256 over the canonical JSON of an entry and its predecessor's hash."""
    content = {
        "seq": seq,
        "at": at.astimezone(dt.UTC).isoformat(),
        "actor": actor,
        "action": action,
        "subject": subject,
        "detail": detail,
    }
    return sha256_hex(dump_json({**content, "prev_hash": prev_hash}))
