"""A member is told of every change of their place at an event: once, in their language, with what their calendar needs."""

import datetime as dt
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from shared.ids import new_id
from shared.protocol.registry import example
from shared.protocol.rsvps import RsvpEntry
from shared.protocol.states import RsvpOrigin, RsvpState, SeatKind, SessionMode
from shared.schemas import load
from space_node.db import Mail
from space_node.events import service as organiser
from space_node.hosting import service as host
from space_node.letters import service as letters
from space_node.members.queries import Member
from space_node.rsvps import queries as places
from space_node.rsvps import service as taking_part
from space_node.rsvps.rules import Pressed
from space_node.uplink.models import Identity
from tests.support.evening import LINK, Evening
from tests.support.guests import Guests
from tests.support.mailing import Mailbox, entry_of, read, settle

HOUR, DAY, SOON = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(minutes=2)
ROME = ZoneInfo("Europe/Rome")
HYBRID = {"mode": SessionMode.HYBRID, "seats_remote": None, "join_url": LINK}


@pytest.fixture
def mailbox(guests: Guests, tmp_path: Path) -> Mailbox:
    """Ada's space sends mail; she reads English."""
    settle(guests.home, guests.ada, language="en")
    return Mailbox(guests.home, tmp_path / "mail")


def text_of(mail: EmailMessage) -> str:
    """The plain text, which says the same as the page."""
    plain, page = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    button = plain.partition("/my-events/")[2][:36]
    assert button in page
    return str(plain)


def told(mailbox: Mailbox) -> tuple[str, str]:
    """Subject and text of the one new mail."""
    (mail,) = mailbox.new()
    return mail["Subject"], text_of(mail)


def press(evening: Evening, rsvp_id: str, pressed: Pressed, member: Member | None = None, **more: Any) -> None:
    who = (member or evening.guests.ada).id
    evening.home.command(lambda s: taking_part.press(s, pressed, member_id=who, rsvp_id=rsvp_id, now=evening.now, **more))


def call_off(evening: Evening) -> None:
    evening.host.command(lambda s: organiser.cancel_session(s, session_id=evening.session_id, note="Flood.", now=evening.now))


def move(evening: Evening, hour: int, **changed: Any) -> None:
    evening.plan(starts_local=f"{evening.guests.today.isoformat()}T{hour}:00", **changed)
    later(evening)


def later(evening: Evening) -> None:
    """The news goes round, and a moment passes: mails of one instant have no order."""
    evening.sync()
    evening.guests.clock.advance(SOON)
    evening.sync()


def test_a_seat_is_told_in_the_members_language_with_what_the_calendar_needs(guests: Guests, mailbox: Mailbox) -> None:
    settle(guests.home, guests.ada, language="it")
    evening = Evening(guests)
    rsvp_id = evening.coming(party=2)
    (mail,) = mailbox.new()
    assert (mail["To"], mail["Subject"]) == (guests.ada.email, "Hai un posto: Presentation Lunch")
    text = text_of(mail)
    for part in ("Ciao Ada Bianchi,", f"/my-events/{rsvp_id}", "Persone: 2", "19:00–20:30 GMT (Qui: ", "Ring twice."):
        assert part in text
    assert "Non posso venire: https://lambrate.test/cannot-come/" in " ".join(text.split())
    assert read(mail)[:4] == ("PUBLISH", f"{evening.session_id}@twindesk", 1, "CONFIRMED")
    entry = entry_of(mail)
    assert (str(entry["organizer"]), "attendee" in entry) == ("mailto:noreply@lambrate.test", False)
    evening.sync()
    assert mailbox.new() == []


def test_who_joins_cancels_and_joins_again_gets_what_is_newer_each_time(guests: Guests, mailbox: Mailbox) -> None:
    """Edge case 55: one UID, a SEQUENCE that grows with each mail, a DTSTAMP that never falls, and CANCEL in between."""
    evening, mails = Evening(guests), []
    for _ in range(2):
        rsvp_id = evening.ask()
        mails += mailbox.new()
        guests.clock.advance(SOON)
        press(evening, rsvp_id, Pressed.CANCEL)
        mails += mailbox.new()
        guests.clock.advance(SOON)
    evening.ask()
    mails += mailbox.new()
    move(evening, 20)
    mails += mailbox.new()
    seen = [read(mail) for mail in mails]
    assert [one.method for one in seen] == ["PUBLISH", "CANCEL", "PUBLISH", "CANCEL", "PUBLISH", "PUBLISH"]
    assert [one.status for one in seen] == ["CONFIRMED", "CANCELLED", "CONFIRMED", "CANCELLED", "CONFIRMED", "CONFIRMED"]
    assert {one.uid for one in seen} == {f"{evening.session_id}@twindesk"}
    sequences, stamps = [one.sequence for one in seen], [one.stamp for one in seen]
    assert sequences == sorted(set(sequences))
    assert stamps == sorted(stamps)


def test_a_waiting_list_an_offer_and_its_end_are_told_without_the_way_in(guests: Guests, mailbox: Mailbox) -> None:
    evening = Evening(guests, mode=SessionMode.REMOTE, venue=None, seats_in_person=None, seats_remote=1, join_url=LINK)
    berta, carla = (guests.member(f"{name} Rossi", credits=0) for name in ("Berta", "Carla"))
    first, waits = evening.ask(carla, kind=SeatKind.REMOTE), evening.ask(kind=SeatKind.REMOTE)
    evening.sync()
    mails = mailbox.new()
    press(evening, first, Pressed.CANCEL, carla)
    evening.sync()
    mails += mailbox.new()
    until = evening.place(waits).offer_expires_at
    (offer,) = evening.home.look(lambda s: s.query(Mail).filter_by(kind="place-offered").all())
    assert offer.good_until == until == evening.now + 2 * HOUR
    evening.ask(berta, kind=SeatKind.REMOTE)
    guests.clock.advance(2 * HOUR)
    evening.sync()
    mails += mailbox.new()
    assert [mail["Subject"].partition(":")[0] for mail in mails] == [
        "You are on the waiting list",
        "A seat is offered to you",
        "The offer has expired",
    ]
    assert "Place 1 of 1 on the waiting list" in text_of(mails[0])
    assert f"The seat is kept for you until Tue 3 Mar 2026, {until.astimezone(ROME):%H:%M} CET." in text_of(mails[1])
    for mail in mails:
        assert list(mail.iter_attachments()) == []
        assert LINK not in text_of(mail)
        assert "cannot-come" not in text_of(mail)


def test_an_offer_that_is_taken_and_a_seat_that_comes_by_itself_are_seats(guests: Guests, mailbox: Mailbox) -> None:
    evening = Evening(guests, seats_in_person=1)
    berta = guests.member("Berta Rossi", credits=0)
    for at_once, steps in ((True, ["it is yours.", "and it is yours"]), (False, ["you are asked.", "you are next", ""])):
        first, second = evening.ask(berta), evening.ask(take_at_once=at_once)
        later(evening)
        press(evening, first, Pressed.CANCEL, berta)
        later(evening)
        if not at_once:
            press(evening, second, Pressed.ACCEPT)
        mails = mailbox.new()
        assert [mail["Subject"].partition(":")[0] for mail in mails][-1] == "You have a seat"
        assert all(said in text_of(mail) for said, mail in zip(steps, mails, strict=True))
        assert read(mails[-1]).status == "CONFIRMED"
        press(evening, second, Pressed.CANCEL)
        mailbox.new()


@pytest.mark.parametrize(
    ("approve", "subject", "words"),
    [(True, "You have a seat", "Thecube has said yes"), (False, "No seat", "The host could not say yes this time.")],
)
def test_what_the_host_decides_is_told(guests: Guests, mailbox: Mailbox, approve: bool, subject: str, words: str) -> None:
    evening = Evening(guests, approval=True)
    rsvp_id = evening.coming()
    assert mailbox.new() == []
    evening.host.command(
        lambda s: host.decide(s, session_id=evening.session_id, rsvp_id=rsvp_id, approve=approve, now=evening.now)
    )
    evening.sync()
    title, text = told(mailbox)
    assert title == f"{subject}: Presentation Lunch"
    assert words in text


def test_who_is_let_in_when_all_is_full_is_told_that_they_wait(guests: Guests, mailbox: Mailbox) -> None:
    evening = Evening(guests, approval=True, seats_in_person=0)
    rsvp_id = evening.coming()
    evening.host.command(lambda s: host.decide(s, session_id=evening.session_id, rsvp_id=rsvp_id, approve=True, now=evening.now))
    evening.sync()
    title, text = told(mailbox)
    assert title == "You are on the waiting list: Presentation Lunch"
    assert "has said yes, but all seats are taken" in text


def test_a_no_of_the_hub_says_why_and_what_it_would_cost_now(guests: Guests, mailbox: Mailbox) -> None:
    evening = Evening(guests, price_credits=200)
    evening.ask(price_credits=100)
    (mail,) = mailbox.new()
    assert mail["Subject"] == "No seat: Presentation Lunch"
    assert "It costs 2 credits now." in text_of(mail)
    assert list(mail.iter_attachments()) == []


def test_a_no_that_came_too_early_says_from_when_one_can_ask(guests: Guests, mailbox: Mailbox) -> None:
    evening = Evening(guests, opens_local=f"{guests.today.isoformat()}T12:00")
    evening.ask()
    _title, text = told(mailbox)
    assert "One cannot sign up yet." in text
    assert "Seats can be asked for from: Tue 3 Mar 2026, 12:00 GMT" in text


def test_what_becomes_of_the_session_is_told_to_those_who_come_and_to_those_who_wait(guests: Guests, mailbox: Mailbox) -> None:
    evening, full = Evening(guests, seats_in_person=1), {"seats_in_person": 1}
    berta = guests.member("Berta Rossi", credits=0)
    settle(guests.home, berta, language="it")
    evening.coming()
    evening.ask(berta)
    mailbox.new()
    move(evening, 20, **full)
    evening.host.command(lambda s: organiser.postpone_session(s, session_id=evening.session_id, note="Snow.", now=evening.now))
    later(evening)
    move(evening, 20, **full)
    move(evening, 20, duration_minutes=60, **full)
    evening.host.command(lambda s: host.post_notice(s, session_id=evening.session_id, text="Bring a bowl.", now=evening.now))
    evening.sync()
    mails = mailbox.new()
    for who, subjects in ((guests.ada, ["New time", "Postponed", "New time", "Changed"]), (berta, ["Nuovo orario", "Rimandato"])):
        own = [mail for mail in mails if mail["To"] == who.email]
        assert [mail["Subject"].partition(":")[0] for mail in own][: len(subjects)] == subjects
        assert len(own) == 4
        assert [len(list(mail.iter_attachments())) for mail in own] == ([1] * 4 if who is guests.ada else [0] * 4)
    to_ada = [mail for mail in mails if mail["To"] == guests.ada.email]
    assert "It was to start on Tue 3 Mar 2026, 19:00 GMT." in text_of(to_ada[0])
    assert "Thecube writes: Snow." in text_of(to_ada[1])
    assert "When: There is no new time yet." in text_of(to_ada[1])
    assert [read(mail).status for mail in to_ada] == ["CONFIRMED", "TENTATIVE", "CONFIRMED", "CONFIRMED"]
    sequences = [read(mail).sequence for mail in to_ada]
    assert sequences == sorted(set(sequences))


def test_a_home_that_was_down_while_a_session_was_called_off_tells_its_member_once_it_is_back(
    guests: Guests, mailbox: Mailbox
) -> None:
    """Edge case 27: days later, also to who wants no mail, with what strikes it from the calendar; and never a second time."""
    evening = Evening(guests)
    evening.coming()
    mailbox.new()
    settle(guests.home, guests.ada, wants_news=False)
    call_off(evening)
    guests.hub.work()
    evening.host.sync()
    guests.clock.advance(3 * DAY)
    evening.sync()
    (mail,) = mailbox.new()
    assert mail["Subject"] == "Called off: Presentation Lunch"
    assert "Thecube writes: Flood." in text_of(mail)
    assert read(mail)[:4:3] == ("CANCEL", "CANCELLED")
    evening.sync()
    assert mailbox.new() == []


def test_what_is_called_off_is_told_in_one_mail(guests: Guests, mailbox: Mailbox) -> None:
    evening = Evening(guests)
    evening.coming()
    mailbox.new()
    call_off(evening)
    later(evening)
    assert told(mailbox)[0] == "Called off: Presentation Lunch"


def test_a_seat_that_the_host_takes_back_is_told_to_everybody(guests: Guests, mailbox: Mailbox) -> None:
    settle(guests.home, guests.ada, wants_news=False)
    evening = Evening(guests)
    rsvp_id = evening.coming()
    assert mailbox.new() == []
    evening.host.command(lambda s: host.cancel(s, session_id=evening.session_id, rsvp_id=rsvp_id, now=evening.now))
    evening.sync()
    (mail,) = mailbox.new()
    assert mail["Subject"] == "Your seat is cancelled: Presentation Lunch"
    assert read(mail).method == "CANCEL"


def test_the_link_is_told_to_who_joins_by_it_as_soon_as_it_is_here_and_when_it_is_another(
    guests: Guests, mailbox: Mailbox
) -> None:
    evening = Evening(guests, **HYBRID)
    berta = guests.member("Berta Rossi", credits=0)
    settle(guests.home, berta, language="en")
    evening.ask(kind=SeatKind.REMOTE)
    evening.ask(berta)
    later(evening)
    # News of one moment, so which letter is written first is nobody's matter.
    mails = sorted(
        (mail for mail in mailbox.new() if mail["To"] == guests.ada.email), key=lambda mail: mail["Subject"], reverse=True
    )
    assert [mail["Subject"].partition(":")[0] for mail in mails] == ["You have a seat", "The link to join"]
    assert LINK not in text_of(mails[0])
    assert f"Join online: {LINK}" in text_of(mails[1])
    assert str(entry_of(mails[1])["conference"]) == LINK
    evening.plan(**HYBRID | {"join_url": f"{LINK}-2"})
    guests.clock.advance(SOON)
    evening.sync()
    (again,) = mailbox.new()
    assert again["To"] == guests.ada.email
    assert str(entry_of(again)["conference"]) == f"{LINK}-2"
    sequences = [read(mail).sequence for mail in (*mails, again)]
    assert sequences == sorted(set(sequences))
    assert not any(LINK.encode() in (one.body or b"") for one in guests.network.transport.log)


def test_the_other_way_of_taking_part_is_told_with_its_link(guests: Guests, mailbox: Mailbox) -> None:
    evening = Evening(guests, **HYBRID)
    rsvp_id = evening.ask()
    evening.sync()
    mailbox.new()
    press(evening, rsvp_id, Pressed.SWITCH, kind=SeatKind.REMOTE)
    title, text = told(mailbox)
    assert title == "You have changed how you take part: Presentation Lunch"
    assert LINK in text
    assert "Ring twice." not in text


def test_what_a_member_does_not_want_is_not_sent(guests: Guests, mailbox: Mailbox) -> None:
    settle(guests.home, guests.ada, wants_news=False)
    evening = Evening(guests)
    press(evening, evening.coming(), Pressed.CANCEL)
    evening.coming()
    assert mailbox.new() == []
    move(evening, 20)
    assert told(mailbox)[0] == "New time: Presentation Lunch"


def test_what_comes_to_nothing_by_the_members_own_hand_is_no_news(guests: Guests, mailbox: Mailbox) -> None:
    evening = Evening(guests, seats_in_person=0)
    press(evening, evening.ask(), Pressed.CANCEL)
    assert [mail["Subject"].partition(":")[0] for mail in mailbox.new()] == ["You are on the waiting list"]
    guests.network.transport.cut()
    press(evening, evening.ask(), Pressed.CANCEL)
    guests.network.transport.heal()
    guests.clock.advance(SOON)
    evening.sync()
    evening.sync()
    assert mailbox.new() == []


@pytest.mark.parametrize("fault", ["duplicate", "lose_answer"])
def test_an_answer_that_comes_by_two_ways_is_told_once(guests: Guests, mailbox: Mailbox, fault: Any) -> None:
    evening = Evening(guests)
    guests.network.transport.plan(fault)
    evening.ask()
    guests.clock.advance(SOON)
    evening.sync()
    evening.sync()
    assert told(mailbox)[0] == "You have a seat: Presentation Lunch"


def test_what_a_restored_node_hears_anew_is_left_for_a_person_to_decide(guests: Guests, mailbox: Mailbox) -> None:
    evening = Evening(guests)
    guests.home.command(lambda s: setattr(s.query(Identity).one(), "restored_at", evening.now))
    evening.coming()
    assert mailbox.new() == []
    (parked,) = guests.home.look(lambda s: s.query(Mail).all())
    assert (parked.state, parked.reason) == ("parked", "restored-from-backup")


def test_nothing_is_told_of_who_stands_at_a_door_or_is_nobody_known(guests: Guests, mailbox: Mailbox) -> None:
    evening = Evening(guests)
    evening.coming("Berta Rossi")
    evening.evening_comes()
    evening.receive(guests.passport())
    evening.sync()
    at_door = evening.home.look(lambda s: places.active(s, session_id=evening.session_id, member_id=guests.ada.id))
    assert at_door is not None
    assert (at_door.origin, at_door.state) == (RsvpOrigin.DOOR, RsvpState.ATTENDED)
    assert mailbox.new() == []


def test_of_a_place_whose_event_is_not_known_here_is_told_what_is_known(guests: Guests, mailbox: Mailbox) -> None:
    told_by_hub = {"session_id": new_id(), "event_id": new_id(), "home": guests.home.slug, "host": guests.host.slug}
    data = load(RsvpEntry, {**example("rsvp.updated"), **told_by_hub, "guest": guests.ada.guest, "state": "confirmed"})

    def hear(session: Session) -> None:
        rsvp = taking_part.keep(session, data, epoch=1, now=guests.now)
        letters.tell_of_place(session, rsvp.id, now=guests.now)
        letters.tell_of_place(session, new_id(), now=guests.now)

    guests.home.command(hear)
    title, text = told(mailbox)
    assert title == "You have a seat: Thecube"
    assert "When:" not in text
