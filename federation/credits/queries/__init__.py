"""Reads of the ledger: what it holds, and whether that is right."""

from federation.credits.queries.audit import *  # noqa: F403 - two modules for their size, one room
from federation.credits.queries.reads import *  # noqa: F403
