"""A guest whose own space is silent is written to by the host itself: once, if they wanted that, and only then."""

import datetime as dt
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from shared.addresses import PeerUnreachable
from shared.ids import new_id
from shared.mail.queue import EXTENSION
from shared.protocol.states import SeatKind, SessionMode
from space_node.calendar.queries import MirrorSession
from space_node.db import Mail
from space_node.erasures import service as erasures
from space_node.events import service as organiser
from space_node.hosting import queries as hosting
from space_node.hosting import service as host
from space_node.letters import service as letters
from space_node.letters.models import ToldGuest
from space_node.rsvps import service as taking_part
from space_node.rsvps.errors import NothingToAnswer
from tests.support.evening import Evening
from tests.support.guests import Guests
from tests.support.mailing import Mailbox, entry_of, read, settle
from tests.support.transport import FaultyTransport

DAY, SOON, HALF_AN_HOUR = dt.timedelta(days=1), dt.timedelta(minutes=6), dt.timedelta(minutes=31)


class Town:
    """An evening at TheCube, which sends mail, and Lambrate on a wire of its own."""

    def __init__(self, guests: Guests, folder: Path, *, days: int = 0, **session: Any) -> None:
        """The evening is so many days ahead. Ada reads Italian."""
        self.guests, self.wire = guests, FaultyTransport()
        self.wire.serve(guests.hub.origin, guests.hub.app)
        guests.home.carry(self.wire)
        settle(guests.home, guests.ada, language="it")
        self.mails = Mailbox(guests.host, folder / "host")
        self.on = guests.today + dt.timedelta(days=days)
        self.evening = Evening(guests, starts_local=f"{self.on.isoformat()}T19:00", **session)

    def ada_comes(self, **wanted: Any) -> str:
        """She has a seat, and the host may write to her."""
        rsvp_id = self.evening.coming(**{"may_write": True, **wanted})
        self.guests.home.sync()
        return rsvp_id

    def call_off(self) -> None:
        self.evening.host.command(
            lambda s: organiser.cancel_session(s, session_id=self.evening.session_id, note="Flood.", now=self.guests.now)
        )
        self.time_passes()

    def move(self, **changed: Any) -> None:
        self.evening.plan(**{"starts_local": f"{self.on.isoformat()}T21:00", **changed})
        self.time_passes()

    def time_passes(self, span: dt.timedelta = dt.timedelta(0)) -> None:
        """The host goes on; the home only if its wire holds."""
        self.guests.clock.advance(span)
        self.guests.hub.work()
        self.evening.host.sync()

    def written(self, span: dt.timedelta = SOON) -> list[EmailMessage]:
        """What the host writes itself after this time."""
        self.time_passes(span)
        self.evening.host.do(letters.write_for_the_silent)
        return self.mails.new()

    def told(self) -> int:
        """How many were told directly, as the organiser's page says."""
        session = self.evening.host.look(lambda s: hosting.held(s, self.evening.session_id).session)
        return self.evening.host.look(lambda s: hosting.counts(s, session).told_directly)

    def allow(self, rsvp_id: str, *, yes: bool) -> None:
        about: dict[str, Any] = {"member_id": self.guests.ada.id, "rsvp_id": rsvp_id, "may_write": yes, "now": self.guests.now}
        self.evening.home.command(lambda s: taking_part.set_writing(s, **about))
        self.evening.host.sync()


@pytest.fixture
def town(sqlite_guests: Guests, tmp_path: Path) -> Town:
    return Town(sqlite_guests, tmp_path)


def test_the_host_writes_to_a_guest_whose_home_is_down_when_the_session_is_called_off(guests: Guests, tmp_path: Path) -> None:
    """Edge case 27: with the address that she gave for that, in her language, with what strikes it from the calendar, once."""
    town = Town(guests, tmp_path)
    home_mails = Mailbox(guests.home, tmp_path / "home")
    rsvp_id = town.ada_comes()
    (first,) = home_mails.new()
    assert "ada.bianchi" not in repr(vars(town.evening.guest(rsvp_id)))
    town.wire.cut()
    with pytest.raises(PeerUnreachable):
        guests.home.sync()
    town.call_off()
    (mail,) = town.written()
    assert (mail["To"], mail["Subject"]) == (guests.ada.email, "Annullato: Presentation Lunch")
    text = " ".join(mail.get_body(("plain",)).get_content().split())  # type: ignore[union-attr]
    for part in ("Ciao Ada,", "Thecube scrive: Flood.", "perché Lambrate, il tuo spazio, non è raggiungibile", "TheCube, 155"):
        assert part in text
    before, struck = read(first), read(mail)
    assert (struck.method, struck.uid, struck.status) == ("CANCEL", before.uid, "CANCELLED")
    assert struck.sequence > before.sequence
    assert entry_of(mail)["organizer"] == entry_of(first)["organizer"]
    assert (town.written(DAY), town.told(), town.evening.guest(rsvp_id).urgent_box) == ([], 1, None)
    town.wire.heal()
    guests.home.sync()
    (own,) = home_mails.new()
    assert (read(own).method, read(own).sequence > struck.sequence) == ("CANCEL", True)
    assert town.written() == []


def test_nobody_is_written_to_whose_home_has_read_it_or_who_did_not_want_that(town: Town) -> None:
    """Edge case 27: the home tells its own, be it late; and who gave no address waits for their home."""
    town.ada_comes()
    town.evening.coming("Berta Rossi")
    town.call_off()
    town.guests.home.sync()
    assert (town.written(), town.told()) == ([], 0)


def test_a_home_that_is_back_before_its_time_is_over_tells_it_itself(town: Town) -> None:
    """Edge case 27: who is heard of is not out, though it has not read everything yet."""
    town.ada_comes()
    town.call_off()
    assert town.written(dt.timedelta(minutes=3)) == []
    town.guests.home.sync()
    assert town.written() == []
    assert town.evening.host.look(lambda s: s.query(ToldGuest).filter(ToldGuest.open_since.is_not(None)).count()) == 0


def test_of_a_session_in_days_a_home_has_half_an_hour_and_each_move_is_told(sqlite_guests: Guests, tmp_path: Path) -> None:
    """Edge case 27: moved twice, put off and elsewhere, she hears of each, with her entry moved along."""
    town = Town(sqlite_guests, tmp_path, days=4)
    town.ada_comes(party=2)
    town.move()
    assert town.written() == []
    moved = town.written(HALF_AN_HOUR)
    town.move(venue={"name": "The Cellar"})
    moved += town.written(HALF_AN_HOUR)
    postpone: dict[str, Any] = {"session_id": town.evening.session_id, "note": "Snow.", "now": sqlite_guests.now}
    town.evening.host.command(lambda s: organiser.postpone_session(s, **postpone))
    town.time_passes()
    moved += town.written(HALF_AN_HOUR)
    subjects = [str(mail["Subject"]).partition(":")[0] for mail in moved]
    assert subjects == ["Nuovo orario", "Cambiato", "Rimandato"]
    assert [read(mail)[0:4:3] for mail in moved] == [("PUBLISH", "CONFIRMED"), ("PUBLISH", "CONFIRMED"), ("PUBLISH", "TENTATIVE")]
    assert "Persone: 2" in moved[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert (town.told(), len(town.mails.new())) == (1, 0)


def test_an_address_is_given_and_taken_back_later_and_is_of_use_until_the_end(town: Town) -> None:
    """Edge case 27: consent that is taken back counts, though the news waits already."""
    rsvp_id = town.ada_comes(may_write=False)
    for yes in (True, True, False, True):
        town.allow(rsvp_id, yes=yes)
        assert bool(town.evening.guest(rsvp_id).urgent_box) is yes
    town.move()
    town.allow(rsvp_id, yes=False)
    assert town.written() == []
    town.guests.clock.advance(DAY)
    with pytest.raises(NothingToAnswer):
        town.allow(rsvp_id, yes=True)


def test_who_waits_for_the_hosts_leave_is_told_in_a_language_that_the_host_writes(sqlite_guests: Guests, tmp_path: Path) -> None:
    """Edge case 27: in English where the host does not write their own; and there is no entry to strike from a calendar."""
    town = Town(sqlite_guests, tmp_path, approval=True, mode=SessionMode.HYBRID, seats_remote=None)
    settle(sqlite_guests.home, sqlite_guests.ada, language="de")
    town.ada_comes(kind=SeatKind.REMOTE)
    town.call_off()
    (mail,) = town.written()
    assert (mail["Subject"], list(mail.iter_attachments())) == ("Called off: Presentation Lunch", [])
    assert "Where: Thecube\r\n" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_at_their_own_space_there_is_nobody_to_write_in_its_stead(town: Town) -> None:
    own = town.evening.own_member("Marta Rossi")
    rsvp_id = town.evening.ask(own, at=town.evening.host, may_write=True)
    town.evening.host.sync()
    assert town.evening.guest(rsvp_id).urgent_box is None


def test_a_space_that_sends_no_mail_counts_nobody_as_told(town: Town) -> None:
    town.ada_comes()
    town.call_off()
    town.guests.clock.advance(SOON)
    office, session_id = town.evening.host.app.extensions.pop(EXTENSION), town.evening.session_id
    assert town.evening.host.do(letters.write_for_the_silent) == 0
    write: dict[str, Any] = {"session_id": session_id, "quiet": {"lambrate": None}, "now": town.guests.now}
    assert town.evening.host.command(lambda s: letters.write_where_silent(s, **write)) == 0
    town.evening.host.app.extensions[EXTENSION] = office
    assert (town.written(), town.told()) == ([], 0)


def test_a_session_that_the_hub_or_the_calendar_knows_no_more_is_nobodys_news(town: Town) -> None:
    rsvp_id, other = town.ada_comes(), new_id()
    town.call_off()
    town.evening.host.command(lambda s: setattr(s.get_one(ToldGuest, rsvp_id), "session_id", other))
    assert town.written() == []
    town.evening.host.command(lambda s: s.delete(s.get_one(MirrorSession, town.evening.session_id)))
    write: dict[str, Any] = {"session_id": other, "quiet": {"lambrate": None}, "now": town.guests.now}
    assert town.evening.host.command(lambda s: letters.write_where_silent(s, **write)) == 0


def test_what_is_over_is_told_to_nobody(town: Town) -> None:
    """Edge case 27: a letter after the evening helps nobody."""
    rsvp_id = town.ada_comes()
    town.move()
    assert town.written(DAY) == []
    assert town.evening.host.look(lambda s: s.get_one(ToldGuest, rsvp_id)).open_since is None


def test_an_address_goes_with_the_name_and_with_who_is_forgotten(town: Town) -> None:
    """Edge case 27: thirty days after, and at once, with the letters, where the home asks for it."""
    guests = town.guests
    rsvp_id, other = town.ada_comes(), town.evening.coming("Berta Rossi", may_write=True)
    town.move()
    assert len(town.written()) == 2
    guests.home.command(lambda s: erasures.forget(s, member_id=guests.ada.id, now=guests.now))
    town.time_passes()
    left = town.evening.host.look(lambda s: [mail.recipient for mail in s.query(Mail)])
    assert (left, town.evening.guest(rsvp_id).urgent_box) == (["berta.rossi@lambrate.test"], None)
    assert town.evening.host.look(lambda s: s.get(ToldGuest, rsvp_id)) is None
    guests.clock.advance(31 * DAY)
    town.evening.host.command(lambda s: host.forget_names(s, guests.now))
    assert town.evening.guest(other).urgent_box is None
