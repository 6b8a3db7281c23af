"""A hub that was restored a short while ago: what it does not know may still come, and is waited for instead of refused."""

import datetime as dt

from federation.db import FeedCounter, db
from shared.ids import new_id
from shared.messaging.numbering import raise_epoch
from tests.support.wire_events import add_session, invite, publish_event, put_session, reply
from tests.support.wire_space import WireHub, WireSpace, example, good, slug_of


def calls(space: WireSpace, known: str) -> dict[str, int]:
    """What is answered to calls that rest on what another space says; and how long to wait."""
    asked = {**example("rsvp-request"), "session_id": new_id()}
    attendance = {"came": True, "at": space.now.isoformat()}
    answers = {
        "invitation": invite(space, new_id(), space),
        "answer": reply(space, new_id(), "accept"),
        "session": put_session(space, new_id()),
        "rsvp": space.call("PUT", f"/rsvps/{new_id()}", asked),
        "attendance": space.call("POST", f"/rsvps/{new_id()}/attendance", attendance),
        "brief": space.call("PUT", f"/sessions/{new_id()}/briefs/{space.slug}", example("brief-update")),
        "relay": put_session(space, known, relay_of=new_id()),
    }
    for answer in answers.values():
        if answer.status_code == 503:
            assert (slug_of(answer), answer.headers["Retry-After"]) == ((503, "hub-recovering"), "30")
    return {name: answer.status_code for name, answer in answers.items()}


def test_what_may_still_come_is_waited_for_while_nodes_say_again_what_was_forgotten(hub: WireHub, london: WireSpace) -> None:
    """Edge case 32: nodes send again in no order between them."""
    known = publish_event(london)["id"]
    refused = {**dict.fromkeys(calls(london, known), 404), "relay": 422}
    assert calls(london, known) == refused
    now = hub.clock.now()
    hub.run(lambda: raise_epoch(db.session(), FeedCounter, restored_to=now - dt.timedelta(hours=9), now=now))
    assert calls(london, known) == dict.fromkeys(refused, 503)
    assert add_session(london, known)["rev"] == 1
    assert good(london.call("GET", f"/events/{known}"))["rev"] == 1
    hub.clock.advance(dt.timedelta(hours=1, seconds=2))
    london.token = ""
    assert calls(london, known) == refused
