"""Holding an event together: nobody is shown as a host who has not said yes, and who goes takes its sessions along."""

import pytest

from shared.protocol.events import COHOSTS_MAX
from tests.support.wire_events import add_session, hold_together, invite, publish_event, put_session, reply, seen, told
from tests.support.wire_space import WireHub, WireSpace, good, slug_of


def states(entry: dict) -> dict[str, str]:
    return {one["space"]: one["state"] for one in entry["cohosts"]}


def test_an_invitation_is_shown_to_the_lead_and_the_invited_alone(london: WireSpace, nyc: WireSpace, milan: WireSpace) -> None:
    event = publish_event(london)
    since = {space.slug: space.cursor() for space in (london, nyc, milan)}
    entry = good(invite(london, event["id"], nyc))
    assert states(entry) == {nyc.slug: "invited"}
    for space, expected in ((london, {nyc.slug: "invited"}), (nyc, {nyc.slug: "invited"}), (milan, {})):
        first = told(space, since[space.slug], "event.updated")[0]
        assert (first["rev"], states(first)) == (2, expected)
        assert states(good(space.call("GET", f"/events/{event['id']}"))) == expected
        assert states(space.snapshot("events")[f"event/{event['id']}"]) == expected


def test_who_accepts_is_shown_to_all_and_its_words_to_the_lead(london: WireSpace, nyc: WireSpace, milan: WireSpace) -> None:
    event = publish_event(london)
    good(invite(london, event["id"], nyc))
    since = {space.slug: space.cursor() for space in (london, milan)}
    good(reply(nyc, event["id"], "accept", note="Gladly."))
    [at_lead, *_] = told(london, since[london.slug], "event.updated")
    [elsewhere] = told(milan, since[milan.slug], "event.updated")
    assert at_lead["cohosts"] == [{"space": nyc.slug, "state": "accepted", "note": "Gladly."}]
    assert elsewhere["cohosts"] == [{"space": nyc.slug, "state": "accepted", "note": ""}]


@pytest.mark.parametrize("reach", ["space", "network"])
def test_who_declines_is_never_shown_as_a_host(london: WireSpace, nyc: WireSpace, milan: WireSpace, reach: str) -> None:
    """Edge case 73: an event that was declined leaves the calendar of who declined it, or never names it there."""
    event = publish_event(london, reach=reach)
    add_session(london, event["id"])
    good(invite(london, event["id"], nyc))
    assert seen(nyc) == [f"event/{event['id']}"]
    since = nyc.cursor()
    answer = good(reply(nyc, event["id"], "decline", note="Not this month."))
    assert states(answer) == {nyc.slug: "declined"}
    assert states(good(london.call("GET", f"/events/{event['id']}"))) == {nyc.slug: "declined"}
    gone = told(nyc, since, "event.removed")
    if reach == "space":
        assert [one["id"] for one in gone] == [event["id"]]
        assert gone[0]["rev"] > answer["rev"]
        assert (seen(nyc), told(nyc, since, "event.updated")) == ([], [])
    else:
        assert gone == []
        assert states(milan.snapshot("events")[f"event/{event['id']}"]) == {}
    assert slug_of(put_session(nyc, event["id"])) == (404, "no-such-event")
    assert slug_of(reply(nyc, event["id"], "accept")) == (409, "invitation-over")
    good(invite(london, event["id"], nyc))
    assert states(good(reply(nyc, event["id"], "accept"))) == {nyc.slug: "accepted"}


def test_who_withdraws_takes_its_sessions_along(london: WireSpace, nyc: WireSpace, milan: WireSpace) -> None:
    """Edge case 74: the sessions of a co-host that goes are cancelled, the others' are not."""
    event = publish_event(london)
    hold_together(london, event["id"], nyc)
    own, other = add_session(nyc, event["id"]), add_session(london, event["id"])
    since = {space.slug: space.cursor() for space in (nyc, milan)}
    answer = good(reply(nyc, event["id"], "withdraw"))
    assert states(answer) == {nyc.slug: "withdrawn"}
    for space in (nyc, milan):
        assert [(one["id"], one["state"]) for one in told(space, since[space.slug], "session.updated")] == [
            (own["id"], "cancelled")
        ]
    assert milan.snapshot("events")[f"session/{other['id']}"] == other
    assert slug_of(put_session(nyc, event["id"], own["id"])) == (404, "no-such-event")
    assert states(good(reply(nyc, event["id"], "withdraw"))) == {nyc.slug: "withdrawn"}


def test_a_host_of_an_event_that_only_its_holders_see_is_told_of_its_cancelled_session_as_it_goes(
    london: WireSpace, nyc: WireSpace
) -> None:
    event = publish_event(london, reach="space")
    hold_together(london, event["id"], nyc)
    own = add_session(nyc, event["id"])
    since = nyc.cursor()
    good(invite(london, event["id"], nyc, state="removed"))
    kinds = [(item["type"], item["data"].get("state")) for item in nyc.news(since)[0] if not item["type"].startswith("seats")]
    assert kinds == [("session.updated", "cancelled"), ("event.removed", None)]
    assert good(london.call("GET", f"/events/{event['id']}"))["cohosts"][0]["state"] == "removed"
    assert london.snapshot("events")[f"session/{own['id']}"]["state"] == "cancelled"


def test_taking_an_invitation_back_twice_or_where_there_is_none_changes_nothing(
    london: WireSpace, nyc: WireSpace, milan: WireSpace
) -> None:
    event = publish_event(london)
    assert good(invite(london, event["id"], nyc, state="removed")) == event
    taken = good(invite(london, event["id"], nyc))
    assert good(invite(london, event["id"], nyc)) == taken
    back = good(invite(london, event["id"], nyc, state="removed"))
    assert good(invite(london, event["id"], nyc, state="removed")) == back
    assert slug_of(reply(nyc, event["id"], "accept")) == (409, "invitation-over")
    assert slug_of(reply(milan, event["id"], "accept")) == (404, "no-such-event")


def test_nobody_answers_for_another_and_an_answer_is_given_once(london: WireSpace, nyc: WireSpace, milan: WireSpace) -> None:
    event = publish_event(london)
    good(invite(london, event["id"], nyc))
    forged = milan.call("POST", f"/events/{event['id']}/cohosts/{nyc.slug}/accept", {"note": ""})
    assert slug_of(forged) == (404, "no-such-event")
    assert slug_of(reply(nyc, event["id"], "withdraw")) == (409, "invitation-over")
    first, again = (reply(nyc, event["id"], "accept", key="once") for _ in range(2))
    assert good(first) == good(again)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert slug_of(reply(nyc, event["id"], "accept", key="")) == (400, "key-needed")
    assert slug_of(reply(nyc, event["id"], "decline")) == (409, "invitation-over")


def test_only_another_space_of_the_network_can_be_invited(hub: WireHub, london: WireSpace, nyc: WireSpace) -> None:
    event = publish_event(london)
    hub.suspend(nyc.slug)
    path = f"/events/{event['id']}/cohosts"
    for slug in (london.slug, nyc.slug, "nobody-here"):
        assert slug_of(london.call("PUT", f"{path}/{slug}", {"state": "invited"})) == (422, "cohost-invalid")
    assert slug_of(london.call("PUT", f"{path}/{nyc.slug}", {"state": "accepted"})) == (422, "invalid")


def test_so_many_spaces_hold_one_event_and_no_more(monkeypatch, london: WireSpace, nyc: WireSpace, milan: WireSpace) -> None:
    assert COHOSTS_MAX == 30
    monkeypatch.setattr("federation.events.service.lead.COHOSTS_MAX", 1)
    event = publish_event(london)
    good(invite(london, event["id"], nyc))
    assert slug_of(invite(london, event["id"], milan)) == (409, "cohosts-full")
    good(reply(nyc, event["id"], "decline"))
    good(invite(london, event["id"], milan))
