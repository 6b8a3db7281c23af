"""The people of the hub: operators and auditors, invited and sent away by operators alone."""

import re
from pathlib import Path

import pytest

from federation.operators import queries
from shared import mail
from tests.support.operator_browser import OperatorBrowser
from tests.support.wire_space import OPERATORS, WireHub

AUDITOR = {"name": "Eva Conti", "email": "eva@audit.example", "role": "auditor"}


@pytest.fixture
def operator(hub: WireHub) -> OperatorBrowser:
    return OperatorBrowser(hub)


def everybody(hub: WireHub) -> dict[str, str]:
    return hub.command(lambda session: {one.email: one.id for one in queries.everybody(session)})


def test_an_auditor_reads_every_page_and_sees_no_way_to_change_anything(hub: WireHub, operator: OperatorBrowser) -> None:
    operator.get("/people/add")
    assert "The link is ready" in operator.post("/people/add", **AUDITOR).text
    eva = OperatorBrowser(hub, AUDITOR["email"])
    assert hub.command(queries.count) == len(OPERATORS)
    for path in ("/", "/spaces", "/spaces/invite", "/twinnings", "/credits/", "/audit-log", "/people", "/people/add"):
        page = eva.get(path)
        assert page.status_code == 200
        forms = re.findall(r"<form[^>]*>", page.text.partition("<main")[2].partition("</main>")[0])
        assert [form for form in forms if 'method="post"' in form] == []
    assert eva.post("/spaces/invite", slug="cowo-milano", name="Cowo").status_code == 403
    assert eva.post(f"/people/{everybody(hub)[OPERATORS[0]]}/remove").status_code == 403


def test_the_last_operator_stays_and_whoever_is_removed_is_out_at_once(hub: WireHub, operator: OperatorBrowser) -> None:
    other = OperatorBrowser(hub, OPERATORS[1])
    operator.get("/people")
    assert operator.post(f"/people/{everybody(hub)[OPERATORS[1]]}/remove").status_code == 303
    assert other.get("/spaces").status_code == 303
    operator.get("/people")
    assert operator.post(f"/people/{everybody(hub)[OPERATORS[0]]}/remove").status_code == 409
    assert operator.post("/people/019cb2b6-0800-7296-bf02-6395552aa586/remove").status_code == 404
    log = operator.get("/audit-log").text
    assert "operator.removed" in log


def test_people_are_invited_by_mail_in_the_language_in_which_they_last_signed_in(hub_url: str, tmp_path: Path) -> None:
    hub = WireHub(hub_url, tmp_path, mail_folder=tmp_path / "mail")
    operator = OperatorBrowser(hub)
    operator.get("/people/add")
    assert operator.post("/people/add", **AUDITOR).location == "/people"
    assert hub.client.get("/readyz").json["checks"]["mail"]["waiting_count"] == 1
    eva = OperatorBrowser(hub, AUDITOR["email"], signed_in=False)
    eva.get("/sign-in?lang=it")
    eva.welcome(eva.link())
    operator.get("/people")
    assert operator.post(f"/people/{everybody(hub)[AUDITOR['email']]}/invite").location == "/people"
    with hub.app.app_context():
        assert mail.deliver_due() == 2
    assert {path.read_text().partition("Subject: ")[2].partition("\n")[0] for path in (tmp_path / "mail").iterdir()} == {
        "Your invitation to Twindesk network",
        "Il tuo invito a Twindesk network",
    }


def test_a_form_with_a_fault_comes_back(operator: OperatorBrowser) -> None:
    operator.get("/people/add")
    answer = operator.post("/people/add", name="Eva", email="eva@", role="auditor")
    assert answer.status_code == 422
    assert 'href="#email"' in answer.text


def test_an_operator_reads_their_own_account(operator: OperatorBrowser) -> None:
    assert "Where you are signed in" in operator.get("/my-account").text
