"""Who may be asked, what is told, and where an introduction goes from here: pure decisions (DESIGN §10)."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from shared.protocol.people_states import AskState, Circle, ContactField, IntroductionSide, IntroductionState

OPEN_ASKS_MAX = 3
SHORTLIST = 3
# Fewer people than this are not counted: a count would say who they are.
COUNT_FLOOR = 3
OPEN_INTRODUCTIONS = 2
OPEN_INTRODUCTIONS_MAX = 10
ASK_LIFE = dt.timedelta(days=14)
# A yes that was said in time is still on its way for a while.
GRACE = dt.timedelta(days=2)
CONTACT_KEPT = dt.timedelta(days=30)
SETTLED_KEPT = dt.timedelta(days=90)

_ADDRESS = re.compile(r"\S@\S+\.\S")
_ASKER, _HELPER = IntroductionSide.ASKER, IntroductionSide.HELPER
_OFFERED, _ACCEPTED, _INTRODUCED = IntroductionState.OFFERED, IntroductionState.ACCEPTED, IntroductionState.INTRODUCED
_CLOSED, _ENDED = IntroductionState.CLOSED, IntroductionState.ENDED
SETTLED = frozenset({_CLOSED, _ENDED})
# What a helper's open introductions count.
COUNTED = frozenset({_OFFERED, _INTRODUCED})


class Move(NamedTuple):
    """Where a letter of the other side leads, whether what it tells is kept, and whether it is answered by our own state."""

    state: IntroductionState
    keeps_contact: bool = False
    answers: bool = False


_MOVES = {
    (_HELPER, _OFFERED, _ACCEPTED): Move(_INTRODUCED, keeps_contact=True, answers=True),
    (_HELPER, _OFFERED, _CLOSED): Move(_CLOSED),
    (_HELPER, _OFFERED, _ENDED): Move(_ENDED, answers=True),
    (_HELPER, _INTRODUCED, _ENDED): Move(_ENDED, answers=True),
    # Both have changed their mind, or one said yes when it was over: nothing is kept, and the other learns that it is so.
    (_HELPER, _CLOSED, _ACCEPTED): Move(_ENDED, answers=True),
    (_HELPER, _ENDED, _ACCEPTED): Move(_ENDED, answers=True),
    (_HELPER, _CLOSED, _ENDED): Move(_ENDED, answers=True),
    (_ASKER, _OFFERED, _CLOSED): Move(_CLOSED),
    (_ASKER, _ACCEPTED, _INTRODUCED): Move(_INTRODUCED, keeps_contact=True),
    (_ASKER, _ACCEPTED, _ENDED): Move(_ENDED, answers=True),
    (_ASKER, _INTRODUCED, _ENDED): Move(_ENDED, answers=True),
}


def moved(side: IntroductionSide, state: str, said: str) -> Move | None:
    """What a letter of the other side does to ours; nothing where it says what we know, or comes too late to matter."""
    return _MOVES.get((side, IntroductionState(state), IntroductionState(said)))


def circles(*, asked_by_own: bool, asked_by_twin: bool) -> tuple[Circle, ...]:
    """Which cards an ask finds, by where it comes from."""
    if asked_by_own:
        return (Circle.SPACE, Circle.TWINS, Circle.NETWORK)
    return (Circle.TWINS, Circle.NETWORK) if asked_by_twin else (Circle.NETWORK,)


def shortlist(candidates: Iterable[tuple[str, dt.datetime | None]]) -> list[str]:
    """The few who are asked: those who were not for longest, so that it is not always the same."""
    first = sorted(candidates, key=lambda one: (one[1].timestamp() if one[1] else 0.0, one[0]))
    return [who for who, _ in first[:SHORTLIST]]


def told_count(count: int) -> int | None:
    """A count of people as it may be told: none where they are too few."""
    return count if count >= COUNT_FLOOR else None


def names_asker(question: str, name: str) -> bool:
    """Whether a question says who asks: by name, or by an e-mail address."""
    return _ADDRESS.search(question) is not None or name.casefold() in question.casefold()


def contact(ticked: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """What the other person is told: exactly what was ticked, as far as there is anything."""
    return {str(field): known[field] for field in ContactField if field in ticked and known[field]}


def letter_state(side: IntroductionSide, state: str) -> IntroductionState:
    """What a side's letter says: an asker's yes stays the yes that it was."""
    return _ACCEPTED if (side, state) == (_ASKER, _INTRODUCED) else IntroductionState(state)


def tells_contact(side: IntroductionSide, state: str) -> bool:
    """Whether a side's letter holds what its person has ticked: only once both have said yes."""
    return state in ((_ACCEPTED, _INTRODUCED) if side == _ASKER else (_INTRODUCED,))


def can_say(side: IntroductionSide, state: str) -> set[str]:
    """What a person can do about an introduction: "yes", "no", "end"."""
    if state == (_OFFERED if side == _ASKER else IntroductionState.ASKED):
        return {"yes", "no"}
    if side == _HELPER and state == _OFFERED:
        return {"no"}
    return {"end"} if state in (_ACCEPTED, _INTRODUCED) else set()


def is_open(*, state: str, closes_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether somebody is still looked for."""
    return state == AskState.OPEN and now < closes_at
