"""What an ask may say, how long, and how many may answer it: pure decisions."""

import datetime as dt

from shared.errors import FieldFault
from shared.marking import N_
from shared.protocol.people_states import AskState

LONGEST = dt.timedelta(days=31)
ANSWERS_A_SPACE = 3
KEPT = dt.timedelta(days=30)
EVERYBODY = "*"


def ask_faults(*, state: AskState, question: str, closes_at: dt.datetime, now: dt.datetime) -> list[FieldFault]:
    """What is wrong with an ask."""
    faults = []
    if state == AskState.OPEN and not question:
        faults.append(FieldFault(pointer="/question", detail=N_("Say what is asked.")))
    if closes_at > now + LONGEST:
        faults.append(FieldFault(pointer="/closes_at", detail=N_("An ask is open for a month at most.")))
    return faults


def may_answer(*, answered: int, live: bool) -> bool:
    """Whether one more person of a space can offer to help. Whether it is too late is for the home of who asks to say."""
    return live and answered < ANSWERS_A_SPACE
