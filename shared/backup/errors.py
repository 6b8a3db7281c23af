"""Why a backup was not made or not put back."""


class BackupFault(Exception):
    """Nothing was changed. The message says why, and what to do."""
