"""Refusals about asks and introductions."""

from shared.errors import Conflict, Invalid, NotFound
from shared.marking import N_


class AskUnknown(NotFound):
    """No ask of this id, or none that has reached the caller."""

    slug = "ask-unknown"
    title = N_("There is no such ask")
    sentence = N_("There is no such ask of yours, or that has reached you.")


class AskInvalid(Invalid):
    """An ask that contradicts itself."""

    slug = "ask-invalid"
    title = N_("The ask does not fit")
    sentence = N_("The ask contradicts itself.")


class AskOver(Conflict):
    """Enough people of the space would help already, or one of the two spaces does not take part at present."""

    slug = "ask-over"
    title = N_("This ask takes no more answers")
    sentence = N_("Enough people of your space have answered it, or one of the two spaces does not take part at present.")


class IntroductionUnknown(NotFound):
    """No introduction of this id in which the caller writes this side's letters."""

    slug = "introduction-unknown"
    title = N_("There is no such introduction")
    sentence = N_("There is no such introduction of a member of yours.")
