"""What managers of the sample network organise, by their own services: drafts, an event held by three, refusals, invitations."""

from functools import partial
from typing import Any

from shared.ids import new_id
from shared.protocol.states import AttendeeList, CohostState, Reach, SessionMode
from space_node.events import service
from space_node.uplink import queries as uplink
from tests.support.node import NodeWorld
from tests.support.sample_network import LONDON, MILANO, NYC, TORINO, SampleNetwork

ROOMS = {
    LONDON: {"name": "Long table", "address": "2 Sample Lane", "city": "London", "access": "Ring twice."},
    NYC: {"name": "Corner room", "address": "1 Sample Street", "city": "New York", "access": "Green door, third floor."},
    MILANO: {"name": "Sala corta", "address": "Via Esempio 3", "city": "Milano", "access": ""},
}
ABOUT = "Everybody brings one thing to show and one to eat.\n\nTwenty minutes each, then lunch."


def organise(made: SampleNetwork) -> None:
    """Let London lead an event that two others hold too, keep a draft, and be asked itself; let New York be asked."""
    nodes = made.network.nodes
    _evening_school(made)
    made.marks["own_draft"] = _draft(made, nodes[LONDON], "Repair evening", "2026-12-03T18:30", language="en")
    asked = _draft(made, nodes[MILANO], "Notte dei mestieri", "2026-11-27T19:00", language="it")
    _publish(made, nodes[MILANO], asked)
    _invite(made, nodes[MILANO], asked, LONDON)
    made.network.sync(1)
    made.marks["invitation"] = asked


def _evening_school(made: SampleNetwork) -> None:
    nodes = made.network.nodes
    school = _draft(
        made, nodes[LONDON], "Show, tell, eat", "2026-11-26T12:30", reach=Reach.PUBLIC, attendee_list=AttendeeList.RECIPROCAL
    )
    _publish(made, nodes[LONDON], school)
    for slug in (NYC, MILANO, TORINO):
        _invite(made, nodes[LONDON], school, slug)
    made.network.sync(1)
    for slug, answer, note in (
        (NYC, CohostState.ACCEPTED, "Our big room waits."),
        (TORINO, CohostState.DECLINED, "Too soon, we fear."),
    ):
        given = partial(service.answer_invitation, event_id=school, answer=answer, note=note, now=made.now)
        nodes[slug].command(given)
    source = _session(made, nodes[LONDON], school, starts_local="2026-12-10T17:00", mode=SessionMode.HYBRID, seats_remote=50)
    made.network.sync(1)
    _session(made, nodes[NYC], school, relay_of=source, starts_local=None)
    other = _session(made, nodes[NYC], school, starts_local="2026-12-11T12:30", seats_in_person=12)
    nodes[NYC].command(
        lambda session: service.postpone_session(session, session_id=other, note="The painters come that week.", now=made.now)
    )
    made.network.sync(1)
    made.marks |= {"school": school, "school_session": source}


def _draft(made: SampleNetwork, node: NodeWorld, title: str, starts_local: str, **said: Any) -> str:
    event_id = new_id(made.now)
    text: dict[str, Any] = {"language": "en", "reach": Reach.NETWORK, "summary": "Bring something that you have made.", **said}
    wanted = service.EventText(title=title, description=ABOUT, topics=("making", "food"), **text)
    node.command(lambda session: service.save_draft(session, event_id=event_id, text=wanted, now=made.now))
    _session(made, node, event_id, starts_local=starts_local)
    return event_id


def _session(made: SampleNetwork, node: NodeWorld, event_id: str, **changed: Any) -> str:
    session_id = new_id(made.now)
    usual: dict[str, Any] = {
        "zone": node.look(uplink.own_zone),
        "duration_minutes": 120,
        "mode": SessionMode.IN_PERSON,
        "language": "en",
        "venue": ROOMS[node.slug],
        "seats_in_person": 24,
        "door_seats": 2,
    }
    plan = service.SessionPlan(**(usual | changed))
    node.command(lambda session: service.save_session(session, event_id=event_id, session_id=session_id, plan=plan, now=made.now))
    return session_id


def _publish(made: SampleNetwork, node: NodeWorld, event_id: str) -> None:
    node.command(lambda session: service.publish(session, event_id=event_id, now=made.now))


def _invite(made: SampleNetwork, node: NodeWorld, event_id: str, space: str) -> None:
    node.command(lambda session: service.invite(session, event_id=event_id, space=space, now=made.now))
