"""Writes about guests here: the desk's deeds, the signed records, the hub's word."""

from space_node.visits.service.door import Scan, cancel, check_in, check_in_by_pass, scan, walk_in, walk_in_price
from space_node.visits.service.news import forget_guests, forget_names, keep, not_taken
from space_node.visits.service.records import VISIT_TYP

__all__ = [
    "VISIT_TYP",
    "Scan",
    "cancel",
    "check_in",
    "check_in_by_pass",
    "forget_guests",
    "forget_names",
    "keep",
    "not_taken",
    "scan",
    "walk_in",
    "walk_in_price",
]
