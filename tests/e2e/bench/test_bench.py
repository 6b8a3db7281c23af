"""The benchmarks run: a real hub answers real spaces, a node whose hub hangs or refuses shows a whole network's calendar."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SHORT = ("--engine", "sqlite", "--clients", "2", "--seconds", "1", "--weeks", "4")
MOST_SECONDS = 540


def test_events_are_measured_and_every_answer_is_right(tmp_path: Path) -> None:
    out = tmp_path / "events.json"
    command = [sys.executable, "-m", "bench", "events", *SHORT, "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=MOST_SECONDS, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(out.read_text("utf-8"))["engines"]["sqlite"]
    assert set(told["rsvps"]) == set(told["steadily"]) == {"one_session", "a_session_each", "a_growing_queue"}
    assert set(told["calendar"]["pages"]) == {"hub_hangs", "hub_refuses"}
    assert told["calendar"]["sessions_count"] == 97 * 4
    loads = [
        *told["empty"],
        *told["rsvps"].values(),
        *told["steadily"].values(),
        *(row for page in told["calendar"]["pages"].values() for row in page.values()),
    ]
    assert [load["wrong_count"] for load in loads] == [0] * len(loads)
    assert all(0 < load["of_empty"] < 1 for load in told["rsvps"].values())
    assert "a_growing_queue" in done.stdout
