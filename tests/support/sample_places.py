"""What New Yorkers take part in, in the sample network: a place in every state that its page can show."""

from typing import Any

from shared.ids import new_id
from shared.protocol.states import AttendeeList, Reach, SeatKind, SessionMode
from space_node.events import service as organiser
from space_node.events.service import EventText, SessionPlan
from space_node.hosting import service as host
from space_node.members import queries as members
from space_node.rsvps import service as taking_part
from space_node.rsvps.rules import Pressed
from tests.support.sample_network import SampleNetwork

VENUE = {"name": "TheCube London", "address": "2 Sample Lane", "city": "London", "access": "Green door, third floor."}
TITLE = "Soup and sketches"


def take_part_early(made: SampleNetwork) -> None:
    """A week before: one evening is over by Thursday, and Maya was there."""
    event_id = _event(made, TITLE)
    made.marks["soup"] = event_id
    been = _session(made, event_id, "2026-11-09T18:00")
    _publish(made, event_id)
    made.marks["place_been"] = _ask(made, "maya", been)


def make_calendar(made: SampleNetwork) -> None:
    """Maya's own calendar has an address, and shows waiting lists too."""
    maya = _member_id(made, "maya")
    made.nyc.command(lambda session: taking_part.make_address(session, member_id=maya, with_waiting=True, now=made.now))


def ask_while_away(made: SampleNetwork) -> None:
    """The hub cannot be reached: a wish of Maya's waits for its answer."""
    made.marks["place_asked"] = _ask(made, "maya", made.marks["session_quiet"])


def take_part(made: SampleNetwork) -> None:
    """By Thursday: seats that are sure, waited for, offered, refused and given back; and what the host says."""
    marks, london = made.marks, made.london
    event_id = marks["soup"]
    asked = {
        "place_sure": _session(
            made, event_id, "2026-11-18T18:00", mode=SessionMode.HYBRID, seats_remote=None, join_url="https://meet.example/soup"
        ),
        "place_offered": _session(made, event_id, "2026-11-23T18:00", seats_in_person=1),
        "place_waits": _session(made, event_id, "2026-11-24T18:00", seats_in_person=1),
        "place_refused": _session(made, event_id, "2026-11-25T18:00", seats_in_person=0, waiting_list=False),
        "place_back": _session(made, event_id, "2026-11-27T18:00"),
        "place_pending": _session(made, event_id, "2026-11-30T18:00", approval=True, price_credits=50),
    }
    marks["session_full"], marks["session_none"] = asked["place_offered"], asked["place_refused"]
    marks["session_open"] = _session(
        made, event_id, "2026-12-02T18:00", mode=SessionMode.HYBRID, seats_remote=20, price_credits=50
    )
    marks["session_quiet"] = _session(made, event_id, "2026-12-03T18:00")
    _exchange(made)
    bens = {name: _ask(made, "ben", asked[name], shares=True) for name in ("place_sure", "place_offered", "place_waits")}
    _ask(made, "cleo", asked["place_waits"])
    for name, session_id in asked.items():
        price = 50 if name == "place_pending" else 0
        marks[name] = _ask(made, "maya", session_id, shares=name == "place_sure", price_credits=price)
    _press(made, "maya", marks["place_back"], Pressed.CANCEL)
    _press(made, "ben", bens["place_offered"], Pressed.CANCEL)
    _exchange(made)
    text = "Bring a bowl if you can; the soup is hot and the bowls are few."
    make_calendar(made)
    london.command(lambda session: host.post_notice(session, session_id=asked["place_sure"], text=text, now=made.now))
    _exchange(made)


def _event(made: SampleNetwork, title: str) -> str:
    event_id = new_id()
    text = EventText(
        title=title,
        summary="We cook, we draw, we eat.",
        description="One table, one pot, and paper for everybody.",
        language="en",
        topics=("making",),
        reach=Reach.NETWORK,
        attendee_list=AttendeeList.RECIPROCAL,
    )
    made.london.command(lambda session: organiser.save_draft(session, event_id=event_id, text=text, now=made.now))
    return event_id


def _session(made: SampleNetwork, event_id: str, starts_local: str, **changed: Any) -> str:
    session_id = new_id()
    usual: dict[str, Any] = {
        "zone": "Europe/London",
        "duration_minutes": 120,
        "mode": SessionMode.IN_PERSON,
        "language": "en",
        "starts_local": starts_local,
        "venue": VENUE,
        "seats_in_person": 10,
        "party_max": 3,
    }
    plan = SessionPlan(**(usual | changed))
    made.london.command(
        lambda session: organiser.save_session(session, event_id=event_id, session_id=session_id, plan=plan, now=made.now)
    )
    return session_id


def _publish(made: SampleNetwork, event_id: str) -> None:
    made.london.command(lambda session: organiser.publish(session, event_id=event_id, now=made.now))
    _exchange(made)


def _ask(made: SampleNetwork, who: str, session_id: str, **more: Any) -> str:
    wanted = taking_part.Wanted(rsvp_id=new_id(), session_id=session_id, **{"kind": SeatKind.IN_PERSON, **more})
    member_id = _member_id(made, who)
    return made.nyc.command(lambda session: taking_part.ask(session, member_id=member_id, wanted=wanted, now=made.now).id)


def _press(made: SampleNetwork, who: str, rsvp_id: str, pressed: Pressed) -> None:
    member_id = _member_id(made, who)
    made.nyc.command(lambda session: taking_part.press(session, pressed, member_id=member_id, rsvp_id=rsvp_id, now=made.now))


def _member_id(made: SampleNetwork, who: str) -> str:
    found = made.nyc.look(lambda session: members.member_by_email(session, f"{who}@wecreate.example"))
    assert found is not None
    return found.id


def _exchange(made: SampleNetwork) -> None:
    made.network.hub.work()
    for node in (made.london, made.nyc, made.london, made.nyc):
        node.sync()
