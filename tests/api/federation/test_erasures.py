"""What the hub does with the seats of somebody who is to be forgotten."""

from federation.db import db
from federation.rsvps.models import Rsvp
from shared.ids import new_id
from tests.support.wire_seats import asked, open_seats
from tests.support.wire_space import WireHub, WireSpace, example, good


def test_what_was_refused_at_once_loses_its_person_and_nobody_hears_of_it(
    hub: WireHub, nyc: WireSpace, london: WireSpace
) -> None:
    guest, full = new_id(), open_seats(london, 0, waiting_list=False)
    refused = asked(nyc, full, guest)
    assert (refused["state"], refused["reason"]) == ("refused", "full")
    cursor = nyc.cursor()
    good(nyc.call("POST", "/erasures", {**example("erasure-request"), "id": new_id(), "guest": guest}))
    hub.reconcile()
    kept = hub.run(lambda: db.session().get_one(Rsvp, refused["id"]))
    assert (kept.guest, kept.state, kept.rev) == (None, "refused", 1)
    assert f"rsvp/{refused['id']}" not in {item["subject"] for item in nyc.news(cursor)[0]}
