"""How a format is made and read: its lines as people write them, its licence and credit, its family. Pure (DESIGN §9)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.errors import FieldFault
from shared.marking import N_, Phrase
from shared.text import search_key
from space_node.formats.errors import FormatLinesInvalid

ASK_FIRST = "LicenseRef-ask-the-author"
LICENCES = ("CC-BY-SA-4.0", "CC-BY-4.0", "CC0-1.0", "CC-BY-NC-SA-4.0", ASK_FIRST)
LINES_MAX, LINE_MAX, MINUTES_MAX = 40, 200, 60 * 24
OFFSET_MAX = MINUTES_MAX * 14
TOPICS_MAX, TOPIC_MAX = 8, 40
DAYS_BEFORE = range(-60, 366)
_STEP = re.compile(r"(?:(\d{1,5})\s*\+\s*)?(\d{1,4})\s+(\S.*)")
_TASK = re.compile(r"(-?\d{1,3})\s+(\S.*)")
# What points at people and places of one day: addresses of the web and of post.
_LINK = re.compile(r"(?:https?://|www\.|mailto:)\S+|\S+@\S+\.\S+", re.I)


@dataclass(frozen=True)
class Kin:
    """One version in the family of a format, and how far it is from the first."""

    id: str
    version: int
    depth: int


def without_links(text: str) -> str:
    """The text without addresses: a format has no links and no people of one day."""
    lines = (" ".join(_LINK.sub("", line).split()) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def read_agenda(text: str) -> list[dict[str, Any]]:
    """Lines like "20 Welcome", each after the one before; "45+20 Side room" begins 45 minutes after the start.

    Raises FormatLinesInvalid.
    """
    found: list[dict[str, Any]] = []
    at = 0
    for line in _lines(text, "/agenda"):
        match = _STEP.fullmatch(line)
        if match is None or not 0 < int(match[2]) <= MINUTES_MAX:
            raise _fault("/agenda", N_("%(line)s: begin with the minutes that it takes, as in: 20 Welcome"), line)
        at = int(match[1]) if match[1] else at
        if at > OFFSET_MAX or len(match[3]) > LINE_MAX:
            raise _fault("/agenda", N_("%(line)s: this is too far from the start, or too long."), line)
        found.append({"offset_minutes": at, "minutes": int(match[2]), "text": match[3]})
        at += int(match[2])
    return found


def write_agenda(steps: Iterable[Mapping[str, Any]]) -> str:
    """The lines of an agenda, as they are read."""
    lines, at = [], 0
    for step in steps:
        start = "" if step["offset_minutes"] == at else f"{step['offset_minutes']}+"
        lines.append(f"{start}{step['minutes']} {step['text']}")
        at = step["offset_minutes"] + step["minutes"]
    return "\n".join(lines)


def read_roles(text: str) -> list[str]:
    """One role a line, each once. Raises FormatLinesInvalid."""
    found = list(dict.fromkeys(_lines(text, "/roles")))
    if len(found) > 12 or any(len(role) > 60 for role in found):
        raise _fault("/roles", N_("At most twelve roles, each of at most 60 characters."), "")
    return found


def read_checklist(text: str, roles: Sequence[str]) -> list[dict[str, Any]]:
    """Lines like "14 host: Ask three presenters": days before the event, the role where one has it, and what to do.

    Raises FormatLinesInvalid.
    """
    found = []
    for line in _lines(text, "/checklist"):
        match = _TASK.fullmatch(line)
        if match is None or int(match[1]) not in DAYS_BEFORE:
            raise _fault("/checklist", N_("%(line)s: begin with the days before the event, as in: 14 Book the room"), line)
        role, colon, rest = match[2].partition(":")
        known = bool(colon) and role.strip() in roles and bool(rest.strip())
        said = rest.strip() if known else match[2]
        if len(said) > LINE_MAX:
            raise _fault("/checklist", N_("%(line)s: this is too long."), line)
        found.append({"days_before": int(match[1]), "role": role.strip() if known else "", "text": said})
    return found


def write_checklist(tasks: Iterable[Mapping[str, Any]]) -> str:
    """The lines of a checklist, as they are read."""
    return "\n".join(f"{one['days_before']} {one['role'] + ': ' if one['role'] else ''}{one['text']}" for one in tasks)


def read_topics(text: str) -> list[str]:
    """Topics between commas, each once. Raises FormatLinesInvalid."""
    found = list(dict.fromkeys(" ".join(one.split()) for one in text.split(",") if one.strip()))
    if len(found) > TOPICS_MAX or any(len(topic) > TOPIC_MAX for topic in found):
        raise _fault("/topics", N_("At most eight topics, each of at most 40 characters."), "")
    return found


def topics_key(topics: Iterable[str]) -> str:
    """Topics as a search finds them: whole ones by their line, each line between two ends."""
    return "".join(f"\n{search_key(topic)}\n" for topic in topics)


def may_be_used(licence: str, *, own: bool) -> bool:
    """Whether the licence lets a space replay a format, or make its own from it, without asking."""
    return own or licence != ASK_FIRST


def credit(content: Mapping[str, Any], author: str = "") -> str:
    """Who is to be named wherever the format is used, the same words in every language: the space, and an author who agrees.

    With an author this is for pages alone, which look the name up. What is kept somewhere names the space.
    """
    named = f"{author}, {content['attribution']}" if author else content["attribution"]
    return f"“{content['title']}”: {named} ({content['licence']})"


def family(versions: Mapping[tuple[str, int], tuple[str, int] | None], of: tuple[str, int]) -> list[Kin]:
    """All that descends from the first ancestor of a version, depth first; what is not known here is left out.

    `versions` gives each version's parent: the one it was made from, else the version before it.
    """
    first, seen = of, {of}
    while (above := versions.get(first)) is not None and above in versions and above not in seen:
        first = above
        seen.add(first)
    below: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for one, parent in versions.items():
        if parent is not None:
            below.setdefault(parent, []).append(one)
    found, left, met = list[Kin](), [(first, 0)], set[tuple[str, int]]()
    while left:
        one, depth = left.pop()
        if one not in met:
            met.add(one)
            found.append(Kin(*one, depth))
            left += [(child, depth + 1) for child in sorted(below.get(one, []), reverse=True)]
    return found


def _lines(text: str, pointer: str) -> list[str]:
    found = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(found) > LINES_MAX:
        raise FormatLinesInvalid(errors=[FieldFault(pointer=pointer, detail=Phrase(N_("At most %(max)s lines."), max=LINES_MAX))])
    return found


def _fault(pointer: str, sentence: str, line: str) -> FormatLinesInvalid:
    return FormatLinesInvalid(errors=[FieldFault(pointer=pointer, detail=Phrase(sentence, line=line[:60]))])
