"""Writes about passports, and the door's check: issue, renew, withdraw, publish the status list, verify a visitor."""

from space_node.passports.service.door import DoorCheck, Reading, check, judge, read
from space_node.passports.service.issue import (
    forget_member,
    forget_promise,
    general,
    give_back_places,
    keep_promises,
    renew,
    replace,
    revoke_ended,
    revoke_member,
    sign_anew,
    visit_pass,
)
from space_node.passports.service.lists import confirmed, not_taken, publish_status_list

__all__ = [
    "DoorCheck",
    "Reading",
    "check",
    "confirmed",
    "forget_member",
    "forget_promise",
    "general",
    "give_back_places",
    "judge",
    "keep_promises",
    "not_taken",
    "publish_status_list",
    "read",
    "renew",
    "replace",
    "revoke_ended",
    "revoke_member",
    "sign_anew",
    "visit_pass",
]
