"""What a member asks of the hub: a place, giving it back, taking or leaving an offer, another way of taking part.

Nothing of it is true before the hub has answered: until then a place is "asked", and what was pressed is only noted.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from joserfc.jwk import ECKey
from sqlalchemy.orm import Session

from shared.constraints import added
from shared.keys import sealed
from shared.protocol.boxes import FeedbackNote, RsvpCard, UrgentContact
from shared.protocol.rsvps import CardChange, Feedback, RsvpAction, RsvpCancel, RsvpRequest
from shared.protocol.states import AttendeeList, RsvpOrigin, RsvpState, SeatKind
from shared.protocol.version import BASE_PATH
from shared.ui.locale import DEFAULT_LANGUAGE
from space_node.accounts import queries as accounts
from space_node.calendar import queries as calendar
from space_node.config import present_node
from space_node.members import queries as members
from space_node.rsvps import queries, rules
from space_node.rsvps.errors import FeedbackEmpty, HostKeysMissing, NothingToAnswer
from space_node.rsvps.models import Rsvp
from space_node.rsvps.rules import Pressed
from space_node.uplink import queries as uplink
from space_node.uplink import service as uplink_service


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One place, as it was shown. The id was minted with the form, so that it can be sent twice."""

    rsvp_id: str
    session_id: str
    kind: SeatKind
    party: int = 1
    accept_fewer: bool = False
    take_at_once: bool = False
    shares: bool = False
    may_write: bool = False
    price_credits: int = 0


def ask(session: Session, *, member_id: str, wanted: Wanted, now: dt.datetime) -> Rsvp:
    """Ask the hub for a place at a session. Again, with the same id or another, it is the one that is asked for already.

    Whether there is a seat is for the hub to say. Raises EventUnknown, HostKeysMissing, MemberUnknown; RsvpUnknown for the id of
    somebody else's.
    """
    if queries.by_id(session, wanted.rsvp_id) is not None:
        return queries.mine(session, rsvp_id=wanted.rsvp_id, member_id=member_id)
    member = members.require(session, member_id)
    opening = queries.opening(session, session_id=wanted.session_id, member=member, now=now)
    if opening.own is not None:
        return opening.own
    key = _host_key(session, opening.session.host, now)
    rsvp = _asked_for(wanted, member, opening, now)
    if not added(session, rsvp):
        # The other click of a double click was quicker.
        found = queries.active(session, session_id=wanted.session_id, member_id=member_id)
        return found or queries.mine(session, rsvp_id=wanted.rsvp_id, member_id=member_id)
    names = ("session_id", "kind", "origin", "party", "accept_fewer", "take_at_once", "price_credits")
    request = {name: getattr(rsvp, name) for name in names} | {
        "guest": member.guest,
        "zone": uplink.own_zone(session),
        "intent_at": now,
        "card": _card(session, rsvp, member, key),
    }
    _send(session, rsvp, kind="rsvp", method="PUT", path="", body=RsvpRequest().dump(request), now=now)
    return queries.mine(session, rsvp_id=rsvp.id, member_id=member_id)


def press(
    session: Session, pressed: Pressed, *, member_id: str, rsvp_id: str, kind: SeatKind | None = None, now: dt.datetime
) -> Rsvp:
    """Give a place back, take or leave an offer, or switch to the other kind; again, nothing more happens.

    Raises RsvpUnknown; NothingToAnswer where it stands otherwise.
    """
    rsvp = queries.mine(session, rsvp_id=rsvp_id, member_id=member_id, lock=True)
    place = queries.place(session, rsvp, now)
    if rsvp.pressed == pressed or rules.is_done(pressed, place, kind):
        return rsvp
    if pressed not in rules.open_to(place) or (pressed is Pressed.SWITCH and kind != rules.other_kind(place)):
        raise NothingToAnswer
    rsvp.pressed, rsvp.problem = pressed, None
    is_cancel = pressed is Pressed.CANCEL
    body = RsvpCancel().dump({"pressed_at": now, "note": ""}) if is_cancel else RsvpAction().dump({"kind": kind})
    command = "rsvp-cancel" if is_cancel else "rsvp-action"
    _send(session, rsvp, kind=command, method="POST", path=f"/{pressed.value}", body=body, now=now)
    return rsvp


def set_sharing(session: Session, *, member_id: str, rsvp_id: str, shares: bool, now: dt.datetime) -> Rsvp:
    """Let those who share see one's name, or no longer: another card goes to the host. Raises RsvpUnknown, NothingToAnswer."""
    rsvp = queries.mine(session, rsvp_id=rsvp_id, member_id=member_id, lock=True)
    if rsvp.shares == shares:
        return rsvp
    event = calendar.event(session, rsvp.event_id)
    # Who shares can always stop, also where the event is no longer shown here.
    attendee_list = event.attendee_list if event and shares else AttendeeList.RECIPROCAL
    if not rules.may_share(state=rsvp.state, attendee_list=attendee_list, ends_at=rsvp.ends_at, now=now):
        raise NothingToAnswer
    rsvp.shares = shares
    _change_card(session, rsvp, member_id, now)
    return rsvp


def set_writing(session: Session, *, member_id: str, rsvp_id: str, may_write: bool, now: dt.datetime) -> Rsvp:
    """Let the host write to one itself should this space be silent, or no longer. Raises RsvpUnknown, NothingToAnswer."""
    rsvp = queries.mine(session, rsvp_id=rsvp_id, member_id=member_id, lock=True)
    if rsvp.may_write == may_write:
        return rsvp
    at_home = rsvp.host == uplink.own_slug(session)
    if not rules.may_allow_writing(state=rsvp.state, at_home=at_home, ends_at=rsvp.ends_at, now=now):
        raise NothingToAnswer
    rsvp.may_write = may_write
    _change_card(session, rsvp, member_id, now)
    return rsvp


def tell(session: Session, *, member_id: str, rsvp_id: str, stars: int | None = None, text: str = "", now: dt.datetime) -> Rsvp:
    """Tell the host, and nobody else, how it was. Raises RsvpUnknown, NothingToAnswer, FeedbackEmpty, HostKeysMissing."""
    rsvp = queries.mine(session, rsvp_id=rsvp_id, member_id=member_id, lock=True)
    if not rules.may_tell(state=rsvp.state, ends_at=rsvp.ends_at, given=rsvp.feedback_at is not None, now=now):
        raise NothingToAnswer
    if stars is None and not text:
        raise FeedbackEmpty
    note = FeedbackNote().dump({"stars": stars, "text": text})
    box = sealed.seal(note, to_jwk=_host_key(session, rsvp.host, now), context=f"feedback/{rsvp.id}")
    rsvp.feedback_at = now
    _send(session, rsvp, kind="feedback", method="POST", path="/feedback", body=Feedback().dump({"box": box}), now=now)
    return rsvp


def _send(session: Session, rsvp: Rsvp, *, kind: str, method: str, path: str, body: Mapping[str, Any], now: dt.datetime) -> None:
    uplink_service.send(
        session,
        kind=kind,
        method=method,
        path=f"{BASE_PATH}/rsvps/{rsvp.id}{path}",
        body=body,
        subject=queries.subject(rsvp.id),
        now=now,
    )


def _asked_for(wanted: Wanted, member: members.Member, opening: queries.Opening, now: dt.datetime) -> Rsvp:
    found, event, about = opening.session, opening.event, asdict(wanted)
    return Rsvp(
        id=about.pop("rsvp_id"),
        event_id=event.id,
        member_id=member.id,
        held=queries.held_key(found.id, member.id),
        title=event.title,
        **{name: getattr(found, name) for name in ("host", *queries.FOLLOWED)},
        **about
        | {
            "shares": wanted.shares and event.attendee_list == AttendeeList.RECIPROCAL,
            "may_write": wanted.may_write and not opening.is_at_home,
        },
        origin=RsvpOrigin.HOME,
        state=RsvpState.ASKED,
        epoch=0,
        rev=0,
        asked_at=now,
        changed_at=now,
    )


def _host_key(session: Session, host: str, now: dt.datetime) -> ECKey:
    key = uplink.encryption_key(session, host, now)
    if key is None:
        raise HostKeysMissing(space=host)
    return key


def _change_card(session: Session, rsvp: Rsvp, member_id: str, now: dt.datetime) -> None:
    card = _card(session, rsvp, members.require(session, member_id), _host_key(session, rsvp.host, now))
    _send(session, rsvp, kind="rsvp-card", method="POST", path="/card", body=CardChange().dump({"card": card}), now=now)


def _card(session: Session, rsvp: Rsvp, member: members.Member, key: ECKey) -> str:
    urgent = _urgent_contact(session, rsvp, member, key) if rsvp.may_write else None
    about = {"name": member.display_name, "home": uplink.own_slug(session), "shares": rsvp.shares, "urgent": urgent}
    return sealed.seal(RsvpCard().dump(about), to_jwk=key, context=queries.subject(rsvp.id))


def _urgent_contact(session: Session, rsvp: Rsvp, member: members.Member, key: ECKey) -> str:
    """How the host reaches the member itself, in a box of its own: opening the card shows no address."""
    account = accounts.account_of_member(session, member.id)
    about = {
        "email": account.email if account else member.email,
        "language": account.language if account else DEFAULT_LANGUAGE,
        "organiser": present_node().settings.sender_address,
    }
    return sealed.seal(UrgentContact().dump(about), to_jwk=key, context=f"urgent/{rsvp.id}")
