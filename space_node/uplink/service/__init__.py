"""Writes of the uplink: commands to the hub, this space's own entry, the mirror, lists, agreements."""

from space_node.uplink.service.hub_session import HubSession, hub_session, send_row, session_with
from space_node.uplink.service.lists import ListsDue, lists_due, note_fault, store_key_list, store_status_list
from space_node.uplink.service.mirror import (
    enter_epoch,
    forget_past_days,
    take_availability,
    take_profile,
    take_space,
    take_standing,
    want_key_list,
    want_status_list,
)
from space_node.uplink.service.outgoing import lift_rev, next_rev, require_clock, send
from space_node.uplink.service.own import (
    applied,
    begin,
    give_up,
    joined,
    publish_keys,
    refresh_hub_keys,
)
from space_node.uplink.service.terms import (
    Draft,
    draft,
    open_proposal,
    take_twinning,
    terms_refused,
    verify_doubted,
)

__all__ = [
    "Draft",
    "HubSession",
    "ListsDue",
    "applied",
    "begin",
    "draft",
    "enter_epoch",
    "forget_past_days",
    "give_up",
    "hub_session",
    "joined",
    "lift_rev",
    "lists_due",
    "next_rev",
    "note_fault",
    "open_proposal",
    "publish_keys",
    "refresh_hub_keys",
    "require_clock",
    "send",
    "send_row",
    "session_with",
    "store_key_list",
    "store_status_list",
    "take_availability",
    "take_profile",
    "take_space",
    "take_standing",
    "take_twinning",
    "terms_refused",
    "verify_doubted",
    "want_key_list",
    "want_status_list",
]
