from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import marshmallow as ma
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.fields import Choice, CreditsField, Day, Email, Flag, Id, Instant, Slug, Text, WebAddress, Whole, Zone, write_instant
from shared.ids import new_id


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


def read(field: ma.fields.Field[Any], value: Any) -> Any:
    return field.deserialize(value)


def refused(field: ma.fields.Field[Any], value: Any) -> str:
    with pytest.raises(ma.ValidationError) as error:
        field.deserialize(value)
    (text,) = error.value.messages
    return str(text)


@pytest.mark.parametrize("field", [Text(9), Slug(), Id(), Instant(), Day(), Zone(), WebAddress(), Email(), Choice(["a"])])
@pytest.mark.parametrize("value", [1, 1.5, True, [], {}])
def test_what_is_written_must_be_text(field: ma.fields.Field[Any], value: object) -> None:
    assert refused(field, value) == "Text is expected here."


@pytest.mark.parametrize("field", [Text(9), Slug(), Id(), Instant(), Day(), Zone(), WebAddress(), Email(), Whole(), Flag()])
def test_null_is_refused_unless_it_is_allowed(field: ma.fields.Field[Any]) -> None:
    assert refused(field, None) == "This may not be empty."


def test_text_is_normalised_and_bounded() -> None:
    assert read(Text(5), " Citta\u0300 ") == "Città"
    assert refused(Text(4), "Città") == "At most 4 characters."
    assert refused(Text(5), "  ") == "This is needed."
    assert read(Text(5, min=0), "  ") == ""
    assert read(Text(9, 1, True), "a\nb") == "a\nb"
    assert "U+202E" in refused(Text(9), "a\u202eb")


def test_a_refused_word_is_refused_with_its_own_sentence() -> None:
    assert read(Slug(), "the-cube") == "the-cube"
    assert refused(Slug(), "The Cube").startswith("A short name has")
    made = new_id()
    assert read(Id(), made) == made
    assert refused(Id(), made.upper()).startswith("An id is")
    assert read(Zone(), "Europe/Rome") == "Europe/Rome"
    assert refused(Zone(), "Rome") == "A time zone is named like Europe/Rome."


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-29T09:00:00Z", datetime(2026, 3, 29, 9, tzinfo=UTC)),
        ("2026-03-29T09:00:00.25+02:00", datetime(2026, 3, 29, 7, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-03-29T09:00:00.123456789-00:30", datetime(2026, 3, 29, 9, 30, 0, 123_456, tzinfo=UTC)),
        ("2020-01-01T00:00:00Z", datetime(2020, 1, 1, tzinfo=UTC)),
        ("2100-12-31T23:59:59Z", datetime(2100, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_an_instant_with_its_offset_is_read_as_utc(text: str, instant: datetime) -> None:
    value = read(Instant(), text)
    assert (value, value.tzinfo) == (instant, UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "infinity",
        "2026-03-29",
        "2026-03-29T09:00:00",
        "2026-03-29 09:00:00Z",
        "2026-03-29t09:00:00z",
        "20260329T090000Z",
        "2026-02-30T09:00:00Z",
        "2026-03-29T24:00:00Z",
        "2026-03-29T09:00:60Z",
        "2026-03-29T09:00:00+25:00",
        "2026-W13-7T09:00:00Z",
        "2019-12-31T23:59:59Z",
        "2101-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "2026-03-29T09:00:00Z\n",
        "٢٠٢٦-03-29T09:00:00Z",
        "-2026-03-29T09:00:00Z",
        "99999-03-29T09:00:00Z",
    ],
)
def test_another_time_is_refused(text: str) -> None:
    assert refused(Instant(), text)


def test_a_date_is_read() -> None:
    assert read(Day(), "2026-03-29") == date(2026, 3, 29)


@pytest.mark.parametrize(
    "text", ["", "29.3.2026", "20260329", "2026-W13-7", "2026-02-30", "2019-12-31", "2101-01-01", "0000-01-01", "2026-03-29\n"]
)
def test_another_date_is_refused(text: str) -> None:
    assert refused(Day(), text)


def test_dates_and_instants_are_written_as_they_are_read() -> None:
    class Times(ma.Schema):
        at = Instant()
        on = Day()

    written = Times().dump({"at": datetime(2026, 3, 29, 11, tzinfo=timezone(timedelta(hours=2))), "on": date(2026, 3, 29)})
    assert written == {"at": "2026-03-29T09:00:00Z", "on": "2026-03-29"}
    assert Times().dump({"at": None, "on": None}) == {"at": None, "on": None}
    with pytest.raises(ValueError, match="aware"):
        write_instant(datetime(2026, 3, 29, 9))  # noqa: DTZ001


@given(st.datetimes(datetime(2020, 1, 2), datetime(2100, 12, 30), timezones=st.timezones()))  # noqa: DTZ001
def test_every_instant_comes_back(at: datetime) -> None:
    assert read(Instant(), write_instant(at)) == at.astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://example.org", "https://example.org"),
        (" http://example.org:8080/a?b=c#d ", "http://example.org:8080/a?b=c#d"),
        ("https://it.wikipedia.org/wiki/Città", "https://it.wikipedia.org/wiki/Citt%C3%A0"),
        ("https://städte.example/", "https://xn--stdte-hra.example/"),
        ("HTTPS://Example.org/A", "https://example.org/A"),
    ],
)
def test_a_web_address_is_read_as_it_is_sent(text: str, address: str) -> None:
    assert read(WebAddress(), text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.org",
        "//example.org",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org",
        "mailto:a@example.org",
        "https://",
        "https:///a",
        "https://user@example.org",
        "https://user:pw@example.org",
        "https://example.org\\@evil.example",
        "https://exa mple.org",
        "https://example.org/\x00",
        "https://example.org/<script>",
        'https://example.org/"onload',
        "https://[::1",
        "https://example.org:port/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "java\nscript:alert(1)",
        "https://ex\u200bample.org",
        "https://example.org/" + "a" * 500,
        "https://" + "ä" * 70 + ".example",
    ],
)
def test_what_a_browser_might_run_or_misread_is_no_web_address(text: str) -> None:
    assert refused(WebAddress(), text).startswith("A web address is expected here")


@pytest.mark.parametrize("text", ["anna@example.org", "a.b+tag@sub.example.co.uk", "o'neil@example.ie", "x@1.example"])
def test_an_e_mail_address_is_taken(text: str) -> None:
    assert read(Email(), f" {text.upper()} ") == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "anna@",
        "@example.org",
        "anna@example",
        "an na@example.org",
        ".anna@example.org",
        "an..na@example.org",
        "anna@exa_mple.org",
        "anna@-example.org",
        "anna@example-.org",
        "anna@example.org\nBcc: x@y.org",
        "anna@example..org",
        "a@b@example.org",
        "ännä@example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 64 + ".org",
        "a@" + ".".join(["b" * 60] * 5),
    ],
)
def test_another_e_mail_address_is_refused(text: str) -> None:
    assert refused(Email(), text) == "An e-mail address is expected here."


def test_a_choice_is_one_of_its_words() -> None:
    assert read(Choice(Colour), "red") is Colour.RED
    assert read(Choice(["a", "b"]), "b") == "b"
    assert refused(Choice(Colour), "blue") == "Choose one of: red, green."


def test_an_open_choice_keeps_the_word_of_a_newer_version() -> None:
    assert read(Choice(Colour, open=True), "deep_blue") == "deep_blue"
    assert read(Choice(Colour, open=True), "green") is Colour.GREEN
    assert refused(Choice(Colour, open=True), "Deep Blue!") == "Choose one of: red, green."


@pytest.mark.parametrize("value", ["1", 1.0, True, None, [], "x"])
def test_a_number_on_the_wire_is_a_json_integer(value: object) -> None:
    assert refused(Whole(), value)
    assert refused(CreditsField(), value)


def test_a_number_stays_within_its_bounds() -> None:
    assert [read(Whole(1, 3), number) for number in (1, 2, 3)] == [1, 2, 3]
    assert refused(Whole(1, 3), 0) == refused(Whole(1, 3), 4) == "A number from 1 to 3 is expected here."
    assert refused(Whole(), 2**31)
    assert refused(CreditsField(), -1) == "An amount from 0 to 1000000 credits is expected here."


def test_a_written_number_is_read_from_its_digits() -> None:
    assert read(Whole(-5, 20, written=True), " 12 ") == 12
    assert read(Whole(-5, 20, written=True), "-3") == -3
    assert read(Whole(-5, 20, written=True), 7) == 7
    for text in ("", "1.0", "1_0", "٣", "+1", "0x1", "9" * 40):
        assert refused(Whole(-5, 20, written=True), text)


def test_written_credits_are_read_as_people_write_them() -> None:
    assert read(CreditsField(written=True), "1,5") == 150
    assert refused(CreditsField(written=True), "1.555").startswith("Write credits like")
    assert refused(CreditsField(max=100, written=True), "1.01") == "An amount from 0 to 1 credits is expected here."


def test_a_flag_is_a_json_boolean() -> None:
    assert read(Flag(), True) is True
    others: tuple[object, ...] = (1, 0, "true", "on", [])
    for value in others:
        assert refused(Flag(), value) == "Yes or no is expected here."


def test_a_written_flag_is_a_box_that_was_ticked() -> None:
    field = Flag(written=True)
    boxes: tuple[object, ...] = ("on", "1", "no", False)
    assert [read(field, box) for box in boxes] == [True, True, False, False]
    assert refused(field, "maybe") == refused(field, 1) == "Yes or no is expected here."


def test_fields_describe_themselves_to_the_api_s_document() -> None:
    assert Text(9, metadata={"description": "A name."}).metadata["description"] == "A name."
    assert Text(9, privacy="personal").metadata == {"privacy": "personal", "type": "string", "minLength": 1, "maxLength": 9}
    assert Choice(Colour).metadata["enum"] == ["red", "green"]
    assert "enum" not in Choice(Colour, open=True).metadata
