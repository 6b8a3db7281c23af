"""What the columns of a file are: by their names in two languages, by a preset, as told."""

import pytest

from space_node.member_lists.errors import MappingRefused
from space_node.member_lists.rules import columns
from space_node.member_lists.rules.columns import as_told, by_preset, check, guess, key_of, known_headings, understand
from space_node.member_lists.rules.fields import Field
from space_node.member_lists.rules.presets import PRESETS

F = Field


def guessed(*headings: str, **samples: list[str]) -> list[Field | None]:
    return list(guess(headings, [samples.get(heading, []) for heading in headings]))


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        (["Name", "E-mail", "Plan", "Start", "Company"], [F.NAME, F.EMAIL, F.PLAN, F.STARTS_ON, F.COMPANY]),
        (["FULL NAME", "Email Address", "Membership", "Member since"], [F.NAME, F.EMAIL, F.PLAN, F.STARTS_ON]),
        (["first_name", "last_name", "mail", "end_date"], [F.FIRST_NAME, F.LAST_NAME, F.EMAIL, F.ENDS_ON]),
        (["Nome", "Cognome", "Indirizzo e-mail", "Azienda"], [F.FIRST_NAME, F.LAST_NAME, F.EMAIL, F.COMPANY]),
        (["Nome", "Posta elettronica", "Ragione sociale"], [F.NAME, F.EMAIL, F.COMPANY]),
        (["Nome e cognome", "E-Mail", "Piano", "Data inizio", "Scadenza"], [F.NAME, F.EMAIL, F.PLAN, F.STARTS_ON, F.ENDS_ON]),
        (["Società", "Abbonamento", "Data di inizio", "Data fine"], [F.COMPANY, F.PLAN, F.STARTS_ON, F.ENDS_ON]),
        (["Nº tessera", "Telefono", "Note", ""], [None, None, None, None]),
        (["Numero tessera", "Codice fiscale", "ID"], [F.SOURCE_KEY, None, None]),
        (["Name", "Surname", "First name"], [F.NAME, F.LAST_NAME, F.FIRST_NAME]),
        (["Email", "E-mail"], [F.EMAIL, None]),
    ],
)
def test_columns_are_known_by_their_names_in_both_languages(headings, fields) -> None:
    assert guessed(*headings) == fields


def test_a_status_is_one_only_where_its_words_are_known() -> None:
    assert guessed("Stato", Stato=["Attivo", "non attivo", "Sì"]) == [F.STATUS]
    assert guessed("State", State=["Attivo", "Lombardia"]) == [None]


def test_no_alias_means_two_things_and_all_are_in_the_form_they_are_compared_in() -> None:
    every = [alias for aliases in columns._ALIASES.values() for alias in aliases.split()]
    assert sorted(every) == sorted(set(every))
    assert [alias for alias in every if key_of(alias) != alias] == []
    assert not set(columns._ACTIVE.split()) & set(columns._ENDED.split())
    assert [word for word in columns.STATUS_WORDS if key_of(word) != word] == []


def test_headings_that_are_known_are_counted() -> None:
    assert known_headings(["Nome", "E-MAIL", "Telefono"]) == 2


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_reads_the_headings_of_its_makers_page_and_leaves_all_others_out(name) -> None:
    preset = PRESETS[name]
    assert preset.source.startswith("https://")
    assert preset.needed <= set(preset.fields)
    headings = [*preset.fields, "Cognome", "Phone"]
    found = by_preset([heading.upper() for heading in headings], name)
    assert found == (*preset.fields.values(), None, None)
    check(headings, found)


def test_a_preset_refuses_the_file_of_another_product() -> None:
    with pytest.raises(MappingRefused) as caught:
        understand(["Name", "Email"], [[], []], preset="nexudus")
    assert caught.value.detail == "A file of Nexudus has these headings too: FullName."


def test_a_preset_takes_the_first_of_two_columns_of_one_name() -> None:
    assert by_preset(["FullName", "Email", "Email"], "nexudus") == (F.NAME, F.EMAIL, None)


def test_what_somebody_tells_counts_more_than_the_names() -> None:
    headings = ["Name", "Email", "Nick", "Piano"]
    told = {"nick": F.NAME, " piano ": None}
    assert understand(headings, [[], [], [], []], told=told) == (None, F.EMAIL, F.NAME, None)
    assert as_told(headings, (F.NAME, None, None, None), {}) == (F.NAME, None, None, None)


@pytest.mark.parametrize(
    ("headings", "told", "said"),
    [
        (["Name", "Email"], {"Nick": F.NAME}, "No column is called Nick."),
        (["Nick", "nick"], {"Nick": None}, "Two columns are called Nick."),
    ],
)
def test_a_heading_that_is_not_there_once_cannot_be_told(headings, told, said) -> None:
    with pytest.raises(MappingRefused) as caught:
        understand(headings, [[], []], told=told)
    assert caught.value.detail == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ((F.NAME, None), "No column is known to hold the e-mail address. Say which one does."),
        ((F.EMAIL, F.PLAN), "No column is known to hold the name. Say which one does."),
        ((F.EMAIL, F.EMAIL), "Two columns are said to be the email: A and B."),
    ],
)
def test_a_name_and_an_address_are_needed_once(fields, said) -> None:
    with pytest.raises(MappingRefused) as caught:
        check(["A", "B"], fields)
    assert caught.value.detail == said


@pytest.mark.parametrize("field", [F.NAME, F.FIRST_NAME, F.LAST_NAME])
def test_any_part_of_a_name_is_enough(field) -> None:
    check(["A", "B"], (F.EMAIL, field))
