"""Refusals of formats."""

from shared.errors import Conflict, Invalid, NotFound
from shared.marking import N_


class FormatVersionUnknown(NotFound):
    """No such version of a format."""

    slug = "format-version-unknown"
    title = N_("There is no such version")
    sentence = N_("There is no such version of this format.")


class FormatOrder(Conflict):
    """A version that does not follow the last one of the same author."""

    slug = "format-order"
    title = N_("This version cannot come now")
    sentence = N_("A version follows the one before it, by the same space; the next one is %(next)s.")


class FormatParentInvalid(Invalid):
    """A format that says it was made from one that is not there, or that has another content."""

    slug = "format-parent-invalid"
    title = N_("The format that this was made from is another")
    sentence = N_("The version that this format was made from is not known, or its content is another.")


class FormatNotYours(NotFound):
    """No format of this id that the caller has published."""

    slug = "format-not-yours"
    title = N_("There is no such format of yours")
    sentence = N_("Who is named with a format is for the space to say that has published it.")


class NamingInvalid(Invalid):
    """A name without the day on which its person agreed, or the other way round."""

    slug = "naming-invalid"
    title = N_("A name goes with an agreement")
    sentence = N_("Whoever is named has agreed to it; without a name there is nothing to agree to.")
