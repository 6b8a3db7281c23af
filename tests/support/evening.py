"""An evening at TheCube to which members of Lambrate come: what tests of the door and of formats start from."""

import datetime as dt
from typing import Any

from shared.ids import new_id
from shared.protocol.states import AttendeeList, CohostState, Reach, SeatKind, SessionMode
from space_node.door import service as door
from space_node.events import service as organiser
from space_node.events.service import EventText, SessionPlan
from space_node.hosting import queries as hosting
from space_node.hosting import service as host
from space_node.members import service as members
from space_node.members.queries import Member
from space_node.rsvps import queries as places
from space_node.rsvps import service as taking_part
from space_node.rsvps.models import MirrorBrief
from tests.support.guests import Guests
from tests.support.node import NodeWorld

LINK = "https://meet.test/secret-room"
VENUE = {"name": "TheCube", "address": "155 Commercial Street", "city": "London", "access": "Ring twice."}


class Evening:
    """One event with one session, at seven in the evening of today in London; the clock stands at eight in the morning."""

    def __init__(self, guests: Guests, **session: Any) -> None:
        """Publish it. `session` changes the plan of the session; `attendee_list`, `reach` and texts change the event."""
        self.guests, self.home, self.host = guests, guests.home, guests.host
        words = {name: session.pop(name) for name in ("attendee_list", "reach", "title", "description") if name in session}
        self.event_id, self.session_id = new_id(), new_id()
        text: dict[str, Any] = {"title": "Presentation Lunch", "language": "en", "reach": Reach.NETWORK} | words
        self.host.command(lambda s: organiser.save_draft(s, event_id=self.event_id, text=EventText(**text), now=self.now))
        self.plan(**session)
        self.host.command(lambda s: organiser.publish(s, event_id=self.event_id, now=self.now))
        self.sync()

    @classmethod
    def again(cls, guests: Guests, event_id: str, session_id: str) -> "Evening":
        """One that was published before."""
        found = cls.__new__(cls)
        found.guests, found.home, found.host = guests, guests.home, guests.host
        found.event_id, found.session_id = event_id, session_id
        return found

    @property
    def now(self) -> dt.datetime:
        """The present instant."""
        return self.guests.now

    def plan(self, **changed: Any) -> None:
        """Save the session so."""
        usual: dict[str, Any] = {
            "zone": "Europe/London",
            "duration_minutes": 90,
            "mode": SessionMode.IN_PERSON,
            "language": "en",
            "starts_local": f"{self.guests.today.isoformat()}T19:00",
            "venue": VENUE,
            "seats_in_person": 10,
            "party_max": 3,
        }
        plan = SessionPlan(**(usual | changed))
        self.host.command(
            lambda s: organiser.save_session(s, event_id=self.event_id, session_id=self.session_id, plan=plan, now=self.now)
        )

    def hold_together(self) -> None:
        """The home is asked to hold the event too, and accepts."""
        self.host.command(lambda s: organiser.invite(s, event_id=self.event_id, space=self.home.slug, now=self.now))
        self.sync()
        yes = CohostState.ACCEPTED
        self.home.command(lambda s: organiser.answer_invitation(s, event_id=self.event_id, answer=yes, now=self.now))
        self.sync()

    def sync(self) -> None:
        """Let the news go round."""
        self.guests.hub.work()
        self.guests.network.sync()

    def own_member(self, name: str) -> Member:
        """A member of the host."""
        email = f"{name.lower().replace(' ', '.')}@thecube.test"
        return self.host.command(lambda s: members.add_member(s, name=name, email=email, now=self.now))

    def ask(self, member: Member | None = None, *, at: NodeWorld | None = None, **wanted: Any) -> str:
        """A member asks for a place; its id."""
        who, node = member or self.guests.ada, at or self.home
        usual = {"rsvp_id": new_id(), "session_id": self.session_id, "kind": SeatKind.IN_PERSON}
        asked = taking_part.Wanted(**(usual | wanted))
        node.command(lambda s: taking_part.ask(s, member_id=who.id, wanted=asked, now=self.now))
        return asked.rsvp_id

    def coming(self, name: str = "", **wanted: Any) -> str:
        """A member of the home has a place, and the host knows; Ada, or somebody new of that name."""
        rsvp_id = self.ask(self.guests.member(name) if name else None, **wanted)
        self.host.sync()
        return rsvp_id

    def evening_comes(self, *, hours: float = 10.5) -> None:
        """Half past six: the door opens."""
        self.guests.clock.advance(dt.timedelta(hours=hours))
        self.sync()

    def people(self) -> list[hosting.Person]:
        """The door list."""
        return self.host.look(lambda s: hosting.people(s, self.session_id))

    def guest(self, rsvp_id: str) -> Any:
        """The host's row of somebody."""
        return self.host.look(lambda s: hosting.require(s, rsvp_id))

    def place(self, rsvp_id: str, member: Member | None = None) -> Any:
        """The home's row of somebody's place."""
        who = member or self.guests.ada
        return self.home.look(lambda s: places.mine(s, rsvp_id=rsvp_id, member_id=who.id))

    def brief(self, node: NodeWorld | None = None) -> Any:
        """What the home was told, or another node."""
        return (node or self.home).look(lambda s: s.get(MirrorBrief, self.session_id))

    def check_in(self, rsvp_id: str) -> Any:
        """At the host's door; how it stands when the hub has had its chance to answer."""
        self.host.command(lambda s: door.check_in(s, session_id=self.session_id, rsvp_id=rsvp_id, now=self.now))
        return self.guest(rsvp_id)

    def undo(self, rsvp_id: str) -> Any:
        """Take a check-in back."""
        self.host.command(lambda s: door.undo(s, session_id=self.session_id, rsvp_id=rsvp_id, now=self.now))
        return self.guest(rsvp_id)

    def receive(self, text: str = "", **about: Any) -> Any:
        """Receive somebody at the door, as the page does: asked, and settled if the hub has said nothing."""
        made = self.host.command(
            lambda s: door.receive(s, session_id=self.session_id, passport_text=text, now=self.now, **about).id
        )
        return self.guest(self.host.command(lambda s: door.settle(s, rsvp_id=made).id))

    def note(self, text: str = "See you at seven.") -> None:
        """Write to those who come, a second after the last message."""
        self.guests.clock.advance(dt.timedelta(seconds=1))
        self.host.command(lambda s: host.post_notice(s, session_id=self.session_id, text=text, now=self.now))

    def scan(self, text: str) -> door.Scan:
        """What the desk sees of a passport."""
        return self.host.look(lambda s: door.scan(s, session_id=self.session_id, text=text, now=self.now))


SHARED = {"attendee_list": AttendeeList.RECIPROCAL}
