"""Credits are integers of 1/100 credit; people read and write them as credits, in their own way of writing decimals."""

import re
from decimal import Decimal
from typing import NewType

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal

from shared.errors import Invalid
from shared.marking import N_

Credits = NewType("Credits", int)

ONE_CREDIT = 100
CREDITS_MAX = 1_000_000 * ONE_CREDIT
_WRITTEN = re.compile(r"([-\u2212]?)([0-9]{1,7})(?:[.,]([0-9]{1,2}))?")


class InvalidCredits(Invalid):
    """Not an amount of credits as people write it."""

    slug = "invalid-credits"
    title = N_("This is not an amount of credits")
    sentence = N_("Write credits like 2 or 1.5, with at most two decimals and at most %(max)s credits.")


def show_credits(value: int, locale: str) -> str:
    """The amount as a reader of this language writes it, without zeros at the end: 150 is 1.5 or 1,5."""
    try:
        known = Locale.parse(locale, sep="-" if "-" in locale else "_")
    except (UnknownLocaleError, ValueError):
        known = Locale("en")
    return format_decimal(Decimal(value) / ONE_CREDIT, format="0.##", locale=known)


def parse_credits(text: str) -> Credits:
    """Read an amount with a point or a comma. Raises Invalid."""
    written = _WRITTEN.fullmatch(text.strip())
    if written is None:
        raise InvalidCredits(max=CREDITS_MAX // ONE_CREDIT)
    sign, whole, decimals = written.groups(default="")
    value = int(whole) * ONE_CREDIT + int((decimals + "00")[:2])
    if value > CREDITS_MAX:
        raise InvalidCredits(max=CREDITS_MAX // ONE_CREDIT)
    return Credits(-value if sign else value)
