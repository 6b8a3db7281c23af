"""A whole network to look at: about a hundred spaces as Cowo in Italy has them, with a year behind them. `make demo SPACES=97`.

Every space is a node of its own that joined by its own command; everything in it was made by commands and HTTP, on the days on
which it is said to have happened (ADR 0035).
"""
