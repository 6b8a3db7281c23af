"""Writes about events: what the lead says, who holds it too, each space's sessions."""

from federation.events.service.lead import answer_invitation, set_event, set_invitation
from federation.events.service.moves import keep_wall_time
from federation.events.service.replays import note as note_replay
from federation.events.service.sessions import set_session
from federation.events.service.twins import tell_twins

__all__ = ["answer_invitation", "keep_wall_time", "note_replay", "set_event", "set_invitation", "set_session", "tell_twins"]
