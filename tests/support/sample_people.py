"""Whom Maya of New York knows through the sample network: an introduction in every state that its page can show."""

from typing import Any

from shared.ids import new_id
from shared.protocol.people_states import CardKind, Circle, ContactField, Skill
from space_node.members import service as members
from space_node.people import queries, service
from tests.support.node import NodeWorld
from tests.support.sample_network import SampleNetwork
from tests.support.sample_places import exchange_news, member_id_of

TOLD = (ContactField.NAME, ContactField.EMAIL)


def meet(made: SampleNetwork) -> None:
    """Londoners ask Maya and answer her; some of it is over."""
    lee, kim = (_londoner(made, name) for name in ("Lee Sample", "Kim Sample"))
    maya = member_id_of(made, "maya")
    _card(made, made.nyc, maya, Skill.DESIGN, CardKind.HAS, note="CAD, Figma: 20 min.")
    _card(made, made.nyc, maya, Skill.SOFTWARE, CardKind.LOOKING_FOR, discreet=True)
    for who in ("ben", "cleo", "dan"):
        _card(made, made.nyc, member_id_of(made, who), Skill.WRITING, CardKind.CAN_ADVISE)
    marks = made.marks
    for mark, who in (("people_asked", lee), ("people_yes", kim)):
        ask_id = _ask(made, made.london, who, Skill.DESIGN, CardKind.HAS, "Who can look at the drawings of a small kitchen?")
        marks[mark] = _of_ask(made.nyc, maya, ask_id)
    _yes(made, made.nyc, maya, marks["people_yes"])
    for mark, topic in (("people_offered", Skill.LAW), ("people_introduced", Skill.TAX), ("people_ended", Skill.FOOD)):
        _card(made, made.london, lee, topic, CardKind.CAN_ADVISE, note="Mon, Tue: 9–11.")
        ask_id = _ask(made, made.nyc, maya, topic, CardKind.CAN_ADVISE, "Where does one begin with a first shop?")
        marks[mark] = _of_ask(made.london, lee, ask_id)
        made.london.command(lambda s: service.set_limit(s, member_id=lee, max_open=5))
        _yes(made, made.london, lee, marks[mark])
    for mark in ("people_introduced", "people_ended"):
        _yes(made, made.nyc, maya, marks[mark])
    about = {"introduction_id": marks["people_ended"], "member_id": maya}
    made.nyc.command(lambda s: service.end(s, now=made.now, **about))
    exchange_news(made)


def _londoner(made: SampleNetwork, name: str) -> str:
    email = f"{name.split(maxsplit=1)[0].lower()}@thecube.example"
    return made.london.command(lambda s: members.add_member(s, name=name, email=email, now=made.now).id)


def _card(made: SampleNetwork, at: NodeWorld, member_id: str, topic: Skill, kind: CardKind, **more: Any) -> None:
    card = {"member_id": member_id, "topic": topic, "kind": kind, "reach": Circle.NETWORK, **more}
    at.command(lambda s: service.add_card(s, now=made.now, **card))


def _ask(made: SampleNetwork, at: NodeWorld, member_id: str, topic: Skill, kind: CardKind, question: str) -> str:
    wanted = service.Wanted(ask_id=new_id(), topic=topic, kind=kind, question=question, language="en", reach=Circle.TWINS)
    at.command(lambda s: service.ask(s, member_id=member_id, wanted=wanted, now=made.now))
    exchange_news(made)
    return wanted.ask_id


def _of_ask(at: NodeWorld, member_id: str, ask_id: str) -> str:
    [found] = [row.id for row in at.look(lambda s: list(queries.introductions(s, member_id))) if row.ask_id == ask_id]
    return found


def _yes(made: SampleNetwork, at: NodeWorld, member_id: str, introduction_id: str) -> None:
    about: dict[str, Any] = {"introduction_id": introduction_id, "member_id": member_id, "ticked": TOLD, "note": ""}
    at.command(lambda s: service.say_yes(s, now=made.now, **about))
    exchange_news(made)
