"""The ledger on both engines: what each movement does to lots, limits and positions."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from federation.credits import queries, service
from federation.credits.errors import (
    GrantInvalid,
    HospitalitySpent,
    LimitReached,
    NoCredit,
    TransferDiffers,
    TransferUnknown,
    WrongTransferState,
)
from federation.credits.rules import TransferKind
from federation.db import db, transactional
from federation.spaces.errors import SpaceUnknown, WrongStanding
from federation.spaces.models import Space
from shared.ids import new_id
from shared.protocol.states import LotKind, SpaceState, TransferState
from tests.support.ledger import ADA, BOB, LDN, MIL, NYC, START, Ledger, days, sound_ledger


@pytest.fixture
def ledger(hub_url: str) -> Iterator[Ledger]:
    yield from sound_ledger(hub_url)


def exposure(ledger: Ledger, issuer: str, host: str) -> int:
    return ledger.read(queries.exposures, [(issuer, host)]).get((issuer, host), 0)


def stand(slug: str, **values: Any) -> None:
    transactional(lambda: db.session.execute(sa.update(Space).where(Space.slug == slug).values(**values)))()


def test_a_grant_is_a_lot_and_a_promise_of_its_issuer(ledger: Ledger) -> None:
    lot = ledger.grant(1000)
    assert ledger.lots() == {lot.id: (1000, 0, 0)}
    assert ledger.read(queries.position, NYC) == {
        "space": NYC,
        "position_credits": 0,
        "issued_credits": -1000,
        "as_of_seq": 1,
    }


def test_a_grant_again_is_the_same_lot_and_with_other_values_refused(ledger: Ledger) -> None:
    lot = ledger.grant(1000)
    assert ledger.grant(1000, grant_id=lot.id).id == lot.id
    for other in ({"credits": 999}, {"guest": BOB}, {"issuer": LDN}, {"kind": LotKind.PURCHASED}):
        with pytest.raises(TransferDiffers):
            ledger.grant(**{"credits": 1000, "grant_id": lot.id, **other})
    assert ledger.lots() == {lot.id: (1000, 0, 0)}


def test_a_grant_needs_credits_and_days_to_come(ledger: Ledger) -> None:
    with pytest.raises(GrantInvalid) as refused:
        ledger.grant(0, expires_on=days(-2))
    assert [fault["pointer"] for fault in refused.value.errors] == ["/credits", "/expires_on"]
    with pytest.raises(GrantInvalid):
        ledger.grant(1, valid_from=days(3), expires_on=days(2))


def test_credits_are_given_only_to_members_of_spaces_that_take_part(ledger: Ledger) -> None:
    stand(MIL, state=SpaceState.SUSPENDED)
    with pytest.raises(WrongStanding):
        ledger.grant(100, home=MIL)
    with pytest.raises(SpaceUnknown):
        ledger.grant(100, home="nowhere")


def test_a_hold_takes_from_the_lot_that_ends_first_and_counts_against_both_limits(ledger: Ledger) -> None:
    late, soon = ledger.grant(1000), ledger.grant(100, expires_on=days(5))
    transfer = ledger.hold(150)
    assert (transfer.state, transfer.credits) == (TransferState.PENDING, 150)
    assert ledger.lots() == {soon.id: (100, 100, 0), late.id: (1000, 50, 0)}
    assert (exposure(ledger, NYC, LDN), exposure(ledger, NYC, "*")) == (150, 150)
    assert ledger.positions() == {}


def test_a_posting_pays_the_host_and_leaves_the_exposure_as_it_is(ledger: Ledger) -> None:
    lot, transfer = ledger.grant(1000), ledger.hold(150)
    posted = ledger.post(transfer, 150)
    assert (posted.state, posted.posted_credits, posted.resolved_at) == (TransferState.POSTED, 150, START)
    assert ledger.lots() == {lot.id: (1000, 0, 150)}
    assert ledger.positions() == {NYC: -150, LDN: 150}
    assert exposure(ledger, NYC, LDN) == 150


def test_a_part_payment_takes_the_first_pieces_and_returns_the_rest(ledger: Ledger) -> None:
    late, soon = ledger.grant(1000), ledger.grant(100, expires_on=days(5))
    ledger.post(ledger.hold(150), 120)
    assert ledger.lots() == {late.id: (1000, 0, 20)}
    assert soon.id not in ledger.lots()
    assert exposure(ledger, NYC, LDN) == 120
    assert ledger.positions() == {NYC: -120, LDN: 120}


@pytest.mark.parametrize(("verb", "state"), [("void", TransferState.VOIDED), ("expire", TransferState.EXPIRED)])
def test_what_is_not_paid_returns_to_the_same_lots(ledger: Ledger, verb: str, state: TransferState) -> None:
    lots = [ledger.grant(1000), ledger.grant(100, expires_on=days(5))]
    transfer = ledger.hold(150)
    assert getattr(ledger, verb)(transfer).state == state
    assert ledger.lots() == {lot.id: (lot.credits, 0, 0) for lot in lots}
    assert exposure(ledger, NYC, LDN) == 0


def test_what_returns_to_a_lot_that_is_over_opens_a_child_lot_for_fourteen_days(ledger: Ledger) -> None:
    lot = ledger.grant(100, expires_on=days(2))
    transfer = ledger.hold(60, on=days(2))
    ledger.pass_days(5)
    ledger.post(transfer, 45)
    [spent, child] = ledger.read(queries.wallet, NYC, ADA)["lots"]
    assert (spent["id"], spent["credits"], spent["spent"]) == (lot.id, 85, 45)
    assert (child["credits"], child["held"], child["expires_on"], child["kind"]) == (15, 0, days(19), "plan")
    assert ledger.hold(15, on=days(19)).state == TransferState.PENDING


def test_a_reversal_runs_the_legs_back_once(ledger: Ledger) -> None:
    lot, transfer = ledger.grant(1000), ledger.hold(150)
    ledger.post(transfer, 120)
    reversal = ledger.reverse(transfer)
    assert ledger.reverse(transfer).id == reversal.id
    assert (reversal.kind, reversal.credits, reversal.reverses_id) == (TransferKind.REVERSAL, 120, transfer.id)
    assert ledger.lots() == {lot.id: (1000, 0, 0)}
    assert (ledger.positions(), exposure(ledger, NYC, LDN)) == ({}, 0)


def test_a_reversal_into_a_lot_that_is_over_opens_a_child_lot_too(ledger: Ledger) -> None:
    ledger.grant(100, expires_on=days(2))
    transfer = ledger.hold(60)
    ledger.post(transfer, 60)
    ledger.pass_days(5)
    ledger.reverse(transfer)
    assert list(ledger.lots().values()) == [(40, 0, 0), (60, 0, 0)]


def test_a_lot_of_the_host_itself_pays_without_anybody_owing_anything(ledger: Ledger) -> None:
    lot = ledger.grant(200, issuer=LDN)
    ledger.post(ledger.hold(150, pair_limit=0, issuer_limit=0), 150)
    assert (ledger.lots(), ledger.positions(), exposure(ledger, LDN, LDN)) == ({lot.id: (200, 0, 150)}, {}, 0)
    assert ledger.read(queries.position, LDN)["issued_credits"] == -50


def test_a_lot_of_a_third_space_makes_that_space_owe_the_host_within_its_own_limits(ledger: Ledger) -> None:
    ledger.grant(200, issuer=MIL)
    stand(MIL, pair_limit_credits=100)
    with pytest.raises(LimitReached):
        ledger.hold(150)
    ledger.post(ledger.hold(100), 100)
    assert ledger.positions() == {MIL: -100, LDN: 100}


def test_lots_of_an_issuer_that_takes_no_part_are_passed_over(ledger: Ledger) -> None:
    ledger.grant(200, issuer=MIL, expires_on=days(3))
    own = ledger.grant(150)
    stand(MIL, state=SpaceState.SUSPENDED)
    ledger.hold(150)
    assert ledger.lots()[own.id] == (150, 150, 0)
    with pytest.raises(NoCredit):
        ledger.hold(1)


def test_without_credit_valid_on_the_day_nothing_is_reserved(ledger: Ledger) -> None:
    lot = ledger.grant(149, expires_on=days(3))
    for refused in ({"credits": 150}, {"credits": 100, "on": days(4)}, {"credits": 1, "guest": BOB}):
        with pytest.raises(NoCredit):
            ledger.hold(**refused)
    assert (ledger.lots(), exposure(ledger, NYC, LDN)) == ({lot.id: (149, 0, 0)}, 0)


@pytest.mark.parametrize("limits", [{"pair_limit": 149}, {"issuer_limit": 149}, {"pair_limit": 0}])
def test_a_limit_refuses_what_would_pass_it_and_leaves_nothing_behind(ledger: Ledger, limits: dict[str, int]) -> None:
    lot = ledger.grant(1000)
    with pytest.raises(LimitReached):
        ledger.hold(150, **limits)
    assert (ledger.lots(), exposure(ledger, NYC, "*")) == ({lot.id: (1000, 0, 0)}, 0)


def test_a_limit_can_be_used_to_its_last_hundredth(ledger: Ledger) -> None:
    ledger.grant(1000)
    ledger.hold(100, pair_limit=150)
    ledger.hold(50, pair_limit=150)
    with pytest.raises(LimitReached):
        ledger.hold(1, pair_limit=150)
    assert ledger.hold(1, host=MIL, pair_limit=150).state == TransferState.PENDING


def test_a_stay_that_costs_nothing_needs_no_credit_and_leaves_no_entry(ledger: Ledger) -> None:
    transfer = ledger.hold(0)
    assert ledger.post(transfer, 0).state == TransferState.POSTED
    assert ledger.reverse(transfer).credits == 0
    assert ledger.read(queries.statement, LDN, NYC)["lines"] == []


def test_the_same_reservation_again_is_the_one_that_was_made(ledger: Ledger) -> None:
    lot, transfer = ledger.grant(1000), ledger.hold(150)
    assert ledger.hold(150, booking_id=transfer.booking_id).id == transfer.id
    for other in ({"credits": 151}, {"host": MIL}, {"on": days(1)}, {"kind": "walk_in"}, {"guest": BOB}):
        with pytest.raises(TransferDiffers):
            ledger.hold(**{"credits": 150, "booking_id": transfer.booking_id, **other})
    assert ledger.lots() == {lot.id: (1000, 150, 0)}


def test_what_is_resolved_stays_resolved_and_a_repeat_changes_nothing(ledger: Ledger) -> None:
    lot, transfer = ledger.grant(1000), ledger.hold(150)
    ledger.post(transfer, 100)
    assert ledger.post(transfer, 100).posted_credits == 100
    for wrong in (lambda: ledger.post(transfer, 90), lambda: ledger.void(transfer), lambda: ledger.expire(transfer)):
        with pytest.raises(WrongTransferState):
            wrong()
    other = ledger.hold(50)
    ledger.void(other)
    assert ledger.void(other).state == TransferState.VOIDED
    for wrong in (lambda: ledger.post(other, 50), lambda: ledger.reverse(other)):
        with pytest.raises(WrongTransferState):
            wrong()
    assert ledger.lots() == {lot.id: (1000, 0, 100)}


def test_more_than_was_reserved_is_never_paid(ledger: Ledger) -> None:
    ledger.grant(1000)
    transfer = ledger.hold(150)
    with pytest.raises(ValueError, match="all that is held"):
        ledger.post(transfer, 151)


def test_for_a_booking_that_reserved_nothing_there_is_nothing_to_resolve(ledger: Ledger) -> None:
    for verb in (service.void, service.expire, service.reverse):
        with pytest.raises(TransferUnknown):
            ledger.command(verb, booking_id=new_id(), now=START)


def test_hospitality_is_paid_by_the_home_up_to_two_credits_a_visitor_and_day(ledger: Ledger) -> None:
    first = ledger.hospitality(150)
    assert ledger.hospitality(150, booking_id=first.booking_id).id == first.id
    assert (first.state, ledger.positions()) == (TransferState.POSTED, {NYC: -150, LDN: 150})
    with pytest.raises(HospitalitySpent):
        ledger.hospitality(51, host=MIL)
    ledger.hospitality(50, host=MIL)
    ledger.hospitality(200, on=days(1))
    ledger.hospitality(0)
    with pytest.raises(TransferDiffers):
        ledger.hospitality(151, booking_id=first.booking_id)
    with pytest.raises(LimitReached):
        ledger.hospitality(150, guest=BOB, pair_limit=400)
    assert ledger.positions() == {NYC: -400, LDN: 350, MIL: 50}


def test_hospitality_that_is_reversed_can_be_given_again(ledger: Ledger) -> None:
    ledger.reverse(ledger.hospitality(200))
    assert (ledger.positions(), exposure(ledger, NYC, LDN)) == ({}, 0)
    ledger.hospitality(200)


def test_one_id_cannot_be_a_stay_and_hospitality_or_two_peoples_stay(ledger: Ledger) -> None:
    ledger.grant(100)
    transfer = ledger.hold(100)
    with pytest.raises(TransferDiffers):
        ledger.hospitality(100, booking_id=transfer.booking_id)
