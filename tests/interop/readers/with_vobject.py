"""Reads calendar files with vobject, the parser of Radicale and of many others, and prints what it sees, as JSON."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import vobject


def seen(at):
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(at, datetime) else at.isoformat()


def text(event, name):
    line = getattr(event, name, None)
    return line.value if line is not None else ""


out = {}
for path in sys.argv[1:]:
    calendar = vobject.readOne(Path(path).read_bytes().decode())
    for event in calendar.contents.get("vevent", []):
        out[event.uid.value] = {
            "start": seen(event.dtstart.value),
            "end": seen(event.dtend.value),
            "texts": [text(event, name) for name in ("summary", "description", "location", "status", "url")],
            "categories": list(event.categories.value) if hasattr(event, "categories") else [],
            "sequence": int(event.sequence.value),
            "method": text(calendar, "method"),
            "names": sorted(event.contents),
        }
json.dump(out, sys.stdout)
