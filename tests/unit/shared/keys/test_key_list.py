"""The key list never goes back, shows a fork, and lets no space and no hub speak for another."""

from datetime import timedelta

import pytest

from shared.keys import jwk, jws, key_list
from shared.keys.errors import KeyListFault, KeyListInvalid, SignatureInvalid, SignerUnknown
from shared.keys.key_list import SpaceEntry
from shared.keys.key_set import build_key_set, read_key_set
from shared.keys.published import PublishedKey
from shared.keys.ring import KeyRing
from tests.unit.shared.keys.material import NOW, by_kid, key

DAY = timedelta(days=1)
HUB = by_kid(key("hub"))


class Space:
    """A node that publishes what is in its ring."""

    def __init__(self, slug, folder):
        self.slug, self.rev = slug, 0
        self.ring = KeyRing(folder / slug)
        for use in ("root", "passport", "encryption", "signing"):
            self.ring.ensure(use, NOW)

    def entry(self, now=NOW, state="active"):
        self.rev += 1
        return SpaceEntry(self.slug, state, read_key_set(build_key_set(self.ring, self.slug, self.rev, now)))

    def kid(self, use="passport"):
        return self.ring.active(use, NOW).kid


@pytest.fixture
def cube(tmp_path):
    return Space("thecube-london", tmp_path)


@pytest.fixture
def wecreate(tmp_path):
    return Space("wecreate-nyc", tmp_path)


class Hub:
    """A hub that publishes list after list, and remembers what it has published."""

    def __init__(self, *entries):
        self.entries, self.hashes = entries, []

    def publish(self, *entries, now=NOW):
        self.entries = entries or self.entries
        past = self.hashes[::-1]
        token = key_list.build(
            self.entries,
            seq=len(past) + 1,
            prev_hash=past[0] if past else None,
            key=key("hub"),
            now=now,
            earlier_hashes=past[1:],
        )
        self.hashes.append(_read(token).payload_sha256)
        return token


def _read(token, **held):
    return key_list.read(token, **{"hub_keys": HUB} | held)


def _held(found):
    return {"held_seq": found.seq, "held_hash": found.payload_sha256}


def _fault(token, **held):
    with pytest.raises(KeyListInvalid) as caught:
        _read(token, **held)
    return caught.value.reason


def test_a_list_brings_every_space_with_its_standing_and_keys(cube, wecreate):
    found = _read(Hub().publish(wecreate.entry(state="suspended"), cube.entry()))
    assert list(found.spaces) == ["thecube-london", "wecreate-nyc"]
    assert found.spaces["wecreate-nyc"].state == "suspended"
    assert found.spaces["thecube-london"].root_thumbprint == cube.kid("root")
    assert {each.use for each in found.spaces["thecube-london"].keys} == {"passport", "encryption", "signing"}
    assert (found.seq, found.issued_at, found.chained, found.rejected) == (1, NOW, True, {})


def test_a_key_is_found_by_space_use_and_kid(cube, wecreate):
    found = _read(Hub().publish(cube.entry(), wecreate.entry()))
    assert found.find("thecube-london", "passport", cube.kid()).kid == cube.kid()
    for wrong in (("wecreate-nyc", "passport"), ("thecube-london", "signing"), ("nowhere", "passport")):
        assert found.find(*wrong, cube.kid()) is None


def test_a_successor_is_known_ahead_and_used_from_its_day(cube):
    new = cube.ring.rotate("signing", NOW).kid
    found = _read(Hub().publish(cube.entry()))
    old = cube.kid("signing")
    assert set(found.usable("thecube-london", "signing", NOW)) == {old}
    assert set(found.usable("thecube-london", "signing", NOW + DAY)) == {old, new}
    assert found.current("thecube-london", "signing", NOW + DAY - timedelta(seconds=1)).kid == old
    assert found.current("thecube-london", "signing", NOW + DAY).kid == new
    assert found.current("nowhere", "signing", NOW) is None


def test_a_document_is_verified_with_what_the_list_gives(cube):
    found = _read(Hub().publish(cube.entry()))
    token = jws.sign({"a": 1}, key=cube.ring.active("signing", NOW), typ="terms+jwt")
    assert jws.verify(token, keys=found.usable("thecube-london", "signing", NOW), typ="terms+jwt").payload == {"a": 1}


def test_passport_keys_are_found_by_their_prefix_as_long_as_they_are_listed(cube, wecreate):
    cube.ring.rotate("passport", NOW)
    found = _read(Hub().publish(cube.entry(), wecreate.entry()))
    prefix = jwk.kid_prefix(cube.ring.active("passport", NOW))
    last_day = NOW + 8 * DAY + 31 * DAY
    (only,) = found.passport_keys(prefix, last_day)
    assert (only.slug, jwk.kid_of(only.key), only.revoked) == ("thecube-london", cube.kid(), False)
    assert found.passport_keys(prefix, last_day + DAY) == []
    assert found.passport_keys(bytes(8), NOW) == []
    waiting = jwk.kid_prefix(cube.ring.active("passport", NOW + 8 * DAY))
    assert found.passport_keys(waiting, NOW) == []
    assert len(found.passport_keys(waiting, NOW + 8 * DAY)) == 1


def test_keys_of_other_uses_are_no_passport_keys(cube):
    found = _read(Hub().publish(cube.entry()))
    assert found.passport_keys(jwk.kid_prefix(cube.ring.active("signing", NOW)), NOW) == []


def test_a_revoked_key_stays_known_as_revoked_whatever_the_date(cube):
    lost = cube.ring.active("passport", NOW)
    cube.ring.revoke("passport", lost.kid, NOW + DAY)
    found = _read(Hub().publish(cube.entry(NOW + DAY)))
    for at in (NOW - DAY, NOW, NOW + 400 * DAY):
        assert [each.revoked for each in found.passport_keys(jwk.kid_prefix(lost), at)] == [True]
        assert lost.kid not in found.usable("thecube-london", "passport", at)
    assert found.find("thecube-london", "passport", lost.kid).revoked_at == NOW + DAY


def test_one_prefix_may_stand_for_several_keys(cube, wecreate):
    shared_key = PublishedKey("passport", jwk.kid_of(key()), key(), NOW)
    payload = {"iss": "", "rev": 1, "issued_at": "2026-11-12T09:00:00Z", "keys": [shared_key.to_wire()]}
    entries = []
    for space in (cube, wecreate):
        root = space.ring.active("root", NOW)
        token = jws.sign(payload | {"iss": space.slug, "root": jwk.public_jwk(root)}, key=root, typ="key-set+jwt")
        entries.append(SpaceEntry(space.slug, "active", read_key_set(token)))
    found = _read(Hub().publish(*entries)).passport_keys(jwk.kid_prefix(key()), NOW)
    assert [each.slug for each in found] == ["thecube-london", "wecreate-nyc"]


def test_the_next_list_and_the_same_list_are_taken(cube):
    hub = Hub(cube.entry())
    first = hub.publish()
    held = _held(_read(first))
    assert _read(first, **held).chained
    assert _read(hub.publish(now=NOW + DAY), **held).chained


def test_a_list_never_goes_back(cube):
    hub = Hub(cube.entry())
    first, second = hub.publish(), hub.publish()
    held = _held(_read(second))
    assert _fault(first, **held) is KeyListFault.GOES_BACK
    assert _fault(first, **held, new_epoch=True) is KeyListFault.GOES_BACK


def test_another_list_of_the_same_number_is_a_fork(cube, wecreate):
    held = _held(_read(Hub(cube.entry()).publish()))
    assert _fault(Hub(wecreate.entry()).publish(), **held) is KeyListFault.FORKED


def test_a_successor_of_another_list_is_a_fork(cube, wecreate):
    held = _held(_read(Hub(cube.entry()).publish()))
    other = Hub(wecreate.entry())
    other.publish()
    assert _fault(other.publish(), **held) is KeyListFault.FORKED


def test_a_reader_who_was_away_still_sees_a_fork(cube, wecreate):
    hub, other = Hub(cube.entry()), Hub(wecreate.entry())
    held = _held(_read(hub.publish()))
    other.publish()
    for _ in range(20):
        hub.publish(), other.publish()
    assert _read(hub.publish(), **held).chained
    assert _fault(other.publish(), **held) is KeyListFault.FORKED


def test_a_gap_beyond_what_the_list_names_is_taken_and_said(cube):
    hub = Hub(cube.entry())
    held = _held(_read(hub.publish()))
    tokens = [hub.publish() for _ in range(key_list.MAX_EARLIER + 2)]
    assert _read(tokens[-2], **held).chained
    beyond = _read(tokens[-1], **held)
    assert (beyond.seq, beyond.chained) == (key_list.MAX_EARLIER + 3, False)


def test_a_hub_restored_from_a_backup_may_have_another_past_in_a_new_epoch(cube):
    hub = Hub(cube.entry())
    hub.publish()
    held = _held(_read(hub.publish()))
    restored = Hub(cube.entry())
    for _ in range(3):
        token = restored.publish(now=NOW + DAY)
    assert _fault(token, **held) is KeyListFault.FORKED
    assert not _read(token, **held, new_epoch=True).chained


def test_only_the_hub_s_keys_are_believed(cube):
    token = Hub(cube.entry()).publish()
    with pytest.raises(SignerUnknown):
        _read(token, hub_keys=by_kid(key("evil")))
    with pytest.raises(SignatureInvalid):
        _read(token[:-4])


def test_an_entry_under_another_root_than_the_pinned_one_is_left_out_and_the_others_stay(cube, wecreate, tmp_path):
    impostor = Space("thecube-london", tmp_path / "hub's own")
    found = _read(Hub().publish(impostor.entry(), wecreate.entry()), pinned_roots={"thecube-london": cube.kid("root")})
    assert found.rejected == {"thecube-london": "other-root"}
    assert list(found.spaces) == ["wecreate-nyc"]
    assert found.passport_keys(jwk.kid_prefix(impostor.ring.active("passport", NOW)), NOW) == []


def _hub_says(**changed):
    payload = {"seq": 1, "prev_hash": None, "earlier_hashes": [], "issued_at": "2026-11-12T09:00:00Z", "spaces": []}
    return jws.sign(payload | changed, key=key("hub"), typ="key-list+jwt")


def _line(entry, **changed):
    return {
        "slug": entry.slug,
        "state": entry.state,
        "root_thumbprint": entry.root_thumbprint,
        "key_set": entry.key_set.token,
    } | changed


def test_the_hub_cannot_add_a_key_to_a_space(cube, wecreate):
    lines = [_line(cube.entry(), key_set=wecreate.entry().key_set.token), _line(wecreate.entry(), key_set="a.b.c")]
    found = _read(_hub_says(spaces=lines))
    assert found.spaces == {}
    assert found.rejected == {"thecube-london": "other-space", "wecreate-nyc": "signature-malformed"}


def test_a_thumbprint_that_is_not_the_set_s_own_is_refused(cube):
    found = _read(_hub_says(spaces=[_line(cube.entry(), root_thumbprint=jwk.kid_of(key()))]))
    assert found.rejected == {"thecube-london": "other-root"}


def test_members_of_later_versions_are_ignored(cube):
    assert list(_read(_hub_says(later=1, spaces=[_line(cube.entry(), later=1)])).spaces) == ["thecube-london"]


@pytest.mark.parametrize(
    "changed",
    [
        {"seq": 0},
        {"seq": True},
        {"seq": None},
        {"prev_hash": 5},
        {"prev_hash": "a", "earlier_hashes": [5]},
        {"issued_at": None},
        {"spaces": None},
        {"spaces": [None]},
        {"spaces": [{}]},
        {"spaces": [{"slug": "a", "state": None, "root_thumbprint": "r", "key_set": "k"}]},
        {"spaces": [{"slug": "a", "state": "active", "root_thumbprint": "r", "key_set": "k"}] * 2},
    ],
)
def test_a_list_of_another_form_is_refused(changed):
    assert _fault(_hub_says(**changed)) is KeyListFault.MALFORMED


def test_a_space_that_stands_twice_is_refused(cube):
    assert _fault(_hub_says(spaces=[_line(cube.entry())] * 2)) is KeyListFault.MALFORMED


def test_a_list_whose_earlier_hashes_are_no_list_names_only_its_predecessor(cube):
    token = _hub_says(seq=3, prev_hash="b", earlier_hashes=None)
    assert not _read(token, held_seq=1, held_hash="a").chained
    assert _read(token, held_seq=2, held_hash="b").chained


def test_a_list_of_a_hundred_spaces_fits_with_room_to_spare(cube):
    key_set = cube.entry().key_set
    token = Hub().publish(*[SpaceEntry(f"space-{n:03}", "active", key_set) for n in range(100)])
    assert len(token) < key_list.MAX_BYTES / 4
