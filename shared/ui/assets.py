"""Style sheets, scripts and pictures under `/ui/`, addressed by content hash so that browsers may keep them for a year."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, request, url_for

STATIC_FOLDER = Path(__file__).with_name("static")
YEAR_SECONDS = 365 * 24 * 3600


class UiBlueprint(Blueprint):
    """The look's own blueprint: an address with the right hash is immutable, any other is asked for again."""

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """Say how long a browser may keep the file, in seconds."""
        if filename and request.args.get("v") == content_hash(filename):
            return YEAR_SECONDS
        return 0


def content_hash(filename: str) -> str:
    """Give the first twelve digits of the file's SHA-256, or nothing for a file that is not there."""
    path = STATIC_FOLDER / filename
    if not path.is_file():
        return ""
    return _hash_of(filename, path.stat().st_mtime_ns)


def asset_url(filename: str) -> str:
    """Give the address of one of our files.

    Raises FileNotFoundError: a misspelt name is found by the first test that renders the page.
    """
    version = content_hash(filename)
    if not version:
        raise FileNotFoundError(f"shared/ui/static has no {filename}")
    return url_for("ui.static", filename=filename, v=version)


@lru_cache(maxsize=64)
def _hash_of(filename: str, _changed_ns: int) -> str:
    return sha256((STATIC_FOLDER / filename).read_bytes()).hexdigest()[:12]
