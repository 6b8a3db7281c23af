"""Values are shown in the reader's language, and an instant never without its zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask, g

from shared.clock import FixedClock
from shared.marking import Phrase
from shared.ui import Site, filters, site
from tests.support.styleguide_app import NOW, make_styleguide


@pytest.fixture
def app() -> Flask:
    return make_styleguide()


@pytest.fixture(params=["en", "it"])
def language(app: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    with app.test_request_context(f"/?lang={request.param}"):
        yield request.param


def test_credits_are_written_with_the_reader_s_decimal_sign(language: str) -> None:
    assert filters.credits_text(150) == {"en": "1.5", "it": "1,5"}[language]


def test_a_day_names_its_weekday_and_can_leave_out_the_year(language: str) -> None:
    day = date(2026, 11, 12)
    assert filters.day(day) == {"en": "Thu 12 Nov 2026", "it": "gio 12 nov 2026"}[language]
    assert filters.day(day, year=False) == {"en": "Thu 12 Nov", "it": "gio 12 nov"}[language]
    assert (filters.month_word(day), filters.weekday_word(day)) == {"en": ("Nov", "Thu"), "it": ("nov", "gio")}[language]


def test_an_instant_has_no_day_without_a_zone(language: str) -> None:
    with pytest.raises(TypeError, match="instant"):
        filters.day(NOW)


def test_an_instant_is_shown_in_the_space_s_zone_with_the_zone_s_name(language: str) -> None:
    assert filters.instant(NOW).endswith("2026, 09:31 CET")
    assert filters.instant(NOW, "America/New_York").endswith("2026, 03:31 EST")
    assert filters.clock_time(NOW, "Asia/Dubai") == "12:31 UTC+04"
    assert filters.clock_time(datetime(2026, 7, 1, 7, tzinfo=UTC)) == "09:00 CEST"


def test_an_instant_that_does_not_know_its_offset_is_refused(language: str) -> None:
    with pytest.raises(ValueError, match="offset"):
        filters.instant(datetime(2026, 11, 12, 9))  # noqa: DTZ001 - that is the point


def test_the_age_of_a_fact_is_a_time_today_and_a_day_before(language: str) -> None:
    assert filters.as_of(NOW) == "09:31 CET"
    yesterday = filters.as_of(NOW - timedelta(days=1))
    assert yesterday == {"en": "Wed 11 Nov 2026, 09:31 CET", "it": "mer 11 nov 2026, 09:31 CET"}[language]


def test_a_distance_in_time_looks_both_ways(language: str) -> None:
    assert filters.ago(NOW - timedelta(minutes=3)) == {"en": "3 minutes ago", "it": "3 minuti fa"}[language]
    assert filters.ago(NOW + timedelta(hours=2)) == {"en": "in 2 hours", "it": "tra 2 ore"}[language]


@pytest.mark.parametrize(
    ("hours", "english", "italian"),
    [
        (14, "in 14 hours", "tra 14 ore"),
        (23, "in 23 hours", "tra 23 ore"),
        (37, "tomorrow", "domani"),
        (39, "in 2 days", "tra 2 giorni"),
        (-32, "yesterday", "ieri"),
        (-34, "2 days ago", "2 giorni fa"),
        (6 * 24, "in 6 days", "tra 6 giorni"),
    ],
)
def test_from_a_day_on_a_distance_counts_dates(language: str, hours: int, english: str, italian: str) -> None:
    assert filters.ago(NOW + timedelta(hours=hours)) == {"en": english, "it": italian}[language]


def test_a_date_of_25_hours_is_not_the_next_one_after_24(app: Flask) -> None:
    midnight = datetime(2026, 10, 24, 22, tzinfo=UTC)
    with app.test_request_context("/"):
        g.clock = FixedClock(midnight)
        assert filters.ago(midnight + timedelta(hours=24)) == "in 1 day"


def test_what_was_a_moment_ago_is_now(language: str) -> None:
    assert {filters.ago(NOW + timedelta(seconds=n)) for n in (-9, 0, 9)} == {{"en": "just now", "it": "proprio ora"}[language]}
    assert filters.ago(NOW - timedelta(seconds=10)) == {"en": "10 seconds ago", "it": "10 secondi fa"}[language]


def test_hours_name_their_zone_once_unless_the_clocks_change_between() -> None:
    opens, closes = datetime(2026, 11, 12, 8, tzinfo=UTC), datetime(2026, 11, 12, 17, tzinfo=UTC)
    with make_styleguide().test_request_context("/"):
        assert filters.hours_until(opens, closes, "Europe/Rome") == "09:00–18:00 CET"
        night = datetime(2026, 10, 24, 22, tzinfo=UTC)
        assert filters.hours_until(night, night + timedelta(hours=8), "Europe/Rome") == "00:00 CEST – 07:00 CET"


def test_a_span_names_its_day_once_unless_it_ends_on_another(language: str) -> None:
    begins = datetime(2026, 11, 12, 17, tzinfo=UTC)
    evening, night = filters.span(begins, begins + timedelta(hours=2), "Europe/Rome"), begins + timedelta(hours=6)
    assert evening == {"en": "Thu 12 Nov 2026, 18:00–20:00 CET", "it": "gio 12 nov 2026, 18:00–20:00 CET"}[language]
    over_midnight = {"en": "Thu 12 Nov 2026, 18:00 CET – Fri 13 Nov", "it": "gio 12 nov 2026, 18:00 CET – ven 13 nov"}
    assert filters.span(begins, night, "Europe/Rome") == f"{over_midnight[language]} 2026, 00:00 CET"
    assert (filters.date_at(night, "Europe/Rome"), filters.short_time(night, "Europe/Rome")) == (date(2026, 11, 13), "00:00")
    assert filters.date_at(night, "America/New_York") == date(2026, 11, 12)


def test_a_month_is_named_with_its_year(language: str) -> None:
    assert filters.month_title(date(2026, 11, 1)) == {"en": "November 2026", "it": "novembre 2026"}[language]


def test_a_language_is_named_in_the_reader_s(language: str) -> None:
    assert filters.language_word("it") == {"en": "Italian", "it": "italiano"}[language]
    assert filters.language_word("pt-BR").startswith({"en": "Portuguese", "it": "portoghese"}[language])
    assert filters.language_word("no language") == "no language"
    assert filters.language_word("zzz") == "zzz"


def test_machines_read_utc() -> None:
    assert filters.machine_time(NOW) == "2026-11-12T08:31:00Z"


def test_a_fault_is_said_in_the_reader_s_language_with_its_parameters(app: Flask, language: str) -> None:
    shown = app.jinja_env.from_string("{{ fault|fault_text }}").render(fault=Phrase("At most %(max)s characters.", max=80))
    assert shown == {"en": "At most 80 characters.", "it": "Al massimo 80 caratteri."}[language]


def test_without_a_site_instants_are_shown_in_utc() -> None:
    app = make_styleguide()
    site(app, Site)
    with app.test_request_context("/"):
        assert filters.clock_time(NOW) == "08:31 UTC"


def test_outside_any_app_the_zone_is_utc() -> None:
    from shared.ui.frame import home_zone

    assert home_zone() == "UTC"
