"""Writes of the uplink: commands to the hub, joining, the mirror, lists, terms."""

from space_node.uplink.service.outgoing import lift_rev, next_rev, send

__all__ = ["lift_rev", "next_rev", "send"]
