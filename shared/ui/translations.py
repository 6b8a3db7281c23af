"""The translators' files, and their compiled form, which every app needs before it can speak another language."""

import logging
import os
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from shared.logging import log_event

TRANSLATIONS = Path(__file__).parents[1] / "translations"
_log = logging.getLogger(__name__)


def sources(folder: Path = TRANSLATIONS) -> list[Path]:
    """List the translators' files, one a language."""
    return sorted(folder.glob("*/LC_MESSAGES/messages.po"))


def language_of(path: Path) -> str:
    """Give the language of a translators' file."""
    return path.parts[-3]


def read(path: Path) -> Catalog:
    """Read a translators' file."""
    with path.open("rb") as file:
        return read_po(file, locale=language_of(path))


def compile_stale(folder: Path = TRANSLATIONS) -> int:
    """Compile the languages whose compiled file is missing or older than its source, and count them.

    Raises OSError when the folder cannot be written.
    """
    stale = [path for path in sources(folder) if _is_stale(path)]
    for path in stale:
        _compile(path)
    return len(stale)


def compile_if_possible(folder: Path = TRANSLATIONS) -> None:
    """Compile at the start of an app; installed read-only, it speaks with what was compiled when it was built."""
    try:
        compile_stale(folder)
    except OSError:
        log_event(_log, "translations.not_compiled", level=logging.WARNING)


def _is_stale(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not compiled.is_file() or compiled.stat().st_mtime_ns < path.stat().st_mtime_ns


def _compile(path: Path) -> None:
    # Several processes may start at once: each writes its own file, and the last one stays.
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        write_mo(file, read(path))
    Path(name).chmod(0o644)
    Path(name).replace(path.with_suffix(".mo"))
