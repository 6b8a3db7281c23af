"""Agreements: proposed by one, the same terms signed by the other, version after version; what does not fit is told."""

import datetime as dt
from typing import Any

import pytest

from shared.ids import new_id
from shared.keys import jws
from tests.support.wire_space import THURSDAY, WireHub, WireSpace, body, good, pointers, slug_of

GUEST = new_id()
TYP = "twinning-terms+jwt"


def sha256(space: WireSpace, terms: dict[str, Any]) -> str:
    keys = {key.kid: key.key for key in space.ring.public("signing")}
    return jws.verify(space.sign(terms, TYP), keys=keys, typ=TYP).payload_sha256


def following(space: WireSpace, other: WireSpace, terms: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The next version of terms."""
    names = {"twinning_id": terms["twinning_id"], "version": terms["version"] + 1, "prev_hash": sha256(space, terms)}
    return space.terms(other, **{**names, **changes})


def kinds(items: list[dict[str, Any]]) -> list[str]:
    return [item["type"] for item in items]


def test_terms_are_proposed_by_one_and_agreed_by_the_other(nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.terms(london)
    proposed = good(nyc.propose(terms))
    assert (proposed["state"], proposed["version"], proposed["active_version"]) == ("proposed", 1, None)
    assert good(london.call("GET", f"/twinnings/{terms['twinning_id']}")) == proposed
    agreed = good(london.agree(terms))
    assert (agreed["state"], agreed["active_version"], agreed["rev"]) == ("active", 1, proposed["rev"] + 1)
    assert agreed["active_proposal"] == proposed["proposal"]
    assert jws.read_unverified(agreed["active_consent"], typ=TYP) == terms
    assert nyc.snapshot("twinnings") == london.snapshot("twinnings") == {f"twinning/{terms['twinning_id']}": agreed}


def test_a_proposal_again_changes_nothing_though_signatures_differ(nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.terms(london)
    first = good(nyc.propose(terms))
    cursor = london.cursor()
    assert good(nyc.propose(terms)) == first
    assert london.news(cursor)[0] == []


def test_a_consent_again_changes_nothing(nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.terms(london)
    good(nyc.propose(terms))
    first = good(london.agree(terms))
    assert good(london.agree(terms)) == first
    assert good(nyc.propose(terms)) == first


def test_of_two_rivals_the_later_gets_the_winner(nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.terms(london)
    winner = good(nyc.propose(terms))["proposal"]
    rival = london.terms(nyc, twinning_id=terms["twinning_id"], no_show_percent=50)
    answer = london.propose(rival)
    assert slug_of(answer) == (409, "version-conflict")
    assert (body(answer)["version"], body(answer)["winner"]) == (1, winner)
    changed = nyc.propose({**terms, "no_show_percent": 0})
    assert slug_of(changed) == (409, "version-conflict")


def test_an_activation_gives_each_the_others_profile_status_list_and_days(
    hub: WireHub, nyc: WireSpace, london: WireSpace
) -> None:
    for space in (nyc, london):
        good(space.publish_status_list())
        good(space.offer())
    cursors = {space.slug: space.cursor() for space in (nyc, london)}
    nyc.twin(london)
    for space, twin in ((nyc, london), (london, nyc)):
        items, _ = space.news(cursors[space.slug])
        assert kinds(items) == ["twinning.updated", "twinning.updated", "profile.updated", "status-list.updated"]
        assert {item["data"]["space"] for item in items[2:]} == {twin.slug}
        cursors[space.slug] = space.cursor()
    assert hub.reconcile("tell new twins") == {"tell new twins": 1}
    for space, twin in ((nyc, london), (london, nyc)):
        [item] = space.news(cursors[space.slug])[0]
        assert (item["type"], item["data"]["host"], item["data"]["morning_free"]) == ("availability.updated", twin.slug, 3)
    assert hub.reconcile("tell new twins") == {"tell new twins": 0}


def test_new_terms_take_the_place_of_the_old_and_days_are_told_again(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    good(london.offer())
    terms = nyc.twin(london)
    hub.reconcile("tell new twins")
    second = following(london, nyc, terms, offered={"set_aside_seats": 2, "price_day_credits": 200})
    assert good(london.propose(second))["active_version"] == 1
    cursor = nyc.cursor()
    assert good(nyc.agree(second))["active_version"] == 2
    hub.reconcile("tell new twins")
    [day] = [item["data"] for item in nyc.news(cursor)[0] if item["type"] == "availability.updated"]
    assert day["morning_free"] == 5


def test_terms_that_were_never_agreed_are_followed_by_others(nyc: WireSpace, london: WireSpace) -> None:
    first = nyc.terms(london)
    good(nyc.propose(first))
    second = following(london, nyc, first, no_show_percent=50)
    good(london.propose(second))
    assert slug_of(london.agree(first)) == (409, "nothing-to-agree")
    assert good(nyc.agree(second))["active_version"] == 2


def test_old_terms_cannot_be_agreed_to_anew(nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.twin(london)
    second = following(nyc, london, terms)
    good(nyc.propose(second))
    good(london.agree(second))
    assert good(london.agree(terms))["active_version"] == 2, "a repeat of the first consent changes nothing"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"version": 2}, "/version"),
        ({"prev_hash": "a" * 64}, "/prev_hash"),
        ({"spaces": ["wecreate-nyc", "thecube-london"]}, "/spaces"),
        ({"spaces": ["wecreate-nyc", "wecreate-nyc"]}, "/spaces"),
        ({"root_thumbprints": {"wecreate-nyc": "x", "thecube-london": "y"}}, "/root_thumbprints"),
        ({"cancellation": [{"hours_before": 24, "charge_percent": 0}]}, "/cancellation"),
        ({"cancellation": [{"hours_before": 0, "charge_percent": 0}] * 2}, "/cancellation"),
        ({"valid_from": "2026-12-01", "valid_until": "2026-11-30"}, "/valid_until"),
        ({"twinning_id": new_id()}, "/twinning_id"),
    ],
)
def test_terms_that_contradict_themselves_or_the_hub_are_refused(
    nyc: WireSpace, london: WireSpace, changes: dict[str, Any], pointer: str
) -> None:
    terms = nyc.terms(london)
    path = f"/twinnings/{terms['twinning_id']}/versions/1"
    answer = nyc.call("PUT", path, {"terms": nyc.sign({**terms, **changes}, TYP)})
    assert (slug_of(answer), pointers(answer)) == ((422, "terms-invalid"), [f"/terms{pointer}"])


def test_a_version_that_does_not_follow_is_refused_whatever_its_address_says(nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.terms(london)
    answer = nyc.call("PUT", f"/twinnings/{terms['twinning_id']}/versions/7", {"terms": nyc.sign(terms, TYP)})
    assert (slug_of(answer), pointers(answer)) == ((422, "terms-invalid"), ["/terms/version"])
    assert slug_of(nyc.call("GET", f"/twinnings/{terms['twinning_id']}")) == (404, "twinning-unknown")


def test_the_offers_are_one_of_each(nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.terms(london)
    answer = nyc.propose({**terms, "offers": [terms["offers"][0]] * 2})
    assert pointers(answer) == ["/terms/offers"]


def test_a_twinning_keeps_its_two_spaces(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    milano = hub.join("cowo-milano")
    terms = nyc.twin(london)
    answer = nyc.propose(following(nyc, milano, terms))
    assert "/terms/spaces" in pointers(answer)
    assert slug_of(milano.propose(following(milano, nyc, terms))) == (404, "twinning-unknown")


def test_nobody_else_sees_or_agrees(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    milano = hub.join("cowo-milano")
    terms = nyc.terms(london)
    good(nyc.propose(terms))
    assert slug_of(milano.agree(terms)) == (404, "twinning-unknown")
    assert slug_of(milano.call("GET", f"/twinnings/{terms['twinning_id']}")) == (404, "twinning-unknown")
    assert slug_of(milano.call("GET", f"/twinnings/{new_id()}")) == (404, "twinning-unknown")


def test_the_proposer_cannot_agree_for_the_other(nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.terms(london)
    good(nyc.propose(terms))
    assert slug_of(nyc.agree(terms)) == (409, "nothing-to-agree")
    path = f"/twinnings/{terms['twinning_id']}/versions/1/consent"
    assert london.call("POST", path, {"terms": nyc.sign(terms, TYP)}).status_code == 422


def test_only_the_very_same_terms_can_be_agreed_to(nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.terms(london)
    good(nyc.propose(terms))
    assert slug_of(london.agree({**terms, "no_show_percent": 0})) == (409, "nothing-to-agree")
    assert slug_of(london.agree({**terms, "version": 2})) == (409, "nothing-to-agree")


def test_terms_are_signed_by_the_key_for_documents(nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.terms(london)
    path = f"/twinnings/{terms['twinning_id']}/versions/1"
    for use, typ in (("client", TYP), ("root", TYP), ("signing", "visit+jwt")):
        assert nyc.call("PUT", path, {"terms": nyc.sign(terms, typ, use=use)}).status_code == 422, (use, typ)
    assert london.call("PUT", path, {"terms": nyc.sign(terms, TYP)}).status_code == 422


def test_nobody_proposes_in_anothers_name(nyc: WireSpace, london: WireSpace) -> None:
    assert slug_of(nyc.propose(nyc.terms(london, proposer=london.slug))) == (403, "identity-mismatch")


def test_there_is_no_twinning_with_oneself_with_nobody_or_between_others(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    milano = hub.join("cowo-milano")
    assert slug_of(nyc.propose(nyc.terms(nyc))) == (422, "terms-invalid")
    assert slug_of(nyc.propose(nyc.terms(hub.space("nowhere-at-all")))) == (404, "twin-unknown")
    assert pointers(nyc.propose({**london.terms(milano), "proposer": nyc.slug})) == ["/terms/spaces"]


def test_a_space_that_is_not_in_action_is_no_twin(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.terms(london)
    good(nyc.propose(terms))
    hub.suspend(nyc.slug)
    assert slug_of(london.agree(terms)) == (404, "twin-unknown")
    assert slug_of(london.propose(london.terms(nyc))) == (404, "twin-unknown")
    hub.reinstate(nyc.slug)
    good(london.agree(terms))


def test_a_space_on_probation_can_be_a_twin(hub: WireHub, nyc: WireSpace) -> None:
    nyc.twin(hub.join("cowo-milano", admit=False))


def test_a_pair_has_one_twinning(nyc: WireSpace, london: WireSpace) -> None:
    open_one = london.terms(nyc)
    good(london.propose(open_one))
    nyc.twin(london)
    assert slug_of(nyc.propose(nyc.terms(london))) == (409, "already-twinned")
    assert slug_of(nyc.agree(open_one)) == (409, "already-twinned")


def test_stays_keep_the_terms_under_which_they_were_booked(nyc: WireSpace, london: WireSpace) -> None:
    terms = nyc.twin(london)
    good(london.offer())
    good(nyc.grant(GUEST))
    booking = nyc.book(london, terms, GUEST)
    second = following(nyc, london, terms, cancellation=[{"hours_before": 0, "charge_percent": 100}])
    good(nyc.propose(second))
    good(london.agree(second))
    again = good(nyc.call("GET", f"/bookings/{booking['id']}"))
    assert (again["terms_version"], again["cancellation"]) == (1, terms["cancellation"])
    assert good(nyc.cancel(booking))["charged_credits"] == 0


def test_terms_that_have_ended_or_not_begun_cover_no_stay(nyc: WireSpace, london: WireSpace) -> None:
    until = (THURSDAY - dt.timedelta(days=1)).isoformat()
    terms = nyc.twin(london, valid_until=until)
    good(london.offer())
    good(nyc.grant(GUEST))
    [booking] = good(nyc.request(london, terms, GUEST))["bookings"]
    assert (booking["state"], booking["reason"]) == ("refused", "not-twinned")


@pytest.mark.parametrize("version", [0, 2**31, 2**63])
def test_versions_are_counted_from_one_and_not_without_end(nyc: WireSpace, london: WireSpace, version: int) -> None:
    terms = nyc.terms(london)
    path = f"/twinnings/{terms['twinning_id']}/versions/{version}"
    assert nyc.call("PUT", path, {"terms": nyc.sign(terms, TYP)}).status_code == 404
    good(nyc.propose(terms))
    assert london.call("POST", f"{path}/consent", {"terms": london.sign(terms, TYP)}).status_code == 404
