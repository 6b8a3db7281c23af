"""Members one by one, accounts and their roles, on both engines."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from shared.errors import Invalid
from shared.signin import LinkSpent, Visitor
from space_node.accounts import queries as accounts
from space_node.accounts.errors import AccountExists, AddressTaken
from space_node.accounts.models import Account
from space_node.db import db, read_only, transactional
from space_node.members import queries, service
from space_node.members.errors import MemberExists, MemberUnknown
from space_node.members.models import Member
from space_node.members.rules.people import MemberState
from space_node.members.service import KIND, Role

pytestmark = pytest.mark.usefixtures("node_database")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PASSWORD = "a lamp, a desk, a friend"


def run(work: Any, **values: Any) -> Any:
    return transactional(lambda: work(db.session(), **values, now=NOW))()


def look(query: Any, *args: Any, **values: Any) -> Any:
    return read_only(lambda: query(db.session(), *args, **values))()


def add(name: str, email: str, **values: Any) -> Member:
    member: Member = run(service.add_member, name=name, email=email, **values)
    return member


def roles(email: str) -> set[str] | None:
    account = service.sign_in_service()._accounts
    found = read_only(lambda: account.find(email))()
    return set(found.roles) if found else None


def test_a_member_is_found_by_id_address_and_the_hubs_name() -> None:
    ada = add("Ada Neri", "ada@x.it", plan="Flex", ends_on=date(2026, 3, 1))
    assert look(queries.member, ada.id).name == "Ada Neri"
    assert look(queries.member_by_email, " ADA@x.it").id == ada.id
    assert look(queries.member_of_guest, ada.guest).id == ada.id
    assert look(queries.require_member, "ada@x.it").state == MemberState.ENDED
    assert look(queries.member, ada.guest) is look(queries.member_of_guest, ada.id) is None
    assert look(queries.require, ada.id).id == ada.id
    for query, unknown in ((queries.require_member, "bea@x.it"), (queries.require, ada.guest)):
        with pytest.raises(MemberUnknown):
            look(query, unknown)


def test_members_who_are_here_now_are_listed_by_name() -> None:
    bea, ada, _ = add("Bea", "b@x.it"), add("ada", "a@x.it"), add("Cia", "c@x.it", ends_on=date(2026, 3, 1))
    assert look(queries.active_ids) == [ada.id, bea.id]


def test_a_member_is_found_by_their_account_and_staff_are_none() -> None:
    account = run(service.add_account, role=Role.MEMBER, email="ada@x.it", name="Ada")
    desk = run(service.add_account, role=Role.DESK, email="front@x.it", name="Front")
    assert look(queries.of_account, account.id).email == "ada@x.it"
    assert look(queries.of_account, desk.id) is look(queries.of_account, account.member_id) is None


def test_an_address_belongs_to_one_member() -> None:
    add("Ada", "ada@x.it")
    with pytest.raises(MemberExists):
        add("Bea", "ada@x.it")
    assert look(queries.count) == 1


def change(member: Member, **given: Any) -> Member:
    told = {name: getattr(member, name) for name in ("name", "email", "plan", "company", "starts_on", "ends_on")}
    run(lambda session, now: service.change_member(session, queries.require(session, member.id), {**told, **given}, now=now))
    found: Member = look(queries.require, member.id)
    return found


def test_who_is_changed_is_found_signs_in_and_is_called_by_what_holds_now() -> None:
    bea = add("Bea Neri", "bea@x.it")
    run(service.add_account, role=Role.MEMBER, email="bea@x.it", name="Bea Neri")
    changed = change(bea, name="Beatrice Neri", email="beatrice@x.it", company="Lux")
    assert (changed.display_name, changed.guest, changed.state) == ("Beatrice", bea.guest, MemberState.ACTIVE)
    assert [found.id for found in look(queries.search, search="beatrice lux")] == [bea.id]
    assert (roles("beatrice@x.it"), roles("bea@x.it")) == ({Role.MEMBER}, None)
    with pytest.raises(MemberExists, match=r"beatrice@x\.it"):
        change(add("Ada", "ada@x.it"), email="beatrice@x.it")
    assert look(queries.member_by_email, "ada@x.it").name == "Ada"


def test_who_signs_in_does_not_get_the_address_of_another_account() -> None:
    bea = add("Bea", "bea@x.it")
    run(service.add_account, role=Role.MEMBER, email="bea@x.it", name="Bea")
    run(service.add_account, role=Role.DESK, email="front@x.it", name="Front")
    with pytest.raises(AddressTaken, match=r"front@x\.it"):
        change(bea, email="front@x.it", company="Lux")
    assert look(queries.require, bea.id).company == ""
    cia = change(add("Cia", "cia@x.it"), email="front@x.it")
    run(service.member_link, member=cia)
    assert roles("front@x.it") == {Role.MEMBER, Role.DESK}, "who has no account yet may be somebody of the desk"


def test_a_link_that_went_to_the_former_address_works_no_more() -> None:
    bea = add("Bea", "bea@x.it")
    token = run(service.member_link, member=bea)
    change(bea, company="Lux")
    signing_in = service.sign_in_service()
    assert signing_in.invited(token, NOW).email == "bea@x.it"
    change(bea, email="beatrice@x.it")
    with pytest.raises(LinkSpent):
        signing_in.invited(token, NOW)


def test_a_last_day_that_lies_before_the_first_is_refused_where_only_one_of_them_is_changed() -> None:
    bea = add("Bea", "bea@x.it", starts_on=date(2026, 3, 2))
    with pytest.raises(Invalid) as refused:
        run(
            lambda session, now: service.change_member(
                session, queries.require(session, bea.id), {"ends_on": date(2026, 3, 1)}, now=now
            )
        )
    assert [fault["pointer"] for fault in refused.value.errors] == ["/ends_on"]
    assert look(queries.require, bea.id).ends_on is None


def test_a_name_that_was_chosen_for_the_passport_stays() -> None:
    bea = add("Bea Neri", "bea@x.it")
    run(lambda session, now: setattr(queries.require(session, bea.id), "display_name", "Bice"))
    assert change(bea, name="Beatrice Neri").display_name == "Bice"


def test_the_last_day_decides_where_it_is_changed_and_a_list_without_one_where_it_is_not() -> None:
    bea = add("Bea", "bea@x.it")
    bea = change(bea, ends_on=date(2026, 3, 2))
    assert bea.state == MemberState.ACTIVE, "the last day counts"
    bea = change(bea, ends_on=date(2026, 3, 1))
    assert bea.state == MemberState.ENDED
    bea = change(bea, ends_on=None)
    assert bea.state == MemberState.ACTIVE
    run(lambda session, now: setattr(queries.require(session, bea.id), "state", MemberState.ENDED))
    assert change(bea, plan="Flex").state == MemberState.ENDED
    assert change(bea, ends_on=date(2026, 3, 3)).state == MemberState.ACTIVE


def test_members_are_searched_by_words_whatever_capitals_and_accents_and_paged_by_name() -> None:
    add("Niccolò Rossi", "n@x.it", company="Caffè 100%")
    add("ada rossi", "a@x.it", plan="Flex_1")
    add("Émile", "e@x.it", ends_on=date(2026, 1, 1))
    assert [one.name for one in look(queries.search)] == ["ada rossi", "Émile", "Niccolò Rossi"]
    assert [one.name for one in look(queries.page, sort="ends").rows] == ["Émile", "ada rossi", "Niccolò Rossi"]
    found = {
        text: [one.email for one in look(queries.search, search=text)]
        for text in ("NICCOLO caffé", "flex_", "100%", "%", "rossi a@")
    }
    assert found == {
        "NICCOLO caffé": ["n@x.it"],
        "flex_": ["a@x.it"],
        "100%": ["n@x.it"],
        "%": ["n@x.it"],
        "rossi a@": ["a@x.it"],
    }
    assert look(queries.count, state=MemberState.ENDED) == 1
    assert [one.name for one in look(queries.page, state=MemberState.ACTIVE, search="rossi").rows] == [
        "ada rossi",
        "Niccolò Rossi",
    ]


def test_a_person_can_have_several_roles_with_one_account() -> None:
    add("Ada", "ada@x.it")
    for role in (Role.MANAGER, Role.MEMBER):
        run(service.add_account, role=role, email="Ada@x.it", name="Ada")
    assert roles("ada@x.it") == {"member", "desk", "manager", "owner"}
    run(service.add_account, role=Role.DESK, email="front@x.it", name="Front")
    assert roles("front@x.it") == {"desk"}
    run(service.add_account, role=Role.MANAGER, email="front@x.it", name="Front")
    assert roles("front@x.it") == {"desk", "manager"}
    assert len(look(accounts.accounts)) == 2


@pytest.mark.parametrize("role", Role)
def test_a_role_is_given_once(role) -> None:
    run(service.add_account, role=role, email="ada@x.it", name="Ada")
    with pytest.raises(AccountExists):
        run(service.add_account, role=role, email="ADA@x.it", name="Ada")


def test_a_new_member_with_an_account_is_in_the_list_too() -> None:
    account = run(service.add_account, role=Role.MEMBER, email="Ada@x.it", name="Ada")
    assert look(queries.member, account.member_id).email == "ada@x.it"
    assert look(accounts.account_of_member, account.member_id).id == account.id


def test_a_member_whose_membership_has_ended_cannot_sign_in_unless_as_staff() -> None:
    ada = add("Ada", "ada@x.it")
    run(service.member_link, member=ada)
    assert roles("ada@x.it") == {"member"}
    transactional(lambda: db.session.execute(sa.update(Member).values(state="ended")))()
    assert roles("ada@x.it") is None
    run(service.add_account, role=Role.DESK, email="ada@x.it", name="Ada")
    assert roles("ada@x.it") == {"desk"}
    assert roles("nobody@x.it") is None


HERE = Visitor(address="127.0.0.1", secret="s")


def test_a_link_sets_the_password_once_and_a_newer_link_replaces_it() -> None:
    ada, signing_in = add("Ada", "ada@x.it"), service.sign_in_service()
    first, second = run(service.member_link, member=ada), run(service.member_link, member=ada)
    with pytest.raises(LinkSpent):
        signing_in.invited(first, NOW)
    token = signing_in.welcome(second, PASSWORD, visitor=HERE, now=NOW)
    signed_in = signing_in.recognise(token, NOW)
    assert signed_in is not None
    assert (signed_in.account.kind, signed_in.account.email, signed_in.account.roles) == (KIND, "ada@x.it", {"member"})
    wrong = signing_in.attempt("ada@x.it", "a wrong password", visitor=HERE, now=NOW)
    right = signing_in.attempt(" Ada@X.it", PASSWORD, visitor=HERE, now=NOW)
    assert (wrong, right is not None) == (None, True)


def test_accounts_of_another_kind_are_not_ours() -> None:
    people = service.sign_in_service()._accounts
    account = run(service.add_account, role=Role.DESK, email="front@x.it", name="Front")
    assert read_only(lambda: people.get("operator", account.id))() is None
    transactional(lambda: people.set_language("operator", account.id, "it"))()
    assert look(accounts.account, account.id).language == "en"
    transactional(lambda: people.set_password("operator", account.id, "hash"))()
    assert read_only(lambda: db.session.scalar(sa.select(Account.password_hash)))() is None
