"""Refusals of linking memberships. Whoever enters a code hears which of its faults it is: it is too long to be guessed."""

from shared.errors import Conflict, Gone, NotFound
from shared.marking import N_


class LinkCodeUnknown(NotFound):
    """Nobody has made this code, or its maker has made another since."""

    slug = "link-code-unknown"
    title = N_("There is no such code")
    sentence = N_("There is no such code, or there is a newer one. Look at each letter, or make another at the other space.")


class LinkCodeUsed(Gone):
    """A code works once."""

    slug = "link-code-used"
    title = N_("This code has been used")
    sentence = N_("This code has been used. Make a new one at the other space.")


class LinkCodeExpired(Gone):
    """A code works for a quarter of an hour."""

    slug = "link-code-expired"
    title = N_("This code is too old")
    sentence = N_("This code is too old. Make a new one at the other space, and enter it within a quarter of an hour.")


class LinkCodeOwn(Conflict):
    """Entered by the membership that made it."""

    slug = "link-code-own"
    title = N_("This is the code that you made here")
    sentence = N_("You made this code here. Sign in at the other space and enter it there.")


class LinkCodeOfSameSpace(Conflict):
    """Made by another membership of the same home."""

    slug = "link-code-of-same-space"
    title = N_("This code was made at this space")
    sentence = N_("This code was made at this space, by another membership. Only memberships at two spaces can be linked.")


class AlreadyLinked(Conflict):
    """Both are linked already, with each other or with others; or the person would have two memberships at one space."""

    slug = "already-linked"
    title = N_("Linked already")
    sentence = N_("Both memberships are linked already, or another one at the same space is. Undo that link first.")
