"""Trips: asked for, confirmed, refused, cancelled; what the hub says counts, however and how often it is said."""

from tests.support.guests import Guests


def test_a_desk_is_confirmed_at_once(guests: Guests) -> None:
    booking_id = guests.book()
    assert booking_id
