"""Spaces that organise events together: London leads, Milan and New York may hold it too."""

import datetime as dt
from typing import Any

from shared.ids import new_id
from shared.protocol.states import CohostState, Reach, SessionMode
from space_node.events import queries, service
from space_node.events.models import OwnEvent, OwnSession
from space_node.organise import queries as organise
from space_node.uplink import queries as uplink
from tests.support.node import Network, NodeWorld

LONDON, MILAN, NEW_YORK = "thecube", "lambrate", "wecreate"
SPACES = (LONDON, MILAN, NEW_YORK)
ROOM = {"name": "Long table", "address": "155 Commercial Street", "city": "London", "access": "Ring twice."}


class Organisers:
    """Three spaces of one network, none of them twinned."""

    def __init__(self, network: Network) -> None:
        """Look after a network that `found` has made, or a copy of it."""
        self.network, self.hub, self.clock = network, network.hub, network.clock
        self.london, self.milan, self.new_york = (network.nodes[slug] for slug in SPACES)

    @classmethod
    def found(cls, network: Network) -> None:
        """Join all three."""
        network.joined(LONDON, zone="Europe/London", city="London", country="GB")
        network.joined(MILAN, zone="Europe/Rome")
        network.joined(NEW_YORK, zone="America/New_York", city="New York", country="US")
        network.hub.work()
        network.sync()

    @property
    def now(self) -> dt.datetime:
        """The present instant."""
        return self.clock.now()

    def draft(self, node: NodeWorld | None = None, *, sessions: int = 1, **said: Any) -> str:
        """A draft with sessions; its id."""
        node, event_id = node or self.london, new_id()
        node.command(lambda session: service.save_draft(session, event_id=event_id, text=text(**said), now=self.now))
        for number in range(sessions):
            self.session(node, event_id, starts_local=f"2026-03-{20 + number}T13:00")
        return event_id

    def published(self, node: NodeWorld | None = None, **said: Any) -> str:
        """An event that the network knows; its id."""
        event_id = self.draft(node, **said)
        (node or self.london).command(lambda session: service.publish(session, event_id=event_id, now=self.now))
        self.network.sync()
        return event_id

    def session(self, node: NodeWorld, event_id: str, session_id: str | None = None, **changed: Any) -> str:
        """A session of a space; its id."""
        held = session_id or new_id()
        wanted = plan(**{"zone": node.look(uplink.own_zone), **changed})
        node.command(lambda session: service.save_session(session, event_id=event_id, session_id=held, plan=wanted, now=self.now))
        return held

    def invite(self, event_id: str, node: NodeWorld, *, answer: CohostState | None = None) -> None:
        """London asks a space to hold it too, which may answer."""
        self.london.command(lambda session: service.invite(session, event_id=event_id, space=node.slug, now=self.now))
        self.network.sync()
        if answer is not None:
            self.answer(event_id, node, answer)

    def answer(self, event_id: str, node: NodeWorld, answer: CohostState) -> None:
        """A space answers an invitation."""
        node.command(lambda session: service.answer_invitation(session, event_id=event_id, answer=answer, now=self.now))
        self.network.sync()

    def event(self, event_id: str, node: NodeWorld | None = None) -> OwnEvent:
        """The event as its lead holds it."""
        return (node or self.london).look(lambda session: queries.require(session, event_id))

    def sessions(self, event_id: str, node: NodeWorld | None = None) -> list[OwnSession]:
        """A space's own sessions."""
        return (node or self.london).look(lambda session: queries.sessions(session, event_id))

    def seen(self, event_id: str, node: NodeWorld | None = None) -> organise.Organised:
        """The event as a manager sees it."""
        return (node or self.london).look(lambda session: organise.organised(session, event_id, self.now))


def text(**changed: Any) -> service.EventText:
    """What an event says, usually."""
    usual: dict[str, Any] = {"title": "Presentation Lunch", "language": "en", "reach": Reach.NETWORK, "topics": ("food",)}
    return service.EventText(**(usual | changed))


def plan(**changed: Any) -> service.SessionPlan:
    """A session, usually."""
    usual: dict[str, Any] = {
        "starts_local": "2026-03-20T13:00",
        "zone": "Europe/London",
        "duration_minutes": 90,
        "mode": SessionMode.IN_PERSON,
        "language": "en",
        "venue": ROOM,
        "seats_in_person": 20,
    }
    return service.SessionPlan(**(usual | changed))
