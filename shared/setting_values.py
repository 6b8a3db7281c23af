"""Values of settings: each function reads one kind from its text and says in a ValueError what it expected."""

import contextlib
import errno
import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

import sqlalchemy as sa

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})
_ENGINES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")
_PORT_MAX = 65_535
_OTHERS = 0o077
_REFUSED = frozenset({errno.EACCES, errno.EPERM})
_LET_IN = "run this as the user that owns it, or let this user in."
_UNREADABLE = "it cannot be read: in a user's name and a password, write %40 for @, %3A for :, %2F for / and %3F for ?."


def parse_flag(text: str) -> bool:
    """Yes or no. Raises ValueError."""
    if text.lower() not in _YES | _NO:
        raise ValueError("say 1 or 0.")
    return text.lower() in _YES


def parse_number(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers between two bounds, which raises ValueError."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError(f"a whole number from {least} to {most} is expected.")
        return int(text)

    return parse


def parse_word(*words: str) -> Callable[[str], str]:
    """A reader of one word of a few, in any case of letters, which raises ValueError."""

    def parse(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(f"one of {', '.join(words)} is expected.")
        return text.lower()

    return parse


def parse_list(text: str) -> tuple[str, ...]:
    """What stands between commas, without blanks."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def parse_address(text: str) -> str:
    """A host and port to listen on. Raises ValueError."""
    host, _, port = text.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) <= _PORT_MAX):
        raise ValueError("a host and a port are expected, like 127.0.0.1:8000.")
    if ":" in host and not (host.startswith("[") and host.endswith("]")):
        raise ValueError("an IPv6 address wants brackets, like [::1]:8000.")
    return text


def parse_database_url(text: str) -> str:
    """The address of a database, with the driver that we bring. Raises ValueError, without the address: it has a password."""
    if not text.startswith(_ENGINES):
        raise ValueError("an address that starts with sqlite:/// or postgresql:// is expected.")
    scheme, _, rest = text.partition("://")
    address = f"{'postgresql+psycopg' if scheme == 'postgresql' else scheme}://{rest}"
    if scheme == "sqlite":
        _check_sqlite(address)
    else:
        _check_postgresql(address)
    return address


def web_origin(text: str) -> str:
    """Scheme, host and port of a web address. Raises ValueError."""
    parts = urlsplit(text)
    path_is_bare = parts.path in {"", "/"} and not parts.query and not parts.fragment
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or not path_is_bare:
        raise ValueError("an address like https://node.example.org is expected, without a path.")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def is_loopback(host: str) -> bool:
    """Whether the name or address is this machine and nothing else."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def parse_folder(text: str) -> Path:
    """A folder that is there or can come to be. Raises ValueError if something else is in its place, or others keep it closed."""
    path = Path(text)
    with _told_of(path, "read"):
        nearest = next(place for place in (path, *path.absolute().parents) if place.exists())
    if not nearest.is_dir():
        raise ValueError(f"{nearest} is no folder: name another place.")
    needed = os.X_OK if nearest == path else os.W_OK | os.X_OK
    if not os.access(nearest, needed):
        raise ValueError(f"{nearest} is closed to this user: {_LET_IN}")
    return path


def parse_text_file(text: str) -> Path:
    """A file with a text in UTF-8. Raises ValueError if it cannot be read."""
    path = Path(text)
    with _told_of(path, "read"):
        path.read_text(encoding="utf-8")
    return path


def parse_authorities(text: str) -> Path:
    """A file with certificates. Raises ValueError if there are none in it, or if it cannot be read."""
    path = Path(text)
    with _told_of(path, "read"):
        path.read_bytes()
        try:
            ssl.create_default_context(cafile=path)
        except ssl.SSLError:
            raise ValueError(f"{path} holds no certificates in PEM: name a file that does.") from None
    return path


def make_folder(path: Path) -> None:
    """Make a folder for its owner only, where there is none. Raises ValueError if it cannot be made or written."""
    with _told_of(path, "made"):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not os.access(path, os.W_OK | os.X_OK):
        raise ValueError(f"{path} cannot be written: {_LET_IN}")


def private_text(path: Path, *, make: Callable[[], str], handed_in: Path | None = None) -> str:
    """The text of a file that only its owner may read, made at the first call. Raises ValueError if others may read it."""
    found = find_private(path, handed_in=handed_in)
    if found is not None:
        return found
    with _told_of(path, "made"), contextlib.suppress(FileExistsError):
        _write_once(path, make())
    return read_private(path)


def find_private(path: Path, *, handed_in: Path | None = None) -> str | None:
    """What `read_private` reads, or None where there is nothing yet. Raises ValueError as that does."""
    with _told_of(path, "read"):
        there = path.exists()
    return read_private(path, handed_in=handed_in) if there else None


def read_private(path: Path, *, handed_in: Path | None = None) -> str:
    """The text of a file that only its owner may read. Raises ValueError if others may, or if it cannot be read.

    What systemd hands a service in a folder is for that service alone, whatever the file's mode shows: that is of an access list
    (https://systemd.io/CREDENTIALS/).
    """
    with _told_of(path, "read"):
        if not path.is_file():
            raise ValueError(f"{path} is no file." if path.exists() else f"there is no file {path}.")
        if others_can_read(path) and not (handed_in and path.is_relative_to(handed_in)):
            raise ValueError(f"others can read {path}; run: chmod 600 {path}")
        text = path.read_text(encoding="ascii").strip()
    if not text:
        raise ValueError(f"{path} is empty.")
    return text


def others_can_read(path: Path) -> bool:
    """Whether more than its owner may read a file or look into a folder."""
    return bool(path.stat().st_mode & _OTHERS)


def system_says(error: OSError) -> str:
    """What the system says of a file or folder, and what mends it where this user may not have it."""
    said = error.strerror or str(error)
    return f"{said}: {_LET_IN}" if error.errno in _REFUSED else f"{said}."


@contextmanager
def _told_of(path: Path, done: str) -> Iterator[None]:
    """Raises ValueError in place of what the system says of a file or folder that cannot be read or made."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is no text in {error.encoding.upper()}: save it as one, or name another file.") from None
    except OSError as error:
        raise ValueError(f"{path} cannot be {done}: {system_says(error)}") from None


def _check_sqlite(address: str) -> None:
    url = sa.make_url(address)
    if url.database in (None, "", ":memory:") or url.query:
        raise ValueError("of SQLite the path of a file is expected, and nothing behind it.")


def _check_postgresql(address: str) -> None:
    try:
        url = sa.make_url(address)
    except (sa.exc.ArgumentError, ValueError):
        raise ValueError(_UNREADABLE) from None
    # After another @ a part of the password would be taken for a host, which is told in messages.
    if address.count("@") > 1:
        raise ValueError(_UNREADABLE)
    dialect = url.get_dialect()
    driver = dialect.import_dbapi()
    try:
        driver.conninfo.make_conninfo(**dialect().create_connect_args(url)[1])
    except (sa.exc.ArgumentError, driver.Error):
        raise ValueError("it has an option that PostgreSQL does not know.") from None


def _write_once(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Linked into place when it is whole, so that two processes that start together read the same key.
    with NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}.", encoding="ascii") as draft:
        draft.write(text + "\n")
        draft.flush()
        os.link(draft.name, path)
