"""New twins are told what each of them, or who holds an event with it, opens to its twins."""

import datetime as dt

from sqlalchemy.orm import Session

from federation.events import queries
from federation.events.models import EventsTold
from federation.events.queries import Audience
from federation.events.service import changes, news
from federation.spaces import queries as spaces


def tell_twins(session: Session, *, twinning_id: str, version: int, pair: tuple[str, str], now: dt.datetime) -> None:
    """Tell both sides of an activated twinning the events that it opens to them, and note that this version has been told."""
    for space in sorted(pair):
        spaces.lock(session, space)
    told = session.get(EventsTold, twinning_id)
    if told is None:
        session.add(EventsTold(twinning_id=twinning_id, version=version))
    else:
        told.version = version
    for holder, twin in (pair, pair[::-1]):
        for event in queries.opened_to_twins(session, holder, now):
            only = Audience(frozenset({twin}))
            news.publish_event(session, event, to=only, now=now)
            news.tell_sessions(session, event, to=[twin], now=now)
            changes.renew_seats(session, event, now=now)
