"""How a whole network comes about, step by step, and what can be looked at then."""

import json
from datetime import date, timedelta

from demo.browser import Browser
from demo.facts import Facts
from demo.samples import Person
from demo.teller import Teller
from demo.whole import founding
from demo.whole.crew import Crew, crew
from demo.whole.network import WholeNetwork
from demo.whole.places import members_of, twinnings
from demo.whole.progress import Progress
from demo.whole.year import SERVING, STAYS, WINDOW, Year

WINDOWS = 5
"""Windows of the past; one more is ahead: a year in all."""
TRAVELLERS = 8
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
        year.catch_up(Progress("nodes know their twins", len(network.places)))
        for number in range(windows + 1):
            _live(year, first_day + timedelta(days=number * WINDOW), teller, future=number == windows)
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


def _live(year: Year, first: date, teller: Teller, *, future: bool) -> None:
    network, count = year.network, len(year.network.places)
    last = first + timedelta(days=WINDOW)
    with teller.step(f"{first:%-d %b %Y} to {last:%-d %b %Y}") as step:
        if future:
            network.calendar.go_home()
        else:
            network.calendar.go_to_day(first)
        before = dict(year.counts)
        year.open_days(Progress("spaces have opened the coming days", count))
        if not future:
            year.announce(first, network.sites[:ANNOUNCING], Progress("events", ANNOUNCING), openly=False)
        year.book(first, Progress("desks asked for", 2 * len(year.pairs) * STAYS))
        year.catch_up(Progress("nodes have read the news", count))
        if future:
            for number in range(EVENTS_EACH):
                year.announce(first + timedelta(days=7 * number), network.sites, Progress("events", count), openly=True)
            year.hold_together()
        else:
            expected = sum(len(ids) for hosts in year.booked.values() for ids in hosts.values())
            coming = Progress("guests expected", expected)
            for n in range(1, WINDOW):
                year.receive(first + timedelta(days=n), coming)
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
