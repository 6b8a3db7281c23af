"""Writes about seats: what sessions say, requests, changes of an RSVP, the day itself, briefs."""

from federation.rsvps.service.briefs import set_brief
from federation.rsvps.service.changes import (
    accept,
    approve,
    cancel,
    decline,
    give_feedback,
    mark,
    reject,
    set_card,
    switch,
)
from federation.rsvps.service.endings import end_queue, expire_offers, settle, tell_places
from federation.rsvps.service.requests import Asked, answer_request
from federation.rsvps.service.sessions import SessionFacts, set_session

__all__ = [
    "Asked",
    "SessionFacts",
    "accept",
    "answer_request",
    "approve",
    "cancel",
    "decline",
    "end_queue",
    "expire_offers",
    "give_feedback",
    "mark",
    "reject",
    "set_brief",
    "set_card",
    "set_session",
    "settle",
    "switch",
    "tell_places",
]
