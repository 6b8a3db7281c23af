"""Seals on a hub's answers: when it answered which call, and with which outcome, so that it honours that after a restore.

A seal is a MAC by the hub's own secret, for nobody else reads it: a node only keeps it with the answer, and shows it again.
"""

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.keys import b64

REFUSED = "refused/"
# The outcome that a call had before and is to have again; None for a call that is decided now.
Told = Sequence[str] | None
_SEAL = re.compile(r"(?P<order>[1-9][0-9]{0,18});(?P<outcome>[a-z0-9_,/-]*);(?P<mac>[A-Za-z0-9_-]{43})")
_DOMAIN = b"twindesk answer seal\0"
_ZERO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Call:
    """A command of a space, as it came."""

    space: str
    method: str
    path: str
    message_id: str
    body: bytes


@dataclass(frozen=True)
class Sealed:
    """What the hub once answered: its place among all answers, and for each thing asked for its state, or `refused/` and why."""

    order: int
    outcome: tuple[str, ...]

    @property
    def answered_at(self) -> dt.datetime:
        """When that was."""
        return _ZERO + dt.timedelta(microseconds=self.order // 1000)


def order_at(now: dt.datetime, last: int) -> int:
    """A place behind the last one, by the time."""
    return max(last + 1, (now - _ZERO) // dt.timedelta(microseconds=1) * 1000)


def seal(secret: str, call: Call, *, order: int, outcome: str) -> str:
    """The seal on the answer to a call."""
    return f"{order};{outcome};{b64.encode(_mac(secret, call, f'{order};{outcome}'))}"


def unseal(secret: str, call: Call, text: str) -> Sealed | None:
    """What a seal says of a call, if this hub made it for this very call."""
    found = _SEAL.fullmatch(text)
    if found is None:
        return None
    order, outcome = int(found["order"]), found["outcome"]
    if not hmac.compare_digest(seal(secret, call, order=order, outcome=outcome), text):
        return None
    return Sealed(order, tuple(outcome.split(",")) if outcome else ())


def outcome_of(answer: Mapping[str, Any]) -> str:
    """What was decided in an answer: a state for each thing that was asked for, with the reason where it is refused."""
    things = answer.get("bookings") or [answer]
    return ",".join(
        f"{REFUSED}{one['reason']}" if one["state"] == "refused" else str(one["state"]) for one in things if "state" in one
    )


def refused_reasons(told: Told) -> list[str]:
    """Why each thing was refused that was asked for in a call, as its seal tells; none for a call that was not refused."""
    return [one.removeprefix(REFUSED) for one in told or () if one.startswith(REFUSED)]


def is_worse(told: Told, state: str) -> bool:
    """Whether who was let in, or let wait, in a call as its seal tells, would now be refused, or have to wait."""
    if not told or refused_reasons(told):
        return False
    return state == "refused" or (told[0] == "confirmed" and state != "confirmed")


def _mac(secret: str, call: Call, said: str) -> bytes:
    key = hashlib.sha256(_DOMAIN + secret.encode()).digest()
    about = "\n".join((call.space, call.method, call.path, call.message_id, hashlib.sha256(call.body).hexdigest(), said))
    return hmac.digest(key, about.encode(), "sha256")
