"""Asks and letters over the wire: who is told, who may answer, and that only the newest is kept."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from federation.introductions.models import Ask, Letter
from shared.ids import new_id
from tests.support.wire_asks import asked, say, write
from tests.support.wire_space import WireHub, WireSpace, good, pointers, slug_of


def news(space: WireSpace, kind: str) -> list[dict[str, Any]]:
    """What a space is told of one kind, as a snapshot has it."""
    return [data for subject, data in space.snapshot("introductions").items() if subject.startswith(kind)]


def test_an_ask_reaches_twins_or_everybody_and_nobody_else(nyc: WireSpace, london: WireSpace, milan: WireSpace) -> None:
    nyc.twin(london)
    near, far = asked(nyc, reach="twins"), asked(nyc)
    assert {data["id"] for data in news(london, "ask")} == {near, far}
    assert {data["id"] for data in news(milan, "ask")} == {far}
    assert news(nyc, "ask") == []
    assert {data["home"] for data in news(london, "ask")} == {"wecreate-nyc"}
    assert slug_of(write(milan, near, new_id())) == (404, "ask-unknown")
    assert slug_of(say(london, near, rev=2)) == (404, "ask-unknown")
    assert slug_of(say(nyc, new_id(), reach="space")) == (422, "invalid")


def test_a_closed_ask_has_no_question(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    ask_id = asked(nyc)
    assert good(say(nyc, ask_id)) == {"rev": 1}
    assert slug_of(say(nyc, ask_id, question="Other?")) == (409, "rev-conflict")
    assert good(say(nyc, ask_id, rev=2, state="closed", question="Still here?")) == {"rev": 2}
    assert good(say(nyc, ask_id)) == {"rev": 2}
    assert [(data["state"], data["question"]) for data in news(london, "ask")] == [("closed", "")]
    asked(nyc)
    assert hub.reconcile("forget introductions", after=dt.timedelta(days=15)) == {"forget introductions": 1}
    assert hub.command(lambda session: set(session.scalars(sa.select(Ask.question)))) == {""}
    assert news(london, "ask") == []


def test_an_ask_that_contradicts_itself_is_refused(nyc: WireSpace) -> None:
    too_long = (nyc.now + dt.timedelta(days=40)).isoformat()
    answer = say(nyc, new_id(), question="", closes_at=too_long)
    assert (slug_of(answer), pointers(answer)) == ((422, "ask-invalid"), ["/question", "/closes_at"])


def test_letters_go_to_the_other_home_alone_and_the_newest_replaces(
    hub: WireHub, nyc: WireSpace, london: WireSpace, milan: WireSpace
) -> None:
    ask_id, introduction_id = asked(nyc), new_id()
    assert slug_of(write(nyc, ask_id, introduction_id, "asker")) == (404, "introduction-unknown")
    assert slug_of(write(nyc, ask_id, introduction_id)) == (404, "introduction-unknown")
    assert good(write(london, ask_id, introduction_id)) == {"rev": 1}
    assert good(write(nyc, ask_id, introduction_id, "asker", box="a.b.c.d.e")) == {"rev": 1}
    assert good(write(london, ask_id, introduction_id, rev=2, box="f.g.h.i.j")) == {"rev": 2}
    assert good(write(london, ask_id, introduction_id)) == {"rev": 2}
    assert slug_of(write(london, ask_id, introduction_id, rev=2)) == (409, "rev-conflict")
    assert [(data["writer"], data["home"], data["box"]) for data in news(nyc, "letter")] == [
        ("helper", "thecube-london", "f.g.h.i.j")
    ]
    assert [(data["writer"], data["home"], data["box"]) for data in news(london, "letter")] == [
        ("asker", "wecreate-nyc", "a.b.c.d.e")
    ]
    assert news(milan, "letter") == []
    for wrong in (write(milan, ask_id, introduction_id), write(london, ask_id, introduction_id, "asker")):
        assert slug_of(wrong) == (404, "introduction-unknown")
    assert slug_of(write(london, asked(nyc), introduction_id)) == (404, "introduction-unknown")
    assert hub.reconcile("forget introductions", after=dt.timedelta(days=31)) == {"forget introductions": 4}
    assert hub.command(lambda session: set(session.scalars(sa.select(Letter.box)))) == {None}


def test_three_people_of_a_space_may_answer(hub: WireHub, nyc: WireSpace, london: WireSpace, milan: WireSpace) -> None:
    ask_id = asked(nyc)
    for _ in range(3):
        good(write(london, ask_id, new_id()))
    assert slug_of(write(london, ask_id, new_id())) == (409, "ask-over")
    good(write(milan, ask_id, new_id()))


def test_a_suspended_space_may_still_take_back_what_was_told(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    ask_id, introduction_id = asked(nyc), new_id()
    good(write(london, ask_id, introduction_id))
    hub.suspend(london.slug)
    assert good(write(london, ask_id, introduction_id, rev=2)) == {"rev": 2}
    assert slug_of(write(london, ask_id, new_id())) == (409, "ask-over")
    assert slug_of(say(london, new_id())) == (403, "space-not-active")
