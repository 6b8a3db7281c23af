"""Texts in the reader's language: phrases by their template, what they are filled with, and days."""

from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from flask import current_app
from flask_babel import get_locale, gettext

from shared.marking import Phrase

DAY_PATTERN = "EEE d MMM y"
SHORT_DAY_PATTERN = "EEE d MMM"


def translated(text: str) -> str:
    """The text in the reader's language: a Phrase by its template, other text as it stands in the catalogue, if it does."""
    if not text or "babel" not in current_app.extensions:
        return str(text)
    if not isinstance(text, Phrase):
        return str(gettext(text))
    try:
        return str(gettext(text.template)) % {name: _filled_in(value) for name, value in text.params.items()}
    except (KeyError, TypeError, ValueError):
        # A slip in a catalogue costs the translation, not the page.
        return str(text)


def day(value: date, *, year: bool = True) -> str:
    """Show a local date, as "Thu 12 Nov 2026". An instant has no day without a zone, so it is refused (TypeError)."""
    if isinstance(value, datetime):
        raise TypeError("day takes a local date; an instant needs its zone: use instant")
    return format_date(value, DAY_PATTERN if year else SHORT_DAY_PATTERN, locale=get_locale())


def _filled_in(value: Any) -> Any:
    if isinstance(value, Phrase):
        return translated(value)
    return day(value) if isinstance(value, date) and not isinstance(value, datetime) else value
