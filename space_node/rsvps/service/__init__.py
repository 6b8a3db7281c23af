"""Writes about taking part: what the member asks, what the hub answers, what the host tells."""

from space_node.rsvps.service.asking import Wanted, ask, press, set_sharing, set_writing, tell
from space_node.rsvps.service.briefs import forget_people, take_brief
from space_node.rsvps.service.kept import follow, forget_member, keep, not_taken, settle

__all__ = [
    "Wanted",
    "ask",
    "follow",
    "forget_member",
    "forget_people",
    "keep",
    "not_taken",
    "press",
    "set_sharing",
    "set_writing",
    "settle",
    "take_brief",
    "tell",
]
