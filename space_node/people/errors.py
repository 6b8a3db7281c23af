"""Refusals about cards, asks and introductions."""

from shared.errors import Conflict, Invalid, NotFound
from shared.marking import N_


class CardUnknown(NotFound):
    """No such card, or another member's."""

    slug = "card-unknown"
    title = N_("There is no such card")
    sentence = N_("There is no such card of yours.")


class CardUnseen(Invalid):
    """A discreet card that only the own space could find: nobody could."""

    slug = "card-unseen"
    title = N_("Nobody could find this card")
    sentence = N_("A discreet card is not shown in your own space, so it has to go further.")


class OwnAskUnknown(NotFound):
    """No such ask, or another member's."""

    slug = "own-ask-unknown"
    title = N_("There is no such ask")
    sentence = N_("There is no such ask of yours.")


class TooManyAsks(Conflict):
    """The member has as many open asks as one may have."""

    slug = "too-many-asks"
    title = N_("You have enough open asks")
    sentence = N_("You can have %(max)s asks open at a time. Close one first.")


class QuestionNamesYou(Invalid):
    """The question gives away who asks."""

    slug = "question-names-you"
    title = N_("The question says who you are")
    sentence = N_("The question travels without your name, so it has neither your name nor an e-mail address in it.")


class OwnIntroductionUnknown(NotFound):
    """No such introduction, or another member's."""

    slug = "own-introduction-unknown"
    title = N_("There is no such introduction")
    sentence = N_("There is no such introduction of yours.")


class IntroductionSettled(Conflict):
    """The introduction is not, or no longer, in the state that this belongs to."""

    slug = "introduction-settled"
    title = N_("This is no longer open")
    sentence = N_("This has been settled in the meantime. The page shows how it stands.")


class NothingTicked(Invalid):
    """Nothing by which the other person could get in touch."""

    slug = "nothing-ticked"
    title = N_("Nothing is ticked yet")
    sentence = N_("Tick at least one thing that the other person is told, so that they can reach you.")


class EnoughIntroductions(Conflict):
    """The helper has as many introductions under way as they want."""

    slug = "enough-introductions"
    title = N_("You have enough introductions under way")
    sentence = N_("You wanted %(max)s at a time. End one, or allow more on the page of your cards.")
