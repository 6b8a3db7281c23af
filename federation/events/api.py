"""What nodes say and read about events (DESIGN §6)."""

from typing import Any

from flask import Response, g, request

from federation.db import Answer, db, read_only, transactional
from federation.events import queries, service
from shared.access import audience
from shared.clock import current_clock
from shared.ids import sha256_hex
from shared.problems import ProblemBlueprint
from shared.protocol import events as bodies
from shared.protocol.states import CohostState
from shared.protocol.version import BASE_PATH
from shared.replay import idempotency_key, respond_once, told_outcome

events = audience(ProblemBlueprint("events", __name__, url_prefix=BASE_PATH), "space")
ANSWERS = {"accept": CohostState.ACCEPTED, "decline": CohostState.DECLINED, "withdraw": CohostState.WITHDRAWN}


@events.route("/events/<id:event_id>", methods=["PUT"])
@transactional
@events.arguments(bodies.EventUpdate)
@events.response(200, bodies.EventEntry)
def put_event(body: dict[str, Any], event_id: str) -> dict[str, Any]:
    """Take what the lead says of its event."""
    session, now = db.session(), current_clock().now()
    rev, sha256 = body.pop("rev"), _sha256()
    event = service.set_event(session, event_id=event_id, caller=g.caller, rev=rev, said=body, sha256=sha256, now=now)
    return queries.answer_for(session, event, g.caller)


@events.route("/events/<id:event_id>")
@read_only
@events.response(200, bodies.EventEntry)
def get_event(event_id: str) -> dict[str, Any]:
    """One event that the caller may see."""
    session = db.session()
    return queries.entry_for(session, queries.shown(session, event_id=event_id, reader=g.caller), g.caller)


@events.route("/events/<id:event_id>/cohosts/<slug:space>", methods=["PUT"])
@transactional
@events.arguments(bodies.CohostInvitation)
@events.response(200, bodies.EventEntry)
def put_cohost(body: dict[str, Any], event_id: str, space: str) -> dict[str, Any]:
    """Invite a space to hold the event too, or take that back."""
    session, now = db.session(), current_clock().now()
    event = service.set_invitation(session, event_id=event_id, caller=g.caller, space=space, state=body["state"], now=now)
    return queries.answer_for(session, event, g.caller)


@events.route("/events/<id:event_id>/cohosts/<slug:space>/<any(accept, decline, withdraw):answer>", methods=["POST"])
@transactional
@events.arguments(bodies.CohostAnswer)
@events.alt_response(200, schema=bodies.EventEntry, success=True)
def answer_invitation(body: dict[str, Any], event_id: str, space: str, answer: str) -> Response:
    """Hold the event too, say no to that, or hold it no longer: the caller's own sessions of it are cancelled then."""
    session, now = db.session(), current_clock().now()
    about = {"event_id": event_id, "caller": g.caller, "space": space, "state": ANSWERS[answer], "note": body["note"]}

    def work() -> dict[str, Any]:
        event = service.answer_invitation(session, **about, now=now)
        return dict(bodies.EventEntry().dump(queries.answer_for(session, event, g.caller)))

    return respond_once(db.session, Answer, caller=g.caller, key=idempotency_key(), now=now, work=work)


@events.route("/events/<id:event_id>/sessions/<id:session_id>", methods=["PUT"])
@transactional
@events.arguments(bodies.SessionUpdate)
@events.response(200, bodies.SessionEntry)
def put_session(body: dict[str, Any], event_id: str, session_id: str) -> dict[str, Any]:
    """Take what a host says of its session."""
    session, rev, now = db.session(), body.pop("rev"), current_clock().now()
    about = {"event_id": event_id, "session_id": session_id, "caller": g.caller, "rev": rev, "sha256": _sha256()}
    return queries.session_entry(service.set_session(session, said=body, now=now, told=told_outcome(), **about))


def _sha256() -> str:
    return sha256_hex(request.get_data(cache=True))
