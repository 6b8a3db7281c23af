"""What can be looked at when a whole network is made: three nodes serve, and any other one does when it is asked for."""

import time
from functools import partial
from pathlib import Path

from demo.facts import Facts
from demo.network import together
from demo.processes import NotReady, Site
from demo.samples import PASSWORD
from demo.teller import Teller
from demo.whole import story
from demo.whole.accounts import Account, enter, links_for, operator
from demo.whole.crew import crew
from demo.whole.network import WholeNetwork, whole_network
from demo.whole.year import SERVING

MADE = "three_nodes_serve"
"""The last fact: all is there to be looked at."""
ASKED, ANSWERED = ".asked", ".answered"
LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 90.0


def show(folder: Path, count: int, first_port: int, facts: Facts, teller: Teller, *, windows: int, stays: bool) -> None:
    """Make it, let three nodes serve, and stay until somebody ends this (or go, after a look at everything)."""
    with whole_network(folder, count, first_port) as made:
        story.play(made, facts, teller, windows)
        accounts = _serve(made, facts, teller)
        _invite_to_look(made, teller, accounts)
        while stays:
            _watch(made)


def ask_to_wake(folder: Path, slug: str) -> str:
    """Ask the demo that runs in a folder to let one more node serve; what it answers. Raises NotReady."""
    door = folder / "wake"
    if not door.is_dir():
        raise NotReady(f"No whole network runs in {folder}. Make one: make demo SPACES=97")
    answer = door / f"{slug}{ANSWERED}"
    answer.unlink(missing_ok=True)
    (door / f"{slug}{ASKED}").touch()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not answer.exists():
        if time.monotonic() > deadline:
            raise NotReady(f"The demo in {folder} does not answer. Does it still run?")
        time.sleep(LOOK_SECONDS)
    return answer.read_text("utf-8")


def _serve(made: WholeNetwork, facts: Facts, teller: Teller) -> list[Account]:
    with teller.step("Three nodes serve, and their people sign in") as step:
        places, sites = made.places[:SERVING], made.sites[:SERVING]
        with crew(made.keeper, sites) as hands:
            made_links = hands.each(sites, lambda site: links_for(made, places[sites.index(site)], hands.run))
        together(*(partial(story.wake, made, site.key) for site in sites))
        accounts = [operator(made), *(one for links in made_links.values() for one in enter(links))]
        made.written("accounts.json", [{"url": one.site.url, "role": one.role, "email": one.email} for one in accounts])
        facts.hold(MADE, len(made.awake) == SERVING + 1, [site.key for site in made.awake])
        (made.folder / "wake").mkdir()
        step.result = f"the other {len(made.places) - SERVING} sleep: no process"
    return accounts


def _invite_to_look(made: WholeNetwork, teller: Teller, accounts: list[Account]) -> None:
    teller.say(f"\nLook at it; everybody's password is “{PASSWORD}”.")
    for account in accounts:
        teller.say(f"  {account.site.url}  {account.role:<8}  {account.email:<44}  {account.name}")
    teller.say("\nOne more: make demo-wake SPACE=" + made.places[-1].slug + ". Ctrl-C ends all.")


def _watch(made: WholeNetwork) -> None:
    """Wake who is asked for, and see that nobody has ended by itself. Raises NotReady."""
    for asked in (made.folder / "wake").glob(f"*{ASKED}"):
        asked.unlink()
        asked.with_suffix(ANSWERED).write_text(_woken(made, asked.stem), "utf-8")
    for site in made.awake:
        if site.process is not None and site.process.poll() is not None:
            raise NotReady(f"{site.key} has ended:\n{site.log_tail()}")
    time.sleep(LOOK_SECONDS)


def _woken(made: WholeNetwork, slug: str) -> str:
    if slug not in made.nodes:
        return f"There is no space called {slug}. There are: {', '.join(sorted(made.nodes))}"
    if made.nodes[slug].process is not None:
        return f"{made.nodes[slug].name} serves already, at {made.nodes[slug].url}"
    (place,) = (place for place in made.places if place.slug == slug)
    links = links_for(made, place, Site.run)
    url = story.wake(made, slug)
    return f"{place.name} serves at {url}; sign in as {enter(links)[0].email} with “{PASSWORD}”"
