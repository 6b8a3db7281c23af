"""Writes about what this space organises: drafts, published events, own sessions, co-hosts, and what the hub answers."""

from space_node.events.rules import EventText, SessionPlan, fitted
from space_node.events.service.answers import (
    cohost_answered,
    cohost_refused,
    event_answered,
    event_refused,
    note_invitation,
    session_answered,
    session_refused,
)
from space_node.events.service.cohosts import answer_invitation, invite, uninvite
from space_node.events.service.drafts import delete_draft, publish, save_draft
from space_node.events.service.published import cancel, change, resend
from space_node.events.service.sessions import (
    cancel_session,
    delete_session,
    follow_hub,
    postpone_session,
    save_session,
)

__all__ = [
    "EventText",
    "SessionPlan",
    "answer_invitation",
    "cancel",
    "cancel_session",
    "change",
    "cohost_answered",
    "cohost_refused",
    "delete_draft",
    "delete_session",
    "event_answered",
    "event_refused",
    "fitted",
    "follow_hub",
    "invite",
    "note_invitation",
    "postpone_session",
    "publish",
    "resend",
    "save_draft",
    "save_session",
    "session_answered",
    "session_refused",
    "uninvite",
]
