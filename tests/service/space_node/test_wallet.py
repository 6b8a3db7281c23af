"""Credits at home: granted once, told by the hub, and never believed from an older word."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from shared.ids import new_id
from shared.messaging.outbox import OutboxState
from shared.protocol.states import LotKind
from space_node.members.errors import MemberUnknown
from space_node.wallet import queries, service
from space_node.wallet.errors import GrantDaysInvalid, GrantMadeBefore
from space_node.wallet.models import Grant, WalletMirror
from space_node.wallet.rules import Gift
from tests.support.away import faults, sent, worth
from tests.support.guests import Guests

DAY = dt.timedelta(days=1)
SOON = dt.timedelta(seconds=10)


def gift(guests: Guests, **changed: Any) -> Gift:
    usual = Gift(credits=200, kind=LotKind.PLAN, valid_from=guests.today, expires_on=guests.today + 30 * DAY)
    return replace(usual, **changed)


def grant(guests: Guests, what: Gift | None = None, *, grant_id: str = "", member_id: str = "") -> str:
    grant_id = grant_id or new_id()
    values = {"grant_id": grant_id, "member_id": member_id or guests.ada.id, "gift": what or gift(guests)}
    guests.home.command(lambda session: service.grant(session, **values, now=guests.now))
    return grant_id


def state(guests: Guests, grant_id: str) -> tuple[str, str | None]:
    row = guests.home.look(lambda session: session.get_one(Grant, grant_id))
    return str(row.state), row.reason


def test_a_grant_is_there_at_once_with_the_hubs_answer(guests: Guests) -> None:
    grant_id = grant(guests)
    assert state(guests, grant_id) == ("granted", None)
    assert worth(guests) == (1200, 0)
    guests.home.sync()
    assert worth(guests) == (1200, 0)
    assert guests.home.look(queries.given_out) == 1200
    assert faults(guests) == []


def test_the_first_grant_of_a_member_makes_the_wallet(guests: Guests) -> None:
    berta = guests.member("Berta Rossi", credits=0)

    def balance() -> queries.Balance:
        return guests.home.look(lambda session: queries.balance(session, berta.guest, guests.today))

    assert (balance().available_credits, balance().lots, balance().as_of) == (0, [], None)
    grant(guests, member_id=berta.id)
    assert (balance().available_credits, balance().as_of) == (200, guests.now)


def test_the_same_grant_again_is_one_lot(guests: Guests) -> None:
    grant_id = grant(guests)
    grant(guests, grant_id=grant_id)
    guests.network.transport.plan("duplicate", at=f"/grants/{(second := new_id())}")
    grant(guests, grant_id=second)
    guests.home.sync()
    assert worth(guests) == (1400, 0)
    assert len(sent(guests, "grant")) == 3


def test_one_id_is_not_two_members_grant(guests: Guests) -> None:
    grant_id, berta = grant(guests), guests.member("Berta Rossi", credits=0)
    with pytest.raises(GrantMadeBefore, match="2 credits for Ada Bianchi before, valid until 2026-04-02"):
        grant(guests, grant_id=grant_id, member_id=berta.id)


def test_whose_grant_it_was_is_not_told_of_who_is_forgotten(guests: Guests) -> None:
    grant_id, berta = grant(guests), guests.member("Berta Rossi", credits=0)
    guests.home.command(lambda session: service.forget_member(session, guests.ada.id, guests.ada.guest, stand_in=new_id()))
    with pytest.raises(GrantMadeBefore, match="for — before"):
        grant(guests, grant_id=grant_id, member_id=berta.id)


@pytest.mark.parametrize(
    "changed",
    [{"credits": 300}, {"kind": LotKind.EARNED}, {"valid_from": dt.date(2026, 3, 4)}, {"expires_on": dt.date(2026, 3, 30)}],
)
def test_one_id_is_not_two_grants_of_one_member(guests: Guests, changed: dict[str, Any]) -> None:
    grant_id = grant(guests)
    with pytest.raises(GrantMadeBefore):
        grant(guests, gift(guests, **changed), grant_id=grant_id)
    assert worth(guests) == (1200, 0)


@pytest.mark.parametrize("fault", ["drop_request", "lose_answer"])
def test_a_grant_that_meets_a_fault_is_one_lot_all_the_same(guests: Guests, fault) -> None:
    grant_id = new_id()
    guests.network.transport.plan(fault, at=grant_id)
    grant(guests, grant_id=grant_id)
    assert state(guests, grant_id) == ("asked", None)
    assert guests.home.look(queries.grants_waiting) == 1
    guests.clock.advance(SOON)
    guests.home.sync()
    assert state(guests, grant_id) == ("granted", None)
    assert worth(guests) == (1200, 0)


@pytest.mark.parametrize("days", [(1, 0), (-3, -1)])
def test_a_grant_that_could_never_be_spent_is_refused_here(guests: Guests, days: tuple[int, int]) -> None:
    first, last = (guests.today + ahead * DAY for ahead in days)
    with pytest.raises(GrantDaysInvalid) as refused:
        grant(guests, gift(guests, valid_from=first, expires_on=last))
    assert [fault["pointer"] for fault in refused.value.errors] == ["/expires_on"]
    assert len(sent(guests, "grant")) == 1


def test_nobody_grants_to_a_stranger(guests: Guests) -> None:
    with pytest.raises(MemberUnknown):
        grant(guests, member_id=new_id())


def test_a_grant_that_the_hub_refuses_says_why(guests: Guests) -> None:
    grant_id = grant(guests, gift(guests, credits=0))
    word, reason = state(guests, grant_id)
    assert (word, bool(reason)) == ("refused", True)
    [row] = sent(guests, "grant")[-1:]
    assert row.state == OutboxState.PARKED
    assert worth(guests) == (1000, 0)
    assert guests.home.look(queries.given_out) == 1000


def test_what_became_of_an_unknown_grant_is_nobodys_news(guests: Guests) -> None:
    guests.home.command(lambda session: service.refused(session, new_id(), "no"))
    lot = {
        "credits": 5,
        "held": 0,
        "spent": 0,
        "kind": "plan",
        "issuer": "x",
        "valid_from": "2026-03-03",
        "expires_on": "2026-03-04",
    }
    data = {"grant_id": new_id(), "guest": guests.ada.guest, "rev": 99, "lot": lot}
    guests.home.command(lambda session: service.granted(session, data, epoch=1, now=guests.now))
    assert worth(guests) == (1000, 0)


def test_an_older_word_on_a_wallet_is_dropped_and_a_higher_epoch_wins(guests: Guests) -> None:
    held = guests.home.look(lambda session: session.get_one(WalletMirror, guests.ada.guest))

    def tell(epoch: int, rev: int) -> int:
        data = {"guest": guests.ada.guest, "rev": rev, "lots": []}
        guests.home.command(lambda session: service.keep_wallet(session, data, at=(epoch, rev), now=guests.now))
        return worth(guests)[0]

    assert tell(held.epoch, held.rev) == 1000
    assert tell(held.epoch, held.rev - 1) == 1000
    assert tell(held.epoch + 1, 1) == 0


def test_an_answer_that_skips_a_word_waits_for_the_whole_wallet(guests: Guests) -> None:
    guests.network.transport.plan("lose_answer", at=(first := new_id()))
    grant(guests, grant_id=first)
    second = grant(guests)
    assert state(guests, second) == ("granted", None)
    assert worth(guests) == (1000, 0)
    guests.home.sync()
    assert worth(guests) == (1400, 0)


def test_credits_count_on_the_days_on_which_they_are_valid(guests: Guests) -> None:
    grant(guests, gift(guests, valid_from=guests.today + 5 * DAY, expires_on=guests.today + 6 * DAY))

    def on(ahead: int) -> int:
        return guests.home.look(lambda session: queries.available(session, guests.ada.guest, guests.today + ahead * DAY))

    assert [on(ahead) for ahead in (0, 5, 6, 7)] == [1000, 1200, 1200, 1000]


def test_the_last_grants_are_listed_newest_first(guests: Guests) -> None:
    guests.clock.advance(SOON)
    berta = guests.member("Berta Rossi", credits=100)
    found = guests.home.look(queries.grants)
    assert [(grant.member_id, whom.name) for grant, whom in found.rows] == [
        (berta.id, berta.name),
        (guests.ada.id, guests.ada.name),
    ]
    by_name = guests.home.look(lambda session: queries.grants(session, sort="member"))
    assert [grant.member_id for grant, _ in by_name.rows] == [guests.ada.id, berta.id]
    assert guests.home.look(lambda session: queries.grants(session, search="rossi")).total == 1
    own = guests.home.look(lambda session: queries.grants_of(session, guests.ada.id))
    assert [row.member_id for row in own.rows] == [guests.ada.id]
