"""A small whole network comes about, and every page of it is asked."""

import json
import subprocess
import sys
from pathlib import Path

from demo.whole.places import network_of

ROOT = Path(__file__).resolve().parents[3]
MOST_SECONDS = 540
FACTS = {
    "hub_founded",
    "invites_printed",
    "all_joined",
    "all_active",
    "a_past_was_lived",
    "audit_passes",
    "trial_balance_is_zero",
    "three_nodes_serve",
}


def test_every_page_of_a_whole_network_answers(tmp_path: Path) -> None:
    out = tmp_path / "pages.json"
    small = ("--spaces", "4", "--windows", "1", "--looks", "2", "--choices", "1", "--folder", str(tmp_path), "--out", str(out))
    command = [sys.executable, "-m", "bench", "pages", *small]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=MOST_SECONDS, check=False)
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-3000:]
    summary = json.loads((tmp_path / "whole.json").read_text("utf-8"))
    assert summary["passed"], summary["problem"]
    assert summary["facts"].keys() >= FACTS
    pages = json.loads(out.read_text("utf-8"))["pages"]
    asked = {(row["role"], row["page"]) for row in pages}
    assert asked >= {
        ("operator", "/spaces"),
        ("manager", "/partners"),
        ("desk", "/arrivals"),
        ("member", "/trips"),
        ("member", "/events"),
    }
    assert len({row["service"] for row in pages}) == 4
    assert "pages," in done.stdout
    # What sleeps has its folder and no process.
    sleeper = network_of(4)[-1].slug
    assert (tmp_path / "whole" / sleeper).is_dir()
    assert not (tmp_path / "whole" / f"{sleeper}.log").exists()
