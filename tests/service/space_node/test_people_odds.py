"""What may go wrong between two homes of an introduction: late keys, strange letters, restored nodes, suspended spaces."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import delete, update

from federation.introductions.errors import AskInvalid
from federation.introductions.models import Ask as AskAtHub
from federation.introductions.models import Letter as LetterAtHub
from federation.spaces import service as spaces
from shared.ids import new_id
from shared.keys import sealed
from shared.messaging.feed_reader import News
from shared.protocol.boxes import Letter
from shared.protocol.people_states import Circle, IntroductionSide
from shared.protocol.registry import example
from shared.revs import RevConflict
from shared.schemas import load
from space_node.db import Outbox
from space_node.people import handlers, service
from space_node.people.models import Ask, Introduction
from space_node.uplink import queries as uplink
from space_node.uplink.models import KeyListCopy
from tests.support.guests import Guests
from tests.support.helping import Helping
from tests.support.node import NodeWorld


@pytest.fixture
def town(guests: Guests) -> Helping:
    return Helping(guests)


def bring(town: Helping, node: NodeWorld, kind: str, data: dict[str, Any]) -> None:
    """An item of the feed comes to a node."""
    news = News(id=new_id(), type=kind, subject="-", rev=9, epoch="1", time=town.now, data=data)
    handle = handlers.on_letter if kind == "letter.updated" else handlers.on_ask
    node.command(lambda s: handle(s, news))


def take(town: Helping, **changed: Any) -> None:
    """A letter of a helper comes to Ada's node."""
    letter = load(Letter, {"state": changed.pop("state", "offered"), "card": "Hello."})
    usual = {"introduction_id": new_id(), "ask_id": new_id(), "writer": "helper", "home": town.host.slug, "rev": 1}
    town.home.command(lambda s: service.take(s, letter=letter, now=town.now, **{**usual, **changed}))


def test_a_letter_waits_for_the_keys_of_the_other_home(town: Helping) -> None:
    bea = town.helper("Bea Cox")
    town.ask()
    held = town.host.look(lambda s: s.scalars(uplink.select(KeyListCopy.document)).one())
    town.host.command(lambda s: s.execute(update(KeyListCopy).values(document=None)))
    row = town.rows(bea)[0]
    about = {"introduction_id": row.id, "member_id": bea.id, "ticked": ("name",), "note": ""}
    town.host.command(lambda s: service.say_yes(s, now=town.now, **about))
    assert town.rows(bea)[0].is_told is False
    town.host.command(lambda s: s.execute(update(KeyListCopy).values(document=held)))
    town.pass_time(minutes=2)
    assert town.states(town.guests.ada, town.home) == ["offered"]


def test_a_letter_that_nobody_can_place_changes_nothing(town: Helping) -> None:
    bea, ada = town.helper("Bea Cox"), town.guests.ada
    ask_id = town.ask()
    take(town)
    take(town, ask_id=ask_id, state="introduced")
    take(town, writer="asker")
    assert town.rows(ada, town.home) == []
    introduction_id = town.yes(bea)
    take(town, introduction_id=introduction_id, ask_id=ask_id, state="closed", rev=1)
    take(town, introduction_id=introduction_id, ask_id=ask_id, state="closed", rev=9, home="elsewhere")
    take(town, introduction_id=introduction_id, ask_id=ask_id, state="introduced", rev=2)
    assert town.states(ada, town.home) == ["offered"]


def test_a_box_for_somebody_else_changes_nothing(town: Helping) -> None:
    bea, ada = town.helper("Bea Cox"), town.guests.ada
    town.ask()
    town.yes(bea)
    own = town.home.look(lambda s: uplink.encryption_key(s, town.home.slug, town.now))
    assert own is not None
    row = town.rows(ada, town.home)[0]
    about = {"introduction_id": row.id, "ask_id": row.ask_id, "writer": "helper", "home": town.host.slug, "rev": 5}
    for box in ("no box", sealed.seal({"state": "closed"}, to_jwk=own, context="introduction/other/helper")):
        bring(town, town.home, "letter.updated", {**about, "box": box})
    assert town.states(ada, town.home) == ["offered"]


def test_an_ask_is_heard_once_and_not_when_it_is_over(town: Helping) -> None:
    bea = town.helper("Bea Cox")
    ask_id = town.ask()
    data = {**example("ask.updated"), "id": ask_id, "home": town.home.slug}
    for closes_at in (town.now + dt.timedelta(days=3), town.now):
        bring(town, town.host, "ask.updated", {**data, "closes_at": closes_at.isoformat()})
    bring(town, town.host, "ask.updated", {**data, "id": new_id(), "closes_at": town.now.isoformat()})
    bring(town, town.host, "ask.updated", {**data, "id": new_id(), "home": town.host.slug})
    assert town.states(bea) == ["asked"]


def test_an_ask_that_the_hub_does_not_take_is_parked_and_still_open_here(town: Helping) -> None:
    town.helper("Bea Cox")
    ask_id = town.ask(question="Who?")
    row = Outbox(path=f"/fed/v1/asks/{ask_id}")
    town.home.command(lambda s: handlers.on_ask_refused(s, row, AskInvalid()))
    town.home.command(lambda s: handlers.on_ask_refused(s, row, RevConflict(rev="?")))
    assert (town.ask_row(ask_id).state, town.ask_row(ask_id).rev) == ("open", 1)


def test_nothing_is_offered_to_an_ask_that_is_closed(town: Helping) -> None:
    bea, ada = town.helper("Bea Cox"), town.guests.ada
    ask_id = town.ask()
    town.home.command(lambda s: service.close(s, ask_id=ask_id, member_id=ada.id, now=town.now))
    introduction_id = town.rows(bea)[0].id
    about = {"introduction_id": introduction_id, "member_id": bea.id, "ticked": ("name",), "note": ""}
    town.host.command(lambda s: service.say_yes(s, now=town.now, **about))
    town.sync()
    assert (town.states(bea), town.rows(ada, town.home), town.open_count(bea)) == (["closed"], [], 0)


def test_a_node_restored_from_a_backup_goes_on_above_what_the_hub_holds(town: Helping) -> None:
    bea, ada = town.helper("Bea Cox"), town.guests.ada
    ask_id = town.ask()
    town.guests.hub.command(lambda s: s.execute(update(AskAtHub).values(rev=4)))
    town.yes(bea)
    town.guests.hub.command(lambda s: s.execute(update(LetterAtHub).values(rev=7)))
    town.no(bea)
    assert town.states(ada, town.home) == ["closed"]
    town.close(ask_id)
    kept = town.guests.hub.look(lambda s: (s.get_one(AskAtHub, ask_id).state, s.get_one(AskAtHub, ask_id).rev))
    assert kept == ("closed", 5)
    assert town.ask_row(ask_id).rev == 5


def test_an_equal_rev_with_other_words_is_said_again_above_it(town: Helping) -> None:
    bea, ada = town.helper("Bea Cox"), town.guests.ada
    ask_id = town.ask()
    town.yes(bea)
    town.guests.hub.command(lambda s: s.execute(update(AskAtHub).values(rev=2)))
    town.guests.hub.command(lambda s: s.execute(update(LetterAtHub).values(rev=2)))
    town.no(bea)
    town.close(ask_id)
    assert (town.states(ada, town.home), town.ask_row(ask_id).rev) == (["closed"], 3)
    gone = town.guests.hub.look(lambda s: s.get_one(AskAtHub, ask_id).state)
    assert gone == "closed"


def test_what_this_node_no_longer_knows_is_answered_in_vain(town: Helping) -> None:
    bea = town.helper("Bea Cox")
    ask_id = town.ask()
    town.home.command(lambda s: s.execute(delete(Ask)))
    town.host.command(lambda s: s.execute(delete(Introduction)))
    for node, about in ((town.home, {"ask_id": ask_id}), (town.host, {"introduction_id": new_id(), "which": "helper"})):
        told = service.ask_told if "ask_id" in about else service.letter_told
        node.command(lambda s, told=told, about=about: told(s, rev=9, now=town.now, **about))
    town.host.command(lambda s: service.not_taken(s, introduction_id=new_id(), which=IntroductionSide.HELPER, now=town.now))
    assert town.rows(bea) == []


def test_an_offer_to_a_suspended_space_comes_to_nothing(town: Helping) -> None:
    bea = town.helper("Bea Cox")
    town.ask(reach=Circle.NETWORK)
    town.guests.hub.command(lambda s: spaces.suspend(s, slug=town.home.slug, reason="security", actor="test", now=town.now))
    town.yes(bea)
    assert (town.states(bea), town.open_count(bea)) == (["closed"], 0)
