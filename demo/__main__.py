"""`python -m demo`: a network that one can look at; `python -m demo --check`: the same, asserted from the outside."""

import argparse
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

from requests import RequestException

from demo import closing, faults, story
from demo.browser import PageMissing
from demo.facts import Facts, Untrue
from demo.network import Network, Occupied, network
from demo.ports import NoFreePort
from demo.processes import ROOT, CommandFailed, NotReady
from demo.stage import Stage
from demo.teller import Teller
from demo.whole import places
from demo.whole.show import MADE
from demo.whole.show import show as whole
from demo.whole.story import WINDOWS
from demo.whole.year import SERVING, WINDOW

LIVE_PORT, CHECK_PORT = 8600, 8700
LOOK_SECONDS = 1.0
PROBLEMS = (Untrue, CommandFailed, NotReady, Occupied, NoFreePort, PageMissing, RequestException)


def main() -> int:
    """Play the story; the exit code tells whether all of it is true."""
    options = parse_options()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    facts = Facts()
    teller = Teller(facts)
    try:
        if options.spaces:
            return look(options, facts, teller)
        return check(options, facts, teller) if options.check else show(options, facts, teller)
    except KeyboardInterrupt:
        teller.say("\nStopped; nothing runs any more.")
        return 130 if options.check else 0
    except PROBLEMS as problem:
        teller.say(f"\nNot true: {problem}" if isinstance(problem, Untrue) else f"\nFailed: {problem}")
        return 1


def parse_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--check", action="store_true", help="assert every step, stop, and leave summary.json")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "demo", help="where everything is kept")
    parser.add_argument("--port", type=int, help="the first port to try")
    parser.add_argument(
        "--spaces", type=_some, help=f"a whole network of so many spaces, up to {places.MOST}, instead of the story"
    )
    parser.add_argument("--windows", type=int, default=WINDOWS, help=f"how many times {WINDOW} days of its past")
    return parser.parse_args()


def show(options: argparse.Namespace, facts: Facts, teller: Teller) -> int:
    """Play the story, then stay up until Ctrl-C."""
    with network(options.folder.absolute() / "live", options.port or LIVE_PORT) as made:
        stage = Stage(made, facts, teller)
        story.play(stage)
        closing.invite_to_look(stage)
        _watch(made)
    return 0


def look(options: argparse.Namespace, facts: Facts, teller: Teller) -> int:
    """Make a whole network, and stay up until Ctrl-C; with `--check`, stop when it is made and leave the summary."""
    folder = options.folder.absolute()
    problem: str | None = "it was interrupted"
    try:
        port = options.port or LIVE_PORT
        whole(folder / "whole", options.spaces, port, facts, teller, windows=options.windows, stays=not options.check)
        problem = None
    except KeyboardInterrupt:
        # The usual end of what stays up to be looked at.
        problem = None if MADE in facts.facts else problem
        raise
    except Exception as fault:
        problem = str(fault)
        raise
    finally:
        facts.write(folder / "whole.json", problem)
    teller.say(f"\n{len(facts.facts)} facts, all true, in {facts.seconds():.0f} s.")
    return 0


def _some(text: str) -> int:
    count = int(text)
    if not SERVING <= count <= places.MOST:
        raise argparse.ArgumentTypeError(f"from {SERVING} to {places.MOST}")
    return count


def check(options: argparse.Namespace, facts: Facts, teller: Teller) -> int:
    """Play the story and its faults, stop, look at what is left, and write the summary."""
    folder = options.folder.absolute()
    problem: str | None = "it was interrupted"
    try:
        with network(folder / "check", options.port or CHECK_PORT) as made:
            stage = Stage(made, facts, teller)
            story.play(stage)
            faults.play(stage)
        closing.nothing_is_left(stage)
        problem = None
    except Exception as fault:
        problem = str(fault)
        raise
    finally:
        facts.write(folder / "summary.json", problem)
    teller.say(f"\n{len(facts.facts)} facts, all true, in {facts.seconds():.0f} s. {folder / 'summary.json'}")
    return 0


def _watch(made: Network) -> None:
    """Stay until somebody ends this, or one of the services ends by itself. Raises NotReady."""
    while True:
        for site in made.sites:
            if site.process is None or site.process.poll() is not None:
                raise NotReady(f"{site.key} has ended:\n{site.log_tail()}")
        time.sleep(LOOK_SECONDS)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
