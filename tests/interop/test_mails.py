"""Every reader sees what the mails about a place bring: what to keep, what to move, what to strike out."""

from pathlib import Path

import pytest

from shared.protocol.states import SeatKind, SessionMode
from space_node.events import service as organiser
from space_node.rsvps import service as taking_part
from space_node.rsvps.rules import Pressed
from tests.support.evening import LINK, Evening
from tests.support.guests import Guests
from tests.support.mailing import Mailbox, calendar_file_of, settle
from tests.support.towns import snapshots, sqlite_guests

__all__ = ["snapshots", "sqlite_guests"]
KEEP, STRIKE = ("PUBLISH", "CONFIRMED"), ("CANCEL", "CANCELLED")
REMOTE = {"mode": SessionMode.HYBRID, "seats_remote": None, "join_url": LINK}


@pytest.fixture
def files(sqlite_guests: Guests, tmp_path: Path) -> list[bytes]:
    """What Ada gets: she joins, is told the link, cancels, joins again, the session moves, and is called off."""
    evening = Evening(sqlite_guests, **REMOTE)
    settle(evening.home, sqlite_guests.ada, language="it")
    mailbox, found = Mailbox(evening.home, tmp_path / "mail"), []

    def collect() -> None:
        evening.sync()
        found.extend(calendar_file_of(mail) for mail in mailbox.new())

    def ask() -> str:
        rsvp_id = evening.ask(kind=SeatKind.REMOTE)
        found.extend(calendar_file_of(mail) for mail in mailbox.new())
        collect()
        return rsvp_id

    rsvp_id, who = ask(), sqlite_guests.ada.id
    evening.home.command(lambda s: taking_part.press(s, Pressed.CANCEL, member_id=who, rsvp_id=rsvp_id, now=evening.now))
    collect()
    ask()
    evening.plan(starts_local=f"{sqlite_guests.today.isoformat()}T20:00", **REMOTE)
    collect()
    evening.host.command(lambda s: organiser.cancel_session(s, session_id=evening.session_id, note="", now=evening.now))
    collect()
    return found


def test_every_reader_follows_who_joins_cancels_and_joins_again(read, files) -> None:
    """Edge case 55: whoever keeps of each UID what has the highest SEQUENCE ends with what is true, in whatever order."""
    seen = [read(file) for file in files]
    assert {uid for one in seen for uid in one} == {next(iter(seen[0]))}
    steps = [entry for one in seen for entry in one.values()]
    assert [(one["method"], one["texts"][3]) for one in steps] == [KEEP, KEEP, STRIKE, KEEP, KEEP, KEEP, STRIKE]
    assert [one["sequence"] for one in steps] == sorted({one["sequence"] for one in steps})
    assert [one["start"][11:13] for one in steps] == ["19"] * 5 + ["20"] * 2
    assert ["conference" in one["names"] for one in steps] == [False, True, False, False, True, True, False]
    assert all("organizer" in one["names"] and "attendee" not in one["names"] for one in steps)
