"""The words about people: skills, cards, asks, introductions. As in `states`, each stands here once."""

from enum import StrEnum


class Skill(StrEnum):
    """What people can help with or look for: a short list, so that a card and an ask meet in any language."""

    LAW = "law"
    TAX = "tax"
    DESIGN = "design"
    SOFTWARE = "software"
    WRITING = "writing"
    TRANSLATION = "translation"
    MAKING = "making"
    FOOD = "food"
    PUBLIC_SECTOR = "public_sector"
    RESEARCH = "research"
    MARKETING = "marketing"
    FUNDING = "funding"


class CardKind(StrEnum):
    """How somebody stands to a skill; an ask says whom it is for by the same words."""

    HAS = "has"
    LEARNING = "learning"
    CAN_ADVISE = "can_advise"
    LOOKING_FOR = "looking_for"


class Circle(StrEnum):
    """How far a card may be found, and how far an ask goes."""

    SPACE = "space"
    TWINS = "twins"
    NETWORK = "network"


class AskState(StrEnum):
    """An ask looks for somebody or it does not; who was asked and said no is nowhere in it."""

    OPEN = "open"
    CLOSED = "closed"


class IntroductionSide(StrEnum):
    """Which of the two people, and which of the two letters."""

    ASKER = "asker"
    HELPER = "helper"


class IntroductionState(StrEnum):
    """From one of a few who could help to two people who know each other, by the word of both. A no and no word are one."""

    ASKED = "asked"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    INTRODUCED = "introduced"
    CLOSED = "closed"
    ENDED = "ended"


class ContactField(StrEnum):
    """What can be ticked to be told to the other person, and nothing else is."""

    NAME = "name"
    EMAIL = "email"
    COMPANY = "company"
    NOTE = "note"
