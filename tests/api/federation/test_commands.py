"""What an operator does on the command line: the same steps as on the pages, by the same names, also for programs."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import delete

from federation.cli import init, serve, worker
from federation.db import db
from federation.operators import cli as operators_cli
from federation.operators import queries as operators
from federation.operators.models import Operator
from federation.spaces import cli as spaces_cli
from federation.spaces import queries as spaces
from shared import migrate
from shared.db import open_engine
from shared.errors import Refusal
from shared.protocol.invite import Invite
from shared.units import show_credits
from tests.support.databases import Engine, as_owner
from tests.support.logs import logging_restored
from tests.support.operator_browser import OperatorBrowser
from tests.support.wire_space import ISSUER, OPERATORS, WireHub, WireSpace, good

FIRST, SECOND = OPERATORS


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    with logging_restored():
        yield


def run(hub: WireHub, command: Any, *words: str) -> Result:
    return hub.app.test_cli_runner().invoke(command, list(words))


def said(hub: WireHub, command: Any, *words: str) -> str:
    result = run(hub, command, *words)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output.strip()


def refusal(hub: WireHub, command: Any, *words: str) -> Refusal:
    result = run(hub, command, *words)
    assert isinstance(result.exception, Refusal), result.output
    return result.exception


def test_an_invite_is_one_line_of_text(hub: WireHub) -> None:
    text = said(hub, spaces_cli.group, "invite", "cowo-milano", "--name", "Cowo Milano", "--as", FIRST)
    invite = Invite.decode(text)
    assert (invite.hub, invite.space, invite.thumbprint) == (ISSUER, "cowo-milano", hub.hub.root_thumbprint)
    good(hub.space("cowo-milano").apply(invite.token))
    again = ("invite", "thecube-london", "--name", "The Cube", "--as", FIRST, "--json")
    for_programs = json.loads(said(hub, spaces_cli.group, *again))
    assert (for_programs["space"], Invite.decode(for_programs["invite"]).space) == ("thecube-london", "thecube-london")


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        (("invite", "Cowo!", "--name", "Cowo", "--as", FIRST), "invalid"),
        (("invite", "cowo-milano", "--name", "a\u202eb", "--as", FIRST), "invalid"),
        (("invite", "cowo-milano", "--name", "Cowo", "--as", "nobody@sample.example"), "operator-unknown"),
        (("show", "cowo-milano"), "space-unknown"),
        (("admit", "cowo-milano", "--as", FIRST), "space-unknown"),
        (("suspend", "cowo-milano", "--reason", "x", "--as", FIRST), "invalid"),
        (("reinstate", "cowo-milano", "--as", FIRST), "space-unknown"),
    ],
)
def test_what_cannot_be_done_is_refused_by_its_word(hub: WireHub, words: tuple[str, ...], slug: str) -> None:
    assert refusal(hub, spaces_cli.group, *words).slug == slug


def test_two_operators_admit_however_they_write_their_address(hub: WireHub) -> None:
    hub.join("cowo-milano", admit=False)
    assert "second operator" in said(hub, spaces_cli.group, "admit", "cowo-milano", "--as", FIRST)
    assert "second operator" in said(hub, spaces_cli.group, "admit", "cowo-milano", "--as", f" {FIRST.upper()} ")
    assert said(hub, spaces_cli.group, "admit", "cowo-milano", "--as", SECOND) == "cowo-milano is active."


def test_a_space_is_suspended_and_put_back(hub: WireHub, nyc: WireSpace) -> None:
    assert (
        said(hub, spaces_cli.group, "suspend", nyc.slug, "--reason", "No answer.", "--as", FIRST) == f"{nyc.slug} is suspended."
    )
    shown = json.loads(said(hub, spaces_cli.group, "show", nyc.slug, "--json"))
    assert (shown["state"], shown["state_reason"]) == ("suspended", "No answer.")
    assert said(hub, spaces_cli.group, "reinstate", nyc.slug, "--as", FIRST) == f"{nyc.slug} is active."


def test_spaces_are_listed_and_shown(hub: WireHub, nyc: WireSpace, london: WireSpace) -> None:
    good(nyc.report(outbox_oldest_at=nyc.now.isoformat()))
    rows = {row["space"]: row for row in json.loads(said(hub, spaces_cli.group, "list", "--json"))}
    assert rows.keys() == {nyc.slug, london.slug}
    assert rows[nyc.slug]["last_seen_at"] == rows[nyc.slug]["outbox_oldest_at"] == nyc.now.isoformat()
    assert rows[london.slug]["last_seen_at"] is None
    assert re.search(rf"^{nyc.slug} +active +{nyc.slug}$", said(hub, spaces_cli.group, "list"), re.M)
    shown, for_programs = (said(hub, spaces_cli.group, "show", london.slug, *form) for form in ((), ("--json",)))
    assert re.search(r"^state +active$", shown, re.M)
    limit = json.loads(for_programs)["issuer_limit_credits"]
    assert re.search(rf"^issuer_limit_credits +{re.escape(show_credits(limit, 'en'))}$", shown, re.M)


def test_an_operator_is_added_and_gets_a_link_that_works_once(hub: WireHub) -> None:
    link = said(hub, operators_cli.group, "add", "Third@Sample.example", "--name", "Third")
    assert link.startswith(f"{ISSUER}/welcome/")
    browser = OperatorBrowser(hub, "third@sample.example", signed_in=False)
    assert browser.welcome(link.removeprefix(ISSUER)).status_code == 303
    assert browser.get(link.removeprefix(ISSUER)).status_code == 410
    assert refusal(hub, operators_cli.group, "add", "third@sample.example", "--name", "Again").slug == "operator-exists"


@pytest.mark.parametrize(
    "words", [("no address", "--name", "X"), ("a@sample.example", "--name", ""), ("a@b\x00.example", "--name", "X")]
)
def test_an_operator_has_an_address_and_a_name(hub: WireHub, words: tuple[str, ...]) -> None:
    assert refusal(hub, operators_cli.group, "add", *words).slug == "invalid"
    assert hub.run(lambda: operators.count(db.session())) == 2


def test_a_new_link_ends_the_one_before(hub: WireHub) -> None:
    old, new = (said(hub, operators_cli.group, "link", FIRST).removeprefix(ISSUER) for _ in range(2))
    browser = OperatorBrowser(hub, signed_in=False)
    assert (browser.get(old).status_code, browser.get(new).status_code) == (410, 200)
    assert refusal(hub, operators_cli.group, "link", "nobody@sample.example").slug == "operator-unknown"


def test_init_makes_all_that_a_hub_needs(hub: WireHub) -> None:
    hub.run(lambda: db.session().execute(delete(Operator)))
    link = said(hub, init, "--email", "founder@sample.example", "--name", "Founder")
    assert OperatorBrowser(hub, "founder@sample.example", signed_in=False).get(link.removeprefix(ISSUER)).status_code == 200
    assert hub.run(lambda: spaces.page(db.session()).total) == 0


@pytest.mark.parametrize("email", [FIRST, "third@sample.example"])
def test_a_hub_is_founded_once_and_init_adds_nobody_later(hub: WireHub, email: str) -> None:
    founded = refusal(hub, init, "--email", email)
    assert (founded.slug, "federation operators add" in str(founded.detail)) == ("hub-founded", True)
    assert hub.run(lambda: operators.count(db.session())) == len(OPERATORS)


@pytest.mark.usefixtures("engine_name")
def test_init_upgrades_no_hub_that_may_be_running(hub: WireHub) -> None:
    with hub.app.app_context():
        owner = open_engine(as_owner(db.engine.url))
    migrate.downgrade(owner, "federation", "0005")
    result = run(hub, init, "--email", FIRST)
    assert isinstance(result.exception, migrate.SchemaMismatch)
    assert migrate.current(owner) == "0005"
    owner.dispose()


def test_neither_server_nor_worker_starts_on_a_schema_that_does_not_fit(hub: WireHub, engine_name: Engine) -> None:
    with hub.app.app_context():
        migrate.downgrade(open_engine(as_owner(db.engine.url)), "federation", "0005")
    for command in (serve, worker):
        result = run(hub, command)
        assert result.exit_code == 1
        assert isinstance(result.exception, migrate.SchemaMismatch)
        assert "federation db upgrade" in str(result.exception)


def test_on_sqlite_there_is_no_worker_of_its_own(hub: WireHub, engine_name: Engine) -> None:
    if engine_name == "sqlite":
        result = run(hub, worker)
        assert (result.exit_code, "runs the worker itself" in result.output) == (1, True)
