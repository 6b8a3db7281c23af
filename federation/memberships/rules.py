"""When a code links: pure decisions."""

import datetime as dt

from federation.memberships import errors

CODE_LIVES = dt.timedelta(minutes=15)
# So long somebody who enters an old one is told that it is old.
CODE_KEPT = dt.timedelta(days=1)


def check_code(
    *,
    made_by: tuple[str, str],
    entered_by: tuple[str, str],
    expires_at: dt.datetime,
    used_at: dt.datetime | None,
    now: dt.datetime,
) -> None:
    """Whether a code may be used now; both sides are a home and its name for the person.

    Raises LinkCodeOwn, LinkCodeOfSameSpace, LinkCodeUsed, LinkCodeExpired.
    """
    if made_by == entered_by:
        raise errors.LinkCodeOwn
    if made_by[0] == entered_by[0]:
        raise errors.LinkCodeOfSameSpace
    if used_at is not None:
        raise errors.LinkCodeUsed
    if now >= expires_at:
        raise errors.LinkCodeExpired
