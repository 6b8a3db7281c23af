"""Writes about seats. Other slices say what a session is; the rest is for this one's own edges, module by module."""

from federation.rsvps.service.sessions import SessionFacts, set_session

__all__ = ["SessionFacts", "set_session"]
