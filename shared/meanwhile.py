"""Forms that were open while somebody else changed the same: each keeps only what its sender has changed.

A form says in a hidden field how each value stood when it was filled: by a digest, for the values may be long. What its sender
left alone stays as it is now; what both have changed is refused at its field, with what stands there now.
"""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from shared.errors import Conflict, FieldFault, Refusal
from shared.ids import sha256_hex
from shared.marking import N_, Phrase
from shared.schemas import Text

SHOWN_FIELD = "shown"
DIGEST_CHARACTERS = 16
SHOWN_MAX = 4000
_NOW = N_("Somebody has changed this to “%(now)s” meanwhile. Send yours again if it shall stand.")
_EMPTIED = N_("Somebody has emptied this meanwhile. Send yours again if it shall stand.")


class ChangedMeanwhile(Conflict):
    """Somebody else has changed the same since the form was filled."""

    slug = "changed-meanwhile"
    title = N_("This has changed meanwhile")
    sentence = N_("Somebody else has changed the same since this form was opened.")

    def __init__(self, typed: frozenset[str], now: Mapping[str, Any]) -> None:
        """Keep which fields the sender has changed, and say at those of `now` what stands there."""
        self.typed = typed
        super().__init__(errors=[FieldFault(pointer=f"/{name}", detail=_said(_text(value))) for name, value in now.items()])


def shown() -> Text:
    """The hidden field of a form's schema; one that does not come says that nothing was shown."""
    return Text(max=SHOWN_MAX, min=0, load_default="")


def filled(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The values to fill a form with: what is stored, and the hidden field that tells how it stood."""
    return {**stored, SHOWN_FIELD: " ".join(f"{name}={_digest(value)}" for name, value in stored.items())}


def changes(typed: Mapping[str, Any], *, stored: Mapping[str, Any], shown: str) -> dict[str, Any]:
    """What the sender of a form wants otherwise than it was shown. Read `stored` under the lock that the change is made under.

    Raises ChangedMeanwhile where somebody else wants the same value otherwise.
    """
    before = dict(part.partition("=")[::2] for part in shown.split())
    wanted = {name: value for name, value in typed.items() if _digest(value) != before.get(name)}
    changed = {name: value for name, value in wanted.items() if _text(value) != _text(stored[name])}
    crossed = {name: stored[name] for name in changed if _digest(stored[name]) != before.get(name)}
    if crossed:
        raise ChangedMeanwhile(frozenset(wanted), crossed)
    return changed


def again(refusal: Refusal, sent: "MultiDict[str, str]", stored: Mapping[str, Any]) -> "MultiDict[str, str]":
    """What to fill a refused form with: all as it was sent.

    Beside what has changed meanwhile it is what the sender typed, and else what is stored now, so that it can be sent again.
    """
    values = MultiDict(sent)
    if isinstance(refusal, ChangedMeanwhile):
        for name, value in filled(stored).items():
            if name not in refusal.typed:
                values[name] = _text(value)
    return values


def _said(now: str) -> str:
    return Phrase(_NOW, now=now) if now else Phrase(_EMPTIED)


def _digest(value: Any) -> str:
    return sha256_hex(_text(value).encode())[:DIGEST_CHARACTERS]


def _text(value: Any) -> str:
    return "" if value is None else str(value)
