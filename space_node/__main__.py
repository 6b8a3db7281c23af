"""`space-node`: the command line of a space's node."""

from space_node.cli import main

if __name__ == "__main__":
    main()
