"""An event's circle becomes smaller while somebody asks for a seat: either they get none, or their home hears of the event on."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from federation.events import service as events
from federation.rsvps.service import requests
from shared.ids import new_id
from shared.protocol.events import EventUpdate
from shared.protocol.rsvps import RsvpRequest
from shared.schemas import load
from tests.support.threads import in_its_way
from tests.support.wire_events import add_session, event_body, hold_together, invite, publish_event, put_event, told
from tests.support.wire_seats import asked, change_seats, wish
from tests.support.wire_space import WireHub, WireSpace, good


@pytest.fixture
def lead(hub: WireHub) -> WireSpace:
    return hub.join("thecube-london")


@pytest.fixture
def home(hub: WireHub) -> WireSpace:
    return hub.join("wecreate-nyc")


def kept_to_the_lead(lead: WireSpace, event_id: str, _home: WireSpace) -> TestResponse:
    return put_event(lead, event_id, reach="space")


def no_more_held_by_the_home(lead: WireSpace, event_id: str, home: WireSpace) -> TestResponse:
    return invite(lead, event_id, home, state="removed")


@pytest.mark.parametrize("narrow", [kept_to_the_lead, no_more_held_by_the_home])
def test_who_got_a_seat_as_the_circle_became_smaller_hears_of_the_event_on(
    hub: WireHub, lead: WireSpace, home: WireSpace, narrow: Callable[..., TestResponse]
) -> None:
    by_reach = narrow is kept_to_the_lead
    event_id = publish_event(lead, reach="network" if by_reach else "space")["id"]
    hold_together(lead, event_id, *([] if by_reach else [home]))
    session = add_session(lead, event_id)
    since, wanted = home.cursor(), requests.Asked(**load(RsvpRequest, wish(home, session)))

    def ask(hub_session: Session) -> str:
        about = {"rsvp_id": new_id(), "caller": home.slug, "asked": wanted}
        return str(requests.answer_request(hub_session, **about, now=hub.clock.now())["state"])

    state, narrowed = in_its_way(hub.command, ask, partial(narrow, lead, event_id, home))
    assert (state, good(narrowed)["id"]) == ("confirmed", event_id)
    assert told(home, since, "event.removed") == []
    change_seats(lead, session, seats_in_person=3)
    assert told(home, since, "session.updated")[-1]["seats_in_person"] == 3


def test_who_asks_after_the_circle_became_smaller_gets_no_seat(hub: WireHub, lead: WireSpace, home: WireSpace) -> None:
    event_id = publish_event(lead, reach="network")["id"]
    session, since = add_session(lead, event_id), home.cursor()
    said: dict[str, Any] = load(EventUpdate, event_body(lead, event_id, reach="space"))
    rev = said.pop("rev")

    def narrow(hub_session: Session) -> str:
        about = {"event_id": event_id, "caller": lead.slug, "rev": rev, "said": said, "sha256": "0" * 64}
        return str(events.set_event(hub_session, **about, now=hub.clock.now()).reach)

    reach, answer = in_its_way(hub.command, narrow, partial(asked, home, session))
    assert (reach, answer["state"], answer["reason"]) == ("space", "refused", "not-eligible")
    assert [one["id"] for one in told(home, since, "event.removed")] == [event_id]
