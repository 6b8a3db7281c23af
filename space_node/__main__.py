"""`space-node`: the command line of a space's node."""

from shared.interrupts import ending_quietly


def main() -> None:
    """Run a command."""
    with ending_quietly():
        from space_node.cli import main as run

        run()


if __name__ == "__main__":
    main()
