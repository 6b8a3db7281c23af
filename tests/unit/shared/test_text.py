import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.text import SEARCH_KEY_MAX, clean_text, harmless, normal, place_words, search_key, text_fault

HIDDEN = {
    "null": "a\x00b",
    "escape": "a\x1bb",
    "tab": "a\tb",
    "delete": "a\x7fb",
    "next line": "a\x85b",
    "bidi override": "a\u202eb",
    "bidi isolate": "a\u2066b",
    "right-to-left mark": "a\u200fb",
    "Arabic letter mark": "a\u061cb",
    "zero-width space": "a\u200bb",
    "zero-width non-joiner": "a\u200cb",
    "zero-width joiner between letters": "a\u200db",
    "zero-width joiner at the end": "👩\u200d",
    "zero-width joiner at the start": "\u200d👩",
    "word joiner": "a\u2060b",
    "byte order mark": "a\ufeffb",
    "soft hyphen": "a\u00adb",
    "line separator": "a\u2028b",
    "lone surrogate": "a\ud800b",
    "private use": "a\ue000b",
    "Hangul filler": "a\u3164b",
    "blank Braille": "a\u2800b",
    "tag letter": "a\U000e0041b",
    "variation selector": "a\ufe01b",
    "more variation selectors": "a\U000e0100b",
    "emoji style on a letter": "a\ufe0fb",
    "emoji style at the start": "\ufe0fb",
    "emoji style on a bare digit": "1\ufe0f",
    "noncharacter": "a\ufdd0b",
    "last of its plane": "a\U0001ffffb",
}
SHOWN = [
    "Città di Sant'Agata — €5",
    "Zoë Müller-Łukasiewicz",
    "東京の机",
    "مساحة عمل",
    "नमस्ते",
    "👩‍💻 codes",
    "👩🏽‍⚕️ heals",
    "🏳️‍🌈",
    "❤️",
    "1️⃣ first, #️⃣ second",
    "🩷 newer than Python's tables",
    "<b>not markup</b> {{ braces }} %s",
]


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_what_a_reader_cannot_see_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_text(text, max_length=80, field="name")
    (fault,) = refused.value.errors
    assert fault["pointer"] == "/name"
    assert "cannot be seen (U+" in fault["detail"]


@pytest.mark.parametrize("text", SHOWN)
def test_what_people_write_is_taken(text: str) -> None:
    assert clean_text(text, max_length=80, field="name") == unicodedata.normalize("NFC", text)


def test_text_is_put_into_one_form() -> None:
    assert clean_text("  Citta\u0300\u00a0", max_length=80, field="name") == "Città"


def test_lines_are_allowed_where_the_field_has_lines() -> None:
    assert clean_text("one\r\ntwo\n", max_length=80, field="note", multiline=True) == "one\ntwo"
    with pytest.raises(Invalid):
        clean_text("one\ntwo", max_length=80, field="note")
    with pytest.raises(Invalid):
        clean_text("one\rtwo", max_length=80, field="note", multiline=True)


def test_four_marks_may_stand_on_a_letter_and_five_may_not() -> None:
    assert text_fault("x" + "\u0337" * 4 + "yz", max_length=80) is None
    assert text_fault("x" + "\u0337" * 5, max_length=80) == "Too many marks stand on one letter."


def test_lengths_are_counted_in_characters_after_normalising() -> None:
    assert clean_text("e\u0301" * 3, max_length=3, field="name") == "ééé"
    assert text_fault("abcd", max_length=3) == "At most 3 characters."
    assert text_fault("a", max_length=3, min_length=2) == "At least 2 characters."
    assert text_fault("", max_length=3, min_length=2) == "This is needed."
    assert text_fault("", max_length=3) is None


def test_a_partner_s_text_is_shown_without_what_cannot_be_seen() -> None:
    assert harmless("The\x00 desk\n\nis \u202etaken\u200b.", max_length=80) == "The desk is taken ."
    assert harmless("x" * 100, max_length=10) == "x" * 10


@given(st.text())
def test_taken_text_is_stable_and_visible(text: str) -> None:
    try:
        clean = clean_text(text, max_length=1000, field="name")
    except Invalid:
        return
    assert clean_text(clean, max_length=1000, field="name") == clean == normal(clean)
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in clean)


@given(st.text(), st.integers(1, 50))
def test_harmless_text_is_within_its_length_and_taken(text: str, length: int) -> None:
    shown = harmless(text, max_length=length)
    assert len(shown) <= length
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in shown)


def test_texts_are_found_whatever_the_capitals_and_accents() -> None:
    assert search_key("Niccolò", "", "CAFFÈ Straße") == "niccolo caffe strasse"
    assert search_key("Ada", "A@x.it") == "ada a@x.it"
    assert len(search_key("ﷺ" * 120, "x" * 254)) == SEARCH_KEY_MAX == len(search_key("x" * 700))


def test_a_city_that_the_address_ends_with_is_said_once() -> None:
    assert place_words("Long table", "2 Sample Lane, London", "London") == "Long table, 2 Sample Lane, London"
    assert place_words("", "2 Sample Lane", "London") == "2 Sample Lane, London"
    assert place_words("", "", "") == ""
