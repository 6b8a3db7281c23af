"""The last scenes: both sides add up the same, nothing personal is at the hub, nothing is left running."""

import json
import os
import re
from functools import partial
from pathlib import Path

from demo import ports, samples
from demo.network import Network, together
from demo.samples import LONDON, NYC, PASSWORD
from demo.stage import Stage, as_json

STAYS = 3
PAIR_OF_WORDS = re.compile(r"(?=(?<![\w'-])([\w'-]+(?: [JM]\.)? [\w'-]+))")
WORD = re.compile(r"[\w-]+")
# Shorter names come about by chance in what is random.
SURE_LENGTH = 4
ADDRESS = re.compile(r"[\w.'+-]+@[\w.-]+\.example")


def settle(stage: Stage) -> None:
    """Both sides' statements agree, the ledger is sound, the trial balance is zero."""
    network, facts = stage.network, stage.facts
    with stage.teller.step("Both sides add up what they owe each other; the hub checks its ledger") as step:
        nyc, london, balance, audit = together(
            partial(as_json, network.nyc, "statement", "--with", LONDON),
            partial(as_json, network.london, "statement", "--with", NYC),
            partial(as_json, network.hub, "balance"),
            partial(as_json, network.hub, "audit"),
        )
        facts.hold("nyc_agrees_with_its_own_records", nyc["agrees"], nyc)
        facts.hold("london_agrees_with_its_own_records", london["agrees"], london)
        facts.hold("both_statements_are_one", nyc["sha256"] == london["sha256"] and len(london["lines"]) == STAYS, london)
        opposite = nyc["balance_credits"] + london["balance_credits"] == 0
        facts.hold("balances_are_opposite", opposite and london["balance_credits"] == STAYS * 150, london)
        facts.hold("trial_balance_is_zero", balance["total"] == 0, balance)
        broken = [finding for finding in audit if finding["faults"]]
        facts.hold("audit_passes", bool(audit) and not broken, broken or f"{len(audit)} invariants")
        credits = london["balance_credits"] / 100
        step.result = (
            f"{STAYS} stays, New York owes London {credits} credits; {len(audit)} invariants hold; the trial balance is zero"
        )


def no_personal_data_at_the_hub(stage: Stage) -> None:
    """No name and no address of any member in the hub's files or log."""
    with stage.teller.step("The hub's database and log are searched for all 20,201 members") as step:
        found, size = _personal_data(stage.network)
        stage.facts.hold("no_personal_data_at_the_hub", not found, sorted(found)[:5])
        step.result = f"no name and no address in {size / 1e6:.1f} MB"


def no_errors_in_the_logs(stage: Stage) -> None:
    """What the services wrote has no line of an error."""
    wrong = [line for site in stage.network.sites for line in site.log.read_text("utf-8").splitlines() if _is_error(line)]
    stage.facts.hold("no_errors_in_the_logs", not wrong, wrong[:3])


def nothing_is_left(stage: Stage) -> None:
    """After the stop: no process, and the ports are free."""
    left = _processes_of(stage.network.folder)
    stage.facts.hold("no_process_is_left", not left, left)
    taken = [site.port for site in stage.network.sites if not ports.is_free(site.port)]
    stage.facts.hold("ports_are_free_again", not taken, taken)


def invite_to_look(stage: Stage) -> None:
    """What somebody can do now who sits before it."""
    network, say = stage.network, stage.teller.say
    say(f"\nIt is all there, until Ctrl-C. Everybody's password: {PASSWORD}\n")
    rows = (
        ("The hub's operator", network.hub.url, samples.OPERATOR),
        ("London's front desk", network.london.url, samples.LONDON_DESK),
        ("London's manager", network.london.url, samples.LONDON_MANAGER),
        ("New York's manager", network.nyc.url, samples.NYC_MANAGER),
        ("A member of New York", network.nyc.url, samples.DAN),
    )
    for role, url, who in rows:
        say(f"  {role:22} {url}/sign-in  {who.email}")
    say(
        '\nTo try: sign in as Dan, find a desk in London and book it; unfold "The code as text" on the page of the trip, and\n'
        "copy the code. Sign in as London's front desk, scan a passport, paste the code, check him in; his page knows it at\n"
        "once. Then look at the trial balance as the hub's operator. One browser can be signed in at all three sites."
    )


def _is_error(line: str) -> bool:
    try:
        return str(json.loads(line).get("level", "")).lower() in ("error", "critical")
    except (ValueError, AttributeError):
        return "Traceback" in line or "Error" in line


def _personal_data(network: Network) -> tuple[set[str], int]:
    everybody = [*samples.CAST, samples.FARID, *samples.people(samples.LONDON_COUNT + samples.NYC_COUNT)]
    names, addresses = {who.name for who in everybody}, {who.email for who in everybody}
    travellers = {who.first_name for who in samples.CAST if len(who.first_name) >= SURE_LENGTH}
    files = [network.hub.log, *(path for path in network.hub.folder.rglob("*") if path.is_file())]
    found: set[str] = set()
    for path in files:
        text = path.read_bytes().decode("utf-8", "ignore")
        found |= names.intersection(PAIR_OF_WORDS.findall(text)) | addresses.intersection(ADDRESS.findall(text))
        found |= travellers.intersection(WORD.findall(text))
    return found, sum(path.stat().st_size for path in files)


def _processes_of(folder: Path) -> list[int]:
    """Processes that were started for this folder: by their environment, where the system shows that."""
    wanted = f"DATA_DIR={folder}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            environment = entry.read_bytes()
        except OSError:
            continue
        if wanted in environment and int(entry.parent.name) != os.getpid():
            found.append(int(entry.parent.name))
    return found
