"""The demo's sample data: plainly invented, the same every time, and as awkward as real exports are."""

import csv
import io
import re
from itertools import islice

import pytest

from demo import samples
from demo.samples import LONDON_COUNT, NYC_COUNT, Person, address_of, london_csv, nyc_csv, people, profile, write_all

EXAMPLE = re.compile(r"[a-z0-9.-]+@[a-z0-9-]+\.example")


@pytest.fixture(scope="module")
def london() -> bytes:
    """The export of 20,000."""
    return london_csv()


def rows_of(content: bytes, encoding: str, delimiter: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding)), delimiter=delimiter))


def test_the_same_files_are_made_every_time(london: bytes) -> None:
    assert nyc_csv() == nyc_csv()
    assert london_csv() == london


def test_new_york_has_200_members_in_a_clean_export_and_the_cast_comes_first() -> None:
    rows = rows_of(nyc_csv(), "utf-8", ",")
    assert len(rows) == NYC_COUNT == 200
    assert [row["E-mail"] for row in rows[: len(samples.CAST)]] == [who.email for who in samples.CAST]


def test_london_has_20000_members_in_an_italian_export_that_is_not_utf_8(london: bytes) -> None:
    rows = rows_of(london, "cp1252", ";")
    assert len(rows) == LONDON_COUNT == 20_000
    assert "Società" in rows[0]
    assert london.decode("utf-8", "replace") != london.decode("cp1252")
    assert all(re.fullmatch(r"\d\d/\d\d/\d{4}", row["Data di inizio"]) for row in rows)


def test_nobody_appears_twice_and_everybody_is_at_an_address_that_cannot_exist(london: bytes) -> None:
    here, there = rows_of(nyc_csv(), "utf-8", ","), rows_of(london, "cp1252", ";")
    addresses = [row["E-mail"] for row in here] + [row["Indirizzo e-mail"] for row in there]
    names = [row["Full name"] for row in here] + [row["Nominativo"] for row in there]
    assert len(set(addresses)) == len(set(names)) == NYC_COUNT + LONDON_COUNT
    assert [address for address in addresses if not EXAMPLE.fullmatch(address)] == []


def test_letters_with_accents_become_plain_ones_in_addresses() -> None:
    assert address_of("Søren J. O'Weißenfels-Crisà", 7) == "soren.j.oweissenfels-crisa.7@members.example"


def test_people_go_on_where_the_last_ones_ended() -> None:
    assert list(people(3, 2)) == list(islice(people(5), 2, None))


def test_a_person_is_known_by_first_name_to_partners() -> None:
    who = Person("Maya Okafor-Sample", "maya.okafor@wecreate.example")
    assert (who.first_name, who.key) == ("Maya", "maya_okafor")


def test_a_profile_is_open_on_working_days() -> None:
    hours = profile("Some Space", "Rome", "IT", "Europe/Rome", "1 Sample Street")["opening_hours"]
    assert isinstance(hours, list)
    assert [day["weekday"] for day in hours] == ["mon", "tue", "wed", "thu", "fri"]


def test_all_files_of_the_story_are_written(tmp_path) -> None:
    write_all(tmp_path / "files")
    assert {path.name for path in (tmp_path / "files").iterdir()} == {
        "nyc.csv", "london.csv", "wecreate-nyc.json", "thecube-london.json",
    }  # fmt: skip
