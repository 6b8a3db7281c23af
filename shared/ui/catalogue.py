"""The one catalogue of translations: extract, update, compile, check (`python -m shared.ui.catalogue check`).

Texts are marked in Python by `N_` and `gettext`, in templates by `_`. No template of messages is kept in the repository: it
is read from the sources whenever it is needed.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import write_po

from shared.ui.translations import TRANSLATIONS, compile_stale, language_of, read, sources

__all__ = ["check", "compile_stale", "extract", "main", "sources", "update"]

ROOT = Path(__file__).parents[2]
PACKAGES = ("shared", "federation", "space_node")
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
_TYPEWRITTEN = re.compile(r"\w'\w")


def extract(root: Path = ROOT) -> Catalog:
    """Read every marked text of hub, node and shared code; a text knows the files it is in, not the lines."""
    found = Catalog(project="twindesk", charset="utf-8")
    for path, message, comments, context in _marked(root):
        found.add(message, None, [(path, 0)], auto_comments=comments, context=context)
    return found


def update(folder: Path = TRANSLATIONS, root: Path = ROOT) -> None:
    """Bring every language's file up to date; nothing is guessed, and what is no longer used is dropped."""
    template = extract(root)
    for path in sources(folder):
        held = read(path)
        held.update(template, no_fuzzy_matching=True, update_creation_date=False)
        with path.open("wb") as file:
            write_po(file, held, sort_output=True, include_lineno=False, ignore_obsolete=True, width=120)


def check(folder: Path = TRANSLATIONS, root: Path = ROOT) -> list[str]:
    """List what is missing or wrong in the translations, one line each; an empty list is a complete translation."""
    template = extract(root)
    faults = [fault for path in sources(folder) for fault in _faults(language_of(path), read(path), template)]
    return [*_used_in_two_ways(root), *faults]


def main(arguments: list[str]) -> int:
    """Run one of the four commands, and give the exit status."""
    command = arguments[0] if len(arguments) == 1 else ""
    if command == "extract":
        sys.stdout.write("".join(f"{text}\n" for text in sorted(_name(one) for one in extract() if one.id)))
    elif command == "update":
        update()
    elif command == "compile":
        compile_stale()
    elif command == "check":
        faults = check()
        sys.stderr.write("".join(f"{fault}\n" for fault in faults))
        return 1 if faults else 0
    else:
        sys.stderr.write("usage: python -m shared.ui.catalogue extract|update|compile|check\n")
        return 2
    return 0


def _marked(root: Path) -> Iterator[tuple[str, str | tuple[str, ...], list[str], str | None]]:
    with (root / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    for package in PACKAGES:
        texts = extract_from_dir(root / package, methods, options, keywords=KEYWORDS, comment_tags=("Translators:",))
        yield from ((f"{package}/{name}", message, comments, context) for name, _line, message, comments, context in texts)


def _used_in_two_ways(root: Path) -> Iterator[str]:
    """A text is kept with its plural or without. Not every Python finds one that is asked for in the other way."""
    kinds: dict[tuple[str, str | None], set[type]] = {}
    for _path, message, _comments, context in _marked(root):
        kinds.setdefault((_forms(message)[0], context), set()).add(type(message))
    return (f"used with and without a plural: {text!r}" for (text, _context), used in kinds.items() if len(used) > 1)


def _faults(language: str, held: Catalog, template: Catalog) -> Iterator[str]:
    for wanted in template:
        if not wanted.id:
            continue
        message = held.get(wanted.id, wanted.context)
        if message is None or not all(_forms(message.string)):
            yield f"{language}: no translation of {_name(wanted)!r}"
        elif message.fuzzy:
            yield f"{language}: to be confirmed: {_name(wanted)!r}"
        elif _placeholders(message.id) != _placeholders(message.string):
            yield f"{language}: other placeholders in {_name(wanted)!r}"
        elif any(_TYPEWRITTEN.search(form) for form in (*_forms(message.id), *_forms(message.string))):
            yield f"{language}: an apostrophe is written ’ in {_name(wanted)!r}"


def _placeholders(text: str | list[str] | tuple[str, ...] | None) -> set[str]:
    return {found for form in _forms(text) for found in _PLACEHOLDER.findall(form)}


def _name(message: Message) -> str:
    return _forms(message.id)[0]


def _forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
