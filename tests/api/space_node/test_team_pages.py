"""Who works here: let in by whom, invited by mail or by a link to copy, and out again; a space keeps an owner."""

import re
from pathlib import Path

import pytest

from shared import mail
from shared.db import transactional
from space_node.accounts import queries, service
from space_node.accounts.errors import LastOwner
from space_node.members import service as members
from space_node.members.service import Role
from tests.support.browsing import Browser
from tests.support.node import Network, NodeWorld
from tests.support.reading import forms, words

NEW = {"name": "Carla Neri", "email": "carla@x.it"}


@pytest.fixture
def node(network: Network, tmp_path: Path) -> NodeWorld:
    """A node that writes its mails into a folder."""
    return network.node("cowo-milano", MAIL_FOLDER=str(tmp_path / "mail"))


@pytest.fixture
def owner(node: NodeWorld) -> Browser:
    """The first manager, who is the owner thereby."""
    return Browser(node, Role.MANAGER)


@pytest.fixture
def manager(node: NodeWorld, owner: Browser) -> Browser:
    """A manager beside the owner."""
    return Browser(node, Role.MANAGER, email="mara@x.it", name="Mara Sala")


def mails(node: NodeWorld) -> list[str]:
    """What has gone out."""
    node.do(mail.deliver_due)
    return [path.read_text() for path in sorted(Path(str(node.settings.mail_folder)).glob("*.eml"))]


def roles(node: NodeWorld, email: str) -> set[str]:
    return set(account.roles()) if (account := node.look(lambda s: queries.account_by_email(s, email))) else set()


def account_id(node: NodeWorld, email: str) -> str:
    return str(node.look(lambda session: queries.account_by_email(session, email)).id)


def test_a_manager_lets_somebody_in_at_the_desk_by_mail(node: NodeWorld, manager: Browser) -> None:
    manager.get("/team/add", **{"Accept-Language": "it"})
    assert "An invitation to carla@x.it is on its way." in words(manager.post("/team/add", **NEW))
    (sent,) = mails(node)
    assert "Subject: Your invitation to Twindesk" in sent
    link = re.search(r"/welcome/[\w-]{43}", sent)
    assert link
    newcomer = Browser(node)
    newcomer.get(link[0])
    assert newcomer.post(link[0], password="a lamp and a desk", password_again="a lamp and a desk").status_code == 200
    assert newcomer.get("/arrivals").status_code == 200
    assert newcomer.get("/team").status_code == 403
    assert roles(node, "carla@x.it") == {"desk"}


def test_only_an_owner_names_managers_and_owners(node: NodeWorld, owner: Browser, manager: Browser) -> None:
    assert "Name a manager" not in words(manager.get("/team"))
    assert manager.post("/team/name", **NEW, role="manager").status_code == 403
    owner.get("/team/name")
    owner.post("/team/name", **NEW, role="manager")
    assert roles(node, "carla@x.it") == {"desk", "manager"}
    carla = account_id(node, "carla@x.it")
    assert manager.post(f"/team/{carla}/take/manager").status_code == 403
    owner.get("/team")
    assert "Carla Neri: Manager no more." in words(owner.post(f"/team/{carla}/take/manager"))
    assert roles(node, "carla@x.it") == set()


def test_a_manager_takes_nobody_higher_from_the_desk(node: NodeWorld, owner: Browser, manager: Browser) -> None:
    manager.get("/team")
    assert manager.post(f"/team/{account_id(node, owner.email)}/take-from-desk").status_code == 404
    manager.get("/team/add")
    manager.post("/team/add", **NEW)
    manager.post(f"/team/{account_id(node, 'carla@x.it')}/take-from-desk")
    assert roles(node, "carla@x.it") == set()
    manager.get("/team")
    assert manager.post(f"/team/{account_id(node, 'carla@x.it')}/invite").status_code == 404


def test_the_last_owner_stays(node: NodeWorld, owner: Browser) -> None:
    own = account_id(node, owner.email)
    owner.get("/team")
    answer = owner.post(f"/team/{own}/take/owner")
    assert answer.status_code == 409
    assert "is the only owner" in words(answer)
    owner.get("/team/name")
    owner.post("/team/name", **NEW, role="owner")
    owner.get("/team")
    owner.post(f"/team/{own}/take/owner")
    assert roles(node, owner.email) == {"desk", "manager"}
    with pytest.raises(LastOwner):
        node.command(lambda s: service.take_role(s, account_id=account_id(node, "carla@x.it"), role=Role.OWNER))


def test_what_is_wrong_with_a_form_is_said_at_its_field(owner: Browser) -> None:
    owner.get("/team/name")
    answer = owner.post("/team/name", name="Carla", email="carla@", role="member")
    assert answer.status_code == 422
    assert {"#email", "#role"} <= set(re.findall(r'href="(#\w+)"', answer.text))
    answer = owner.post("/team/name", name="Anna", email=owner.email, role="manager")
    assert answer.status_code == 409


def test_who_signs_in_already_needs_no_invitation_for_another_role(node: NodeWorld, owner: Browser) -> None:
    with node.app.app_context():
        from space_node.db import db

        change = lambda: service.set_values(db.session(), account_id_now, password_hash="x")  # noqa: E731
        account_id_now = account_id(node, owner.email)
        transactional(db)(change)()
    owner.get("/team/name")
    owner.post("/team/name", name="Anna Bianchi", email="desk@x.it", role="manager")
    owner.get("/team/add")
    assert len(mails(node)) == 1


def test_without_mail_a_link_is_shown_once(network: Network) -> None:
    silent = network.node("silent")
    owner = Browser(silent, Role.MANAGER)
    owner.get("/team/add")
    said = words(owner.post("/team/add", **NEW))
    assert "The link is ready" in said
    assert "/welcome/" in said
    owner.get("/team")
    assert "/welcome/" in words(owner.post(f"/team/{account_id(silent, 'carla@x.it')}/invite"))
    assert "/welcome/" not in words(owner.get("/team"))


def test_without_mail_no_manager_is_shown_the_link_of_an_owner(network: Network) -> None:
    silent = network.node("silent")
    owner = Browser(silent, Role.MANAGER)
    owner.get("/team/name")
    owner.post("/team/name", name="Olga", email="olga@x.it", role="owner")
    manager, olga = Browser(silent, Role.MANAGER, email="nora@x.it"), account_id(silent, "olga@x.it")
    assert forms(manager.get("/team"), f"/team/{olga}/invite") == []
    refused = manager.post(f"/team/{olga}/invite")
    assert (refused.status_code, "/welcome/" in words(refused)) == (403, False)
    owner.get("/team")
    assert "/welcome/" in words(owner.post(f"/team/{olga}/invite"))


def test_a_member_is_invited_by_mail(node: NodeWorld, owner: Browser) -> None:
    ada = node.command(lambda s: members.add_member(s, name="Ada Rossi", email="ada@x.it", now=node.clock.now()).id)
    owner.get(f"/members/{ada}")
    assert "An invitation to ada@x.it is on its way." in words(owner.post(f"/members/{ada}/invite"))
    assert "To: ada@x.it" in mails(node)[0]


def test_a_member_says_which_mails_are_wanted(node: NodeWorld) -> None:
    member = Browser(node, Role.MEMBER)
    wants = lambda: node.look(lambda s: queries.account_by_email(s, member.email)).wants_news  # noqa: E731
    assert "checked" in member.get("/my-account").text
    member.post("/my-account/mail")
    assert not wants()
    assert "checked" not in member.get("/my-account").text
    member.post("/my-account/mail", wants_news="yes")
    assert wants()


def test_mails_speak_the_language_in_which_their_reader_last_signed_in(node: NodeWorld, owner: Browser) -> None:
    owner.get("/team/add")
    owner.post("/team/add", **NEW)
    link = re.search(r"/welcome/[\w-]{43}", mails(node)[0])
    assert link
    carla = Browser(node)
    carla.get(f"{link[0]}?lang=it")
    carla.post(link[0], password="a lamp and a desk", password_again="a lamp and a desk")
    stranger = Browser(node)
    stranger.get("/forgotten")
    stranger.post("/forgotten", email="carla@x.it")
    owner.get("/team")
    owner.post(f"/team/{account_id(node, 'carla@x.it')}/invite")
    said = "".join(mails(node))
    assert "Subject: Una nuova password per Twindesk" in said
    assert "Subject: Il tuo invito a Twindesk" in said
