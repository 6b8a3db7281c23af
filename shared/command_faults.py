"""What a command says of what keeps it from its work: a refusal, its settings, its files, its database.

All else is a bug of ours, of which nothing is said here, so that it is shown whole.
"""

import sqlite3
from functools import singledispatch

from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from shared import serving_role
from shared.config import ConfigError
from shared.errors import Refusal
from shared.keys.errors import KeyFileFault
from shared.migrate import NoSuchRevision, SchemaMismatch
from shared.setting_values import system_says
from shared.storage_errors import DatabaseAway, is_damage, is_of_a_server, reason_of

# These say themselves what is wrong and what mends it.
_TELLING = (KeyFileFault, NoSuchRevision, SchemaMismatch, serving_role.RoleUnfit)


@singledispatch
def told(error: Exception, program: str) -> str | None:
    """What `program` says of this error, in a sentence where one will do; None of a bug."""
    del program
    return str(error) if isinstance(error, _TELLING) else None


@told.register
def _refusal(refusal: Refusal, _program: str) -> str:
    faults = (f"  {fault['pointer'] or '/'}: {fault['detail']}" for fault in refusal.errors)
    return "\n".join([f"{refusal.detail} [{refusal.slug}]", *faults])


@told.register
def _away(refusal: DatabaseAway, program: str) -> str:
    """Whoever runs a command can mend what the server complains of; a visitor of a page could only wait."""
    if refusal.__cause__ is None:
        return _refusal(refusal, program)
    said = f"DATABASE_URL: there is no connection to the database: {reason_of(refusal.__cause__)}"
    return said if is_of_a_server(refusal.__cause__) else f"{said}. Is its folder there, and may this user write in it?"


@told.register
def _settings(error: ConfigError, _program: str) -> str:
    return f"the settings cannot be used:\n{error}"


@told.register
def _system(error: OSError, _program: str) -> str:
    said = system_says(error)
    return said if error.filename is None else f"{error.filename} cannot be used: {said}"


@told.register(DBAPIError)
@told.register(sqlite3.DatabaseError)
def _database(error: DBAPIError | sqlite3.DatabaseError, program: str) -> str | None:
    if is_damage(error):
        said = f"DATABASE_URL: this is no database of SQLite, or a damaged one: {reason_of(error)}."
        return f"{said} Name another, or restore a backup."
    if isinstance(error, ProgrammingError) and serving_role.is_not_allowed(error):
        return f"{serving_role.NOT_LET_IN.format(program=program)} ({error.orig})"
    if isinstance(error, OperationalError):
        return f"the database cannot be used: {error.orig}. See `{program} db current`."
    return None
