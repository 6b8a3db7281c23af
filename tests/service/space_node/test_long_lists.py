"""Long lists about events: searched, sorted and cut by the database, alike on both engines."""

import datetime as dt
from collections.abc import Iterable
from functools import partial
from typing import Any

from shared.ids import new_id
from shared.protocol.states import CohostState, Reach, RsvpState
from space_node.door import queries as door
from space_node.events import service as organiser
from space_node.events.service import EventText
from space_node.formats import queries as formats
from space_node.formats import service as library
from space_node.hosting import queries as hosting
from space_node.hosting.queries import Group, GuestRsvp
from space_node.organise import queries as organise
from tests.support.evening import Evening
from tests.support.guests import HOME, HOST, Guests
from tests.support.sample_door import RECIPE

MINUTE = dt.timedelta(minutes=1)
NAMES = ("Zoë", "Émile Durand", "Özgür", "", "abel")


def come(evening: Evening, people: Iterable[dict[str, Any]]) -> None:
    """Rows as the hub's news leaves them."""
    about = {"session_id": evening.session_id, "event_id": evening.event_id, "kind": "in_person", "origin": "home"}
    usual = {"home": HOME, "state": RsvpState.CONFIRMED, "name": "", "as_of": evening.now} | about
    evening.host.command(lambda s: s.add_all([GuestRsvp(**(usual | {"id": f"{n:03}"} | one)) for n, one in enumerate(people)]))


def listed(evening: Evening, **wanted: Any) -> list[str]:
    """The names on a page of the door list."""
    return [one.name for one in evening.host.look(lambda s: hosting.page(s, evening.session_id, **wanted)).rows]


def test_people_are_found_whatever_is_on_the_keyboard_of_the_door(guests: Guests) -> None:
    evening = Evening(guests)
    here: list[dict[str, Any]] = [
        {"name": "Bob", "arrived_at": guests.now},
        {"name": "Cy", "home": HOST, "state": RsvpState.WAITLISTED},
    ]
    come(evening, [*({"name": name} for name in NAMES), *here])
    assert listed(evening) == ["abel", "Émile Durand", "Özgür", "Zoë", "", "Bob", "Cy"]
    assert listed(evening, search="OZGUR") == ["Özgür"]
    assert listed(evening, search="dur émi lambrate") == ["Émile Durand"]
    assert listed(evening, search="thecube") == ["Cy"]
    assert listed(evening, search="%") == []
    assert listed(evening, groups=(Group.HERE, Group.WAITING)) == ["Bob", "Cy"]
    assert listed(evening, sort="home")[-1] == "Cy"
    assert listed(evening, sort="queue")[:2] == ["Cy", "Zoë"]
    evening.host.command(lambda s: setattr(hosting.require(s, "002"), "name", "Öz"))
    assert (listed(evening, search="ozgur"), listed(evening, search="oz")) == ([], ["Öz"])


def test_of_a_thousand_guests_a_page_is_read_and_all_are_counted(sqlite_guests: Guests) -> None:
    guests = sqlite_guests
    evening = Evening(guests, seats_in_person=2_000)
    come(evening, ({"name": f"Guest {n:04}", "party": 1 + n % 2} for n in range(1_000)))
    page = evening.host.look(lambda s: hosting.page(s, evening.session_id, number=20))
    assert (page.total, page.count, page.rows[0].name, page.rows[-1].name) == (1_000, 20, "Guest 0950", "Guest 0999")
    (at,) = evening.host.look(lambda s: door.sessions_now(s, guests.now)).rows
    assert evening.host.look(lambda s: hosting.counts(s, at.session)).expected == 1_500
    assert evening.host.look(lambda s: door.sessions_now(s, guests.now, search="breakfast")).total == 0


def test_what_people_said_is_sorted_by_time_and_stars_and_found_by_words(guests: Guests) -> None:
    evening = Evening(guests)
    assert evening.host.look(lambda s: hosting.stars(s, evening.session_id)) == (0, None)
    said = [(5, "Good soup"), (None, "Soup, again"), (2, "Cold"), (4, "")]
    come(
        evening,
        [{"stars": stars, "feedback": text, "feedback_at": guests.now + n * MINUTE} for n, (stars, text) in enumerate(said)],
    )

    def told(**wanted: Any) -> list[str]:
        return [one.feedback for one in evening.host.look(lambda s: hosting.feedback(s, evening.session_id, **wanted)).rows]

    assert evening.host.look(lambda s: hosting.stars(s, evening.session_id)) == (4, 3.7)
    assert told() == ["", "Cold", "Soup, again", "Good soup"]
    assert told(sort="best") == ["Good soup", "", "Cold", "Soup, again"]
    assert told(sort="worst", search="soup lambrate") == ["Good soup", "Soup, again"]


def test_each_part_of_what_a_space_organises_has_pages_of_its_own(guests: Guests) -> None:
    evening = Evening(guests)
    for number in range(21):
        text = EventText(title=f"Draft {number:02}", language="en", reach=Reach.NETWORK)
        evening.host.command(partial(organiser.save_draft, event_id=new_id(), text=text, now=guests.now))

    def board(now: dt.datetime = guests.now, **wanted: Any) -> dict[str, tuple[int, list[str]]]:
        found = evening.host.look(lambda s: organise.board(s, now, **wanted))
        return {name: (page.total, [one.title for one in page.rows]) for name, page in vars(found).items() if page.total}

    assert board()["coming"] == (1, ["Presentation Lunch"])
    total, titles = board()["drafts"]
    assert (total, len(titles), titles[0]) == (21, 20, "Draft 20")
    assert board(drafts=2)["drafts"] == (21, ["Draft 00"])
    assert board(sort="title", drafts=2)["drafts"] == (21, ["Draft 20"])
    assert board(search="lunch thecube") == {"coming": (1, ["Presentation Lunch"])}
    assert board(guests.now + 30 * 60 * MINUTE, search="lunch") == {"past": (1, ["Presentation Lunch"])}
    assert len(evening.host.look(lambda s: organise.everything(s, guests.now))) == 22


def test_an_answer_on_its_way_counts_before_what_the_hub_tells(sqlite_guests: Guests) -> None:
    guests = sqlite_guests
    evening = Evening(guests)
    evening.host.command(lambda s: organiser.invite(s, event_id=evening.event_id, space=HOME, now=guests.now))
    evening.sync()
    (asked,) = evening.home.look(lambda s: organise.board(s, guests.now)).invitations.rows
    assert (asked.lead, asked.stands) == (HOST, CohostState.INVITED)
    guests.network.transport.cut()
    answer: dict[str, Any] = {"event_id": evening.event_id, "answer": CohostState.ACCEPTED, "now": guests.now}
    evening.home.command(lambda s: organiser.answer_invitation(s, **answer))
    found = evening.home.look(lambda s: organise.board(s, guests.now, search="lunch"))
    assert (found.invitations.total, [one.stands for one in found.coming.rows]) == (0, [CohostState.ACCEPTED])


def test_the_library_is_cut_in_each_of_its_orders(guests: Guests) -> None:
    evening = Evening(guests)
    for number, title in enumerate([*(f"Evening {n:02}" for n in range(20)), "Élan vital"]):
        about: dict[str, Any] = {"content": RECIPE | {"title": title}, "now": guests.now + number * MINUTE}
        evening.host.command(partial(library.from_event, event_id=evening.event_id, **about))

    def titles(**wanted: Any) -> list[str]:
        return [one.newest.title for one in evening.host.look(lambda s: formats.library(s, **wanted)).rows]

    assert titles(sort="title")[0] == titles(sort="newest")[0] == "Élan vital"
    assert titles(number=2) == titles(number=2, sort="author") == ["Evening 19"]
    assert titles(search="elan THECUBE food") == ["Élan vital"]
    assert evening.host.look(formats.choices) == (["en"], ["food", "making"])
