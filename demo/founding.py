"""The first scenes: a hub is founded, two spaces join, are admitted and twin, their members are there and have credits."""

import json
import re
from functools import partial
from typing import Any

from demo import samples
from demo.browser import PageMissing
from demo.network import together
from demo.processes import Site
from demo.samples import LONDON, NYC, Person
from demo.stage import Stage, as_json, contact

SEATS = 4
GRANT = "10"
DAY_PRICE = "1.5"
MEMBER_PATH = re.compile(r"/members/[0-9a-f-]{36}")
WELCOME = re.compile(r"http://[^\s<]+/welcome/[\w-]+")


def found_the_hub(stage: Stage) -> None:
    """Keys, ledger, two operators, and the first of them signed in."""
    hub, facts = stage.network.hub, stage.facts
    first, second = samples.OPERATOR, samples.SECOND_OPERATOR
    with stage.teller.step("A hub is founded with two operators") as step:
        link = hub.run("init", "--email", first.email, "--name", first.name)
        hub.start()
        second_link, _ = together(partial(hub.run, "operators", "add", second.email, "--name", second.name), partial(_ready, hub))
        homes = together(partial(stage.enter, first, hub, link), partial(stage.enter, second, hub, second_link))
        for home in homes:
            facts.hold("operators_sign_in_with_one_use_links", home.status == 200 and home.path == "/", home.url)
        step.result = f"keys, ledger and charter at {hub.url}"


def invite(stage: Stage) -> None:
    """One invite for each space."""
    with stage.teller.step("The operator invites both spaces") as step:
        commands = [
            partial(stage.network.hub.run, "spaces", "invite", site.key, "--name", site.name, "--as", samples.OPERATOR.email)
            for site in (stage.network.nyc, stage.network.london)
        ]
        stage.invites = dict(zip((NYC, LONDON), (text.strip() for text in together(*commands)), strict=True))
        good = all(text.startswith("twd1.") for text in stage.invites.values())
        stage.facts.hold("invites_printed", good and len(set(stage.invites.values())) == 2)
        step.result = "two one-use invites with the hub's address and key"


def join(stage: Stage) -> None:
    """Each with one command: keys, charter, profile, self-test."""
    network = stage.network
    with stage.teller.step("Each space joins with one command") as step:
        told = together(*(partial(join_with, stage, site, stage.invites[site.key]) for site in (network.nyc, network.london)))
        for slug, outcome in zip((NYC, LONDON), told, strict=True):
            failed = [one for one in outcome["steps"] if not one["passed"]]
            stage.facts.hold(f"joined_{_key(slug)}", outcome["joined"] and not failed, outcome)
            stage.facts.hold(f"probation_{_key(slug)}", outcome["state"] == "probation", outcome["state"])
        names = ", ".join(one["name"] for one in told[0]["steps"])
        seconds = " and ".join(f"{outcome['took_seconds']:.1f} s" for outcome in told)
        step.result = f"{names}: all passed ({seconds}); on probation with low limits"


def join_with(stage: Stage, site: Site, invite_text: str) -> Any:
    """Run the joining command; what it says to programs, also when it fails."""
    outcome = site.attempt("join", invite_text, *join_options(stage, site.key))
    return json.loads(outcome.out.strip() or "null") or {"joined": False, "problem": outcome.err, "steps": []}


def join_options(stage: Stage, slug: str) -> tuple[str, ...]:
    """The options of a space's joining command."""
    manager = samples.NYC_MANAGER if slug == NYC else samples.LONDON_MANAGER
    profile = str(stage.network.files / f"{slug}.json")
    charter = ("--accept-charter", "--contact", manager.email, "--accepted-by", manager.name)
    return ("--profile", profile, *charter, "--json")


def admit(stage: Stage) -> None:
    """Two pairs of eyes, the second on the hub's pages; meanwhile the nodes start to serve."""
    network, hub = stage.network, stage.network.hub
    first, second = samples.OPERATOR, stage.browsers[samples.SECOND_OPERATOR]
    with stage.teller.step("Both operators admit both spaces, whose nodes start to serve") as step:
        for site in (network.nyc, network.london):
            site.start()
        admissions = [partial(hub.run, "spaces", "admit", slug, "--as", first.email) for slug in (NYC, LONDON)]
        together(*admissions, partial(_ready, network.nyc), partial(_ready, network.london))
        seen = second.get("/spaces").text
        stage.facts.hold("one_operator_is_not_enough", seen.count("On probation") == 2, seen)
        for slug in (NYC, LONDON):
            page = second.get(f"/spaces/{slug}")
            second.submit(page.form(f"/spaces/{slug}/admit"))
        seen = second.get("/spaces").text
        stage.facts.hold("both_spaces_active", seen.count("Active") == 2 and "On probation" not in seen, seen)
        step.result = f"active; WeCreate NYC at {network.nyc.url}, TheCube London at {network.london.url}"


def twin(stage: Stage) -> None:
    """Desks offered, terms proposed by New York and agreed by London."""
    nyc, london = stage.network.nyc, stage.network.london
    with stage.teller.step("Desks are offered; New York proposes terms and London agrees") as step:
        together(*(partial(site.run, "desks", "offer", "--seats", str(SEATS)) for site in (nyc, london)))
        prices = ("--our-price", DAY_PRICE, "--their-price", DAY_PRICE, "--days-a-month", "10")
        proposed = as_json(nyc, "twinnings", "propose", "--with", LONDON, *prices)
        stage.facts.hold("terms_proposed", proposed["state"] == "proposed", proposed)
        agreed = as_json(london, "twinnings", "agree", "--with", NYC)
        stage.facts.hold("terms_agreed", agreed["state"] == "active", agreed)
        step.result = f"twinned, version {agreed['version']}: a guest's day costs {DAY_PRICE} credits, {SEATS} desks a day"


def bring_members(stage: Stage) -> None:
    """Both files as they come out of what the spaces use today, and again, which changes nothing."""
    nyc, london, files = stage.network.nyc, stage.network.london, stage.network.files
    with stage.teller.step("Members are imported from CSV: 200 with commas, 20,000 with semicolons and Windows letters") as step:
        imports = [(nyc, "nyc.csv", samples.NYC_COUNT), (london, "london.csv", samples.LONDON_COUNT)]
        told = together(*(partial(as_json, site, "members", "import", str(files / name)) for site, name, _ in imports))
        for (site, _, count), outcome in zip(imports, told, strict=True):
            stage.facts.hold(f"members_imported_{_key(site.key)}", outcome["new"] == count, outcome)
        step.result = " and ".join(f"{outcome['new']:,} new" for outcome in told)


def open_accounts(stage: Stage) -> None:
    """Managers, front desk and one member by command; the manager makes the others' links on her pages."""
    nyc, london, manager = stage.network.nyc, stage.network.london, samples.NYC_MANAGER
    with stage.teller.step("Managers, front desk and members get one-use links and choose passwords") as step:
        wanted: list[tuple[Person, Site, tuple[str, ...]]] = [
            (manager, nyc, ("accounts", "add", "--role", "manager")),
            (samples.LONDON_MANAGER, london, ("accounts", "add", "--role", "manager")),
            (samples.LONDON_DESK, london, ("accounts", "add", "--role", "desk")),
        ]
        commands = [partial(site.run, *words, "--email", who.email, "--name", who.name) for who, site, words in wanted]
        *links, mayas = together(*commands, partial(nyc.run, "members", "link", samples.MAYA.email))
        entering = [partial(stage.enter, who, site, link) for (who, site, _), link in zip(wanted, links, strict=True)]
        together(*entering, partial(stage.enter, samples.MAYA, nyc, mayas))
        others = [(who, link_from_page(stage, who)) for who in samples.CAST if who is not samples.MAYA]
        together(*(partial(stage.enter, who, nyc, link) for who, link in others))
        for who, browser in stage.browsers.items():
            page = browser.get("/")
            stage.facts.hold(f"signs_in_{who.key}", page.status == 200 and "Sign out" in page.text, page.text)
        step.result = f"{len(wanted) + len(samples.CAST)} people are signed in"


def link_from_page(stage: Stage, who: Person) -> str:
    """Let New York's manager find a member, and make the link."""
    manager = stage.browsers[samples.NYC_MANAGER]
    found = manager.get(f"/members?q={who.email}")
    path = next((link for link in found.links if MEMBER_PATH.fullmatch(link)), None)
    if path is None:
        raise PageMissing(f"{found.url} does not show {who.email}: {found.text[:300]}")
    shown = WELCOME.search(manager.submit(manager.get(path).form(f"{path}/link")).html)
    if shown is None:
        raise PageMissing(f"{path} shows no link for {who.email}")
    return shown.group()


def grant(stage: Stage) -> None:
    """Ten credits for every New Yorker."""
    nyc, maya = stage.network.nyc, stage.browsers[samples.MAYA]
    with stage.teller.step(f"New York gives every member {GRANT} credits") as step:
        granted = as_json(nyc, "credits", "grant", "--all", "--credits", GRANT)["granted"]
        stage.facts.hold("credits_granted", granted == samples.NYC_COUNT, granted)
        took = stage.until("grants_answered", lambda: contact(nyc)["waiting_count"] == 0)
        took += stage.until("wallet_filled", lambda: f"{GRANT} credits" in maya.get("/").text, lambda: maya.get("/").text)
        step.result = f"{granted} lots at the hub; on the members' pages {took:.1f} s later"


def _ready(site: Site) -> str:
    site.wait_ready()
    return site.url


def _key(slug: str) -> str:
    return "nyc" if slug == NYC else "london"
