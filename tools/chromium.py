"""The Chromium that the browser tests drive: the machine's own, else one from the npm lock file, in the checkout.

Playwright would download a browser from its own host, which closed networks refuse; a browser inside a registry package
arrives wherever the libraries do. `TWINDESK_CHROMIUM` names another one, or says `bundled` for the checkout's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tools.npm import ROOT, fetch, node_and_npm

BUNDLED = ROOT / ".tools" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MISSING = "no Chromium on this machine: make chromium"


class ChromiumMissing(LookupError):
    """No browser is to be had; the message names the command that installs one."""


def chromium_path(env: Mapping[str, str] = os.environ) -> Path:
    """The browser to drive. Raises ChromiumMissing."""
    wanted = env.get("TWINDESK_CHROMIUM", "")
    if wanted and wanted != "bundled":
        if not os.access(wanted, os.X_OK):
            raise ChromiumMissing(f"TWINDESK_CHROMIUM names no program: {wanted}")
        return Path(wanted)
    if not wanted:
        for name in NAMES:
            if found := shutil.which(name):
                return Path(found)
    if not (BUNDLED / "chrome").exists():
        raise ChromiumMissing(MISSING)
    return BUNDLED / "chrome"


def environment(chromium: Path, env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment to start it in: the checkout's browser brings libraries and fonts to a machine that has none."""
    out = dict(env)
    if chromium.parent != BUNDLED:
        return out
    if not _libraries_complete(chromium):
        out["LD_LIBRARY_PATH"] = str(BUNDLED / "libraries" / "lib")
    if not Path("/etc/fonts/fonts.conf").exists():
        out["FONTCONFIG_FILE"] = str(BUNDLED / "fonts" / "fonts.conf")
    return out


def install() -> None:
    """Fetch the package of the lock file and unpack it into the checkout."""
    print("Chromium, into the checkout", flush=True)
    fetch()
    subprocess.run([node_and_npm()[0], ROOT / "tools" / "unpack-chromium.cjs", BUNDLED], cwd=ROOT, check=True)
    shutil.rmtree(ROOT / "node_modules")


def ensure() -> None:
    """Install one unless there is one already."""
    try:
        chromium_path()
    except ChromiumMissing:
        install()


def _libraries_complete(chromium: Path) -> bool:
    ldd = shutil.which("ldd")
    if ldd is None:
        return False
    return "not found" not in subprocess.run([ldd, chromium], capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    {"install": install, "ensure": ensure}[sys.argv[1]]()
