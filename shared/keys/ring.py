"""The key ring of one service: its private keys by use, their rotation, and the public view of them.

A successor is published ahead of its first use and the old key stays listed after its last, each use with times of its
own, so that partners with a list some days old always know the key they meet. Several processes may share the folder.
"""

import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from joserfc.jwk import ECKey

from shared.keys import jwk, key_file
from shared.keys.errors import KeyFileFault, KeyMissing
from shared.keys.key_file import KeyRecord
from shared.keys.published import USE, PublishedKey

_LOOKS = 200
_PAUSE_SECONDS = 0.005
Stamp = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True)
class Schedule:
    """How long before its first use a key is published, how long after its last it is listed, and then still kept."""

    published_ahead: timedelta
    listed_after: timedelta
    kept_after: timedelta = timedelta(0)


SCHEDULES = {
    "root": Schedule(timedelta(days=30), timedelta(days=31)),
    # Ahead: longer than the oldest key list that doors accept. After: longer than the longest passport.
    "passport": Schedule(timedelta(days=8), timedelta(days=31)),
    # Boxes are made up to a year ahead of a visit and opened until 30 days after it.
    "encryption": Schedule(timedelta(days=1), timedelta(days=31), timedelta(days=400)),
    # Signed terms and visits may be shown again until the last dispute about them is closed.
    "signing": Schedule(timedelta(days=1), timedelta(days=400)),
}
DEFAULT_SCHEDULE = Schedule(timedelta(days=1), timedelta(days=31))


class KeyRing:
    """The private keys in a folder, `<use>/<kid>.json`. Nothing of them is ever shown but the public part."""

    def __init__(self, folder: Path) -> None:
        """Open the folder, and make it where it is missing."""
        self._folder = folder
        self._guard = threading.Lock()
        self._seen: dict[str, tuple[Stamp, tuple[KeyRecord, ...]]] = {}
        key_file.make_folder(folder)

    def __repr__(self) -> str:
        return f"KeyRing({str(self._folder)!r})"

    def active(self, use: str, now: datetime) -> ECKey:
        """The private key of this use that is in use now. Raises KeyMissing."""
        active = [record for record in self._records(use) if record.is_active(now)]
        if not active:
            raise KeyMissing(use=use)
        return max(active, key=_by_start).key

    def private(self, use: str) -> dict[str, ECKey]:
        """All private keys of this use by kid, also former ones and revoked ones: to open what was sealed to them."""
        return {record.kid: record.key for record in self._records(use)}

    def public(self, use: str) -> tuple[PublishedKey, ...]:
        """The public side of all keys of this use, oldest first."""
        return tuple(_published(record) for record in sorted(self._records(use), key=_by_start))

    def ensure(self, use: str, now: datetime) -> ECKey:
        """The key in use now, made if there is none; two processes that start together get the same one."""
        with key_file.locked(self._folder):
            if not any(record.is_active(now) for record in self._records(use)):
                self._make(use, now)
        return self.active(use, now)

    def create(self, use: str, now: datetime) -> ECKey:
        """A new key that is in use at once; whichever was in use, or was to be, retires now."""
        with key_file.locked(self._folder):
            former = self._unretired(use, now)
            # First the new one: whoever looks meanwhile, or after a crash, must find a key.
            new = self._make(use, now)
            for record in former:
                key_file.write(self._folder, replace(record, retires_at=max(now, record.not_before)))
        return new.key

    def rotate(self, use: str, now: datetime) -> PublishedKey:
        """Publish a successor that takes over after this use's notice; the one already waiting, if there is one.

        Raises KeyMissing where there is nothing to succeed to.
        """
        with key_file.locked(self._folder):
            records = self._unretired(use, now)
            waiting = [record for record in records if record.not_before > now]
            if waiting:
                return _published(min(waiting, key=_by_start))
            if not records:
                raise KeyMissing(use=use)
            starts_at = now + schedule(use).published_ahead
            successor = self._make(use, starts_at)
            for record in records:
                key_file.write(self._folder, replace(record, retires_at=successor.not_before))
            return _published(successor)

    def revoke(self, use: str, kid: str, now: datetime) -> ECKey:
        """Withdraw a key for good, and return the one in use from now on, a new one if need be.

        Raises KeyMissing for an unknown kid.
        """
        with key_file.locked(self._folder):
            records = {record.kid: record for record in self._records(use)}
            lost = records.get(kid)
            if lost is None:
                raise KeyMissing(use=use)
            for record in records.values():
                # What was to retire in favour of the lost key stays.
                if record.retires_at == lost.not_before and lost.not_before > now:
                    key_file.write(self._folder, replace(record, retires_at=None))
            if not any(record.is_active(now) for record in self._records(use) if record.kid != kid):
                self._make(use, now)
            if lost.revoked_at is None:
                key_file.write(self._folder, replace(lost, revoked_at=now))
        return self.active(use, now)

    def prune(self, use: str, now: datetime) -> tuple[str, ...]:
        """Delete the private keys of this use that nobody can need again, and return their kids."""
        with key_file.locked(self._folder):
            ended = [record for record in self._records(use) if _ends_before(record, now)]
            for record in ended:
                key_file.remove(self._folder, record)
        return tuple(record.kid for record in ended)

    def _make(self, use: str, starts_at: datetime) -> KeyRecord:
        key = jwk.generate()
        record = KeyRecord(use, jwk.kid_of(key), key, starts_at.replace(microsecond=0))
        key_file.write(self._folder, record)
        return record

    def _unretired(self, use: str, now: datetime) -> list[KeyRecord]:
        records = (record for record in self._records(use) if record.revoked_at is None)
        return [record for record in records if record.retires_at is None or record.retires_at > now]

    def _records(self, use: str) -> tuple[KeyRecord, ...]:
        """What is on disk now; the files are read again only when one of them has changed."""
        if not USE.fullmatch(use):
            raise ValueError(f"{use!r} is not the name of a use.")
        folder = self._folder / use
        with self._guard:
            for _ in range(_LOOKS):
                # Another process may prune a file between the look at the folder and the look into the file.
                with suppress(FileNotFoundError):
                    stamp = _stamp(folder)
                    seen = self._seen.get(use)
                    if seen is not None and seen[0] == stamp:
                        return seen[1]
                    records = tuple(key_file.read(folder / name) for name, *_ in stamp)
                    # A file of before and one of after a change would together show a ring that never was.
                    if _stamp(folder) == stamp:
                        self._seen[use] = stamp, records
                        return records
                time.sleep(_PAUSE_SECONDS)
        raise KeyFileFault(f"The key files of {use} never stand still.")


def schedule(use: str) -> Schedule:
    """The times of a use."""
    return SCHEDULES.get(use, DEFAULT_SCHEDULE)


def _by_start(record: KeyRecord) -> tuple[datetime, str]:
    return record.not_before, record.kid


def _last_use(record: KeyRecord) -> datetime | None:
    return min((at for at in (record.retires_at, record.revoked_at) if at is not None), default=None)


def _published(record: KeyRecord) -> PublishedKey:
    last = _last_use(record)
    listed_until = None if last is None else last + schedule(record.use).listed_after
    return PublishedKey(record.use, record.kid, record.public, record.not_before, listed_until, record.revoked_at)


def _ends_before(record: KeyRecord, now: datetime) -> bool:
    last = _last_use(record)
    times = schedule(record.use)
    return last is not None and last + times.listed_after + times.kept_after < now


def _stamp(folder: Path) -> Stamp:
    # With every call of a space: `Path` takes three times as long.
    if not os.path.isdir(folder):
        return ()
    with os.scandir(folder) as entries:
        facts = [(entry.name, entry.stat(follow_symlinks=False)) for entry in entries if entry.name.endswith(".json")]
    return tuple((name, fact.st_ino, fact.st_mtime_ns, fact.st_size) for name, fact in sorted(facts))
