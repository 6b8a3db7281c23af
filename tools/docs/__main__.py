"""`python -m tools.docs` writes the generated pages and takes away those whose subject has gone."""

from __future__ import annotations

from pathlib import Path

from tools.docs import ROOT, pages


def main() -> None:
    """Write them all, and say what changed."""
    wanted = pages.generate()
    for path in pages.stale(wanted):
        print(f"gone     {path}")
        (ROOT / path).unlink()
    for path, text in wanted.items():
        target: Path = ROOT / path
        if not target.exists() or target.read_text("utf-8") != text:
            print(f"written  {path}")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
