"""A member is told of every change of a booking by their own space: once, in their language, as far as they wish."""

import datetime as dt
from pathlib import Path

import icalendar
import pytest

from shared.ids import new_id
from shared.protocol.states import Part
from space_node.trips import queries as trip_queries
from space_node.trips import service as trips
from space_node.visits import service as desk
from tests.support.guests import HOST, Guests
from tests.support.mailing import Mailbox, settle

DAY = dt.timedelta(days=1)


@pytest.fixture
def mailbox(guests: Guests, tmp_path: Path) -> Mailbox:
    """Ada's space sends mail, and she has signed in there in Italian."""
    settle(guests.home, guests.ada, language="it")
    return Mailbox(guests.home, tmp_path / "mail")


def subjects(mailbox: Mailbox) -> list[str]:
    return [mail["Subject"] for mail in mailbox.new()]


def entry(mail) -> tuple[str, int, str]:
    (attached,) = mail.iter_attachments()
    event = icalendar.Calendar.from_ical(attached.get_content()).walk("VEVENT")[0]
    return str(event["UID"]), int(event["SEQUENCE"]), str(event["STATUS"])


def test_a_booking_is_told_in_the_members_language_with_a_calendar_file(guests: Guests, mailbox: Mailbox) -> None:
    booking_id = guests.booked(on=guests.today + DAY)
    (mail,) = mailbox.new()
    assert mail["To"] == guests.ada.email
    assert mail["Subject"].startswith("La tua scrivania da Thecube per")
    text = mail.get_body(("plain",)).get_content()
    for part in ("Ciao Ada Bianchi,", f"/trips/{booking_id}", "Prezzo: 1,5 crediti", "Orario: 09:00"):
        assert part in text
    assert entry(mail)[0] == f"{booking_id}@twindesk"
    guests.network.sync()
    assert mailbox.new() == []


def test_every_later_calendar_file_is_newer_under_the_same_name(guests: Guests, mailbox: Mailbox) -> None:
    booking_id = guests.booked(on=guests.today + DAY)
    (first,) = mailbox.new()
    guests.home.command(lambda s: trips.cancel(s, member_id=guests.ada.id, booking_id=booking_id, now=guests.now))
    guests.network.sync()
    (second,) = mailbox.new()
    assert second["Subject"].endswith("è annullata")
    booked, cancelled = entry(first), entry(second)
    assert booked[0] == cancelled[0]
    assert cancelled[1] > booked[1]
    assert (booked[2], cancelled[2]) == ("CONFIRMED", "CANCELLED")


def test_the_day_itself_is_told_too(guests: Guests, mailbox: Mailbox) -> None:
    booking_id = guests.booked()
    mailbox.new()
    guests.check_in(booking_id, guests.visit_pass(booking_id))
    guests.network.sync()
    assert any(subject.startswith(("Sei stato accolto", "La tua giornata")) for subject in subjects(mailbox))


def test_a_no_says_why_and_what_it_would_cost_now(guests: Guests, mailbox: Mailbox) -> None:
    def ask(**changed: object) -> None:
        usual = {"request_id": new_id(), "booking_id": new_id(), "host": HOST, "on": guests.today + DAY, "part": Part.DAY}
        wanted = trips.Wanted(**{**usual, "terms_version": 1, "price_credits": 150, **changed})
        guests.home.command(lambda s: trips.request(s, member_id=guests.ada.id, wanted=wanted, now=guests.now))

    ask(price_credits=10)
    (mail,) = mailbox.new()
    assert mail["Subject"].startswith("Nessuna scrivania da Thecube")
    assert "Ora costa 1,5 crediti." in mail.get_body(("plain",)).get_content()
    assert list(mail.iter_attachments()) == []


def test_a_request_that_the_hub_cannot_take_is_told_once(guests: Guests, mailbox: Mailbox) -> None:
    booking_id = guests.booked(on=guests.today + DAY)
    mailbox.new()

    def again(session) -> None:
        trip = trip_queries.mine(session, booking_id=booking_id, member_id=guests.ada.id)
        trip.state = "requested"
        trips.refuse(session, booking_id=booking_id, reason="id-conflict", now=guests.now)
        trips.refuse(session, booking_id=booking_id, reason="id-conflict", now=guests.now)

    guests.home.command(again)
    (subject,) = subjects(mailbox)
    assert subject.startswith("Nessuna scrivania")


def test_what_a_member_does_not_want_is_not_sent_but_for_a_closed_door(guests: Guests, mailbox: Mailbox) -> None:
    settle(guests.home, guests.ada, wants_news=False)
    booking_id = guests.booked(on=guests.today + DAY)
    assert mailbox.new() == []
    guests.host.command(lambda s: desk.cancel(s, booking_id=booking_id, now=guests.now))
    guests.network.sync()
    (subject,) = subjects(mailbox)
    assert subject.startswith("Thecube ha annullato")


def test_a_member_without_an_account_and_a_space_without_mail_are_told_nothing(guests: Guests, tmp_path: Path) -> None:
    mailbox = Mailbox(guests.home, tmp_path / "mail")
    guests.booked(on=guests.today + DAY)
    assert mailbox.new() == []


def test_the_hub_and_the_host_never_hear_an_address(guests: Guests, mailbox: Mailbox) -> None:
    guests.booked(on=guests.today + DAY)
    mailbox.new()
    assert not any(guests.ada.email.encode() in (one.body or b"") for one in guests.network.transport.log)
