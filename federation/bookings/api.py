"""What nodes ask and report about stays (DESIGN §6)."""

import logging
from collections.abc import Callable
from typing import Any

from flask import Response, g, request

from federation.bookings import queries, service
from federation.config import present_hub
from federation.db import Answer, db, read_only, transactional
from shared.access import audience
from shared.clock import current_clock
from shared.db import after_commit
from shared.idempotency import IdConflict, KeyReused
from shared.ids import sha256_hex
from shared.logging import log_event
from shared.problems import ProblemBlueprint
from shared.protocol import bookings as bodies
from shared.protocol import passports
from shared.protocol.spaces import Receipt
from shared.protocol.version import BASE_PATH
from shared.replay import idempotency_key, respond_once, told_outcome

bookings = audience(ProblemBlueprint("bookings", __name__, url_prefix=BASE_PATH), "space")
Work = Callable[[], dict[str, Any]]
_log = logging.getLogger(__name__)


@bookings.route("/self/availability", methods=["PUT"])
@transactional
@bookings.arguments(bodies.AvailabilityUpdate)
@bookings.response(200, Receipt)
def put_availability(body: dict[str, Any]) -> dict[str, Any]:
    """Take what the caller offers guests on some days."""
    rev = service.set_availability(
        db.session(),
        host=g.caller,
        rev=body["rev"],
        days=body["days"],
        sha256=sha256_hex(request.get_data(cache=True)),
        now=current_clock().now(),
    )
    return {"rev": rev}


@bookings.route("/requests/<id:request_id>", methods=["PUT"])
@transactional
@bookings.arguments(bodies.StayRequest)
@bookings.alt_response(200, schema=bodies.RequestAnswer, success=True)
def put_request(body: dict[str, Any], request_id: str) -> Response:
    """Confirm or refuse the stays of one request; the same request again gets the same answer."""

    def work() -> dict[str, Any]:
        stays = [service.Wanted(**stay) for stay in body.pop("stays")]
        now = current_clock().now()
        about = {"request_id": request_id, "home": g.caller, "stays": stays, "told": told_outcome()}
        answer = service.answer_request(db.session(), **about, now=now, **body)
        for stay in answer["bookings"]:
            _note(stay)
        return dict(bodies.RequestAnswer().dump(answer))

    return _once(request_id, work, conflict=IdConflict)


@bookings.route("/bookings/<id:booking_id>")
@read_only
@bookings.response(200, bodies.BookingEntry)
def get_booking(booking_id: str) -> dict[str, Any]:
    """One stay of the caller's."""
    found = queries.mine(db.session(), booking_id=booking_id, space=g.caller)
    return queries.full_entry(db.session(), found, g.caller)


@bookings.route("/bookings/<id:booking_id>/cancel", methods=["POST"])
@transactional
@bookings.arguments(bodies.Cancellation)
@bookings.alt_response(200, schema=bodies.BookingEntry, success=True)
def cancel(_body: dict[str, Any], booking_id: str) -> Response:
    """Cancel a stay, for home or host."""

    def work() -> dict[str, Any]:
        booking = service.cancel(db.session(), booking_id=booking_id, caller=g.caller, now=current_clock().now())
        return _dump(booking)

    return _once(idempotency_key(), work)


@bookings.route("/bookings/<id:booking_id>/check-in", methods=["POST"])
@transactional
@bookings.arguments(bodies.CheckIn)
@bookings.alt_response(200, schema=bodies.BookingEntry, success=True)
def check_in(body: dict[str, Any], booking_id: str) -> Response:
    """Report that the guest has come."""

    def work() -> dict[str, Any]:
        days, now = present_hub().settings.post_silent_days, current_clock().now()
        booking = service.check_in(db.session(), booking_id=booking_id, caller=g.caller, silent_days=days, now=now, **body)
        return _dump(booking)

    return _once(idempotency_key(), work)


@bookings.route("/visits/<id:visit_id>", methods=["PUT"])
@transactional
@bookings.arguments(bodies.WalkIn)
@bookings.alt_response(200, schema=bodies.BookingEntry, success=True)
def put_visit(body: dict[str, Any], visit_id: str) -> Response:
    """Report a walk-in."""

    def work() -> dict[str, Any]:
        now = current_clock().now()
        return _dump(service.walk_in(db.session(), visit_id=visit_id, caller=g.caller, record=body["record"], now=now))

    return _once(visit_id, work, conflict=IdConflict)


@bookings.route("/passports/check", methods=["POST"])
@read_only
@bookings.arguments(passports.PassportQuestion)
@bookings.response(200, passports.PassportVerdict)
def check_passport(body: dict[str, Any]) -> dict[str, Any]:
    """Say whether a twin's passport is good now, and which stay of today is behind it."""
    return queries.passport_verdict(db.session(), caller=g.caller, now=current_clock().now(), **body)


def _once(key: str, work: Work, *, conflict: type[Any] = KeyReused) -> Response:
    return respond_once(db.session, Answer, caller=g.caller, key=key, now=current_clock().now(), work=work, conflict=conflict)


def _note(stay: dict[str, Any]) -> None:
    """One line a stay in the log, once it is sure: the address names none of them."""
    about = {"booking_id": stay["id"], "kind": stay["state"], "slug": stay["reason"]}
    after_commit(db.session(), lambda: log_event(_log, "stay.answered", **about))


def _dump(booking: Any) -> dict[str, Any]:
    return dict(bodies.BookingEntry().dump(queries.full_entry(db.session(), booking, g.caller)))
