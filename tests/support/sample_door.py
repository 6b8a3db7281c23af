"""The day of an event at the London of the sample network, and what came before and after: every state that its pages show."""

from functools import partial

from space_node.door import service as door
from space_node.events import service as organiser
from space_node.formats import queries as library
from space_node.formats import service as formats
from space_node.hosting import queries as hosting
from space_node.hosting import service as host
from space_node.members import queries as members
from space_node.passports import service as passports
from space_node.replays import service as replays
from space_node.replays.service import Replay
from space_node.rsvps import service as taking_part
from tests.support.sample_network import SampleNetwork
from tests.support.sample_places import add_session, ask_for, exchange_news, member_id_of

RECIPE = {
    "title": "Presentation Lunch",
    "summary": "Ten minutes each, then lunch.",
    "description": "Ten people show what they make.\n\nLunch comes from our own kitchen.",
    "language": "en",
    "topics": ["making", "food"],
    "duration_minutes": 90,
    "seats": 12,
    "agenda": [
        {"offset_minutes": 0, "minutes": 15, "text": "Arrive, find a seat"},
        {"offset_minutes": 15, "minutes": 45, "text": "Presentations, ten minutes each"},
        {"offset_minutes": 60, "minutes": 30, "text": "Lunch"},
    ],
    "checklist": [
        {"days_before": 14, "role": "host", "text": "Ask three presenters"},
        {"days_before": 2, "role": "cook", "text": "Buy vegetables"},
        {"days_before": -2, "role": "scribe", "text": "Send notes round"},
    ],
    "roles": ["host", "cook", "scribe"],
    "room_needs": "Twelve chairs, one screen.",
    "licence": "CC-BY-SA-4.0",
    "attribution": "TheCube London",
}


def open_the_door(made: SampleNetwork) -> None:
    """This Thursday: an hour before a session, two are here already, one is expected, one without a seat has come."""
    session_id = add_session(made, made.marks["soup"], "2026-11-12T10:30", seats_in_person=6, door_seats=2)
    asked = add_session(made, made.marks["soup"], "2026-11-13T10:30", approval=True, seats_in_person=2)
    exchange_news(made)
    rsvps = {who: ask_for(made, who, session_id, shares=who != "dan") for who in ("maya", "ben", "cleo", "dan")}
    for who in ("elena", "grace", "hugo"):
        ask_for(made, who, asked)
    exchange_news(made)
    for who in ("ben", "cleo"):
        made.london.command(partial(door.check_in, session_id=session_id, rsvp_id=rsvps[who], now=made.now))
    made.london.command(lambda session: door.receive(session, session_id=session_id, name="Zoe", now=made.now))
    made.london.command(
        lambda session: host.post_notice(session, session_id=session_id, text="Porta verde, terzo piano.", now=made.now)
    )
    made.marks |= {"door": session_id, "door_asked": asked, "maya_at_door": _passport(made, "maya")}
    made.marks["hugo_at_door"] = _passport(made, "hugo")


def look_back(made: SampleNetwork) -> None:
    """The evening of Monday is over: who came says how it was, and the host writes a recap."""
    been = made.london.look(lambda session: hosting.require(session, made.marks["place_been"]).session_id)
    made.london.command(lambda session: door.check_in(session, session_id=been, rsvp_id=made.marks["place_been"], now=made.now))
    maya, been_place = member_id_of(made, "maya"), made.marks["place_been"]
    text = "Grazie! La zuppa era ottima."
    made.nyc.command(
        lambda session: taking_part.tell(session, member_id=maya, rsvp_id=been_place, stars=5, text=text, now=made.now)
    )
    made.london.command(lambda session: host.write_recap(session, session_id=been, text="Nine people, two soups.", now=made.now))
    exchange_news(made)
    made.marks["door_over"] = been


def write_formats(made: SampleNetwork) -> None:
    """London publishes a recipe, New York replays it and makes its own of it."""
    london, nyc = made.london, made.nyc
    first = london.command(
        lambda session: formats.from_event(session, event_id=made.marks["soup"], content=RECIPE, now=made.now).id
    )
    london.command(lambda session: formats.name_author(session, format_id=first, name="Sample Author", agreed=True, now=made.now))
    exchange_news(made)
    wanted = Replay(format_id=first, version=1, on=made.now.date().replace(day=26), at="12:30")
    plan = nyc.command(lambda session: replays.replay_here(session, wanted, now=made.now).event_id)
    nyc.command(lambda session: replays.set_done(session, event_id=plan, place=0, done=True, now=made.now))
    nyc.command(lambda session: organiser.publish(session, event_id=plan, now=made.now))
    own = {**RECIPE, "title": "Presentation Breakfast", "attribution": "WeCreate NYC", "topics": ["making"]}
    nyc.command(lambda session: formats.adapt(session, of=library.require(session, first), content=own, now=made.now))
    exchange_news(made)
    made.marks |= {"format": first, "replay": plan}


def _passport(made: SampleNetwork, who: str) -> str:
    member_id = member_id_of(made, who)
    return made.nyc.command(lambda session: passports.general(session, members.require(session, member_id), made.now).text)
