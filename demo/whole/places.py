"""Where the spaces are, how many people each has, and who is twinned with whom. Invented, and plainly so, but for the towns."""

import random
from dataclasses import dataclass
from itertools import pairwise

from demo import samples
from demo.samples import LONDON, NYC, SEED

MOST = 97
MEMBERS = 20_000
MILAN = [
    "Lambrate",
    "Isola",
    "Bovisa",
    "Navigli",
    "Brera",
    "Loreto",
    "Bicocca",
    "Corvetto",
    "Famagosta",
    "Garibaldi",
    "Giambellino",
    "Niguarda",
    "Sempione",
    "Ticinese",
    "Lorenteggio",
    "Porta-Romana",
    "Città-Studi",
]
LOMBARDY = ["Bergamo", "Brescia", "Como", "Cremona", "Lecco", "Lodi", "Mantova", "Monza", "Pavia", "Varese"]
ITALY = [
    "Torino",
    "Genova",
    "Bologna",
    "Firenze",
    "Roma",
    "Napoli",
    "Bari",
    "Palermo",
    "Catania",
    "Cagliari",
    "Verona",
    "Padova",
    "Venezia",
    "Trieste",
    "Udine",
    "Trento",
    "Bolzano",
    "Parma",
    "Modena",
    "Reggio-Emilia",
    "Ferrara",
    "Ravenna",
    "Rimini",
    "Forlì",
    "Cesena",
    "Piacenza",
    "Pisa",
    "Lucca",
    "Livorno",
    "Siena",
    "Arezzo",
    "Prato",
    "Pistoia",
    "Perugia",
    "Terni",
    "Ancona",
    "Pesaro",
    "Macerata",
    "Pescara",
    "Aquila",
    "Chieti",
    "Teramo",
    "Campobasso",
    "Salerno",
    "Caserta",
    "Benevento",
    "Avellino",
    "Foggia",
    "Lecce",
    "Taranto",
    "Brindisi",
    "Matera",
    "Potenza",
    "Cosenza",
    "Catanzaro",
    "Messina",
    "Siracusa",
    "Ragusa",
    "Trapani",
    "Sassari",
    "Nuoro",
    "Oristano",
    "Novara",
    "Asti",
    "Cuneo",
    "Aosta",
    "Savona",
    "Imperia",
]
KINDS = ("Studio", "Fabbrica", "Biblioteca", "Officina", "Ateneo", "Municipio", "Cantiere", "Bottega")
# How many people a space has, beside another with 1.
WEIGHTS = {LONDON: 20, NYC: 10, "esempio-lambrate": 8}
NEIGHBOURS = 8
"""With so many others the three that serve are twinned."""


@dataclass(frozen=True)
class Place:
    """One space: its short name, what people call it, and where it is."""

    slug: str
    name: str
    city: str
    country: str
    zone: str
    region: str = ""

    @property
    def language(self) -> str:
        """What is spoken there."""
        return "it" if self.country == "IT" else "en"

    @property
    def manager(self) -> str:
        """The address of who manages it."""
        return f"manager@{self.slug}.example"

    def profile(self) -> dict[str, object]:
        """What it tells its twins of itself."""
        told = samples.profile(self.name, self.city, self.country, self.zone, f"1 Sample Street, {self.city}")
        return {**told, "languages": [self.language], "web": f"https://{self.slug}.example"}


def everywhere() -> list[Place]:
    """All 97, the three first that serve when the network is made."""
    first, *milan = (_italian(name, "Milano", number) for number, name in enumerate(MILAN))
    lombardy = [_italian(name, name, number) for number, name in enumerate(LOMBARDY)]
    others = [_italian(name, name, number, region="") for number, name in enumerate(ITALY)]
    nyc = Place(NYC, "WeCreate NYC", "New York", "US", "America/New_York")
    london = Place(LONDON, "TheCube London", "London", "GB", "Europe/London")
    return [nyc, london, first, *milan, *lombardy, *others]


def network_of(count: int) -> list[Place]:
    """So many of them: the three that serve, and others from all over in the same measure."""
    places = everywhere()
    rest = places[3:]
    random.Random(SEED).shuffle(rest)  # noqa: S311 - sample data, not a secret
    return [*places[:3], *rest[: count - 3]]


def members_of(places: list[Place]) -> dict[str, int]:
    """How many people each space has: 20,000 in the whole network, fewer in a smaller one."""
    weights = [WEIGHTS.get(place.slug, 1) for place in places]
    everybody, whole = MEMBERS * len(places) // MOST, sum(weights)
    edges = [everybody * sum(weights[:number]) // whole for number in range(len(places) + 1)]
    return {place.slug: upto - begin for place, (begin, upto) in zip(places, pairwise(edges), strict=True)}


def twinnings(places: list[Place]) -> list[tuple[Place, Place]]:
    """Who proposes terms to whom: everybody to the next, and the three that serve to each other and to some more."""
    first, rest = places[:3], places[3:]
    pairs = [(first[0], first[1]), (first[1], first[2]), (first[2], first[0]), *pairwise(rest)]
    for number, place in enumerate(first):
        pairs += [(place, other) for other in rest[number :: max(3, len(rest) // NEIGHBOURS)]]
    return pairs


def _italian(name: str, city: str, number: int, region: str = "Lombardia") -> Place:
    slug = f"esempio-{name.lower().translate(samples.PLAIN)}"
    shown = name.replace("-", " ")
    return Place(slug, f"{KINDS[number % len(KINDS)]} Esempio {shown}", city.replace("-", " "), "IT", "Europe/Rome", region)
