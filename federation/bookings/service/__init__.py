"""Writes about stays: what hosts offer, requests, changes of a stay, walk-ins."""

from federation.bookings.service.availability import publish_availability, set_availability, tell_twins
from federation.bookings.service.requests import Wanted, answer_request
from federation.bookings.service.stays import cancel, check_in, claim_no_show, complete, post_silent, unlink
from federation.bookings.service.walk_ins import settle_unknown, walk_in

__all__ = [
    "Wanted", "answer_request", "cancel", "check_in", "claim_no_show", "complete", "post_silent", "publish_availability",
    "set_availability", "settle_unknown", "tell_twins", "unlink", "walk_in",
]  # fmt: skip
