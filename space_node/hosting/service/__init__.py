"""Writes about our own sessions: the hub's word on who comes, the host's decisions, and what homes are told."""

from space_node.hosting.service.briefs import brief_answered, brief_refused, post_notice, tell, tell_all, write_recap
from space_node.hosting.service.contacts import drop_contact_if_done, note_told_directly, open_contact
from space_node.hosting.service.deciding import cancel, decide
from space_node.hosting.service.kept import hosted_session
from space_node.hosting.service.news import forget_departed, forget_guests, forget_names, keep, not_taken, take_recap
from space_node.hosting.service.sending import ask, put, report

__all__ = [
    "ask",
    "brief_answered",
    "brief_refused",
    "cancel",
    "decide",
    "drop_contact_if_done",
    "forget_departed",
    "forget_guests",
    "forget_names",
    "hosted_session",
    "keep",
    "not_taken",
    "note_told_directly",
    "open_contact",
    "post_notice",
    "put",
    "report",
    "take_recap",
    "tell",
    "tell_all",
    "write_recap",
]
