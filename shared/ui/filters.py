"""How values become text in the reader's language: credits, days, instants with their zone, faults."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from flask import Flask
from flask_babel import get_locale, gettext

from shared.clock import current_clock
from shared.spoken import DAY_PATTERN, day, translated
from shared.text import place_words
from shared.ui.frame import home_zone
from shared.units import show_credits

JUST_NOW = timedelta(seconds=10)


def credits_text(value: int) -> str:
    """Show hundredths as credits: "1.5" to an English reader, "1,5" to an Italian one."""
    return show_credits(value, str(get_locale()))


def month_word(value: date) -> str:
    """Give the short name of a date's month."""
    return format_date(value, "MMM", locale=get_locale())


def month_title(value: date) -> str:
    """Name a month with its year, as at the head of a calendar."""
    return format_date(value, "LLLL y", locale=get_locale())


def weekday_word(value: date) -> str:
    """Give the short name of a date's weekday."""
    return format_date(value, "EEE", locale=get_locale())


def instant(value: datetime, zone: str | None = None) -> str:
    """Show an instant in a zone (else the space's own), as "Thu 12 Nov 2026, 09:31 CET"."""
    local = _local(value, zone)
    return f"{format_datetime(local, f'{DAY_PATTERN}, HH:mm', locale=get_locale())} {_zone_word(local)}"


def clock_time(value: datetime, zone: str | None = None) -> str:
    """Show an instant's local time with its zone, as "09:31 CET", where the day is known from the context."""
    local = _local(value, zone)
    return f"{local:%H:%M} {_zone_word(local)}"


def short_time(value: datetime, zone: str | None = None) -> str:
    """Show an instant's local time alone, "09:31", where the page says whose time it is."""
    return f"{_local(value, zone):%H:%M}"


def hours_until(opens: datetime, closes: datetime, zone: str | None = None) -> str:
    """Show the hours between two instants of a day, as "09:00–18:00 CET"; where the clocks change between, with both zones."""
    first, last = _local(opens, zone), _local(closes, zone)
    if _zone_word(first) == _zone_word(last):
        return f"{first:%H:%M}–{clock_time(closes, zone)}"
    return f"{clock_time(opens, zone)} – {clock_time(closes, zone)}"


def span(first: datetime, last: datetime, zone: str | None = None) -> str:
    """Show from when to when, with the day: "Thu 12 Nov 2026, 18:00–19:30 CET"; what ends on another day says which."""
    begins, ends = _local(first, zone), _local(last, zone)
    if begins.date() == ends.date():
        return f"{day(begins.date())}, {hours_until(first, last, zone)}"
    return f"{instant(first, zone)} – {instant(last, zone)}"


def date_at(value: datetime, zone: str | None = None) -> date:
    """Give the local date of an instant."""
    return _local(value, zone).date()


def as_of(value: datetime, zone: str | None = None) -> str:
    """Show when something was true: the time alone if it was today, else with its day."""
    today = _local(current_clock().now(), zone).date()
    return clock_time(value, zone) if _local(value, zone).date() == today else instant(value, zone)


def ago(value: datetime) -> str:
    """Show the distance to now in words, as "3 minutes ago" or "in 2 hours"; from a day on by dates, as "tomorrow"."""
    now = current_clock().now()
    distance, days = value - now, (date_at(value) - date_at(now)).days
    if abs(distance) < JUST_NOW:
        return str(gettext("just now"))
    if days == 0 or abs(distance) < timedelta(days=1):
        return format_timedelta(distance, threshold=1, add_direction=True, locale=get_locale())
    if abs(days) == 1:
        return str(gettext("tomorrow") if days > 0 else gettext("yesterday"))
    return format_timedelta(timedelta(days=days), threshold=1, add_direction=True, locale=get_locale())


def language_word(code: str) -> str:
    """Give the name of a language in the reader's; a code that is none stays as it is."""
    try:
        return Locale.parse(code, sep="-").get_display_name(get_locale()) or code
    except (UnknownLocaleError, ValueError):
        return code


def machine_time(value: datetime) -> str:
    """Write an instant for the `datetime` attribute."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def install(app: Flask) -> None:
    """Give every template the filters."""
    app.jinja_env.filters.update(
        credits=credits_text,
        day=day,
        instant=instant,
        clock_time=clock_time,
        hours_until=hours_until,
        short_time=short_time,
        span=span,
        date_at=date_at,
        language_word=language_word,
        as_of=as_of,
        ago=ago,
        month_word=month_word,
        month_title=month_title,
        weekday_word=weekday_word,
        machine_time=machine_time,
        fault_text=translated,
        place_words=lambda parts: place_words(*parts),
    )


def _local(value: datetime, zone: str | None) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant must know its offset from UTC")
    return value.astimezone(ZoneInfo(zone or home_zone()))


def _zone_word(local: datetime) -> str:
    word = local.tzname() or "UTC"
    return f"UTC{word}" if word[0] in "+-" else word
