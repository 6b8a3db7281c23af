"""Refusals about members."""

from shared.errors import Conflict, NotFound
from shared.marking import N_


class MemberUnknown(NotFound):
    """No such member."""

    slug = "member-unknown"
    title = N_("There is no such member")
    sentence = N_("This space has no such member.")


class MemberExists(Conflict):
    """The address belongs to a member already."""

    slug = "member-exists"
    title = N_("This person is a member already")
    sentence = N_("%(email)s is a member of this space already.")
