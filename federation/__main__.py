"""`federation`: the hub's command line."""

from shared.interrupts import ending_quietly


def main() -> None:
    """Run a command."""
    with ending_quietly():
        from federation.cli import main as run

        run()


if __name__ == "__main__":
    main()
