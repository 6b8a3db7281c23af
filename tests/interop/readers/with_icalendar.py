"""Reads calendar files with the library icalendar and prints what it sees, as JSON."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from icalendar import Calendar


def seen(at):
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(at, datetime) else at.isoformat()


out = {}
for path in sys.argv[1:]:
    calendar = Calendar.from_ical(Path(path).read_bytes())
    for event in calendar.walk("VEVENT"):
        out[str(event["uid"])] = {
            "start": seen(event.decoded("dtstart")),
            "end": seen(event.decoded("dtend")),
            "texts": [str(event.get(name, "")) for name in ("summary", "description", "location", "status", "url")],
            "categories": list(event["categories"].cats) if "categories" in event else [],
            "sequence": event["sequence"],
            "method": str(calendar.get("method", "")),
            "names": sorted(name.lower() for name in event),
        }
json.dump(out, sys.stdout)
