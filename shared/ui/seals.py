"""A space's seal: its initials on one of eight quiet colours, always the same for the same space."""

from zlib import crc32

COLOURS = 8
_SMALL_WORDS = frozenset({"the", "of", "and", "di", "del", "della", "e", "il", "la", "lo", "cowo", "coworking", "space"})


def seal_colour(slug: str) -> int:
    """Give the number of the colour class for a space (0 to 7)."""
    return crc32(slug.encode()) % COLOURS


def initials(name: str) -> str:
    """Give one or two letters that stand for a name, leaving out the words that every space has."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    telling = [word for word in words if word.casefold() not in _SMALL_WORDS] or words
    if not telling:
        return "·"
    if len(telling) == 1:
        return telling[0][:2].capitalize()
    return (telling[0][0] + telling[1][0]).upper()
