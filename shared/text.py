"""Foreign text is only ever text: one form (NFC), nothing invisible, nothing that reorders or piles up on its neighbours.

Our own forms and schemas refuse such text and name the field (`clean_text`); what a partner's machine says in an error is
shown without it (`harmless`).
"""

import unicodedata

from shared.errors import FieldFault, Invalid
from shared.marking import N_, Phrase

__all__ = ["N_", "Phrase", "clean_text", "harmless", "search_key", "text_fault"]

MAX_COMBINING = 4
SEARCH_KEY_MAX = 600
_ZWJ = "\u200d"
_KEYCAP = "\u20e3"
_EMOJI_STYLE = "\ufe0f"
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
# Cc control; Cf bidi, zero width, tags; Cs lone surrogate; Co private; Zl and Zp line ends
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Letters, marks and symbols that draw nothing: fillers, joiners, the blank Braille cell.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc")


def clean_text(value: str, *, max_length: int, field: str, multiline: bool = False, min_length: int = 0) -> str:
    """Return the text in NFC, without white space around it, and with plain line ends.

    Raises Invalid, with a pointer to the field, for text that is too long or too short, or holds what a reader cannot see.
    """
    text = normal(value)
    fault = text_fault(text, max_length=max_length, min_length=min_length, multiline=multiline)
    if fault is not None:
        raise Invalid(errors=[FieldFault(pointer=f"/{field}", detail=fault)])
    return text


def normal(value: str) -> str:
    """One form for what looks alike: NFC, line ends as `\\n`, nothing blank around it."""
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()


def text_fault(text: str, *, max_length: int, min_length: int = 0, multiline: bool = False) -> Phrase | None:
    """What is wrong with a text in normal form, as a sentence, or None."""
    if len(text) > max_length:
        return Phrase(N_("At most %(max)s characters."), max=max_length)
    if len(text) < min_length:
        return Phrase(N_("This is needed.")) if not text else Phrase(N_("At least %(min)s characters."), min=min_length)
    if text.isascii() and text.isprintable():
        return None
    combining = 0
    for place, char in enumerate(text):
        if _is_hidden(text, place, multiline=multiline):
            return Phrase(N_("It contains a character that cannot be seen (%(code)s)."), code=f"U+{ord(char):04X}")
        combining = combining + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if combining > MAX_COMBINING:
            return Phrase(N_("Too many marks stand on one letter."))
    return None


def harmless(text: str, *, max_length: int) -> str:
    """A partner's text made fit to show: what a reader cannot see becomes a space, and the end is cut."""
    text = normal(text[: 4 * max_length])
    shown = "".join(" " if _is_hidden(text, place, multiline=False) else char for place, char in enumerate(text))
    return " ".join(shown.split())[:max_length]


def place_words(*parts: str) -> str:
    """Name, address and city of a place in one line; a city with which the address ends is not said twice."""
    said: list[str] = []
    for part in filter(None, parts):
        if not said or said[-1].rpartition(", ")[2].casefold() != part.casefold():
            said.append(part)
    return ", ".join(said)


def search_key(*texts: str) -> str:
    """Texts in the form in which they are searched: alike on both engines, whatever their capitals and accents."""
    text = " ".join(filter(None, texts))
    if text.isascii():
        return text.lower()[:SEARCH_KEY_MAX]
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))[:SEARCH_KEY_MAX]


def _is_hidden(text: str, place: int, *, multiline: bool) -> bool:
    char = text[place]
    if char == "\n":
        return not multiline
    if char == _ZWJ:
        return not _joins_emoji(text, place)
    if char == _EMOJI_STYLE:
        return not _styles_emoji(text, place)
    code = ord(char)
    selects_variant = 0xFE00 <= code <= 0xFE0F or 0xE0000 <= code <= 0xE0FFF
    no_character = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return selects_variant or no_character or char in _BLANK or unicodedata.category(char) in _HIDDEN_CATEGORIES


def _joins_emoji(text: str, place: int) -> bool:
    return _is_emoji(text[:place].rstrip(_EMOJI_STYLE + _SKIN_TONES)[-1:]) and _is_emoji(text[place + 1 : place + 2])


def _styles_emoji(text: str, place: int) -> bool:
    before, after = text[max(place - 1, 0) : place], text[place + 1 : place + 2]
    return _is_emoji(before) or (after == _KEYCAP and before in frozenset("0123456789#*"))


def _is_emoji(char: str) -> bool:
    # By range too: the newest emoji are not yet in Python's tables.
    return bool(char) and (unicodedata.category(char) in {"So", "Sm"} or 0x1F000 <= ord(char) <= 0x1FAFF)
