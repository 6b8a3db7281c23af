"""The first day, a year ago: the hub is founded, everybody joins, is admitted, brings members, offers desks, and twins."""

import csv
import json
import re
from itertools import islice

from demo import samples
from demo.browser import Browser
from demo.processes import Site
from demo.samples import PASSWORD, Person
from demo.whole.crew import Crew
from demo.whole.network import WholeNetwork
from demo.whole.places import Place, members_of, twinnings
from demo.whole.progress import Progress

INVITE = re.compile(r"twd1\.[\w.=-]+")
LOT = "40"
HEADINGS = ("Member ID", "Full name", "E-mail", "Company", "Plan", "Start date")
PLANS = ("Full desk", "Ten days", "Evenings")


def found(network: WholeNetwork) -> tuple[Browser, Browser]:
    """The hub with its two operators, signed in."""
    hub, people = network.hub, (samples.OPERATOR, samples.SECOND_OPERATOR)
    first = hub.run("init", "--email", people[0].email, "--name", people[0].name)
    hub.start()
    second = hub.run("operators", "add", people[1].email, "--name", people[1].name)
    hub.wait_ready()
    browsers = Browser(hub.url), Browser(hub.url)
    for browser, link in zip(browsers, (first, second), strict=True):
        browser.welcome(link.strip(), PASSWORD)
    return browsers


def invite(network: WholeNetwork, operator: Browser) -> dict[str, str]:
    """An invite for each space."""
    form = operator.get("/spaces/invite").form_with("slug", "name")
    invites = {}
    for place in network.places:
        page = operator.submit(form, slug=place.slug, name=place.name)
        shown = INVITE.search(page.html)
        invites[place.slug] = shown.group() if shown else ""
    return invites


def join(network: WholeNetwork, crew: Crew, invites: dict[str, str], progress: Progress) -> dict[str, object]:
    """Everybody joins by their own command: keys, charter, profile, self-test."""
    of = {place.slug: place for place in network.places}

    def one(site: Site) -> object:
        place = of[site.key]
        profile = network.written(f"{place.slug}.json", place.profile())
        charter = ("--accept-charter", "--contact", place.manager, "--accepted-by", f"Manager of {place.name}")
        told = json.loads(crew.run(site, "join", invites[site.key], "--profile", profile, *charter, "--json"))
        progress.step()
        return told["state"]

    return crew.each(network.sites, one)


def admit(network: WholeNetwork, operators: tuple[Browser, Browser], progress: Progress) -> None:
    """Two pairs of eyes look at everybody."""
    for operator in operators:
        for place in network.places:
            page = operator.get(f"/spaces/{place.slug}")
            operator.submit(page.form(f"/spaces/{place.slug}/admit"))
            progress.step()


def bring_members(network: WholeNetwork, crew: Crew, progress: Progress) -> dict[str, list[Person]]:
    """Each space imports its list; returns who is on it."""
    counts = members_of(network.places)
    everybody = samples.people(sum(counts.values()))
    lists = {slug: list(islice(everybody, count)) for slug, count in counts.items()}

    def one(site: Site) -> None:
        path = network.files / f"{site.key}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(HEADINGS)
            for number, who in enumerate(lists[site.key], 1):
                rows.writerow((f"M-{number:05}", who.name, who.email, "", PLANS[number % 3], "2024-01-08"))
        told = json.loads(crew.run(site, "members", "import", str(path), "--json"))
        progress.step(told["new"])

    crew.each(network.sites, one)
    return lists


def twin(network: WholeNetwork, crew: Crew, progress: Progress) -> list[tuple[Place, Place]]:
    """Terms are proposed, and signed by the other side."""
    pairs = twinnings(network.places)
    mine: dict[str, list[str]] = {}
    theirs: dict[str, list[str]] = {}
    for first, second in pairs:
        mine.setdefault(first.slug, []).append(second.slug)
        theirs.setdefault(second.slug, []).append(first.slug)
    prices = ("--our-price", "1", "--their-price", "1", "--days-a-month", "10")

    def propose(site: Site) -> None:
        for other in mine.get(site.key, ()):
            crew.run(site, "twinnings", "propose", "--with", other, *prices, "--json")
            progress.step()

    def agree(site: Site) -> None:
        for other in theirs.get(site.key, ()):
            crew.run(site, "twinnings", "agree", "--with", other, "--json")
            progress.step()

    crew.each(network.sites, propose)
    crew.each(network.sites, agree)
    return pairs


def grant(network: WholeNetwork, crew: Crew, travellers: dict[str, list[Person]], progress: Progress) -> None:
    """Who travels gets credits for the whole year and what is ahead."""

    def one(site: Site) -> None:
        for who in travellers[site.key]:
            crew.run(site, "credits", "grant", "--member", who.email, "--credits", LOT, "--days", "500", "--json")
            progress.step()

    crew.each(network.sites, one)
