"""What of a service is backed up, and what must be done when it is put back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.config import ServiceSettings
from shared.engines import database_file

Say = Callable[[str], object]
# Whoever was signed in signs in again, and a link that was used since stays used.
LEFT_OUT = frozenset({"browser_sessions", "welcome_links"})
DATABASE = "database"


@dataclass(frozen=True)
class Service:
    """A service as backups see it: `name` is whose data a database holds, empty where it holds nobody's."""

    package: str
    program: str
    settings: ServiceSettings
    engine: sa.Engine
    name: Callable[[Session], str]
    after_restore: Callable[[Session, datetime, datetime], object]

    def private_files(self) -> dict[str, Path]:
        """The private files, by the path that a backup gives them."""
        keys = self.settings.data_dir / "keys"
        found = {f"keys/{file.relative_to(keys)}": file for file in sorted(keys.glob("*/*.json"))}
        return found | {"secret_key": self.settings.secret_key_file}

    @property
    def database_file(self) -> Path | None:
        """The file of the database, where SQLite keeps it in one."""
        return database_file(self.engine.url)

    def places(self) -> dict[str, Path]:
        """Where what a backup puts back lies in files, by what it is."""
        database = {} if self.database_file is None else {DATABASE: self.database_file}
        return database | {"keys": self.settings.data_dir / "keys", "secret_key": self.settings.secret_key_file}
