"""A hub that was restored from a backup: it is told again, with its own seals, what it has answered since, and does it again."""
