"""Sample data, and plainly so: invented people at addresses ending in .example, two member exports, two profiles, the terms.

The same seed makes the same files every time. New York's file is what a clean export looks like (UTF-8, commas); London's is
what an office program writes that was set up in Italian (Windows' Latin letters, semicolons, day first).
"""

import csv
import io
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

SEED = 2026
NYC, LONDON = "wecreate-nyc", "thecube-london"
NYC_COUNT, LONDON_COUNT = 200, 20_000
PASSWORD = "sample words for the demo"  # noqa: S105 - known to everybody, and accepted on loopback alone
FIRST_DAY = date(2019, 1, 7)

# First names, an empty line, last names; many have letters that exports like to spoil.
FIRST, LAST = (part.split() for part in (Path(__file__).parent / "names.txt").read_text("utf-8").split("\n\n"))
COMPANIES = ("Sample Studio", "Muster & Figli", "Esempio S.r.l.", "Placeholder Press", "Société Modèle", "")
NYC_PLANS, LONDON_PLANS = ("Full desk", "Ten days", "Evenings"), ("Scrivania fissa", "Libertà", "Metà settimana")
MIDDLE = ("", " J.", " M.")
PLAIN = str.maketrans("àáâäåçèéêëìíîïñòóôöøùúûüœæ", "aaaaaceeeeiiiinooooouuuuoa")


@dataclass(frozen=True)
class Person:
    """Somebody of the demo, with the address that they sign in with."""

    name: str
    email: str

    @property
    def first_name(self) -> str:
        """What partners read, unless somebody chooses another name."""
        return self.name.split(maxsplit=1)[0]

    @property
    def key(self) -> str:
        """Their name in the summary."""
        return self.email.partition("@")[0].replace(".", "_")


# The cast. Nobody of them is anybody.
OPERATOR = Person("Olive Sample", "olive@hub.example")
SECOND_OPERATOR = Person("Oscar Sample", "oscar@hub.example")
NYC_MANAGER = Person("Nora Sample", "nora@wecreate.example")
LONDON_MANAGER = Person("Theo Sample", "theo@thecube.example")
LONDON_DESK = Person("Dee Sample", "desk@thecube.example")
MAYA = Person("Maya Okafor-Sample", "maya.okafor@wecreate.example")
BEN = Person("Ben Castillo-Sample", "ben.castillo@wecreate.example")
CLEO = Person("Cleo Nakamura-Sample", "cleo.nakamura@wecreate.example")
DAN = Person("Dan Whitfield-Sample", "dan.whitfield@wecreate.example")
ELENA = Person("Elena Brandt-Sample", "elena.brandt@wecreate.example")
CAST = (MAYA, BEN, CLEO, DAN, ELENA)
FARID = Person("Farid Haddad-Sample", "farid.haddad@wecreate.example")
"""Is added by hand after the credits were given out, so he has none."""


def address_of(name: str, number: int) -> str:
    """The made-up address of a made-up person; the number keeps it unique."""
    plain = name.casefold().translate(PLAIN).replace("ß", "ss").replace("'", "").replace(".", "").replace(" ", ".")
    return f"{plain}.{number}@members.example"


def people(count: int, start: int = 0) -> Iterator[Person]:
    """So many people in an order that looks like none, no two of one name."""
    names = [f"{first}{middle} {last}" for middle in MIDDLE for first in FIRST for last in LAST]
    random.Random(SEED).shuffle(names)  # noqa: S311 - sample data, not a secret
    for number, name in enumerate(names[start : start + count], start):
        yield Person(name, address_of(name, number))


def nyc_csv() -> bytes:
    """New York's members: UTF-8, commas, English headings, ISO dates; the cast comes first."""
    everybody = [*CAST, *people(NYC_COUNT - len(CAST), LONDON_COUNT)]
    rows = [
        ("Member ID", "Full name", "E-mail", "Company", "Plan", "Start date"),
        *(
            (f"NY-{n:04}", who.name, who.email, _company(n), NYC_PLANS[n % 3], _start(n).isoformat())
            for n, who in enumerate(everybody, 1)
        ),
    ]
    return _written(rows, ",").encode("utf-8")


def london_csv() -> bytes:
    """London's members: Windows' Latin letters, semicolons, Italian headings with an accent, the day first."""
    rows = [
        ("Codice socio", "Nominativo", "Indirizzo e-mail", "Società", "Tipologia", "Data di inizio"),
        *(
            (f"LDN-{n:05}", who.name, who.email, _company(n), LONDON_PLANS[n % 3], _start(n).strftime("%d/%m/%Y"))
            for n, who in enumerate(people(LONDON_COUNT), 1)
        ),
    ]
    return _written(rows, ";").encode("cp1252")


def profile(name: str, city: str, country: str, zone: str, address: str) -> dict[str, object]:
    """What a space tells its twins about itself."""
    week = ("mon", "tue", "wed", "thu", "fri")
    return {
        "name": name,
        "city": city,
        "country": country,
        "zone": zone,
        "address": address,
        "languages": ["en"],
        "web": f"https://{name.split(maxsplit=1)[0].lower()}.example",
        "welcome": "Coffee is on the left, quiet desks are on the right. We are glad you are here.",
        "access_notes": "Ring at the green door. The lift stops at the third floor.",
        "opening_hours": [{"weekday": day, "opens": "08:30", "noon": "13:00", "closes": "19:00"} for day in week],
    }


def write_all(folder: Path) -> None:
    """Write everything that the story's commands read."""
    folder.mkdir(parents=True)
    for name, content in (("nyc.csv", nyc_csv()), ("london.csv", london_csv())):
        (folder / name).write_bytes(content)
    for slug, words in (
        (NYC, ("WeCreate NYC", "New York", "US", "America/New_York", "1 Sample Street, New York")),
        (LONDON, ("TheCube London", "London", "GB", "Europe/London", "2 Sample Lane, London")),
    ):
        (folder / f"{slug}.json").write_text(json.dumps(profile(*words), ensure_ascii=False, indent=2), "utf-8")


def _written(rows: Iterable[Sequence[str]], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _company(number: int) -> str:
    return COMPANIES[number % len(COMPANIES)]


def _start(number: int) -> date:
    return FIRST_DAY + timedelta(days=number * 37 % 2_400)
