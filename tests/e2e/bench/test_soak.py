"""A hub under load whose workers, server and PostgreSQL are killed: what was answered is there, once, and the audit is clean."""

import json
import subprocess
import sys
from pathlib import Path

from bench.killing import KINDS, plan

ROOT = Path(__file__).resolve().parents[3]
MINUTES, SEED = 0.25, 7
MOST_SECONDS = 540


def test_nothing_that_was_answered_is_lost_or_doubled(tmp_path: Path) -> None:
    assert {blow.kind for blow in plan(SEED, MINUTES * 60)} == set(KINDS)
    out = tmp_path / "soak.json"
    command = [sys.executable, "-m", "bench.soak", "--minutes", str(MINUTES), "--seed", str(SEED), "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=MOST_SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    told = json.loads(out.read_text("utf-8"))
    assert (told["faults"], told["wrong"]) == ([], 0)
    assert told["answered"] > 0
    assert told["places"].keys() == {"confirmed", "cancelled_by_member"}
    assert told["stays"].keys() == {"confirmed", "cancelled_by_guest"}
    assert told["attempts"] > told["answered"]
    assert sum(told["killed"].values()) >= len(KINDS) - 1
