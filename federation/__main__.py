"""`federation`: the hub's command line."""

from federation.cli import main

if __name__ == "__main__":
    main()
