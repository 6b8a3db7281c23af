"""Which lots pay, what a part payment takes, which legs follow, when a lot is over."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.credits import rules
from federation.credits.rules import NETWORK, Account, AccountKind, Leg, Piece, Spendable, TransferKind

NYC, LDN, MIL = "wecreate-nyc", "thecube-london", "cowo-milano"
PLENTY = {NYC: 10_000, MIL: 10_000}
ON = date(2026, 11, 12)
LOT, ISSUED, POSITION = AccountKind.LOT, AccountKind.ISSUED, AccountKind.POSITION


def lot(name: str, available: int, *, until: int = 30, since: int = 1, issuer: str = NYC) -> Spendable:
    return Spendable(name, issuer, available, date(2026, 11, since), date(2026, 11, until))


def choose(*lots: Spendable, credits: int, room: dict[str, int] | None = None) -> rules.Choice:
    return rules.choose(lots, host=LDN, on=ON, credits=credits, room=PLENTY if room is None else room)


def taken(choice: rules.Choice) -> list[tuple[str | None, int]]:
    return [(piece.lot_id, piece.credits) for piece in choice.pieces]


def test_the_lot_that_ends_first_pays_first() -> None:
    choice = choose(lot("late", 100, until=30), lot("soon", 60, until=13), credits=100)
    assert (taken(choice), choice.missing) == ([("soon", 60), ("late", 40)], 0)


def test_of_lots_that_end_on_one_day_the_lower_id_pays_first() -> None:
    assert taken(choose(lot("b", 100), lot("a", 100), credits=150)) == [("a", 100), ("b", 50)]


@pytest.mark.parametrize(("since", "until", "pays"), [(12, 12, True), (13, 30, False), (1, 11, False)])
def test_only_a_lot_that_is_valid_on_the_day_of_the_visit_pays(since: int, until: int, pays: bool) -> None:
    choice = choose(lot("a", 100, since=since, until=until), credits=100)
    assert (bool(choice.pieces), choice.missing, choice.limited) == (pays, 0 if pays else 100, False)


def test_what_lots_cannot_pay_is_missing() -> None:
    choice = choose(lot("a", 70), credits=100)
    assert (taken(choice), choice.missing, choice.limited) == ([("a", 70)], 30, False)


def test_an_issuer_at_its_limit_is_passed_over_for_another() -> None:
    choice = choose(lot("a", 100, issuer=MIL, until=13), lot("b", 100), credits=100, room={NYC: 100, MIL: 30})
    assert (taken(choice), choice.missing, choice.limited) == ([("a", 30), ("b", 70)], 0, False)


def test_where_only_limits_stand_in_the_way_that_is_what_is_said() -> None:
    choice = choose(lot("a", 100), lot("b", 100), credits=150, room={NYC: 120})
    assert (choice.missing, choice.limited) == (30, True)
    assert choose(lot("a", 100), lot("b", 50), credits=150, room={NYC: 120}).limited
    assert not choose(lot("a", 100), credits=150, room={NYC: 120}).limited
    assert not choose(lot("a", 100), credits=150, room={NYC: 60}).limited


def test_room_that_is_overdrawn_is_no_room() -> None:
    assert taken(choose(lot("a", 100), credits=100, room={NYC: -5})) == []
    assert taken(choose(lot("a", 100), credits=100, room={})) == []


def test_the_hosts_own_lots_need_no_room() -> None:
    choice = choose(lot("a", 100, issuer=LDN), lot("b", 50, issuer=LDN), credits=120, room={})
    assert (taken(choice), choice.missing) == ([("a", 100), ("b", 20)], 0)


def test_nothing_to_pay_takes_nothing() -> None:
    assert choose(lot("a", 100), credits=0) == ([], 0, False)


PIECES = [Piece("a", NYC, LDN, 60), Piece("b", MIL, LDN, 40), Piece("c", LDN, LDN, 30)]


def test_a_part_payment_takes_the_pieces_that_end_first() -> None:
    paid, returned = rules.split_capture(PIECES, 80)
    assert paid == [Piece("a", NYC, LDN, 60), Piece("b", MIL, LDN, 20)]
    assert returned == [Piece("b", MIL, LDN, 20), Piece("c", LDN, LDN, 30)]


def test_all_or_nothing_of_a_reservation_can_be_paid() -> None:
    assert rules.split_capture(PIECES, 130) == (PIECES, [])
    assert rules.split_capture(PIECES, 0) == ([], PIECES)


@pytest.mark.parametrize("credits", [-1, 131])
def test_no_more_is_paid_than_was_reserved_and_no_less_than_nothing(credits: int) -> None:
    with pytest.raises(ValueError, match="between nothing and all"):
        rules.split_capture(PIECES, credits)


@given(st.lists(st.integers(1, 500), max_size=6), st.data())
def test_what_is_paid_and_what_goes_back_are_what_was_reserved(sizes: list[int], data: st.DataObject) -> None:
    pieces = [Piece(str(place), NYC, LDN, size) for place, size in enumerate(sizes)]
    credits = data.draw(st.integers(0, sum(sizes)))
    paid, returned = rules.split_capture(pieces, credits)
    assert (rules.total(paid), rules.total(returned)) == (credits, sum(sizes) - credits)
    assert len(paid) + len(returned) <= len(pieces) + 1


def test_a_payment_ends_the_issuers_promise_and_makes_it_owe_the_host() -> None:
    assert rules.legs_of(TransferKind.STAY, "t", PIECES[:1]) == [
        Leg(Account(LOT, "a"), -60),
        Leg(Account(ISSUED, NYC), 60),
        Leg(Account(POSITION, NYC), -60),
        Leg(Account(POSITION, LDN), 60),
    ]


def test_the_hosts_own_lot_makes_nobody_owe_anything() -> None:
    legs = rules.legs_of(TransferKind.STAY, "t", PIECES[2:])
    assert legs == [Leg(Account(LOT, "c"), -30), Leg(Account(ISSUED, LDN), 30)]


def test_hospitality_is_owed_without_a_lot() -> None:
    legs = rules.legs_of(TransferKind.HOSPITALITY, "t", [Piece(None, NYC, LDN, 150)])
    assert legs == [Leg(Account(POSITION, NYC), -150), Leg(Account(POSITION, LDN), 150)]


def test_a_reversal_runs_the_same_legs_back() -> None:
    there = rules.legs_of(TransferKind.WALK_IN, "t", PIECES)
    back = rules.legs_of(TransferKind.REVERSAL, "u", PIECES)
    assert back == [Leg(account, -credits) for account, credits in there]


def test_a_grant_fills_a_lot_and_a_lapse_empties_it() -> None:
    own = [Piece("a", NYC, NYC, 70)]
    assert rules.legs_of(TransferKind.GRANT, "a", own) == [Leg(Account(LOT, "a"), 70), Leg(Account(ISSUED, NYC), -70)]
    assert rules.legs_of(TransferKind.LAPSE, "t", own) == [Leg(Account(LOT, "a"), -70), Leg(Account(ISSUED, NYC), 70)]


def test_an_extension_moves_credits_into_the_lot_that_has_its_id() -> None:
    legs = rules.legs_of(TransferKind.EXTENSION, "child", [Piece("a", NYC, NYC, 70)])
    assert legs == [Leg(Account(LOT, "a"), -70), Leg(Account(LOT, "child"), 70)]


@given(st.sampled_from(TransferKind), st.lists(st.tuples(st.sampled_from((NYC, LDN, MIL)), st.integers(1, 900)), max_size=5))
def test_the_legs_of_every_kind_come_to_zero(kind: TransferKind, parts: list[tuple[str, int]]) -> None:
    pieces = [Piece(str(place), issuer, LDN, credits) for place, (issuer, credits) in enumerate(parts)]
    assert sum(leg.credits for leg in rules.legs_of(kind, "t", pieces)) == 0


def test_limits_count_what_is_owed_to_the_host_and_to_the_network_but_not_to_oneself() -> None:
    owed = rules.owed([*PIECES, Piece("d", NYC, LDN, 5)])
    assert list(owed.items()) == [((MIL, NETWORK), 40), ((MIL, LDN), 40), ((NYC, NETWORK), 65), ((NYC, LDN), 65)]


def test_room_is_the_least_that_any_limit_leaves() -> None:
    most = {(NYC, NETWORK): 100, (NYC, LDN): 300, (MIL, NETWORK): 50, (MIL, LDN): 10}
    exposure = {(NYC, NETWORK): 90, (NYC, LDN): 20, (MIL, NETWORK): -30}
    assert rules.room_left(most, exposure) == {NYC: 10, MIL: 10}


def test_a_lot_is_over_when_its_last_day_has_ended_everywhere_on_earth() -> None:
    last = date(2026, 11, 30)
    assert not rules.is_over(last, datetime(2026, 12, 1, 11, 59, tzinfo=UTC))
    assert rules.is_over(last, datetime(2026, 12, 1, 12, 0, tzinfo=UTC))


def test_what_comes_back_late_can_be_used_for_fourteen_days() -> None:
    assert rules.child_period(datetime(2026, 12, 1, 15, tzinfo=UTC)) == (date(2026, 12, 1), date(2026, 12, 15))
    assert rules.child_period(datetime(2026, 12, 1, 3, tzinfo=UTC)) == (date(2026, 11, 30), date(2026, 12, 15))


def test_lots_lapse_only_when_no_late_visit_can_still_be_paid_from_them() -> None:
    assert rules.lapses_before(datetime(2026, 12, 31, 15, tzinfo=UTC)) == date(2026, 11, 30)
