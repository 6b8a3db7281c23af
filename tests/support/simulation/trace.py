"""What happened, line by line, and the hash by which two stories are told apart."""

import hashlib


class Trace:
    """The lines of one story."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def note(self, *words: object) -> None:
        """One more line."""
        self.lines.append(" ".join(map(str, words)))

    @property
    def sha256(self) -> str:
        """The same for the same story."""
        return hashlib.sha256("\n".join(self.lines).encode()).hexdigest()
