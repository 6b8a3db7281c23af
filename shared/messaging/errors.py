"""Why a message waits or is parked, when the reason is none that the hub gave."""

from shared.errors import Conflict, NotFound, Refusal, Unavailable
from shared.marking import N_
from shared.storage_errors import Busy, DatabaseAway, StorageFull, storage_refusal
from shared.text import harmless

_TOLD_CHARACTERS = 2000


class SendFailed(Unavailable):
    """Our own part before the request failed."""

    slug = "send-failed"
    title = N_("The message could not be sent")
    sentence = N_("Something on our side kept the message from being sent. It is tried again by itself.")


class AnswerNotApplied(Conflict):
    """The hub's answer is good; what we do with it failed."""

    slug = "answer-not-applied"
    title = N_("The answer could not be taken in")
    sentence = N_("The hub answered, and taking its answer in failed on our side. Retry the message after an update.")


class NewsNotApplied(Conflict):
    """A good item of the feed; what we do with it failed."""

    slug = "news-not-applied"
    title = N_("The news could not be taken in")
    sentence = N_("Taking this item in failed on our side. Retry it after an update.")


class NotParked(NotFound):
    """A manager acts on something that is not parked, or not any more."""

    slug = "not-parked"
    title = N_("This is not parked")
    sentence = N_("Nothing with this number is parked. Perhaps it was tried again, or given up, in the meantime.")


def told(refusal: Refusal) -> str:
    """What a manager is told: the sentence, and each wrong field that the refusal points at; fit to store and to show."""
    faults = (f"{fault['pointer']}: {fault['detail']}" for fault in refusal.errors)
    return harmless(" ".join([refusal.detail, *faults]), max_length=_TOLD_CHARACTERS)


def is_database_trouble(error: Exception) -> bool:
    """Whether the database could not do its work just now, so that the message is not to blame and nothing can be noted."""
    return isinstance(error, Busy | StorageFull | DatabaseAway) or storage_refusal(error) is not None


class CatchingUp(Unavailable):
    """The node was restored from a backup, and has not heard from the hub yet."""

    slug = "catching-up"
    title = N_("This space is catching up with the network")
    sentence = N_("This node was restored from a backup and first has to hear from the hub. Try again in a minute.")
    retry_after_seconds = 30
