"""What is remembered between runs: seeds that once found a fault of the product, and the first that finds each planted bug."""

from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "simulator"
SEEDS_FILE, PLANTED_FILE = FOLDER / "seeds.txt", FOLDER / "planted.txt"
SEEDS_MOST = 500


def seeds(file: Path = SEEDS_FILE) -> list[int]:
    """The seeds of a file: one a line, with what it found behind it."""
    return [int(line.split()[0]) for line in _lines(file)]


def remember(seed: int, what: str, file: Path = SEEDS_FILE) -> None:
    """Keep a seed for ever."""
    if seed not in seeds(file):
        with file.open("a", encoding="utf-8") as out:
            out.write(f"{seed}  {what[:100]}\n")


def planted(file: Path = PLANTED_FILE) -> dict[str, int]:
    """The first seed that finds each bug, by the bug's name."""
    return {name: int(seed) for name, seed in (line.split() for line in _lines(file))}


def remember_planted(name: str, seed: int | None, *, names: Sequence[str], file: Path = PLANTED_FILE) -> None:
    """Keep the first seed that finds a bug, or that none does, among those of the others, in the order of these names."""
    head = [line for line in file.read_text("utf-8").splitlines() if line.startswith("#")] if file.exists() else []
    known = planted(file) | {name: seed}
    found = {name: known[name] for name in names if known.get(name) is not None}
    file.write_text("\n".join([*head, *(f"{name} {seed}" for name, seed in found.items())]) + "\n", "utf-8")


def _lines(file: Path) -> list[str]:
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [line for line in lines if line.strip() and not line.startswith("#")]
