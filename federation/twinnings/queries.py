"""Reads about agreements."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from federation.twinnings.errors import TwinningUnknown
from federation.twinnings.models import Twinning, TwinningVersion
from shared import paging
from shared.keys import jws
from shared.protocol.states import TwinningState
from shared.protocol.terms import TwinningTerms, read_terms
from shared.protocol.twinnings import Terms
from shared.schemas import load

TERMS_TYP = "twinning-terms+jwt"
ORDERS: dict[str, paging.Order] = {
    "spaces": (),
    "newest": (Twinning.activated_at.desc().nulls_last(),),
    "standing": (Twinning.state,),
}


@lru_cache(maxsize=4096)
def _read(proposal: str) -> TwinningTerms:
    """Terms never change once they are kept, and every stay asks for them."""
    return read_terms(load(Terms, jws.read_unverified(proposal, typ=TERMS_TYP)))


def pair_key(first: str, second: str) -> str:
    """The pair's name, the same whichever side asks."""
    return "|".join(sorted((first, second)))


def mine(session: Session, *, twinning_id: str, space: str, lock: bool = False) -> Twinning:
    """An agreement of this space. Raises TwinningUnknown, also for somebody else's."""
    found = session.get(Twinning, twinning_id, with_for_update=lock, populate_existing=lock)
    if found is None or space not in (found.first, found.second):
        raise TwinningUnknown
    return found


def active_between(session: Session, first: str, second: str) -> TwinningTerms | None:
    """The terms in force between two spaces, if they are twins."""
    found = session.scalar(select(Twinning).where(Twinning.active_pair == pair_key(first, second)))
    if found is None or found.state != TwinningState.ACTIVE or found.active_version is None:
        return None
    return terms_of(session, found.id, found.active_version)


def terms_of(session: Session, twinning_id: str, version: int) -> TwinningTerms:
    """The terms of a version that has been in force, which a booking keeps whatever comes later."""
    return _read(session.get_one(TwinningVersion, (twinning_id, version)).proposal)


def twins_of(session: Session, space: str) -> list[str]:
    """The slugs of a space's active twins."""
    return list(terms_with_twins(session, space))


def terms_with_twins(session: Session, space: str) -> dict[str, TwinningTerms]:
    """The terms in force with each of a space's active twins, by slug."""
    wanted = select(Twinning.first, Twinning.second, TwinningVersion.proposal).join(
        TwinningVersion,
        (TwinningVersion.twinning_id == Twinning.id) & (TwinningVersion.version == Twinning.active_version),
    )
    mine = or_(Twinning.first == space, Twinning.second == space)
    rows = session.execute(wanted.where(Twinning.state == TwinningState.ACTIVE, mine))
    found = {second if first == space else first: _read(proposal) for first, second, proposal in rows}
    return dict(sorted(found.items()))


def of_space(session: Session, space: str) -> list[Twinning]:
    """All agreements of a space, for its snapshot."""
    wanted = select(Twinning).where(or_(Twinning.first == space, Twinning.second == space))
    return list(session.scalars(wanted.order_by(Twinning.id)))


def page(session: Session, *, search: str = "", sort: str = "spaces", number: int = 1) -> paging.Page[Twinning]:
    """One page of all agreements for the operator; each word is in the short name of one of the two."""
    wanted = select(Twinning).where(*paging.having(search, Twinning.first, Twinning.second))
    return paging.page(session, wanted, *ORDERS[sort], Twinning.first, Twinning.second, Twinning.id, number=number)


def shown_terms(session: Session, rows: Iterable[Twinning]) -> dict[str, TwinningTerms]:
    """The terms to show of some agreements, by id: those in force, else the newest."""
    keys = [(row.id, row.active_version or row.latest_version) for row in rows]
    of = tuple_(TwinningVersion.twinning_id, TwinningVersion.version).in_(keys)
    found = session.execute(select(TwinningVersion.twinning_id, TwinningVersion.proposal).where(of))
    return {twinning_id: _read(proposal) for twinning_id, proposal in found}


def entry(session: Session, twinning: Twinning) -> dict[str, Any]:
    """The agreement as `twinning.updated` and every answer carry it."""
    latest = session.get(TwinningVersion, (twinning.id, twinning.latest_version))
    active = session.get(TwinningVersion, (twinning.id, twinning.active_version)) if twinning.active_version else None
    return {
        "twinning_id": twinning.id,
        "spaces": [twinning.first, twinning.second],
        "state": twinning.state,
        "rev": twinning.rev,
        "version": twinning.latest_version,
        "proposal": latest.proposal if latest else None,
        "active_version": twinning.active_version,
        "active_proposal": active.proposal if active else None,
        "active_consent": active.consent if active else None,
        "activated_at": twinning.activated_at,
    }


class Active(NamedTuple):
    """An active agreement in short."""

    twinning_id: str
    version: int
    first: str
    second: str


def active(session: Session) -> list[Active]:
    """All active agreements."""
    wanted = select(Twinning).where(Twinning.state == TwinningState.ACTIVE).order_by(Twinning.id)
    return [Active(row.id, row.active_version or 0, row.first, row.second) for row in session.scalars(wanted)]
