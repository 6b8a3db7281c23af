"""What nodes ask and report about seats in sessions (DESIGN §6, §9)."""

from collections.abc import Callable
from typing import Any

from flask import Response, g

from federation.db import Answer, db, read_only, transactional
from federation.rsvps import queries
from federation.rsvps.errors import RsvpInvalid
from federation.rsvps.models import Rsvp
from federation.rsvps.service import changes, requests
from shared.access import audience
from shared.clock import current_clock
from shared.errors import FieldFault
from shared.idempotency import IdConflict
from shared.marking import N_
from shared.problems import ProblemBlueprint
from shared.protocol import rsvps as bodies
from shared.protocol.version import BASE_PATH
from shared.replay import idempotency_key, respond_once, told_outcome
from shared.schemas import WireSchema

rsvps = audience(ProblemBlueprint("rsvps", __name__, url_prefix=BASE_PATH), "space")
Step = Callable[..., Rsvp]
View = Callable[..., Response]
ENTRY = bodies.RsvpEntry()


def _step_of(path: str, schema: type[WireSchema]) -> Callable[[View], View]:
    """A route for one step of an RSVP: a command, which is answered with the RSVP."""
    answer = rsvps.alt_response(200, schema=bodies.RsvpEntry, success=True)
    route = rsvps.route(f"/rsvps/<id:rsvp_id>/{path}", methods=["POST"])
    return lambda view: route(transactional(rsvps.arguments(schema)(answer(view))))


@rsvps.route("/rsvps/<id:rsvp_id>", methods=["PUT"])
@rsvps.arguments(bodies.RsvpRequest)
@rsvps.alt_response(200, schema=bodies.RsvpEntry, success=True)
@transactional
def put_rsvp(body: dict[str, Any], rsvp_id: str) -> Response:
    """Ask for a seat; the same request again gets the same answer."""
    now = current_clock().now()

    def work() -> dict[str, Any]:
        about = {"rsvp_id": rsvp_id, "caller": g.caller, "asked": requests.Asked(**body), "told": told_outcome()}
        return dict(ENTRY.dump(requests.answer_request(db.session(), **about, now=now)))

    return respond_once(db.session, Answer, caller=g.caller, key=rsvp_id, now=now, work=work, conflict=IdConflict)


@rsvps.route("/rsvps/<id:rsvp_id>")
@read_only
@rsvps.response(200, bodies.RsvpEntry)
def get_rsvp(rsvp_id: str) -> dict[str, Any]:
    """One RSVP of the caller's, or to a session of the caller's."""
    found = queries.mine(db.session(), rsvp_id=rsvp_id, space=g.caller)
    return queries.entry(db.session(), found, g.caller)


@_step_of("cancel", bodies.RsvpCancel)
def cancel(_body: dict[str, Any], rsvp_id: str) -> Response:
    """Cancel, for home or host; from home also before the request has come, which is then refused."""
    now = current_clock().now()

    def work() -> dict[str, Any]:
        found = changes.cancel(db.session(), rsvp_id=rsvp_id, caller=g.caller, now=now)
        held = queries.entry(db.session(), found, g.caller) if found else queries.withdrawn_entry(rsvp_id, g.caller)
        return dict(ENTRY.dump(held))

    return respond_once(db.session, Answer, caller=g.caller, key=idempotency_key(), now=now, work=work)


@_step_of("switch", bodies.RsvpAction)
def switch(body: dict[str, Any], rsvp_id: str) -> Response:
    """Move to a seat of the other kind, for home."""
    if body["kind"] is None:
        raise RsvpInvalid(errors=[FieldFault(pointer="/kind", detail=N_("Say where to."))])
    return _step(changes.switch, rsvp_id, home=g.caller, kind=body["kind"])


@_step_of("<any(accept, decline):answer>", bodies.RsvpAction)
def answer_offer(_body: dict[str, Any], rsvp_id: str, answer: str) -> Response:
    """Take an offered seat or leave it to the next, for home."""
    return _step(changes.accept if answer == "accept" else changes.decline, rsvp_id, home=g.caller)


@_step_of("<any(approve, reject):verdict>", bodies.RsvpAction)
def decide(_body: dict[str, Any], rsvp_id: str, verdict: str) -> Response:
    """Let somebody in who has asked, or not, for the host."""
    return _step(changes.decide, rsvp_id, host=g.caller, let_in=verdict == "approve")


@_step_of("attendance", bodies.Attendance)
def attendance(body: dict[str, Any], rsvp_id: str) -> Response:
    """Report that somebody came, or was marked by mistake."""
    return _step(changes.mark, rsvp_id, host=g.caller, came=body["came"], at=body["at"])


@_step_of("card", bodies.CardChange)
def card(body: dict[str, Any], rsvp_id: str) -> Response:
    """Put another sealed card in place of the first."""
    return _step(changes.set_card, rsvp_id, home=g.caller, card=body["card"])


@_step_of("feedback", bodies.Feedback)
def feedback(body: dict[str, Any], rsvp_id: str) -> Response:
    """Hand the host what somebody says afterwards."""
    return _step(changes.give_feedback, rsvp_id, home=g.caller, box=body["box"])


def _step(step: Step, rsvp_id: str, **values: Any) -> Response:
    """One step of one RSVP, once."""
    session, now = db.session(), current_clock().now()

    def work() -> dict[str, Any]:
        return dict(ENTRY.dump(queries.entry(session, step(session, rsvp_id=rsvp_id, now=now, **values), g.caller)))

    return respond_once(db.session, Answer, caller=g.caller, key=idempotency_key(), now=now, work=work)
