"""One person is forgotten everywhere: at home at once, at the hub when nothing of theirs is open, at each host on its word."""

import datetime as dt
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from federation.bookings.models import Booking, GuestDays
from federation.credits import queries as ledger
from federation.db import Answer, Feed
from federation.erasures import service as hub_service
from federation.erasures.models import Erasure as HubErasure
from federation.rsvps.models import Rsvp as HubRsvp
from federation.trust.models import PassportRef
from shared.errors import Conflict, NotFound
from shared.ids import new_id
from shared.protocol.states import BookingState, RsvpState
from space_node.accounts.queries import accounts
from space_node.db import Mail
from space_node.erasures import queries, service
from space_node.members import queries as members
from space_node.members import service as members_service
from space_node.members.errors import MemberUnknown
from space_node.members.service import Role
from space_node.trips.models import HostPseudonym, Trip
from space_node.wallet.models import Grant, WalletMirror
from tests.support.evening import SHARED, Evening
from tests.support.guests import ADA, HOST, Guests, address_of

DAY = dt.timedelta(days=1)


def forget(guests: Guests, member: Any = None) -> str:
    """Have Ada forgotten, or somebody else; the number of that."""
    who = member or guests.ada
    return guests.home.command(lambda s: service.forget(s, member_id=who.id, now=guests.now).id)


def progress(guests: Guests, erasure_id: str) -> queries.Progress:
    return guests.home.look(lambda s: queries.progress(s, erasure_id))


def settle(guests: Guests) -> None:
    guests.hub.work()
    guests.network.sync()


def hub_row(guests: Guests, model: Any, key: str) -> Any:
    return guests.hub.look(lambda s: s.get_one(model, key))


def test_a_request_to_forget_somebody_reaches_all_and_says_who_has_confirmed(guests: Guests) -> None:
    """Edge case 70: home, hub and host drop names and links, numbers stay, and the page names who has not confirmed yet."""
    evening = Evening(guests, **SHARED)
    booking_id = guests.booked(on=guests.today + DAY, note="I bring a dog.")
    rsvp_id = evening.coming(shares=True)
    other_id = evening.coming("Berta Rossi", shares=True)
    guests.passport()
    settle(guests)
    assert [one["name"] for one in evening.brief().attendees] == ["Ada", "Berta"]
    ada = guests.ada

    refused = guests.book(on=guests.today + 100 * DAY)

    erasure_id = forget(guests)
    assert hub_row(guests, Booking, refused).guest is None
    shown = progress(guests, erasure_id)
    assert (shown.hub_at, shown.waiting, shown.is_done) == (guests.now, ["Thecube"], False)
    with pytest.raises(MemberUnknown):
        guests.home.look(lambda s: members.require_member(s, address_of(ADA)))
    assert guests.home.look(lambda s: [s.get(WalletMirror, ada.guest), *s.scalars(sa.select(HostPseudonym))]) == [None]
    assert guests.home.look(lambda s: s.get_one(Trip, booking_id).member_id) is None
    assert guests.home.look(lambda s: s.scalar(sa.select(Grant.member_id).where(Grant.guest == erasure_id))) == erasure_id

    settle(guests)
    visit, guest = guests.visit(booking_id), evening.guest(rsvp_id)
    assert (visit.state, visit.guest_name, visit.note, visit.host_guest) == (BookingState.CANCELLED_BY_GUEST, "", "", None)
    assert (guest.state, guest.name, guest.shares) == (RsvpState.CANCELLED_BY_MEMBER, "", False)
    assert [one["name"] for one in evening.brief().attendees] == ["Berta"]
    assert evening.guest(other_id).name == "Berta"
    shown = progress(guests, erasure_id)
    assert shown.is_done
    assert shown.hosts == [("Thecube", guests.now)]

    stay, seat = hub_row(guests, Booking, booking_id), hub_row(guests, HubRsvp, rsvp_id)
    assert (stay.guest, stay.host_guest, stay.card, stay.charged_credits) == (None, None, None, 0)
    assert (seat.guest, seat.holder, seat.card) == (None, None, None)
    assert guests.hub.look(lambda s: list(s.scalars(sa.select(PassportRef).where(PassportRef.guest == ada.guest)))) == []
    assert guests.hub.look(lambda s: list(s.scalars(sa.select(GuestDays).where(GuestDays.guest == ada.guest)))) == []
    assert guests.hub.look(lambda s: ledger.wallet(s, guests.home.slug, ada.guest)["lots"]) == []
    assert guests.hub.look(ledger.audit_faults) == []
    told = sa.select(Feed).where(Feed.subject.in_((f"booking/{booking_id}", f"rsvp/{rsvp_id}")))
    assert {(row.body["card"], row.body["guest"]) for row in guests.hub.look(lambda s: s.scalars(told).all())} == {(None, None)}


def test_what_is_under_way_comes_to_its_end_before_the_hub_forgets_whose_it_was(guests: Guests) -> None:
    """Edge case 70: a stay that was checked in is paid; one that is over waits for its host's word."""
    here = guests.booked()
    guests.check_in(here)
    later = guests.booked(on=guests.today + DAY)
    evening = Evening(guests, price_credits=100)
    rsvp_id = evening.coming(price_credits=100)
    evening.evening_comes()
    evening.check_in(rsvp_id)
    guests.clock.advance(3 * dt.timedelta(hours=1))
    assert hub_row(guests, Booking, here).claim_credits == 150

    erasure_id = forget(guests)
    settle(guests)
    assert (hub_row(guests, Booking, here).guest, hub_row(guests, Booking, here).charged_credits) == (None, 150)
    assert hub_row(guests, Booking, later).charged_credits == 0
    assert (hub_row(guests, HubRsvp, rsvp_id).guest, progress(guests, erasure_id).hub_at) == (guests.ada.guest, None)
    guests.clock.advance(DAY)
    settle(guests)
    guests.clock.advance(dt.timedelta(minutes=2))
    settle(guests)
    seat = hub_row(guests, HubRsvp, rsvp_id)
    assert (seat.state, seat.charged_credits, seat.guest) == (RsvpState.ATTENDED, 100, None)
    assert progress(guests, erasure_id).is_done
    assert guests.hub.look(lambda s: ledger.wallet(s, guests.home.slug, guests.ada.guest)["lots"]) == []
    assert guests.hub.look(ledger.audit_faults) == []


def test_a_stay_that_is_over_waits_for_its_host_to_say_whether_anybody_came(guests: Guests) -> None:
    booking_id = guests.booked()
    guests.clock.advance(14 * dt.timedelta(hours=1))
    erasure_id = forget(guests)
    assert (hub_row(guests, Booking, booking_id).guest, progress(guests, erasure_id).hub_at) == (guests.ada.guest, None)
    for _ in range(3):
        guests.network.sync()
        guests.clock.advance(dt.timedelta(minutes=6))
        guests.hub.work()
    stay = hub_row(guests, Booking, booking_id)
    assert (stay.state, stay.charged_credits, stay.guest) == (BookingState.NO_SHOW, 150, None)
    guests.network.sync()
    assert progress(guests, erasure_id).is_done


def test_what_a_node_had_written_before_and_sends_later_is_forgotten_too(guests: Guests) -> None:
    erasure_id = forget(guests)
    settle(guests)
    assert progress(guests, erasure_id).is_done
    ref = "ab" * 32
    about = {"home": guests.home.slug, "guest": guests.ada.guest, "status_index": 3, "body_sha256": ""}
    guests.hub.command(lambda s: s.add(PassportRef(ref=ref, expires_at=guests.now + DAY, **about)))
    guests.clock.advance(dt.timedelta(hours=2))
    guests.hub.work()
    assert guests.hub.look(lambda s: s.get(PassportRef, ref)) is None


def test_the_answers_in_which_a_sealed_box_was_told_go_too(guests: Guests) -> None:
    booking_id = guests.booked()
    guests.check_in(booking_id, guests.visit_pass(booking_id))
    told = sa.select(Answer.key).where(Answer.scope.contains(booking_id))
    assert len(guests.hub.look(lambda s: s.scalars(told).all())) == 1
    forget(guests)
    assert guests.hub.look(lambda s: s.scalars(told).all()) == []


def test_who_works_here_too_is_forgotten_as_a_member_and_still_signs_in(guests: Guests) -> None:
    def hire(s: Any) -> None:
        members_service.add_account(s, role=Role.MEMBER, email=address_of(ADA), name=ADA, now=guests.now)
        members_service.add_account(s, role=Role.DESK, email=address_of(ADA), name=ADA, now=guests.now)

    guests.home.command(hire)
    forget(guests)
    assert guests.home.look(lambda s: [(one.email, one.roles()) for one in accounts(s)]) == [(address_of(ADA), {"desk"})]


def test_an_account_goes_with_its_browsers_links_and_mails(guests: Guests) -> None:
    made = {"state": "waiting", "attempts": 0, "created_at": guests.now}

    def write(s: Any) -> None:
        account = members_service.account_of(s, guests.ada, guests.now)
        texts = dict.fromkeys(("subject", "plain", "html"), "Ciao")
        s.add(Mail(id=new_id(), kind="x", recipient=account.email, language="it", **texts, next_attempt_at=guests.now, **made))

    guests.home.command(write)
    forget(guests)
    assert guests.home.look(lambda s: list(s.scalars(sa.select(Mail)))) == []
    assert guests.home.look(lambda s: list(accounts(s))) == []


def test_a_request_is_one_however_often_it_comes_and_two_cannot_share_a_number(guests: Guests) -> None:
    erasure_id = forget(guests)
    again = partial(hub_service.ask, home=guests.home.slug, erasure_id=erasure_id, asked_at=guests.now, now=guests.now)
    assert guests.hub.command(lambda s: again(s, guest=guests.ada.guest).id) == erasure_id
    for change in ({"guest": erasure_id}, {"guest": guests.ada.guest, "home": HOST}):
        with pytest.raises(Conflict):
            guests.hub.command(lambda s, change=change: again(s, **change))
    assert guests.hub.look(lambda s: s.scalar(sa.select(sa.func.count()).select_from(HubErasure))) == 1


def test_the_hub_keeps_one_erasure_of_a_person_and_refuses_another(guests: Guests) -> None:
    about = {"home": guests.home.slug, "guest": guests.ada.guest, "asked_at": guests.now, "now": guests.now}
    first = guests.hub.command(lambda s: hub_service.ask(s, erasure_id=new_id(), **about).id)
    assert progress(guests, forget(guests)).problem == "id-conflict"
    stranger = {"erasure_id": first, "caller": HOST, "rev": 9, "now": guests.now}
    with pytest.raises(NotFound):
        guests.hub.command(lambda s: hub_service.confirm(s, **stranger))


def test_a_node_that_has_not_joined_forgets_for_itself(guests: Guests) -> None:
    alone = guests.network.node("alone")
    made = alone.command(lambda s: members_service.add_member(s, name="Eva", email="eva@alone.test", now=guests.now).id)
    alone.command(lambda s: service.forget(s, member_id=made, now=guests.now))
    page = alone.look(queries.page)
    (shown,) = page.rows
    assert (page.total, shown.is_done, shown.hosts) == (1, True, [])


def test_what_the_hub_refuses_is_shown_with_its_reason(guests: Guests) -> None:
    erasure_id = forget(guests)
    guests.home.command(lambda s: service.not_taken(s, erasure_id=erasure_id, slug="space-not-active"))
    guests.home.command(lambda s: service.not_taken(s, erasure_id="unknown", slug="space-not-active"))
    assert progress(guests, erasure_id).problem == "space-not-active"
    with pytest.raises(queries.ErasureUnknown):
        progress(guests, "unknown")
