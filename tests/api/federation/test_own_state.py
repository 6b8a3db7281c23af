"""What a space says of itself: profile, keys, status list; each with a rev that alone tells what a message means."""

import datetime as dt
import zlib
from typing import Any

import pytest

from federation.db import db
from federation.spaces import queries
from shared.keys import b64, jws, key_list, status_list
from shared.keys.key_set import build_key_set
from shared.keys.ring import KeyRing
from shared.keys.status_list import Status, StatusList
from tests.support.wire_space import WireHub, WireSpace, body, good, pointers, slug_of

LATER = dt.timedelta(minutes=1)


def put_profile(space: WireSpace, rev: int, **changes: Any):
    return space.call("PUT", "/self/profile", {"rev": rev, "profile": {**space.profile, **changes}})


def put_keys(space: WireSpace, rev: int, *, ring: KeyRing | None = None, slug: str = "", signed_rev: int = 0):
    key_set = build_key_set(ring or space.ring, slug or space.slug, signed_rev or rev, space.now)
    return space.call("PUT", "/self/keys", {"rev": rev, "key_set": key_set})


def kinds(items: list[dict[str, Any]]) -> list[str]:
    return [item["type"] for item in items]


def newest_list(hub: WireHub, space: WireSpace, held: key_list.KeyList | None = None) -> key_list.KeyList:
    copy = good(space.call("GET", "/key-list"))
    keys = {key.kid: key.key for key in hub.hub.ring.public("signing")}
    since = {"held_seq": held.seq, "held_hash": held.payload_sha256} if held else {}
    return key_list.read(copy["key_list"], hub_keys=keys, **since)


def test_a_higher_rev_of_a_profile_replaces_and_an_older_one_changes_nothing(nyc: WireSpace) -> None:
    assert good(put_profile(nyc, 3, city="Queens")) == {"rev": 3}
    assert good(put_profile(nyc, 2, city="Bronx")) == {"rev": 3}
    assert nyc.snapshot("spaces")[f"space/{nyc.slug}"]["city"] == "Queens"
    own = good(nyc.call("GET", "/self"))
    assert (own["profile_rev"], own["epoch"]) == (3, own["epoch"])


def test_an_equal_rev_repeats_the_answer_or_is_a_conflict(nyc: WireSpace) -> None:
    good(put_profile(nyc, 2, city="Queens"))
    assert good(put_profile(nyc, 2, city="Queens")) == {"rev": 2}
    other = put_profile(nyc, 2, city="Bronx")
    assert slug_of(other) == (409, "rev-conflict")
    assert body(other)["rev"] == 2


def test_a_profile_that_changed_is_news_for_twins_and_its_line_for_the_network(
    hub: WireHub, nyc: WireSpace, london: WireSpace
) -> None:
    stranger = hub.join("cowo-milano")
    nyc.twin(london)
    cursors = {space.slug: space.cursor() for space in (nyc, london, stranger)}
    good(put_profile(nyc, 2, welcome="Ring twice."))
    assert sorted(kinds(london.news(cursors[london.slug])[0])) == ["profile.updated", "space.updated"]
    assert kinds(stranger.news(cursors[stranger.slug])[0]) == ["space.updated"]
    [item] = [item for item in london.news(cursors[london.slug])[0] if item["type"] == "profile.updated"]
    assert (item["rev"], item["data"]["profile"]["welcome"]) == (2, "Ring twice.")
    assert london.snapshot("spaces")[f"profile/{nyc.slug}"] == item["data"]
    assert f"profile/{nyc.slug}" not in stranger.snapshot("spaces")


def test_a_profile_of_a_space_without_twins_is_nobody_elses(nyc: WireSpace, london: WireSpace) -> None:
    cursor = london.cursor()
    good(put_profile(nyc, 2, welcome="Ring twice."))
    assert kinds(london.news(cursor)[0]) == ["space.updated"]


def test_new_keys_of_the_same_root_are_taken_and_listed(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    held, cursor = newest_list(hub, london), london.cursor()
    new = nyc.ring.create("passport", nyc.now)
    assert good(put_keys(nyc, 2)) == {"rev": 2}
    listed = newest_list(hub, london, held)
    assert (listed.seq, listed.chained) == (held.seq + 1, True)
    assert listed.find(nyc.slug, "passport", new.thumbprint()) is not None
    [news] = london.news(cursor)[0]
    assert (news["type"], news["data"]) == ("key-list.updated", {"seq": listed.seq})


def test_the_key_list_names_its_predecessors_so_that_nobody_is_led_back_or_aside(hub: WireHub, nyc: WireSpace) -> None:
    first = newest_list(hub, nyc)
    for rev in range(2, 6):
        nyc.ring.create("encryption", nyc.now)
        hub.clock.advance(LATER)
        good(put_keys(nyc, rev))
    last = newest_list(hub, nyc, first)
    assert (last.seq, last.chained) == (first.seq + 4, True)


def test_only_the_newest_key_list_is_news(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    cursor = london.cursor()
    for rev in (2, 3, 4):
        nyc.ring.create("encryption", nyc.now)
        good(put_keys(nyc, rev))
    assert kinds(london.news(cursor)[0]) == ["key-list.updated"]


def test_keys_that_say_nothing_new_make_no_new_list(hub: WireHub, nyc: WireSpace) -> None:
    assert hub.reconcile("reissue key list") == {"reissue key list": 1}, "it has been admitted since"
    before = newest_list(hub, nyc)
    assert hub.reconcile("reissue key list", after=LATER) == {"reissue key list": 0}
    assert newest_list(hub, nyc).seq == before.seq


def test_a_change_of_standing_reissues_the_key_list(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    hub.suspend(nyc.slug)
    assert hub.reconcile("reissue key list") == {"reissue key list": 1}
    assert newest_list(hub, london).spaces[nyc.slug].state == "suspended"


def test_keys_with_an_older_rev_change_nothing_and_with_an_equal_one_only_the_same(nyc: WireSpace) -> None:
    nyc.ring.create("encryption", nyc.now)
    good(put_keys(nyc, 3))
    assert good(put_keys(nyc, 3)) == {"rev": 3}
    assert good(put_keys(nyc, 2)) == {"rev": 3}
    nyc.ring.create("encryption", nyc.now)
    assert slug_of(put_keys(nyc, 3)) == (409, "rev-conflict")
    assert good(nyc.call("GET", "/self"))["key_set_rev"] == 3


def test_keys_of_another_root_are_refused_whoever_holds_the_token(nyc: WireSpace, hub: WireHub, tmp_path) -> None:
    thief = WireSpace(hub, nyc.slug, KeyRing(tmp_path / "thief"))
    assert slug_of(put_keys(nyc, 2, ring=thief.ring)) == (422, "root-key-mismatch")


def test_a_key_set_of_another_space_is_not_ones_own(nyc: WireSpace, london: WireSpace) -> None:
    foreign = put_keys(nyc, 2, ring=london.ring, slug=london.slug)
    assert slug_of(foreign) == (403, "identity-mismatch")


def test_a_key_set_whose_rev_is_not_the_one_it_is_sent_with_is_refused(nyc: WireSpace) -> None:
    assert body(put_keys(nyc, 2, signed_rev=3))["reason"] == "other-rev"
    assert slug_of(nyc.call("PUT", "/self/keys", {"rev": 2, "key_set": "a.b.c"})) == (422, "key-set-invalid")


def test_a_status_list_is_mirrored_and_twins_are_told(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    nyc.twin(london)
    stranger = hub.join("cowo-milano")
    cursors = london.cursor(), stranger.cursor()
    statuses = StatusList()
    statuses.set(7, Status.INVALID)
    assert good(nyc.publish_status_list(statuses)) == {"rev": 1}
    [news] = london.news(cursors[0])[0]
    assert (news["type"], news["data"]["space"], news["data"]["rev"]) == ("status-list.updated", nyc.slug, 1)
    assert stranger.news(cursors[1])[0] == []
    copy = good(london.call("GET", f"/status-lists/{nyc.slug}"))
    keys = {key.kid: key.key for key in nyc.ring.public("passport")}
    assert status_list.read(copy["status_list"], keys, nyc.slug).get(7) == Status.INVALID
    assert good(nyc.call("GET", "/self"))["status_list_rev"] == 1


def test_the_hub_vouches_for_a_status_list_as_of_the_moment_it_is_asked(hub: WireHub, nyc: WireSpace) -> None:
    good(nyc.publish_status_list())
    first = good(nyc.call("GET", f"/status-lists/{nyc.slug}"))
    hub.clock.advance(LATER)
    second = good(nyc.call("GET", f"/status-lists/{nyc.slug}"))
    assert first["vouched_at"] < second["vouched_at"]
    assert first["status_list"] == second["status_list"]


def test_a_status_list_follows_its_rev(nyc: WireSpace) -> None:
    other = StatusList()
    other.set(1, Status.SUSPENDED)
    good(nyc.publish_status_list(rev=3))
    assert good(nyc.publish_status_list(rev=3)) == {"rev": 3}
    assert good(nyc.publish_status_list(other, rev=2)) == {"rev": 3}
    assert slug_of(nyc.publish_status_list(other, rev=3)) == (409, "rev-conflict")
    assert good(nyc.publish_status_list(other, rev=4)) == {"rev": 4}


def test_a_status_list_must_be_ones_own_signed_by_ones_own_key(nyc: WireSpace, london: WireSpace) -> None:
    def sent(key, issuer: str, rev: int = 1) -> tuple[int, str]:
        signed = status_list.sign(StatusList(), key, issuer, nyc.now, rev)
        return slug_of(nyc.call("PUT", "/self/status-list", {"rev": 1, "status_list": signed}))

    own = nyc.ring.active("passport", nyc.now)
    assert sent(london.ring.active("passport", nyc.now), nyc.slug)[0] == 422
    assert sent(nyc.ring.active("signing", nyc.now), nyc.slug)[0] == 422
    assert sent(own, london.slug) == (422, "status-list-invalid")
    assert sent(own, nyc.slug, rev=2) == (422, "status-list-invalid")
    assert slug_of(nyc.call("GET", f"/status-lists/{nyc.slug}")) == (404, "status-list-unknown")


def test_a_list_that_bursts_its_bounds_is_refused(nyc: WireSpace) -> None:
    bomb = b64.encode(zlib.compress(bytes(50_000_000), 9))[:55_000]
    payload = {"iss": nyc.slug, "sub": status_list.subject(nyc.slug, 0), "iat": int(nyc.now.timestamp()), "ttl": 900, "rev": 1}
    signed = jws.sign({**payload, "status_list": {"bits": 2, "lst": bomb}}, key=nyc.ring.active("passport", nyc.now),
                      typ=status_list.TYPE)  # fmt: skip
    assert nyc.call("PUT", "/self/status-list", {"rev": 1, "status_list": signed}).status_code in (413, 422)


def test_nobody_has_a_status_list_before_they_send_one(nyc: WireSpace) -> None:
    assert slug_of(nyc.call("GET", "/status-lists/cowo-milano")) == (404, "status-list-unknown")


def test_what_a_node_reports_is_seen_by_the_hub(hub: WireHub, nyc: WireSpace) -> None:
    since = nyc.now - dt.timedelta(hours=2)
    good(nyc.report(outbox_oldest_at=since.isoformat()))
    seen = hub.run(lambda: queries.require(db.session(), nyc.slug))
    assert (seen.last_seen_at, seen.outbox_oldest_at) == (nyc.now, since)
    assert seen.cursor_seq > 0
    assert slug_of(nyc.report(cursor="made.up")) == (400, "cursor-malformed")


@pytest.mark.parametrize("rev", [0, -1, 1.5, "2", True, 2**31])
def test_a_rev_is_a_whole_number_from_one(nyc: WireSpace, rev: Any) -> None:
    answer = put_profile(nyc, rev)
    assert (answer.status_code, pointers(answer)) == (422, ["/rev"])
