"""Who can sign in where: at the hub an operator, at each node that serves a manager, the desk, and a member who travels."""

import csv
from collections.abc import Callable
from dataclasses import dataclass

from demo import samples
from demo.browser import Browser
from demo.processes import Site
from demo.samples import PASSWORD
from demo.whole.network import WholeNetwork
from demo.whole.places import Place

Run = Callable[..., str]


@dataclass(frozen=True)
class Account:
    """Somebody with a password."""

    site: Site
    name: str
    role: str
    email: str


def operator(made: WholeNetwork) -> Account:
    """The first operator, who has a password since the first day."""
    return Account(made.hub, "The hub", "operator", samples.OPERATOR.email)


def links_for(made: WholeNetwork, place: Place, run: Run) -> dict[Account, str]:
    """One-use links for the people of a node, made by its commands; `run(site, words …)` runs one."""
    site, desk, traveller = made.nodes[place.slug], f"desk@{place.slug}.example", _traveller(made, place)
    manager = ("accounts", "add", "--role", "manager", "--email", place.manager, "--name", f"Manager of {place.name}")
    at_the_desk = ("accounts", "add", "--role", "desk", "--email", desk, "--name", "Front desk")
    return {
        Account(site, place.name, "manager", place.manager): run(site, *manager),
        Account(site, place.name, "desk", desk): run(site, *at_the_desk),
        Account(site, place.name, "member", traveller): run(site, "members", "link", traveller),
    }


def enter(links: dict[Account, str]) -> list[Account]:
    """Let everybody choose the password that all samples have; their node must serve."""
    for account, link in links.items():
        Browser(account.site.url).welcome(link.strip(), PASSWORD)
    return list(links)


def _traveller(made: WholeNetwork, place: Place) -> str:
    """The first on the list, who travels."""
    with (made.files / f"{place.slug}.csv").open(encoding="utf-8", newline="") as file:
        return str(next(csv.DictReader(file))["E-mail"])
