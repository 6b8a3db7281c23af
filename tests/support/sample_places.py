"""What New Yorkers take part in, in the sample network: a place in every state that its page can show."""

from typing import Any

from shared.ids import new_id
from shared.protocol.states import AttendeeList, Reach, SeatKind, SessionMode
from space_node.agenda import service as agenda
from space_node.events import service as organiser
from space_node.events.service import EventText, SessionPlan
from space_node.hosting import service as host
from space_node.members import queries as members
from space_node.rsvps import service as taking_part
from space_node.rsvps.rules import Pressed
from tests.support.sample_network import SampleNetwork

VENUE = {"name": "TheCube London", "address": "2 Sample Lane", "city": "London", "access": "Green door, third floor."}
TITLE = "Soup & sketches"


def take_part_early(made: SampleNetwork) -> None:
    """A week before: one evening is over by Thursday, and Maya was there."""
    event_id = draft_event(made, TITLE)
    made.marks["soup"] = event_id
    been = add_session(made, event_id, "2026-11-09T18:00")
    publish(made, event_id)
    made.marks["place_been"] = ask_for(made, "maya", been)


def make_calendar(made: SampleNetwork) -> None:
    """Maya's own calendar has an address, and shows waiting lists too."""
    maya = member_id_of(made, "maya")
    made.nyc.command(lambda session: agenda.make_address(session, member_id=maya, with_waiting=True, now=made.now))


def ask_while_away(made: SampleNetwork) -> None:
    """The hub cannot be reached: a wish of Maya's waits for its answer."""
    made.marks["place_asked"] = ask_for(made, "maya", made.marks["session_quiet"])


def take_part(made: SampleNetwork) -> None:
    """By Thursday: seats that are sure, waited for, offered, refused and given back; and what the host says."""
    marks, london = made.marks, made.london
    event_id = marks["soup"]
    asked = {
        "place_sure": add_session(
            made, event_id, "2026-11-18T18:00", mode=SessionMode.HYBRID, seats_remote=None, join_url="https://meet.example/soup"
        ),
        "place_offered": add_session(made, event_id, "2026-11-23T18:00", seats_in_person=1),
        "place_waits": add_session(made, event_id, "2026-11-24T18:00", seats_in_person=1),
        "place_refused": add_session(made, event_id, "2026-11-25T18:00", seats_in_person=0, waiting_list=False),
        "place_back": add_session(made, event_id, "2026-11-27T18:00"),
        "place_pending": add_session(made, event_id, "2026-11-30T18:00", approval=True, price_credits=50),
    }
    marks["session_full"], marks["session_none"] = asked["place_offered"], asked["place_refused"]
    marks["session_open"] = add_session(
        made, event_id, "2026-12-02T18:00", mode=SessionMode.HYBRID, seats_remote=20, price_credits=50
    )
    marks["session_quiet"] = add_session(made, event_id, "2026-12-03T18:00")
    exchange_news(made)
    bens = {name: ask_for(made, "ben", asked[name], shares=True) for name in ("place_sure", "place_offered", "place_waits")}
    ask_for(made, "cleo", asked["place_waits"])
    for name, session_id in asked.items():
        price = 50 if name == "place_pending" else 0
        marks[name] = ask_for(made, "maya", session_id, shares=name == "place_sure", price_credits=price)
    _press(made, "maya", marks["place_back"], Pressed.CANCEL)
    _press(made, "ben", bens["place_offered"], Pressed.CANCEL)
    exchange_news(made)
    text = "Bring a bowl, please: hot soup, few bowls."
    make_calendar(made)
    london.command(lambda session: host.post_notice(session, session_id=asked["place_sure"], text=text, now=made.now))
    exchange_news(made)


def draft_event(made: SampleNetwork, title: str) -> str:
    """A draft of London’s about soup."""
    event_id = new_id()
    text = EventText(
        title=title,
        summary="We cook, we draw, we eat.",
        description="One table, one pot, paper everywhere.",
        language="en",
        topics=("making",),
        reach=Reach.NETWORK,
        attendee_list=AttendeeList.RECIPROCAL,
    )
    made.london.command(lambda session: organiser.save_draft(session, event_id=event_id, text=text, now=made.now))
    return event_id


def add_session(made: SampleNetwork, event_id: str, starts_local: str, **changed: Any) -> str:
    """A session of London’s; its id."""
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


def publish(made: SampleNetwork, event_id: str) -> None:
    """London publishes, and the news goes round."""
    made.london.command(lambda session: organiser.publish(session, event_id=event_id, now=made.now))
    exchange_news(made)


def ask_for(made: SampleNetwork, who: str, session_id: str, **more: Any) -> str:
    """A New Yorker asks for a place; its id."""
    wanted = taking_part.Wanted(rsvp_id=new_id(), session_id=session_id, **{"kind": SeatKind.IN_PERSON, **more})
    member_id = member_id_of(made, who)
    return made.nyc.command(lambda session: taking_part.ask(session, member_id=member_id, wanted=wanted, now=made.now).id)


def _press(made: SampleNetwork, who: str, rsvp_id: str, pressed: Pressed) -> None:
    member_id = member_id_of(made, who)
    made.nyc.command(lambda session: taking_part.press(session, pressed, member_id=member_id, rsvp_id=rsvp_id, now=made.now))


def member_id_of(made: SampleNetwork, who: str) -> str:
    """Which member of New York that is."""
    found = made.nyc.look(lambda session: members.member_by_email(session, f"{who}@wecreate.example"))
    assert found is not None
    return found.id


def exchange_news(made: SampleNetwork) -> None:
    """Let the news go round between the two."""
    made.network.hub.work()
    for node in (made.london, made.nyc, made.london, made.nyc):
        node.sync()
