"""Introductions by double consent, between two spaces and within one: who is asked, who learns what, and when it is gone."""

import datetime as dt

import pytest

from shared.protocol.people_states import CardKind, Circle, ContactField, Skill
from space_node.people import queries, service
from space_node.people.errors import (
    CardUnknown,
    CardUnseen,
    EnoughIntroductions,
    IntroductionSettled,
    NothingTicked,
    OwnAskUnknown,
    OwnIntroductionUnknown,
    QuestionNamesYou,
    TooManyAsks,
)
from tests.support.guests import Guests
from tests.support.helping import CARD, QUESTION, Helping

EVERYTHING = tuple(ContactField)


@pytest.fixture
def town(guests: Guests) -> Helping:
    return Helping(guests)


def test_two_people_are_introduced_once_both_have_said_yes(town: Helping) -> None:
    ada, bea = town.guests.ada, town.helper("Bea Cox")
    ask_id = town.ask()
    [asked] = town.rows(bea)
    assert (asked.state, asked.home, asked.question) == ("asked", town.home.slug, QUESTION)
    town.yes(bea, ticked=(ContactField.NAME, ContactField.EMAIL))
    [offered] = town.rows(ada, town.home)
    assert (offered.state, offered.home, offered.card, offered.contact) == ("offered", town.host.slug, CARD, None)
    assert town.rows(bea)[0].contact is None
    town.yes(ada, town.home, ticked=(ContactField.NAME,))
    assert [row.contact for row in town.rows(bea)] == [{"name": "Ada Bianchi"}]
    assert [row.contact for row in town.rows(ada, town.home)] == [{"name": "Bea Cox", "email": "bea.cox@thecube.test"}]
    assert (town.states(bea), town.states(ada, town.home)) == (["introduced"], ["introduced"])
    assert town.ask_row(ask_id).state == "open"


def test_the_hub_learns_no_name_and_no_address(town: Helping) -> None:
    town.introduced(ticked=EVERYTHING, note="Ring 555-0100.")
    kept = town.kept_at_hub()
    assert QUESTION in kept
    said = kept + "".join(str(one.body) for one in town.guests.network.transport.log)
    assert [word for word in ("Bea Cox", "bea.cox@", "555-0100", CARD, "Ada Bianchi", "ada.bianchi@") if word in said] == []


def test_exactly_the_ticked_fields_are_told(town: Helping) -> None:
    """Edge case 69: an introduction carries exactly the fields that were ticked."""
    ada, bea = town.guests.ada, town.person("Bea Cox", company="Cox & Co")
    town.card(bea)
    known = {"name": "Bea Cox", "email": "bea.cox@thecube.test", "company": "Cox & Co", "note": "After six."}
    for ticked in (("name",), ("note", "company"), tuple(known)):
        town.ask()
        introduction_id = town.yes(bea, ticked=ticked, note="After six.", place=town.states(bea).index("asked"))
        place = [row.id for row in town.rows(ada, town.home)].index(introduction_id)
        town.yes(ada, town.home, place=place)
        assert town.rows(ada, town.home)[place].contact == {field: known[field] for field in ticked}
        town.end(ada, town.home, place=place)


def test_a_no_and_no_answer_look_the_same_to_who_asked(town: Helping) -> None:
    """Edge case 66: the same rows at the asker's node, the same bytes on the wire, and nothing that comes at another time."""
    bea = town.helper("Bea Cox")
    seen = []
    for says_no in (True, False):
        ask_id, before = town.ask(), len(town.guests.network.transport.log)
        if says_no:
            town.no(bea)
        town.sync()
        sent = [(one.method, one.path) for one in town.guests.network.transport.log[before:] if one.method != "GET"]
        assert [path for _, path in sent if "introductions" in path] == []
        assert town.rows(town.guests.ada, town.home) == []
        row = {name: value for name, value in vars(town.ask_row(ask_id)).items() if name not in ("id", "_sa_instance_state")}
        seen.append(row)
        town.guests.clock.set(row["created_at"])
    assert seen[0] == seen[1]
    assert seen[0]["state"] == "open"
    assert sorted(town.states(bea)) == ["asked", "closed"]
    town.repair(town.host, days=15)
    assert town.states(bea) == ["closed", "closed"]
    assert town.rows(town.guests.ada, town.home) == []


def test_who_is_discreet_is_not_found_by_their_own_space(town: Helping) -> None:
    """Edge case 68: not asked for own members, and in no count; found by the other space all the same."""
    law = {"topic": Skill.LAW, "kind": CardKind.LOOKING_FOR}
    seen = [town.helper(name, town.home, **law) for name in ("One", "Two")]
    seeker = town.helper("Sue Seeker", town.home, **law, discreet=True)
    counts = lambda: town.home.look(queries.card_counts)  # noqa: E731
    assert counts() == {}
    town.ask(at=town.home, **law)
    assert ([town.states(one, town.home) for one in seen], town.states(seeker, town.home)) == ([["asked"], ["asked"]], [])
    town.helper("Three", town.home, **law)
    assert counts() == {Skill.LAW: 3}
    town.ask(town.person("Boss"), town.host, **law)
    assert town.states(seeker, town.home) == ["asked"]
    with pytest.raises(CardUnseen):
        town.card(seeker, town.home, **law, discreet=True, reach=Circle.SPACE)


def test_a_card_is_found_as_far_as_it_may_be(town: Helping) -> None:
    near, twin = town.helper("Near", reach=Circle.SPACE), town.helper("Twin", reach=Circle.TWINS)
    other, away = town.helper("Other", topic=Skill.FOOD), town.helper("Away")
    town.host.command(lambda s: service.set_limit(s, member_id=away.id, max_open=0))
    town.ask(reach=Circle.NETWORK)
    assert [town.states(one) for one in (near, twin, other, away)] == [[], ["asked"], [], []]
    asker = town.person("Asker")
    town.card(asker)
    town.ask(asker, town.host, reach=Circle.SPACE)
    assert [town.states(one) for one in (near, twin, asker)] == [["asked"], ["asked", "asked"], []]
    assert town.home.look(lambda s: s.query(queries.Introduction).count()) == 0


def test_those_asked_longest_ago_are_asked_first(town: Helping) -> None:
    people = [town.helper(f"Helper {number}") for number in range(4)]
    town.ask()
    [left_out] = [one for one in people if not town.rows(one)]
    town.pass_time(hours=1)
    town.ask()
    assert len(town.rows(left_out)) == 1
    assert sum(len(town.rows(one)) for one in people) == 6


def test_people_of_one_space_are_introduced_without_the_hub(town: Helping) -> None:
    ada, bob = town.guests.ada, town.helper("Bob", town.home)
    ask_id = town.ask(reach=Circle.SPACE)
    town.yes(bob, town.home)
    town.yes(ada, town.home, ticked=(ContactField.EMAIL,))
    assert [row.contact for row in town.rows(bob, town.home)] == [{"email": ada.email}]
    assert [row.contact for row in town.rows(ada, town.home)] == [{"name": "Bob"}]
    town.end(bob, town.home)
    assert (town.states(ada, town.home), town.states(bob, town.home)) == (["ended"], ["ended"])
    assert all(row.confirmed_at for one in (ada, bob) for row in town.rows(one, town.home))
    town.close(ask_id)
    assert town.open_count(bob, town.home) == 0
    assert [one.path for one in town.guests.network.transport.log if "/asks/" in one.path] == []


@pytest.mark.parametrize("who", ["asker", "helper"])
def test_what_was_told_is_deleted_at_the_other_space_which_confirms_it(town: Helping, who: str) -> None:
    bea, ada = town.introduced(), town.guests.ada
    first, second = ((ada, town.home), (bea, town.host))[:: 1 if who == "asker" else -1]
    town.end(*first, sync=False)
    assert town.rows(*first)[0].contact is None
    town.sync()
    assert [row.contact for row in (*town.rows(*first), *town.rows(*second))] == [None, None]
    assert town.rows(*first)[0].confirmed_at == town.now
    assert (town.states(*first), town.states(*second)) == (["ended"], ["ended"])
    assert town.open_count(bea) == 0
    town.end(*first)
    assert town.states(*second) == ["ended"]


def test_what_was_told_goes_by_itself_after_a_month(town: Helping) -> None:
    bea, ada = town.introduced(), town.guests.ada
    town.repair(town.home, days=31)
    town.sync()
    assert (town.states(bea), town.states(ada, town.home)) == (["ended"], ["ended"])
    assert town.rows(bea)[0].confirmed_at is not None
    assert town.open_count(bea) == 0
    for node in (town.home, town.host):
        town.repair(node, days=122)
    assert (town.rows(bea), town.rows(ada, town.home), town.home.look(lambda s: list(queries.asks(s, ada.id)))) == ([], [], [])


def test_two_people_of_one_space_are_both_at_the_end_after_a_month(town: Helping) -> None:
    ada, bob = town.guests.ada, town.helper("Bob", town.home)
    town.ask(reach=Circle.SPACE)
    town.yes(bob, town.home)
    town.yes(ada, town.home)
    assert town.repair(town.home, days=31) == 3
    assert (town.states(ada, town.home), town.states(bob, town.home)) == (["ended"], ["ended"])


def test_an_asker_says_no_and_a_helper_takes_it_back(town: Helping) -> None:
    ada, bea, cleo = town.guests.ada, town.helper("Bea Cox"), town.helper("Cleo")
    town.ask()
    town.yes(bea)
    town.yes(cleo)
    assert (town.open_count(bea), town.open_count(cleo)) == (1, 1)
    place = [row.id for row in town.rows(ada, town.home)].index(town.rows(bea)[0].id)
    town.no(ada, town.home, place=place)
    town.no(cleo)
    assert (town.states(bea), town.states(cleo), town.states(ada, town.home)) == (["closed"], ["closed"], ["closed", "closed"])
    assert (town.open_count(bea), town.open_count(cleo)) == (0, 0)
    town.no(cleo)
    with pytest.raises(IntroductionSettled):
        town.yes(cleo)


def test_a_closed_ask_leaves_nobody_waiting(town: Helping) -> None:
    ada, bea, cleo = town.guests.ada, town.helper("Bea Cox"), town.helper("Cleo")
    ask_id = town.ask()
    town.yes(bea)
    town.close(ask_id)
    town.close(ask_id)
    assert (town.states(bea), town.states(cleo), town.states(ada, town.home)) == (["closed"], ["closed"], ["closed"])
    assert (town.open_count(bea), town.rows(bea)[0].question) == (0, "")
    assert QUESTION not in town.kept_at_hub()


def test_an_offer_that_the_other_space_never_answers_ends_by_itself(town: Helping) -> None:
    bea = town.helper("Bea Cox")
    town.ask()
    town.yes(bea)
    town.repair(town.host, days=15)
    assert town.states(bea) == ["offered"]
    town.repair(town.host, days=17)
    assert (town.states(bea), town.open_count(bea)) == (["closed"], 0)


def test_both_change_their_minds_at_once_and_nothing_is_kept(town: Helping) -> None:
    """The helper takes the offer back while the asker's yes is on its way."""
    ada, bea = town.guests.ada, town.helper("Bea Cox")
    town.ask()
    introduction_id = town.yes(bea)
    about = {"introduction_id": introduction_id, "now": town.now}
    town.host.command(lambda s: service.say_no(s, member_id=bea.id, **about))
    town.home.command(lambda s: service.say_yes(s, member_id=ada.id, ticked=EVERYTHING, note="x", **about))
    town.sync()
    assert (town.states(bea), town.states(ada, town.home)) == (["ended"], ["ended"])
    assert [row.contact for row in (*town.rows(bea), *town.rows(ada, town.home))] == [None, None]
    assert (town.open_count(bea), town.rows(ada, town.home)[0].confirmed_at) == (0, town.now)


def test_a_second_click_changes_nothing(town: Helping) -> None:
    ada, bea = town.guests.ada, town.helper("Bea Cox")
    ask_id = town.ask()
    assert town.ask(ask_id=ask_id) == ask_id
    town.yes(bea)
    town.yes(bea, ticked=EVERYTHING)
    assert (town.open_count(bea), town.rows(bea)[0].ticked) == (1, ["name"])
    town.yes(ada, town.home)
    with pytest.raises(IntroductionSettled):
        town.no(ada, town.home)
    town.card(bea, note="Other words.")
    [card] = town.host.look(lambda s: list(queries.cards(s, bea.id)))
    assert (card.note, town.home.look(lambda s: len(queries.asks(s, ada.id)))) == ("Other words.", 1)


def test_a_card_that_is_removed_asks_nobody_any_more(town: Helping) -> None:
    bea = town.helper("Bea Cox")
    other = town.card(bea, topic=Skill.FOOD)
    town.ask()
    [card] = [one for one in town.host.look(lambda s: list(queries.cards(s, bea.id))) if one.id != other]
    for card_id in (other, card.id):
        town.host.command(lambda s, card_id=card_id: service.drop_card(s, member_id=bea.id, card_id=card_id, now=town.now))
    assert town.states(bea) == ["closed"]
    with pytest.raises(CardUnknown):
        town.host.command(lambda s: service.drop_card(s, member_id=bea.id, card_id=card.id, now=town.now))


def test_what_cannot_be_asked_or_said_is_refused_with_its_reason(town: Helping) -> None:
    ada, bea = town.guests.ada, town.helper("Bea Cox")
    for question in ("I am ada bianchi, who helps?", "Write to ada@lambrate.test"):
        with pytest.raises(QuestionNamesYou):
            town.ask(question=question)
    ask_id = town.ask()
    with pytest.raises(NothingTicked):
        town.yes(bea, ticked=(ContactField.NOTE, ContactField.COMPANY))
    with pytest.raises(OwnAskUnknown):
        town.ask(town.person("Zoe", town.home), ask_id=ask_id)
    with pytest.raises(OwnIntroductionUnknown):
        town.host.command(lambda s: queries.mine(s, introduction_id=town.rows(bea)[0].id, member_id=ada.id))
    with pytest.raises(IntroductionSettled):
        town.end(bea)
    town.ask()
    town.ask()
    with pytest.raises(TooManyAsks):
        town.ask()
    for place in (0, 1):
        town.yes(bea, place=place)
    with pytest.raises(EnoughIntroductions):
        town.yes(bea, place=2)
    town.guests.clock.advance(dt.timedelta(days=15))
    with pytest.raises(IntroductionSettled):
        town.yes(ada, town.home)
