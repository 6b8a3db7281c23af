"""Refusals of the library of formats."""

from shared.errors import Conflict, FieldFault, Invalid, NotFound
from shared.marking import N_


class FormatUnknown(NotFound):
    """No such version in the library."""

    slug = "format-unknown"
    title = N_("There is no such format")
    sentence = N_("There is no such format in the library.")


class NotAnEventOfOurs(Conflict):
    """Only who holds an event can say how it is done."""

    slug = "not-an-event-of-ours"
    title = N_("This event is another space’s")
    sentence = N_("A format is made by a space that holds the event. Ask %(lead)s to make one.")


class NotTheAuthor(Conflict):
    """A next version by somebody else."""

    slug = "not-the-author"
    title = N_("This format is another space’s")
    sentence = N_("Only %(author)s can publish the next version. You can make a format of your own from it.")


class LicenceForbids(Conflict):
    """A licence that leaves nothing to do without its author."""

    slug = "licence-forbids"
    title = N_("Ask the author first")
    sentence = N_("The licence of this format lets others use it only when %(author)s agrees.")


class FormatLinesInvalid(Invalid):
    """A line of the agenda or of the checklist that cannot be read."""

    slug = "format-lines-invalid"
    title = N_("A line cannot be read")
    sentence = N_("Some lines cannot be read.")


class NotYourFormat(Conflict):
    """Who is named is for the space to say that has published the format."""

    slug = "not-your-format"
    title = N_("This format is another space’s")
    sentence = N_("Only %(author)s can say who is named with this format.")


class AuthorHasNotAgreed(Invalid):
    """A name without its person's consent."""

    slug = "author-has-not-agreed"
    title = N_("The author has to agree")
    sentence = N_("Nobody is named who has not agreed to it.")

    def __init__(self) -> None:
        """Point at the box."""
        super().__init__(errors=[FieldFault(pointer="/agreed", detail=N_("Ask the author first, or leave the name away."))])
