import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.units import CREDITS_MAX, parse_credits, show_credits


@pytest.mark.parametrize(
    ("value", "english", "italian"),
    [(0, "0", "0"), (100, "1", "1"), (150, "1.5", "1,5"), (125, "1.25", "1,25"), (5, "0.05", "0,05"), (-250, "-2.5", "-2,5")],
)
def test_credits_are_shown_as_the_reader_writes_decimals(value: int, english: str, italian: str) -> None:
    assert show_credits(value, "en") == show_credits(value, "en_GB") == show_credits(value, "en-GB") == english
    assert show_credits(value, "it") == italian


@pytest.mark.parametrize("locale", ["", "xx", "not a language", "tlh"])
def test_an_unknown_language_shows_credits_as_english_does(locale: str) -> None:
    assert show_credits(150, locale) == "1.5"


def test_thousands_are_not_grouped_since_a_comma_there_would_read_as_a_decimal() -> None:
    assert show_credits(123_456_700, "en") == "1234567"


@pytest.mark.parametrize(
    ("text", "value"), [("1.5", 150), ("1,5", 150), (" 2 ", 200), ("0.05", 5), ("-1,25", -125), ("−3", -300)]
)
def test_credits_are_read_with_a_point_or_a_comma(text: str, value: int) -> None:
    assert parse_credits(text) == value


@pytest.mark.parametrize(
    "text", ["", "x", "1.", ".5", "1.234", "1,234", "1_0", "٣", "1e3", "+1", "1 000", "1.5.0", "--1", "1000000.01", "99999999"]
)
def test_what_is_no_amount_is_invalid(text: str) -> None:
    with pytest.raises(Invalid):
        parse_credits(text)


@given(st.integers(-CREDITS_MAX, CREDITS_MAX), st.sampled_from(["en", "it", "de_CH", "fr", "sv", "pt_BR"]))
def test_what_is_shown_reads_back_as_the_same_amount(value: int, locale: str) -> None:
    assert parse_credits(show_credits(value, locale)) == value
