"""Writes about spaces: invite, application, self-test, profile, standing (DESIGN §6, §11)."""

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from federation.config import Charter, Limits
from federation.db import Base, publish
from federation.operators import queries as operators
from federation.operators.service import audit
from federation.spaces import queries, rules
from federation.spaces.errors import CharterChanged, InviteExpired, InviteUnknown, InviteUsed, SlugTaken, WrongStanding
from federation.spaces.models import Approval, Invite, Outage, Space
from shared.constraints import refused
from shared.errors import within
from shared.ids import new_id, secret_token, sha256_hex
from shared.protocol.states import SpaceState
from shared.revs import Arrival, arrival


@dataclass(frozen=True)
class Claim:
    """What a checked application says: the caller has verified the root key's signature over it."""

    invite_token: str
    space: str
    sha256: str
    root_thumbprint: str
    profile: dict[str, Any]
    contact_email: str
    charter_version: int
    charter_sha256: str
    accepted_by: str


def invite(session: Session, *, slug: str, name: str, actor: str, now: dt.datetime) -> str:
    """Reserve the slug and mint a one-use token for it; an invite not yet used is replaced.

    Raises SlugTaken when a space of this slug has already applied.
    """
    space = _reserve(session, slug=slug, name=name, now=now)
    if space.state != SpaceState.INVITED:
        raise SlugTaken(space=slug)
    space.name = name
    session.execute(delete(Invite).where(Invite.space == slug))
    token = secret_token(rules.INVITE_TOKEN_BYTES)
    ends = now + rules.INVITE_LIFE
    session.add(Invite(token_hash=sha256_hex(token.encode()), space=slug, expires_at=ends, created_by=actor))
    audit(session, actor=actor, action="space.invited", subject=slug, detail={"name": name}, now=now)
    return token


def apply(session: Session, *, claim: Claim, charter: Charter, probation: Limits, now: dt.datetime) -> tuple[Space, str]:
    """Take an application: the space and the application's id. The root key that used an invite gets the same answer again.

    Raises InviteUnknown, InviteUsed, InviteExpired or CharterChanged.
    """
    with within("invite"):
        space, held = _invited(session, claim)
        if held.application_id is not None:
            if space.root_thumbprint != claim.root_thumbprint:
                raise InviteUsed
            return space, held.application_id
        if now >= held.expires_at:
            raise InviteExpired(expired_on=held.expires_at.date().isoformat())
    if (claim.charter_version, claim.charter_sha256) != (charter.version, charter.sha256):
        raise CharterChanged(charter_version=charter.version)
    held.used_at, held.application_id = now, new_id(now)
    space.root_thumbprint, space.contact_email = claim.root_thumbprint, claim.contact_email
    space.charter_version, space.charter_accepted_by = claim.charter_version, claim.accepted_by
    _set_limits(space, probation)
    _store_profile(space, rev=1, sha256=claim.sha256, profile=claim.profile)
    audit(session, actor=space.slug, action="space.applied", subject=space.slug, detail={"charter": charter.version}, now=now)
    _stand(session, space, SpaceState.APPLIED, reason="", now=now)
    return space, held.application_id


def _invited(session: Session, claim: Claim) -> tuple[Space, Invite]:
    """The space, which nobody else changes from here on, and its invite as it is then: of two who bring it, one joins."""
    if queries.space(session, claim.space) is None:
        raise InviteUnknown
    space = queries.lock(session, claim.space)
    held = session.get(Invite, sha256_hex(claim.invite_token.encode()))
    if held is None or held.space != space.slug:
        raise InviteUnknown
    return space, held


def record_self_test(session: Session, *, slug: str, steps: list[dict[str, Any]], now: dt.datetime) -> Space:
    """Note the self-test; when every step has passed, the space goes on probation. A later repeat changes nothing."""
    space = queries.lock(session, slug)
    target = rules.leads_to("pass-self-test", space.state)
    if target is not None and all(step["passed"] for step in steps):
        names = [step["name"] for step in steps]
        audit(session, actor=slug, action="space.self-tested", subject=slug, detail={"steps": names}, now=now)
        _stand(session, space, target, reason="", now=now)
    return space


def set_profile(
    session: Session, *, slug: str, rev: int, profile: dict[str, Any], sha256: str, twins: list[str], now: dt.datetime
) -> int:
    """Store the space's own profile and tell its twins; returns the rev held. Raises RevConflict."""
    space = queries.lock(session, slug)
    if arrival(held_rev=space.profile_rev, held_sha256=space.profile_sha256, rev=rev, sha256=sha256) is Arrival.REPLACES:
        _store_profile(space, rev=rev, sha256=sha256, profile=profile)
        space.rev += 1
        session.flush()
        announce(session, space, now=now)
        publish_profile(session, space, to=twins, now=now)
    return space.profile_rev


def admit(session: Session, *, slug: str, actor: str, active: Limits, now: dt.datetime) -> rules.Eyes:
    """One operator's yes; the second one's activates the space, or a lone operator's own a day later.

    Raises SpaceUnknown, WrongStanding.
    """
    space = queries.lock(session, slug)
    target = _step(space, "admit")
    given = {row.operator: row.at for row in queries.approvals(session, slug)}
    eyes = rules.second_look(operator=actor, approvals=given, operators_count=operators.count(session), now=now)
    if actor not in given:
        session.add(Approval(id=new_id(now), space=slug, operator=actor, at=now))
        audit(session, actor=actor, action="space.approved", subject=slug, detail={}, now=now)
    if eyes is rules.Eyes.ACTIVATES:
        lone = operators.count(session) == 1
        _set_limits(space, active)
        audit(session, actor=actor, action="space.admitted", subject=slug, detail={"lone_operator": lone}, now=now)
        _stand(session, space, target, reason="", now=now)
        session.execute(delete(Approval).where(Approval.space == slug))
    return eyes


def suspend(session: Session, *, slug: str, reason: str, actor: str, now: dt.datetime) -> Space:
    """Take a space out of action, with the reason it will read. Raises SpaceUnknown, WrongStanding."""
    space = queries.lock(session, slug)
    target = _step(space, "suspend")
    space.suspended_from = space.state
    session.execute(delete(Approval).where(Approval.space == slug))
    audit(session, actor=actor, action="space.suspended", subject=slug, detail={"reason": reason}, now=now)
    _stand(session, space, target, reason=reason, now=now)
    return space


def reinstate(session: Session, *, slug: str, actor: str, now: dt.datetime) -> Space:
    """Put a suspended space back where it stood before. Raises SpaceUnknown, WrongStanding."""
    space = queries.lock(session, slug)
    if space.state != SpaceState.SUSPENDED or space.suspended_from is None:
        raise WrongStanding(space=slug, state=str(space.state), needed=SpaceState.SUSPENDED)
    audit(session, actor=actor, action="space.reinstated", subject=slug, detail={}, now=now)
    _stand(session, space, space.suspended_from, reason="", now=now)
    return space


def leave(session: Session, *, slug: str, now: dt.datetime) -> Space:
    """Let a space begin to leave; once begun, it goes on. Raises WrongStanding."""
    space = queries.lock(session, slug)
    if space.state != SpaceState.LEAVING:
        target = _step(space, "leave")
        audit(session, actor=slug, action="space.leaving", subject=slug, detail={}, now=now)
        _stand(session, space, target, reason="", now=now)
    return space


def complete_leaving(session: Session, *, slug: str, actor: str, detail: dict[str, Any], now: dt.datetime) -> Space:
    """The space has left. Raises SpaceUnknown, WrongStanding."""
    space = queries.lock(session, slug)
    target = _step(space, "complete-leaving")
    audit(session, actor=actor, action="space.left", subject=slug, detail=detail, now=now)
    _stand(session, space, target, reason="", now=now)
    return space


def seen(session: Session, *, slug: str, cursor_seq: int, outbox_oldest_at: dt.datetime | None, now: dt.datetime) -> None:
    """Note what a node acknowledged: how far it has read, since when its oldest command waits; and that it was out till now."""
    space = queries.lock(session, slug)
    if space.last_seen_at is not None and rules.was_away(space.last_seen_at, now):
        session.add(Outage(space=slug, since=space.last_seen_at, until=now))
    space.last_seen_at, space.cursor_seq, space.outbox_oldest_at = now, cursor_seq, outbox_oldest_at
    session.flush()


def forget_seen(session: Session) -> None:
    """Start anew with what nodes acknowledge."""
    session.execute(update(Space).values(last_seen_at=None, outbox_oldest_at=None))


def announce(session: Session, space: Space, *, now: dt.datetime, to: tuple[str, ...] = ("*",)) -> None:
    """Publish the directory's line of a space."""
    publish(session, to=to, type="space.updated", subject=f"space/{space.slug}", rev=space.rev, data=entry(space), now=now)


def publish_profile(session: Session, space: Space, *, to: list[str], now: dt.datetime) -> None:
    """Publish the whole profile to twins."""
    if space.profile is not None and to:
        data = {"space": space.slug, "profile": space.profile}
        subject, rev = f"profile/{space.slug}", space.profile_rev
        publish(session, to=to, type="profile.updated", subject=subject, rev=rev, data=data, now=now)


def entry(space: Space) -> dict[str, Any]:
    """The directory's line of a space, as `space.updated` carries it."""
    return {
        "space": space.slug,
        "name": space.name,
        "city": space.city,
        "country": space.country,
        "zone": space.zone,
        "state": str(space.state),
    }


def standing(space: Space) -> dict[str, Any]:
    """The space's own standing, as `standing.updated` carries it."""
    limits = {name: getattr(space, name) for name in Limits.__dataclass_fields__}
    return {"space": space.slug, "state": str(space.state), "limits": limits, "reason": space.state_reason}


def _reserve(session: Session, *, slug: str, name: str, now: dt.datetime) -> Space:
    """The space of this slug, made if there is none; of two operators at once, the later finds the earlier's."""
    if queries.space(session, slug) is None:
        with suppress(SlugTaken), refused(session, Base.metadata, {"pk_spaces": partial(SlugTaken, space=slug)}):
            session.add(Space(slug=slug, name=name, created_at=now, state_changed_at=now))
    return queries.lock(session, slug)


def _step(space: Space, step: str) -> SpaceState:
    target = rules.leads_to(step, space.state)
    if target is None:
        raise WrongStanding(space=space.slug, state=str(space.state), needed=rules.needed_for(step))
    return target


def _stand(session: Session, space: Space, state: SpaceState, *, reason: str, now: dt.datetime) -> None:
    space.state, space.state_reason, space.state_changed_at = state, reason, now
    space.rev += 1
    session.flush()
    subject, data = f"standing/{space.slug}", standing(space)
    publish(session, to=[space.slug], type="standing.updated", subject=subject, rev=space.rev, data=data, now=now)
    if state in queries.EVER_HERE:
        announce(session, space, now=now)


def _set_limits(space: Space, limits: Limits) -> None:
    space.issuer_limit_credits = limits.issuer_limit_credits
    space.pair_limit_credits = limits.pair_limit_credits
    space.open_bookings_max = limits.open_bookings_max


def _store_profile(space: Space, *, rev: int, sha256: str, profile: dict[str, Any]) -> None:
    space.profile, space.profile_rev, space.profile_sha256 = profile, rev, sha256
    space.name, space.city, space.country, space.zone = (profile[n] for n in ("name", "city", "country", "zone"))
