"""The ring rotates with notice, survives two processes in one folder, and shows nothing private."""

import json
import os
import stat
import threading
from datetime import timedelta

import pytest

from shared.keys import jwk, key_file
from shared.keys.errors import KeyFileFault, KeyMissing
from shared.keys.ring import KeyRing, schedule
from tests.unit.shared.keys.material import NOW

DAY = timedelta(days=1)


@pytest.fixture
def ring(tmp_path):
    return KeyRing(tmp_path / "keys")


def _files(ring, use="passport"):
    return sorted((ring._folder / use).glob("*.json"))


def test_a_ring_without_a_key_says_which_is_missing(ring):
    with pytest.raises(KeyMissing, match="passport") as caught:
        ring.active("passport", NOW)
    assert caught.value.params == {"use": "passport"}
    assert ring.public("passport") == ()
    with pytest.raises(KeyMissing):
        ring.rotate("passport", NOW)
    with pytest.raises(KeyMissing):
        ring.revoke("passport", "unknown", NOW)


def test_the_first_key_is_in_use_at_once_and_listed_without_an_end(ring):
    key = ring.ensure("passport", NOW)
    assert ring.active("passport", NOW).kid == key.kid
    assert ring.ensure("passport", NOW + DAY).kid == key.kid
    (published,) = ring.public("passport")
    assert (published.kid, published.use, published.not_before) == (key.kid, "passport", NOW)
    assert published.listed_until is None
    assert published.is_usable(NOW)
    assert not published.key.is_private


@pytest.mark.parametrize(
    ("use", "ahead", "after"), [("passport", 8, 31), ("root", 30, 31), ("client", 1, 31), ("signing", 1, 400)]
)
def test_a_successor_is_published_ahead_and_the_old_key_stays_listed_after_its_last_use(ring, use, ahead, after):
    old = ring.ensure(use, NOW)
    new = ring.rotate(use, NOW + DAY)
    turn = NOW + DAY + ahead * DAY
    assert new.not_before == turn
    assert ring.active(use, turn - timedelta(seconds=1)).kid == old.kid
    assert ring.active(use, turn).kid == new.kid
    assert [key.listed_until for key in ring.public(use)] == [turn + after * DAY, None]
    assert not new.is_usable(turn - DAY)
    assert new.is_usable(turn - timedelta(seconds=60))


def test_rotating_twice_in_the_notice_changes_nothing(ring):
    ring.ensure("passport", NOW)
    assert ring.rotate("passport", NOW).kid == ring.rotate("passport", NOW + DAY).kid
    assert len(ring.public("passport")) == 2


def test_a_key_made_by_hand_takes_over_at_once_also_from_one_that_waits(ring):
    old = ring.ensure("client", NOW)
    waiting = ring.rotate("client", NOW)
    new = ring.create("client", NOW + timedelta(hours=1))
    for at in (NOW + timedelta(hours=1), NOW + 2 * DAY):
        assert ring.active("client", at).kid == new.kid
    assert {old.kid, waiting.kid, new.kid} == {key.kid for key in ring.public("client")}


def test_a_revoked_key_is_replaced_at_once_and_never_usable_again(ring):
    lost = ring.ensure("passport", NOW)
    new = ring.revoke("passport", lost.kid, NOW + DAY)
    assert new.kid != lost.kid
    assert ring.active("passport", NOW + DAY).kid == new.kid
    revoked, current = ring.public("passport")
    assert (revoked.kid, revoked.revoked_at, revoked.listed_until) == (lost.kid, NOW + DAY, NOW + 32 * DAY)
    assert not revoked.is_usable(NOW)
    assert current.is_usable(NOW + DAY)
    assert ring.revoke("passport", lost.kid, NOW + 2 * DAY).kid == new.kid
    assert ring.public("passport")[0].revoked_at == NOW + DAY


def test_revoking_the_successor_in_its_notice_keeps_the_old_key(ring):
    old = ring.ensure("passport", NOW)
    waiting = ring.rotate("passport", NOW)
    assert ring.revoke("passport", waiting.kid, NOW + DAY).kid == old.kid
    assert ring.active("passport", NOW + 300 * DAY).kid == old.kid
    assert ring.public("passport")[0].listed_until is None


def test_boxes_sealed_to_former_keys_can_still_be_opened_until_they_are_pruned(ring):
    old = ring.ensure("encryption", NOW)
    new = ring.rotate("encryption", NOW)
    times = schedule("encryption")
    end = NOW + DAY + times.listed_after + times.kept_after
    assert ring.prune("encryption", end) == ()
    assert set(ring.private("encryption")) == {old.kid, new.kid}
    assert ring.private("encryption")[old.kid].is_private
    assert ring.prune("encryption", end + DAY) == (old.kid,)
    assert set(ring.private("encryption")) == {new.kid}


def test_another_ring_on_the_folder_sees_every_change(ring):
    other = KeyRing(ring._folder)
    first = ring.ensure("passport", NOW)
    assert other.active("passport", NOW).kid == first.kid
    second = ring.create("passport", NOW + DAY)
    assert other.active("passport", NOW + DAY).kid == second.kid
    other.revoke("passport", second.kid, NOW + DAY)
    assert ring.active("passport", NOW + DAY).kid not in {first.kid, second.kid}


def test_unchanged_files_are_not_read_again(ring):
    ring.ensure("passport", NOW)
    assert ring.active("passport", NOW) is ring.active("passport", NOW)


def test_processes_that_start_together_get_the_same_key(ring):
    start = threading.Barrier(8)
    kids = []

    def begin():
        own = KeyRing(ring._folder)
        start.wait()
        kids.append(own.ensure("root", NOW).kid)

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kids) == 8
    assert len(set(kids)) == 1
    assert len(_files(ring, "root")) == 1


def test_readers_beside_a_writer_never_see_half_a_key(ring):
    ring.ensure("client", NOW)
    done = threading.Event()
    faults = []

    def look():
        own = KeyRing(ring._folder)
        try:
            while not done.is_set():
                own.active("client", NOW + 400 * DAY)
        except (KeyFileFault, KeyMissing, OSError) as fault:
            faults.append(fault)

    reader = threading.Thread(target=look)
    reader.start()
    for hours in range(1, 25):
        ring.create("client", NOW + timedelta(hours=hours))
        ring.prune("client", NOW + 200 * DAY)
    done.set()
    reader.join()
    assert faults == []


def test_a_change_while_the_files_are_read_shows_as_a_whole(ring, monkeypatch):
    old, read, made = ring.ensure("client", NOW), key_file.read, []

    def read_and_meet_another_process(path):
        record = read(path)
        if not made:
            made.append(None)
            made[0] = KeyRing(ring._folder).create("client", NOW + DAY)
        return record

    monkeypatch.setattr(key_file, "read", read_and_meet_another_process)
    published = {key.kid: key for key in KeyRing(ring._folder).public("client")}
    assert set(published) == {old.kid, made[0].kid}
    assert published[old.kid].listed_until == NOW + DAY + schedule("client").listed_after


def test_files_are_for_the_owner_alone_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        ring = KeyRing(tmp_path / "deep" / "keys")
        ring.ensure("passport", NOW)
    finally:
        os.umask(before)
    assert stat.S_IMODE(ring._folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((ring._folder / "passport").stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in _files(ring)] == [0o600]
    assert stat.S_IMODE((ring._folder / ".lock").stat().st_mode) == 0o600


def test_a_folder_left_open_is_closed_and_a_file_left_open_is_refused(ring):
    ring.ensure("passport", NOW)
    ring._folder.chmod(0o755)
    _files(ring)[0].chmod(0o640)
    again = KeyRing(ring._folder)
    assert stat.S_IMODE(ring._folder.stat().st_mode) == 0o700
    with pytest.raises(KeyFileFault, match="Others can read"):
        again.active("passport", NOW)


def test_what_a_crash_left_half_done_is_ignored_and_swept_away_by_the_next_change(ring):
    key = ring.ensure("passport", NOW)
    half_done = ring._folder / "passport" / ".abc.tmp"
    half_done.write_bytes(b'{"use": "pass')
    assert KeyRing(ring._folder).active("passport", NOW).kid == key.kid
    ring.rotate("passport", NOW)
    assert not half_done.exists()


def test_a_file_that_is_listed_and_never_there_is_a_fault_and_no_endless_search(ring, monkeypatch):
    monkeypatch.setattr("shared.keys.ring._PAUSE_SECONDS", 0)
    ring.ensure("passport", NOW)
    (ring._folder / "passport" / "gone.json").symlink_to("nowhere")
    with pytest.raises(KeyFileFault, match="never stand still"):
        ring.active("passport", NOW)


def test_a_write_that_fails_leaves_the_old_state_and_no_litter(ring, monkeypatch):
    ring.ensure("passport", NOW)
    before = [path.read_bytes() for path in _files(ring)]

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        ring.rotate("passport", NOW)
    monkeypatch.undo()
    assert [path.read_bytes() for path in _files(ring)] == before
    assert sorted(path.name for path in (ring._folder / "passport").iterdir()) == [_files(ring)[0].name]


def _break(change):
    def apply(path):
        body = json.loads(path.read_bytes())
        change(body)
        path.write_text(json.dumps(body))

    return apply


BROKEN = {
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:40]),
    "a list": lambda path: path.write_text("[]"),
    "no key": _break(lambda body: body.pop("jwk")),
    "a text for a key": _break(lambda body: body.update(jwk="secret")),
    "no private part": _break(lambda body: body["jwk"].pop("d")),
    "another curve": _break(lambda body: body.update(jwk=_p384())),
    "no date": _break(lambda body: body.update(not_before="yesterday")),
    "a number for a date": _break(lambda body: body.update(retires_at=5)),
    "another key": _break(lambda body: body.update(jwk=jwk.generate().as_dict(private=True))),
    "another use": _break(lambda body: body.update(use="client")),
}


def _p384():
    from joserfc.jwk import ECKey

    return ECKey.generate_key("P-384").as_dict(private=True)


@pytest.mark.parametrize("spoil", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_key_file_is_named_and_its_content_is_not(ring, spoil):
    secret = ring.ensure("passport", NOW).as_dict(private=True)["d"]
    spoil(_files(ring)[0])
    with pytest.raises(KeyFileFault) as caught:
        KeyRing(ring._folder).active("passport", NOW)
    assert _files(ring)[0].name in str(caught.value)
    assert secret not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_nothing_private_shows_in_a_repr(ring):
    secret = ring.ensure("passport", NOW).as_dict(private=True)["d"]
    shown = [repr(each) for each in (ring, ring.public("passport"), ring._records("passport"), ring.private("passport"))]
    assert not any(secret in text for text in shown)
    assert repr(ring) == f"KeyRing({str(ring._folder)!r})"


@pytest.mark.parametrize("use", ["", "a", "../root", "Passport", "a/b", ".hidden", "x" * 30])
def test_a_use_is_a_plain_word(ring, use):
    with pytest.raises(ValueError, match="not the name of a use"):
        ring.active(use, NOW)
