"""The time that a test takes, as the test tells it."""


class Stopwatch:
    """A clock that stands still until a test moves it."""

    seconds = 0.0

    def __call__(self) -> float:
        """What it shows."""
        return self.seconds
