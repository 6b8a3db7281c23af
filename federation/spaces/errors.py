"""Refusals of joining and of a space's standing."""

from shared.errors import Conflict, Gone, Invalid, NotFound
from shared.marking import N_


class InviteUnknown(NotFound):
    """No invite with this token was ever minted here."""

    slug = "invite-unknown"
    title = N_("This invite is not known")
    sentence = N_("This hub has not issued this invite. Copy the whole text, or ask the network’s operator for a new one.")


class InviteUsed(Gone):
    """Another node has joined with this invite."""

    slug = "invite-used"
    title = N_("This invite has been used")
    sentence = N_("Another node has already joined with this invite. Ask the network’s operator for a new one.")


class InviteExpired(Gone):
    """The invite's time is over."""

    slug = "invite-expired"
    title = N_("This invite has expired")
    sentence = N_("This invite ended on %(expired_on)s. Ask the network’s operator for a new one.")


class CharterChanged(Conflict):
    """The charter that was accepted is not the one in force."""

    slug = "charter-changed"
    title = N_("The charter has changed")
    sentence = N_("Version %(charter_version)s of the charter is in force now. Read it and accept it.")


class SlugTaken(Conflict):
    """A space of this short name is or was part of the network; slugs are never used again."""

    slug = "slug-taken"
    title = N_("This short name is taken")
    sentence = N_("A space called %(space)s is or was part of this network. Choose another short name.")


class SpaceUnknown(NotFound):
    """No such space."""

    slug = "space-unknown"
    title = N_("There is no such space")
    sentence = N_("No space called %(space)s is part of this network.")


class WrongStanding(Conflict):
    """The space is not in a state from which this step leads on."""

    slug = "wrong-standing"
    title = N_("Not possible in this state")
    sentence = N_("%(space)s is %(state)s; this needs a space that is %(needed)s.")


class ApplicationInvalid(Invalid):
    """The signed application does not fit what it claims."""

    slug = "application-invalid"
    title = N_("The application does not fit")
    sentence = N_("The application is not signed by the root key that it names, or is meant for another hub.")


class OtherwiseAnswered(Conflict):
    """A call that is done again after a restore would not come out as it did."""

    slug = "otherwise-answered"
    title = N_("This would be answered otherwise than before")
    sentence = N_("What was promised before the hub was restored is not possible yet.")
