"""What the host tells the homes of those who come, and what it forgets: sealed, only as much as concerns them, and in time."""

import datetime as dt
import json
from functools import partial

import pytest
from sqlalchemy.orm import Session

from federation.db import Feed
from shared.keys import sealed
from shared.protocol.boxes import BRIEF_MAX_BYTES
from shared.protocol.states import RsvpState
from space_node.db import Outbox
from space_node.events import service as organiser
from space_node.hosting import queries, service
from space_node.hosting.errors import NobodyComes, NotOverYet, TooManyNotices
from space_node.hosting.models import GuestRsvp, SentBrief
from space_node.rsvps import service as taking_part
from space_node.rsvps.rules import Pressed
from space_node.uplink.models import MirrorSpace
from tests.support.evening import LINK, SHARED, Evening
from tests.support.guests import HOME, HOST, Guests

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
ONLINE = {"mode": "hybrid", "seats_remote": None, "join_url": LINK}


def test_a_home_hears_the_way_in_with_its_first_seat_and_nobody_else_does(guests: Guests) -> None:
    evening = Evening(guests, **ONLINE)
    evening.ask()
    evening.sync()
    assert evening.brief().join_url == LINK
    assert LINK not in json.dumps(guests.hub.look(lambda s: [row.body for row in s.query(Feed)]), default=str)
    evening.plan(**{**ONLINE, "join_url": f"{LINK}-2"})
    evening.evening_comes(hours=1)
    assert evening.brief().join_url == f"{LINK}-2"


def test_a_home_of_which_nobody_comes_any_more_loses_the_way_in(guests: Guests) -> None:
    evening = Evening(guests, **ONLINE)
    rsvp_id = evening.coming()
    guests.home.command(lambda s: taking_part.press(s, Pressed.CANCEL, member_id=guests.ada.id, rsvp_id=rsvp_id, now=guests.now))
    guests.host.sync()
    guests.home.sync()
    assert evening.brief().join_url is None


def test_who_waits_hears_nothing_of_the_way_in(guests: Guests) -> None:
    evening = Evening(guests, **ONLINE, seats_in_person=1)
    own = evening.own_member("Marta Rossi")
    evening.ask(own, at=evening.host)
    evening.coming()
    evening.sync()
    assert evening.brief() is None
    assert evening.brief(evening.host).join_url == LINK


def names(evening: Evening) -> list[tuple[str, str]]:
    told = evening.brief()
    return [(one["name"], one["home"]) for one in told.attendees]


def test_who_shares_sees_who_shares_and_stops_at_once(guests: Guests) -> None:
    """Edge case 64: who waits is absent, others see a count only, and a change of mind counts at once."""
    evening = Evening(guests, **SHARED, seats_in_person=3)
    own = evening.own_member("Marta Rossi")
    evening.ask(own, at=evening.host, shares=True)
    rsvp_id = evening.ask(shares=False)
    evening.ask(guests.member("Bob"), shares=False)
    evening.ask(guests.member("Carla"), shares=True)
    evening.sync()
    assert (evening.brief().attendees, evening.brief().sharing) == ([], 1)
    guests.home.command(lambda s: _share(s, guests, rsvp_id, True))
    evening.sync()
    assert (names(evening), evening.brief().sharing) == ([("Ada", HOME), ("Marta", HOST)], 2)
    guests.home.command(lambda s: _share(s, guests, rsvp_id, False))
    guests.host.sync()
    guests.home.sync()
    assert (evening.brief().attendees, evening.brief().sharing) == ([], 1)
    assert [one["name"] for one in evening.brief(evening.host).attendees] == ["Marta"]


def _share(session: Session, guests: Guests, rsvp_id: str, shares: bool) -> None:
    taking_part.set_sharing(session, member_id=guests.ada.id, rsvp_id=rsvp_id, shares=shares, now=guests.now)


def test_an_event_without_a_list_tells_no_names(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    evening.coming(shares=True)
    evening.sync()
    assert (evening.brief().attendees, evening.brief().sharing) == ([], 0)


def test_messages_need_readers_and_know_a_measure(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    with pytest.raises(NobodyComes):
        evening.note()
    evening.coming()
    for number in range(10):
        evening.note(f"Message {number}")
    with pytest.raises(TooManyNotices):
        evening.note()
    sqlite_guests.home.sync()
    assert [one["text"] for one in evening.brief().notices] == [f"Message {number}" for number in range(5, 10)]


def test_a_recap_goes_to_those_who_came_and_to_those_who_hold_the_event_too(guests: Guests) -> None:
    evening = Evening(guests)
    evening.hold_together()
    own = evening.own_member("Marta Rossi")
    evening.ask(own, at=evening.host)
    with pytest.raises(NotOverYet):
        evening.host.command(lambda s: service.write_recap(s, session_id=evening.session_id, text="Fine.", now=guests.now))
    evening.evening_comes(hours=13)
    evening.host.command(lambda s: service.write_recap(s, session_id=evening.session_id, text="Fine.", now=guests.now))
    guests.home.sync()
    (recap,) = guests.home.look(lambda s: queries.shared_recaps(s, evening.event_id))
    assert (recap.host, recap.text) == (HOST, "Fine.")
    assert evening.host.look(lambda s: queries.shared_recaps(s, evening.event_id)) == []


def test_a_home_that_was_away_when_the_session_was_cancelled_hears_of_it(guests: Guests) -> None:
    """Edge case 27: the home is down when the session is cancelled; the hub keeps the news, and the last message, for it."""
    evening = Evening(guests, **ONLINE)
    rsvp_id = evening.coming()
    guests.home.sync()
    evening.note("The roof leaks.")
    evening.host.command(lambda s: organiser.cancel_session(s, session_id=evening.session_id, note="Sorry!", now=guests.now))
    guests.host.sync()
    assert evening.place(rsvp_id).state == RsvpState.CONFIRMED
    guests.clock.advance(2 * DAY)
    guests.home.sync()
    assert evening.place(rsvp_id).state == RsvpState.SESSION_CANCELLED
    told = evening.brief()
    assert ([one["text"] for one in told.notices], told.join_url) == (["The roof leaks."], None)


def test_briefs_go_on_above_what_the_hub_holds_after_a_backup_was_restored(guests: Guests) -> None:
    evening = Evening(guests)
    evening.coming()
    for number in range(3):
        evening.note(f"Message {number}")
    evening.host.command(lambda s: setattr(s.get_one(SentBrief, (evening.session_id, HOME)), "rev", 1))
    evening.note("After the restore")
    evening.evening_comes(hours=1)
    guests.home.sync()
    assert evening.brief().notices[-1]["text"] == "After the restore"
    assert guests.host.look(lambda s: s.get_one(SentBrief, (evening.session_id, HOME)).rev) > 4


def test_a_brief_fits_its_box_however_many_come(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests, **SHARED, seats_in_person=None)
    evening.coming(shares=True)
    for number in range(5):
        evening.note(f"{number} " + "ü" * 990)

    def crowd(session: Session) -> None:
        for number in range(300):
            row = {name: getattr(session.query(GuestRsvp).first(), name) for name in ("session_id", "event_id", "home", "as_of")}
            session.add(
                GuestRsvp(id=f"{number}", kind="in_person", origin="home", state="confirmed", name="ü" * 60, shares=True, **row)
            )
        session.flush()
        service.tell(session, evening.session_id, evening.now)

    evening.host.command(crowd)
    sqlite_guests.home.sync()
    told = evening.brief()
    assert told.sharing == 301
    assert 0 < len(told.attendees) < 300
    bodies = evening.host.look(lambda s: [json.loads(row.body) for row in s.query(Outbox).filter_by(kind="brief")])
    assert all(len(body["box"]) <= BRIEF_MAX_BYTES for body in bodies)


def test_names_and_words_go_thirty_days_after(guests: Guests) -> None:
    evening = Evening(guests, **SHARED)
    rsvp_id = evening.coming(shares=True)
    evening.evening_comes()
    evening.check_in(rsvp_id)
    evening.evening_comes(hours=3)
    guests.home.command(
        lambda s: taking_part.tell(s, member_id=guests.ada.id, rsvp_id=rsvp_id, stars=5, text="Ada was here.", now=guests.now)
    )
    guests.host.sync()
    assert (evening.guest(rsvp_id).name, evening.guest(rsvp_id).feedback) == ("Ada", "Ada was here.")
    guests.clock.advance(30 * DAY)
    evening.host.command(lambda s: service.forget_names(s, guests.now))
    guest = evening.guest(rsvp_id)
    assert (guest.name, guest.feedback, guest.shares, guest.stars, guest.state) == ("", "", False, 5, RsvpState.ATTENDED)


def test_a_home_that_leaves_takes_its_names_along_and_leaves_the_numbers(guests: Guests) -> None:
    """Edge case 65: the home space leaves: names erased, counts kept."""
    evening = Evening(guests)
    rsvp_id = evening.coming()
    evening.evening_comes()
    evening.check_in(rsvp_id)
    assert evening.host.command(lambda s: service.forget_departed(s, guests.now)) == 0
    evening.host.command(lambda s: setattr(s.get_one(MirrorSpace, HOME), "state", ""))
    assert evening.host.command(lambda s: service.forget_departed(s, guests.now)) == 1
    (shown,) = evening.people()
    assert (shown.name, shown.home, shown.group) == ("", HOME, queries.Group.HERE)


def test_a_card_that_says_what_it_should_not_brings_no_name(sqlite_guests: Guests) -> None:
    evening = Evening(sqlite_guests)
    rsvp_id = evening.coming()
    key = evening.host.node.ring.active("encryption", evening.now)
    forged = sealed.seal({"name": "Eve", "home": HOST}, to_jwk=key, context=f"rsvp/{rsvp_id}")
    for card in (forged, "nonsense"):
        entry = _entry(evening, rsvp_id) | {"rev": evening.guest(rsvp_id).rev + 1, "card": card}
        epoch = evening.guest(rsvp_id).epoch
        evening.host.command(partial(service.keep, data=entry, epoch=epoch, now=evening.now))
        assert evening.guest(rsvp_id).name == "Ada"


def _entry(evening: Evening, rsvp_id: str) -> dict[str, object]:
    guest = evening.guest(rsvp_id)
    names = ("session_id", "event_id", "home", "kind", "origin", "state", "reason", "party", "price_credits", "charged_credits")
    return {
        **{name: getattr(guest, name) for name in names},
        "id": rsvp_id,
        "host": HOST,
        "checked_in_at": None,
        "feedback": None,
    }
