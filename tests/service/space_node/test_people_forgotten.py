"""Whoever is forgotten looks for nobody and helps nobody any more, and what they told is gone on both sides."""

import pytest
import sqlalchemy as sa

from shared.protocol.people_states import IntroductionState
from space_node.erasures import service as erasures
from space_node.members.queries import Member
from space_node.people.models import Ask, Card, Introduction, Participant
from tests.support.guests import Guests
from tests.support.helping import QUESTION, Helping
from tests.support.node import NodeWorld

OVER = {IntroductionState.ENDED, IntroductionState.CLOSED}


@pytest.fixture
def helping(guests: Guests) -> Helping:
    return Helping(guests)


def forget(helping: Helping, member: Member, at: NodeWorld) -> None:
    at.command(lambda session: erasures.forget(session, member_id=member.id, now=helping.now))
    helping.sync()


def kept(node: NodeWorld) -> str:
    """All that a node holds about cards, asks and introductions."""
    tables = [sa.inspect(model).local_table for model in (Ask, Card, Introduction, Participant)]
    return node.look(lambda session: str([session.execute(sa.select(table)).all() for table in tables]))


def test_who_asked_and_is_forgotten_is_told_of_nowhere(helping: Helping) -> None:
    ada, home, host = helping.guests.ada, helping.home, helping.host
    bea = helping.introduced()
    helping.close(helping.ask(question="Who reads a third?"))
    open_ask = helping.ask(question="Who reads a second lease?")
    helping.card(ada, home, note="I bind books.")
    assert (bea.name in kept(home), ada.name in kept(host)) == (True, True)

    forget(helping, ada, home)
    assert helping.ask_row(open_ask).question == ""
    for said in (ada.id, QUESTION, "Who reads a second lease?", "I bind books.", bea.name, bea.email):
        assert said not in kept(home)
    assert set(helping.states(bea)) <= OVER
    assert ada.name not in kept(host)
    assert helping.open_count(bea) == 0


def test_who_helped_and_is_forgotten_takes_back_what_was_told(helping: Helping) -> None:
    ada, home, host = helping.guests.ada, helping.home, helping.host
    bea = helping.introduced()
    helping.close(helping.ask(question="Who reads a third?"))
    helping.ask(question="Who reads a second lease?")
    forget(helping, bea, host)
    for said in (bea.id, bea.email, ada.name):
        assert said not in kept(host)
    assert bea.email not in kept(home)
    assert IntroductionState.INTRODUCED not in helping.states(ada, home)
