"""Two yeses at once: a helper never has more introductions under way than they want."""

from collections import Counter
from functools import partial

from sqlalchemy.orm import Session

from space_node.people import service
from space_node.people.errors import EnoughIntroductions
from space_node.people.models import Introduction
from tests.support.guests import Guests
from tests.support.helping import Helping
from tests.support.threads import in_its_way, together


def say_yes(town: Helping, row: Introduction, session: Session) -> str:
    about = {"introduction_id": row.id, "member_id": row.member_id, "ticked": ("name",), "note": ""}
    return str(service.say_yes(session, now=town.now, **about).state)


def with_two_asks(guests: Guests) -> tuple[Helping, list[Introduction]]:
    """Bea wants one introduction at a time, and two ask."""
    town = Helping(guests)
    bea = town.helper("Bea Cox")
    town.host.command(lambda s: service.set_limit(s, member_id=bea.id, max_open=1))
    town.ask()
    town.ask()
    return town, town.rows(bea)


def test_of_two_yeses_for_the_last_introduction_one_counts(guests: Guests) -> None:
    """Edge case 67: two are accepted at once, one remains; exactly one of them is offered."""
    town, rows = with_two_asks(guests)
    outcomes = together(*(partial(town.host.command, partial(say_yes, town, row)) for row in rows))
    assert Counter(str(one) if isinstance(one, str) else type(one) for one in outcomes) == {"offered": 1, EnoughIntroductions: 1}
    town.sync()
    states = [town.host.look(lambda s, row=row: s.get_one(Introduction, (row.id, "helper")).state) for row in rows]
    assert sorted(states) == ["asked", "offered"]
    assert len(town.rows(guests.ada, town.home)) == 1


def test_a_yes_that_comes_upon_another_waits_for_it(guests: Guests) -> None:
    """Edge case 67, where the second has read the limit before the first has taken it."""
    town, (first, second) = with_two_asks(guests)
    outcomes = in_its_way(
        town.host.command, partial(say_yes, town, first), partial(town.host.command, partial(say_yes, town, second))
    )
    assert outcomes[0] == "offered"
    assert isinstance(outcomes[1], EnoughIntroductions)
