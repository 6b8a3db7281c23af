"""Many at once about one event: an id is one space's, a version is made once, and hosts who go and come agree with the lead."""

from collections import Counter
from functools import partial

import pytest

from shared.ids import new_id
from tests.support.threads import together
from tests.support.wire_events import (
    add_session,
    event_body,
    hold_together,
    invite,
    publish_event,
    put_event,
    put_format,
    put_session,
    reply,
    session_body,
)
from tests.support.wire_space import WireHub, WireSpace, good, slug_of

SPACES = ("thecube-london", "wecreate-nyc", "cowo-milano")


@pytest.fixture
def spaces(hub: WireHub) -> list[WireSpace]:
    found = [hub.join(slug) for slug in SPACES]
    for space in found:
        space.token = space.new_token()
    return found


def outcomes(answers: list) -> Counter:
    return Counter("good" if answer.status_code == 200 else slug_of(answer)[1] for answer in answers)


def test_one_event_id_is_one_spaces(spaces: list[WireSpace]) -> None:
    event_id = new_id()
    answers = together(*(partial(put_event, space, event_id, reach="space") for space in spaces))
    assert outcomes(answers) == {"good": 1, "no-such-event": 2}


def test_one_session_id_is_one_hosts(spaces: list[WireSpace]) -> None:
    event, session_id = publish_event(spaces[0])["id"], new_id()
    hold_together(spaces[0], event, *spaces[1:])
    answers = together(*(partial(put_session, space, event, session_id) for space in spaces))
    assert outcomes(answers) == {"good": 1, "no-such-session": 2}


def test_one_session_id_in_two_events_is_in_one(spaces: list[WireSpace]) -> None:
    session_id = new_id()
    events = [publish_event(space)["id"] for space in spaces]
    answers = together(*(partial(put_session, space, event, session_id) for space, event in zip(spaces, events, strict=True)))
    assert outcomes(answers) == {"good": 1, "no-such-session": 2}


def test_one_version_of_a_format_is_made_once(spaces: list[WireSpace]) -> None:
    format_id = new_id()
    answers = together(*(partial(put_format, space, format_id) for space in spaces))
    assert outcomes(answers) == {"good": 1, "id-conflict": 2}


def test_the_same_words_at_once_are_one_change(spaces: list[WireSpace]) -> None:
    lead = spaces[0]
    event_id, session_id = new_id(), new_id()
    said = event_body(lead, event_id)
    first = together(*[partial(lead.call, "PUT", f"/events/{event_id}", said)] * 4)
    assert [good(answer)["rev"] for answer in first] == [1] * 4
    about = session_body(lead, session_id)
    second = together(*[partial(lead.call, "PUT", f"/events/{event_id}/sessions/{session_id}", about)] * 4)
    assert [good(answer)["rev"] for answer in second] == [1] * 4


@pytest.mark.parametrize("run", range(3))
def test_a_host_who_goes_while_the_event_moves_leaves_no_session_behind(spaces: list[WireSpace], run: int) -> None:
    """Edge case 74: whichever comes first, who has withdrawn holds nothing, and every rev is told once."""
    lead, host, other = spaces
    event = publish_event(lead)["id"]
    hold_together(lead, event, host, other)
    source = add_session(lead, event, at="18:00")
    relay = add_session(host, event, at="13:00", relay_of=source["id"])
    works = [
        partial(reply, host, event, "withdraw"),
        partial(put_session, lead, event, source["id"], at="19:00"),
        partial(put_session, host, event, relay["id"], at="13:00", relay_of=source["id"], note="See you."),
        partial(put_event, lead, event, reach="twins"),
        partial(invite, lead, event, other, state="removed"),
    ]
    answers = together(*works[run % 2 :], *works[: run % 2])
    assert outcomes(answers).keys() <= {"good", "no-such-event", "session-invalid"}
    held = lead.snapshot("events")
    assert held[f"session/{relay['id']}"]["state"] == "cancelled"
    assert held[f"session/{source['id']}"]["starts_local"].endswith("19:00")
    assert {one["space"]: one["state"] for one in held[f"event/{event}"]["cohosts"]} == {
        host.slug: "withdrawn",
        other.slug: "removed",
    }
