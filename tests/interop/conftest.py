"""Readers of calendar files that are not ours, each in a fresh process: they keep what they learn about zones."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.npm import ICAL_JS, node_and_npm

READERS = Path(__file__).parent / "readers"
COMMANDS = {
    "icalendar": lambda: [sys.executable, READERS / "with_icalendar.py"],
    "vobject": lambda: [sys.executable, READERS / "with_vobject.py"],
    "ical.js": lambda: [node_and_npm()[0], READERS / "with_ical_js.mjs", ICAL_JS / "dist" / "ical.js"],
}


@pytest.fixture(params=list(COMMANDS))
def read(request, tmp_path):
    """What one reader sees in some files, by the uid of each entry."""

    def reading(*files):
        paths = [tmp_path / f"{number}.ics" for number in range(len(files))]
        for path, raw in zip(paths, files, strict=True):
            path.write_bytes(raw)
        done = subprocess.run([*COMMANDS[request.param](), *paths], capture_output=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        return json.loads(done.stdout)

    reading.name = request.param
    return reading
