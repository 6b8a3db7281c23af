"""Writes at the door: what the desk does with those on the list, and with those who have no seat."""

from space_node.door.service.desk import Scan, check_in, scan, undo
from space_node.door.service.received import door_answer, receive, settle

__all__ = ["Scan", "check_in", "door_answer", "receive", "scan", "settle", "undo"]
