"""Wall time and zone as an instant: a time that the clocks jump over does not exist, one that comes twice needs its fold.

`zoneinfo` takes both silently. What is found here is refused, or asked about, wherever a wall time enters.
"""

from datetime import UTC, datetime

from shared.clock import zone_info
from shared.errors import FieldFault, Invalid
from shared.marking import N_, Phrase

PATTERN = "%Y-%m-%dT%H:%M"
FIELD = "/starts_local"


class WallTimeSkipped(Invalid):
    """A wall time that the zone's clocks jump over."""

    slug = "wall-time-skipped"
    title = N_("There is no such time")
    sentence = N_("The clocks in %(zone)s jump over %(wall)s. Choose %(earlier)s or %(later)s.")

    def __init__(self, *, wall: str, zone: str, earlier: str, later: str, pointer: str = FIELD) -> None:
        """Name the two nearest times that exist, and point at the field."""
        said = Phrase(self.sentence, wall=wall, zone=zone, earlier=earlier, later=later)
        fault = FieldFault(pointer=pointer, detail=said)
        super().__init__(errors=[fault], wall=wall, zone=zone, earlier=earlier, later=later)


def readings(wall: str, zone: str) -> tuple[datetime, ...]:
    """The instants at which the zone's clocks show this: none in a gap, two where they go back, else one.

    Raises UnknownZone; ValueError for what is no wall time like 2026-03-29T02:30.
    """
    local, info = _read(wall), zone_info(zone)
    found = {local.replace(tzinfo=info, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(at for at in found if at.astimezone(info).replace(tzinfo=None) == local))


def instant_of(wall: str, zone: str, fold: int = 0, *, pointer: str = FIELD) -> datetime:
    """The one instant that is meant. Raises WallTimeSkipped with the two nearest times that exist, and UnknownZone."""
    found = readings(wall, zone)
    if not found:
        earlier, later = neighbours(wall, zone)
        raise WallTimeSkipped(wall=_shown(wall), zone=zone, earlier=_shown(earlier), later=_shown(later), pointer=pointer)
    return found[min(fold, len(found) - 1)]


def neighbours(wall: str, zone: str) -> tuple[str, str]:
    """What a skipped time is by the clocks before the jump, and by those after it."""
    local, info = _read(wall), zone_info(zone)
    both = (local.replace(tzinfo=info, fold=fold).astimezone(UTC) for fold in (1, 0))
    earlier, later = (at.astimezone(info).strftime(PATTERN) for at in both)
    return earlier, later


def wall_of(at: datetime, zone: str) -> tuple[str, int]:
    """What the zone's clocks show at an instant, and which of two equal times that is."""
    local = at.astimezone(zone_info(zone))
    return local.strftime(PATTERN), local.fold


def _read(wall: str) -> datetime:
    local = datetime.fromisoformat(wall)
    if local.strftime(PATTERN) != wall:
        raise ValueError(f"{wall} is no wall time to the minute.")
    return local


def _shown(wall: str) -> str:
    return wall.replace("T", " ")
