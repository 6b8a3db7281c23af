"""`python -m demo.wake SLUG`: one more node of the whole network that runs beside serves."""

import argparse
import sys
from pathlib import Path

from demo.processes import ROOT, NotReady
from demo.whole.show import ask_to_wake


def main() -> int:
    """Ask for it, and say where it is."""
    parser = argparse.ArgumentParser(prog="python -m demo.wake", description=__doc__)
    parser.add_argument("slug", help="the short name of the space")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "demo", help="where the demo keeps everything")
    options = parser.parse_args()
    try:
        print(ask_to_wake(options.folder.absolute() / "whole", options.slug))
    except NotReady as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
