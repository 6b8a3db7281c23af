"""How a whole network comes about, step by step, and what can be looked at then."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from demo.browser import Browser
from demo.facts import Facts
from demo.processes import Site
from demo.samples import Person
from demo.teller import Teller
from demo.whole import founding
from demo.whole.crew import Crew, crew
from demo.whole.evenings import HOMES, PLACES, Evenings
from demo.whole.network import WholeNetwork
from demo.whole.places import members_of, twinnings
from demo.whole.progress import Progress
from demo.whole.year import SERVING, STAYS, TRAVELLERS, UNBOOKED, WINDOW, Year

WINDOWS = 5
"""Windows of the past; one more is ahead: a year in all."""
ANNOUNCING = 9
"""So many spaces announce something to their twins in each window of the past."""
EVENTS_EACH = 3
"""So many events of each space are ahead, for the whole network to see."""


def play(network: WholeNetwork, facts: Facts, teller: Teller, windows: int = WINDOWS) -> Year:
    """Make it. Raises Untrue at the first thing that is not as it must be."""
    first_day = network.calendar.day(-WINDOW * windows)
    network.calendar.go_to_day(first_day)
    teller.say(f"{len(network.places)} spaces, from {first_day:%-d %B %Y} to {network.calendar.present:%-d %B %Y}.\n")
    network.files.mkdir()
    operators = _begin(network, facts, teller)
    with crew(network.keeper, network.sites) as hands:
        lists = _settle_in(network, hands, operators, facts, teller)
        travellers = {
            slug: people[: TRAVELLERS * (1 + (number < SERVING))] for number, (slug, people) in enumerate(lists.items())
        }
        with teller.step("They twin, and who travels gets credits") as step:
            count = 2 * len(twinnings(network.places))
            pairs = founding.twin(network, hands, Progress("signatures", count))
            founding.grant(network, hands, travellers, Progress("members with credits", sum(map(len, travellers.values()))))
            step.result = (
                f"{len(pairs)} twinnings, {sum(map(len, travellers.values()))} travellers with {founding.LOT} credits each"
            )
        year = Year(network, hands, pairs, travellers)
        evenings = Evenings(year)
        year.catch_up(Progress("nodes know their twins", len(network.places)))
        for number in range(windows):
            _live(year, evenings, number, first_day + timedelta(days=number * WINDOW), teller)
        _plan_ahead(year, evenings, teller)
    if windows:
        lived = ("confirmed", "came", "walked in", "places at events", "at events")
        facts.hold("a_past_was_lived", all(year.counts[name] for name in lived), dict(year.counts))
    _audit(network, facts, teller)
    return year


def wake(network: WholeNetwork, slug: str) -> str:
    """Let one more node serve; its address. Raises KeyError, NotReady."""
    site = network.nodes[slug]
    if site.process is None:
        site.start()
        site.wait_ready()
    return site.url


def _begin(network: WholeNetwork, facts: Facts, teller: Teller) -> tuple[Browser, Browser]:
    with teller.step("A hub is founded with two operators") as step:
        operators = founding.found(network)
        facts.hold("hub_founded", all("Sign out" in one.get("/").text for one in operators))
        step.result = network.hub.url
    return operators


def _settle_in(
    network: WholeNetwork, hands: Crew, operators: tuple[Browser, Browser], facts: Facts, teller: Teller
) -> dict[str, list[Person]]:
    count = len(network.places)
    with teller.step(f"{count} spaces are invited, and join by their own commands") as step:
        invites = founding.invite(network, operators[0])
        facts.hold("invites_printed", all(invites.values()))
        states = founding.join(network, hands, invites, Progress("spaces have joined", count))
        facts.hold("all_joined", set(states.values()) == {"probation"}, states)
        step.result = "keys, charter, profile, self-test: all passed"
    with teller.step("Both operators admit them") as step:
        founding.admit(network, operators, Progress("looks at a space", 2 * count))
        seen = operators[0].get("/").text
        facts.hold("all_active", "Nobody waits" in seen, seen[:300])
        step.result = f"{count} are active"
    with teller.step("They bring their members") as step:
        total = sum(members_of(network.places).values())
        lists = founding.bring_members(network, hands, Progress("members", total))
        step.result = f"{total:,} members"
    return lists


def _live(year: Year, evenings: Evenings, number: int, first: date, teller: Teller) -> None:
    network, last = year.network, first + timedelta(days=WINDOW)
    with _window(year, first, last, teller):
        network.calendar.go_to_day(first)
        hosts = _announcing(network, number)
        announced = evenings.announce(first, hosts, Progress("events", len(hosts)), openly=False)
        _book(year, first)
        year.drop_in(hosts, Progress("guests without a booking", sum(len(year.twins(host.key)[:UNBOOKED]) for host in hosts)))
        evenings.fill(announced, Progress("places asked for", len(announced) * HOMES * PLACES))
        expected = sum(len(ids) for hosts in year.booked.values() for ids in hosts.values())
        coming = Progress("guests expected", expected)
        for on in (first + timedelta(days=n) for n in range(1, WINDOW)):
            year.receive(on, coming)
            evenings.receive(on, coming)


def _plan_ahead(year: Year, evenings: Evenings, teller: Teller) -> None:
    network, count = year.network, len(year.network.places)
    first = network.calendar.day(0)
    with _window(year, first, first + timedelta(days=WINDOW), teller):
        network.calendar.go_home()
        hosts = _announcing(network, 0)
        announced = evenings.announce(first, hosts, Progress("events", len(hosts)), openly=False)
        _book(year, first)
        evenings.fill(announced, Progress("places asked for", len(announced) * HOMES * PLACES))
        for number in range(EVENTS_EACH):
            evenings.announce(first + timedelta(days=7 * number), network.sites, Progress("events", count), openly=True)
        evenings.hold_together()


def _book(year: Year, first: date) -> None:
    count = len(year.network.places)
    year.open_days(Progress("spaces have opened the coming days", count))
    year.book(first, Progress("desks asked for", 2 * len(year.pairs) * STAYS))
    # A list of 97 spaces' keys is long, and doors alone need a fresh one.
    year.catch_up(Progress("nodes have read the news", count), "--news-only")


def _announcing(network: WholeNetwork, number: int) -> list[Site]:
    """Those that serve, and others in turn."""
    serving, others = network.sites[:SERVING], network.sites[SERVING:]
    turn = number * (ANNOUNCING - SERVING) % max(1, len(others))
    return [*serving, *(others[turn:] + others[:turn])[: ANNOUNCING - SERVING]]


@contextmanager
def _window(year: Year, first: date, last: date, teller: Teller) -> Iterator[None]:
    """One step of the story, told by what has grown in it."""
    with teller.step(f"{first:%-d %b %Y} to {last:%-d %b %Y}") as step:
        before = dict(year.counts)
        yield
        grown = {name: value - before.get(name, 0) for name, value in year.counts.items()}
        step.result = ", ".join(f"{value:,} {name}" for name, value in grown.items() if value)


def _audit(network: WholeNetwork, facts: Facts, teller: Teller) -> None:
    with teller.step("The hub checks its ledger") as step:
        network.calendar.go_home()
        audit = json.loads(network.hub.run("audit", "--json"))
        balance = json.loads(network.hub.run("balance", "--json"))
        facts.hold("audit_passes", bool(audit) and not [one for one in audit if one["faults"]], audit)
        facts.hold("trial_balance_is_zero", balance["total"] == 0, balance)
        step.result = f"{len(audit)} invariants hold; the trial balance is zero"
