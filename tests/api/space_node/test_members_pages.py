"""The manager's pages about members: the list, one member, the import in its steps."""

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shared.clock import FixedClock
from shared.config import load
from shared.ids import new_id
from space_node.app import create_app
from space_node.config import NodeSettings
from space_node.db import db, read_only, transactional
from space_node.members import queries, service
from space_node.members.service import Role
from tests.factories.member_files import ITALIAN, member_file, members_csv, people
from tests.support.reading import forms
from tests.support.toy_site import form_token

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PASSWORD = "a lamp, a desk, a friend"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def app(node_url: str, tmp_path, clock: FixedClock) -> Flask:
    return create_app(load(NodeSettings, {"DATABASE_URL": node_url, "DATA_DIR": str(tmp_path / "data")}), clock=clock)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return signed_in(app, Role.MANAGER)


def run(app: Flask, work: Any, **values: Any) -> Any:
    with app.app_context():
        return transactional(lambda: work(db.session(), **values, now=NOW))()


def look(app: Flask, query: Any, *args: Any, **values: Any) -> Any:
    with app.app_context():
        return read_only(lambda: query(db.session(), *args, **values))()


def signed_in(app: Flask, role: Role, email: str = "") -> FlaskClient:
    """A browser of somebody who has just set a password."""

    def invite(session: Any, now: datetime) -> str:
        account = service.add_account(session, role=role, email=email or f"{role}@x.it", name="Ada", now=now)
        return service.sign_in_link(session, account=account, now=now)

    client = app.test_client()
    path = f"/welcome/{run(app, invite)}"
    data = {"csrf_token": form_token(client, path), "password": PASSWORD, "password_again": PASSWORD}
    assert client.post(path, data=data).status_code == 303
    return client


def post(client: FlaskClient, path: str, **data: Any) -> Any:
    return client.post(path, data={"csrf_token": form_token(client, "/members/add"), **data})


def upload(client: FlaskClient, raw: bytes, name: str = "soci.csv", **data: Any) -> Any:
    return post(client, "/members/import", file=(io.BytesIO(raw), name), **data)


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def chosen(answer: Any) -> dict[str, str]:
    """What a preview has chosen and checked, as a browser would send it."""
    selects = re.findall(r'<select name="(column-\d+)".*?</select>', answer.get_data(as_text=True), re.S)
    blocks = re.findall(r'<select name="column-\d+".*?</select>', answer.get_data(as_text=True), re.S)
    found = [re.search(r'value="([^"]*)" selected', block) for block in blocks]
    checked = re.search(r'name="checked" value="(\w+)"', answer.get_data(as_text=True))
    assert checked is not None
    columns = {name: match[1] if match else "" for name, match in zip(selects, found, strict=True)}
    return {**columns, "checked": checked[1]}


def columns(answer: Any) -> list[str]:
    return [value for name, value in chosen(answer).items() if name != "checked"]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.DESK])
def test_members_are_the_managers_business_alone(app: Flask, role: Role) -> None:
    client = signed_in(app, role)
    one = new_id()
    for path in ("", "/add", "/import", f"/{one}", f"/{one}/change", f"/import/{one}"):
        assert client.get(f"/members{path}").status_code == 403


def test_the_list_is_searched_filtered_and_paged(app: Flask, client: FlaskClient) -> None:
    assert "No members" in text(client.get("/members"))
    upload_and_import(client, members_csv(60))
    first, second = text(client.get("/members")), text(client.get("/members?page=2"))
    assert "60 members" in first
    assert "Page 1 of 2" in first
    assert "Page 2 of 2" in second
    assert "1 member " in text(client.get("/members?q=m59%40"))
    assert "Nobody fits this search." in text(client.get("/members?state=ended&q="))
    assert client.get("/members?state=gone").status_code == 422


def upload_and_import(client: FlaskClient, raw: bytes, **changed: str) -> Any:
    kept = upload(client, raw)
    assert kept.status_code == 303, text(kept)
    page = client.get(kept.location)
    return post(client, kept.location, **{**chosen(page), **changed}, dates="", step="import")


def test_a_large_file_of_short_lines_is_taken(client: FlaskClient) -> None:
    """Windows ends lines as parts of a form end: what the parser of forms then holds back is no form without an end."""
    raw = members_csv(3).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n" * 60_000
    assert upload(client, raw).status_code == 303


def test_an_italian_file_comes_in_after_its_preview(app: Flask, client: FlaskClient) -> None:
    raw = member_file(list(people(3)), headings=ITALIAN, delimiter=";", encoding="cp1252")
    kept = upload(client, raw)
    assert kept.status_code == 303
    page = client.get(kept.location)
    shown = text(page)
    assert "soci.csv" in shown
    assert "New 3" in shown
    assert "windows-1252" in shown
    assert "semicolon" in shown
    assert "Niccolò Rossi · Lucía De’ Medici · Zoë Müller" in shown
    assert columns(page) == ["name", "email", "plan", "starts_on", "company", "", "source_key"]
    assert look(app, queries.count) == 0
    done = post(client, kept.location, **chosen(page), dates="", step="import")
    assert (done.status_code, done.location) == (303, "/members")
    assert "3 new members, 0 changed, 0 as they were." in text(client.get("/members"))
    assert look(app, queries.member_by_email, "m0@example.org").name == "Niccolò Rossi"
    assert client.get(kept.location).status_code == 404


def test_wrong_rows_are_shown_and_nothing_comes_in(app: Flask, client: FlaskClient) -> None:
    kept = upload(client, b"Name,Email\nAda,a@x.it\n" + b"Bea,nobody\n" * 120)
    page = client.get(kept.location)
    shown = text(page)
    assert "Wrong values 120" in shown
    assert "Line 3 Email nobody is no e-mail address." in shown
    assert "and 20 more" in shown
    assert 'value="import"' not in page.get_data(as_text=True)
    again = post(client, kept.location, **chosen(page), step="import")
    assert again.status_code == 422
    assert "Wrong values 120" in text(again)
    assert look(app, queries.count) == 0


def test_columns_are_what_the_form_says(app: Flask, client: FlaskClient) -> None:
    kept = upload(client, b"Nick,Email,,Start\nAda,a@x.it,x,01/02/2026\n")
    page = client.get(kept.location)
    assert "No column is known to hold the name." in text(page)
    assert "Column 3" in text(page)
    data = {**chosen(page), "column-0": "name"}
    again = post(client, kept.location, **data, step="check")
    assert again.status_code == 200
    assert "01/02/2026, which can be two dates" in text(again)
    assert columns(again) == ["name", "email", "", "starts_on"]
    twice = post(client, kept.location, **{**data, "column-2": "name"}, dates="dmy", step="import")
    assert twice.status_code == 422
    assert "Two columns are said to be the name: Nick and ." in text(twice)
    told = {**data, "dates": "dmy"}
    unseen = post(client, kept.location, **told, step="import")
    assert unseen.status_code == 422
    assert "You have changed what the columns are." in text(unseen)
    assert "New 1" in text(unseen)
    assert look(app, queries.count) == 0
    assert post(client, kept.location, **{**told, **chosen(unseen)}, step="import").status_code == 303
    assert look(app, queries.member_by_email, "a@x.it").starts_on.isoformat() == "2026-02-01"


def test_a_preset_that_does_not_fit_says_so_and_the_names_decide(client: FlaskClient) -> None:
    kept = upload(client, b"Name,Email\nAda,a@x.it\n", preset="nexudus")
    page = client.get(kept.location)
    assert "A file of Nexudus has these headings too: FullName." in text(page)
    assert columns(page) == ["name", "email"]
    assert "New 1" in text(client.get(upload(client, b"FullName,Email\nAda,a@x.it\n", preset="nexudus").location))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "The file is empty."),
        (b"Name,Email\n", "Below the headings there is not one row."),
        (b"PK\x03\x04", "This is a spreadsheet, not a CSV file."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_once(client: FlaskClient, raw: bytes, said: str) -> None:
    answer = upload(client, raw)
    assert answer.status_code == 422
    assert said in text(answer)


def test_a_form_without_a_file_or_with_a_strange_product_is_refused(client: FlaskClient) -> None:
    assert post(client, "/members/import").status_code == 422
    assert upload(client, b"Name,Email\nAda,a@x.it\n", preset="acme").status_code == 422


def test_a_file_over_the_cap_is_refused_before_it_is_read(client: FlaskClient) -> None:
    assert client.post("/members/import", data=b"x" * (16 * 1024**2 + 1), content_type="multipart/form-data").status_code == 413


def test_an_upload_is_for_its_owner_and_for_a_day(app: Flask, client: FlaskClient, clock: FixedClock) -> None:
    kept = upload(client, b"Name,Email\nAda,a@x.it\n")
    other = signed_in(app, Role.MANAGER, "bea@x.it")
    assert client.get(kept.location).status_code == 200
    assert other.get(kept.location).status_code == 404
    assert post(other, kept.location, step="import").status_code == 404
    clock.advance(timedelta(days=1))
    fresh = signed_in(app, Role.MANAGER, "cia@x.it")
    assert fresh.get(kept.location).status_code == 404


def test_an_unknown_field_or_step_is_refused(client: FlaskClient) -> None:
    kept = upload(client, b"Name,Email\nAda,a@x.it\n")
    for data in ({"step": "delete"}, {"step": "check", "column-9": "name"}, {"step": "check", "column-0": "guest"}, {}):
        assert post(client, kept.location, **data).status_code == 422


def test_a_member_is_added_by_hand(app: Flask, client: FlaskClient) -> None:
    added = post(
        client, "/members/add", name="Ada Neri", email="Ada@X.it", plan="", company="Lux", starts_on="2026-01-01", ends_on=""
    )
    assert added.status_code == 303
    page = text(client.get(added.location))
    assert "Ada Neri" in page
    assert "ada@x.it" in page
    assert "none yet" in page
    again = post(client, "/members/add", name="Bea", email="ada@x.it")
    assert again.status_code == 409
    assert "ada@x.it is a member of this space already." in text(again)
    wrong = post(client, "/members/add", name="", email="x")
    assert wrong.status_code == 422
    assert "An e-mail address is expected here." in text(wrong)


def shown(page: Any) -> dict[str, str]:
    """What the form of a page holds; the one before it signs out."""
    return forms(page, "")[-1].fields


def change(client: FlaskClient, path: str, **changed: str) -> Any:
    """Open the form, change some of it, and send it."""
    fields = shown(client.get(path))
    return client.post(path, data={**fields, **changed})


CHANGED = {"name": "Bea Neri", "email": "neri@x.it", "plan": "Flex", "company": "", "starts_on": "", "ends_on": ""}


def test_a_member_is_changed_by_hand_and_keeps_what_was_typed_where_that_is_refused(app: Flask, client: FlaskClient) -> None:
    member_id = run(app, service.add_member, name="Bea", email="bea@x.it", plan="Fix").id
    run(app, service.add_member, name="Ada", email="ada@x.it")
    path = f"/members/{member_id}/change"
    fields = shown(client.get(path))
    assert (fields["email"], fields["plan"]) == ("bea@x.it", "Fix")
    taken = change(client, path, **{**CHANGED, "email": "ada@x.it"})
    assert taken.status_code == 409
    assert "ada@x.it is a member of this space already." in text(taken)
    backwards = change(client, path, **{**CHANGED, "starts_on": "2026-03-02", "ends_on": "2026-03-01"})
    assert backwards.status_code == 422
    assert "The end lies before the start." in text(backwards)
    assert 'value="Bea Neri"' in backwards.get_data(as_text=True)
    assert look(app, queries.require, member_id).name == "Bea"
    assert change(client, path, **CHANGED).location == f"/members/{member_id}"
    page = text(client.get(f"/members/{member_id}"))
    assert "Bea Neri" in page
    assert "neri@x.it" in page
    assert "Flex" in page


def test_two_who_change_a_member_at_once_undo_nothing_of_each_other(app: Flask, client: FlaskClient) -> None:
    member_id = run(app, service.add_member, name="Bea", email="bea@x.it", plan="Fix").id
    path = f"/members/{member_id}/change"
    stale = shown(client.get(path))
    assert change(client, path, plan="Flex", starts_on="1998-03-02").status_code == 303
    assert client.post(path, data={**stale, "company": "Lux"}).status_code == 303
    member = look(app, queries.require, member_id)
    assert (member.plan, member.company, member.starts_on.isoformat()) == ("Flex", "Lux", "1998-03-02")
    crossed = client.post(path, data={**stale, "plan": "Day", "ends_on": "1998-03-01"})
    assert crossed.status_code == 409
    assert "Somebody has changed this to “Flex” meanwhile." in text(crossed)
    again = shown(crossed)
    assert (again["plan"], again["company"], again["ends_on"]) == ("Day", "Lux", "1998-03-01")
    backwards = client.post(path, data=again)
    assert backwards.status_code == 422
    assert "The end lies before the start." in text(backwards)


def test_a_page_says_by_which_address_somebody_signs_in_where_it_is_another(app: Flask, client: FlaskClient) -> None:
    upload_and_import(client, b"Name,Email,Member number\nBea,bea@x.it,7\n")
    member_id = look(app, queries.member_by_email, "bea@x.it").id
    post(client, f"/members/{member_id}/link")
    run(app, service.add_account, role=Role.DESK, email="neri@x.it", name="Bea")
    assert "Signs in with" not in text(client.get(f"/members/{member_id}"))
    refused = change(client, f"/members/{member_id}/change", email="neri@x.it")
    assert refused.status_code == 409
    assert "Another account of this space signs in with neri@x.it." in text(refused)
    upload_and_import(client, b"Name,Email,Member number\nBea,neri@x.it,7\n")
    assert "Signs in with bea@x.it" in text(client.get(f"/members/{member_id}"))
    assert change(client, f"/members/{member_id}/change", company="Lux").status_code == 303


def test_an_ended_membership_is_told_and_can_be_opened_again(app: Flask, client: FlaskClient) -> None:
    member_id = run(app, service.add_member, name="Bea", email="bea@x.it").id
    path = f"/members/{member_id}/change"
    assert change(client, path, **{**CHANGED, "ends_on": "2026-03-01"}).status_code == 303
    assert "Ended" in text(client.get(f"/members/{member_id}"))
    assert change(client, path, **CHANGED).status_code == 303
    assert "Active" in text(client.get(f"/members/{member_id}"))
    upload_and_import(client, b"Name,Email,Status\nBea Neri,neri@x.it,inactive\n")
    assert "A list said that this membership has ended" in text(client.get(path))


def test_a_member_gets_a_link_that_is_shown_once_and_signs_in(app: Flask, client: FlaskClient) -> None:
    member_id = run(app, service.add_member, name="Bea", email="bea@x.it").id
    page = post(client, f"/members/{member_id}/link")
    found = re.search(r"http\S+(/welcome/[\w-]{43})", page.get_data(as_text=True))
    assert found is not None
    assert page.headers["Cache-Control"] == "no-store"
    assert "/welcome/" not in text(client.get(f"/members/{member_id}"))
    assert "waits for a password" in text(client.get(f"/members/{member_id}"))
    bea = app.test_client()
    data = {"csrf_token": form_token(bea, found[1]), "password": PASSWORD, "password_again": PASSWORD}
    assert bea.post(found[1], data=data).status_code == 303
    assert "has a password" in text(client.get(f"/members/{member_id}"))
    assert bea.get("/members").status_code == 403


def test_no_manager_becomes_an_owner_by_way_of_the_members(app: Flask) -> None:
    """By their link, or by their address, one would sign in as they do."""
    run(app, service.add_account, role=Role.OWNER, email="olga@x.it", name="Olga")
    nora = signed_in(app, Role.MANAGER, "manager@x.it")
    member_id = run(app, service.add_member, name="Olga", email="olga@x.it").id
    detail = f"/members/{member_id}"
    assert "Make a sign-in link" not in text(nora.get(detail))
    refused = post(nora, f"{detail}/link")
    assert (refused.status_code, "/welcome/" in refused.get_data(as_text=True)) == (403, False)
    run(app, service.member_link, member=look(app, queries.require, member_id))
    moved = change(nora, f"{detail}/change", email="nora@x.it", company="Lux")
    assert (moved.status_code, "Olga may do more here than you" in text(moved)) == (403, True)
    assert change(nora, f"{detail}/change", company="Lux").status_code == 303
    upload_and_import(nora, b"Name,Email,Member number\nOlga,olga@x.it,7\n")
    upload_and_import(nora, b"Name,Email,Member number\nOlga,nora@x.it,7\n")
    assert "Signs in with olga@x.it" in text(nora.get(detail))
    owner = signed_in(app, Role.OWNER, "olivia@x.it")
    assert change(owner, f"{detail}/change", email="olga@new.it").status_code == 303
    assert "Signs in with" not in text(owner.get(detail))
    assert "/welcome/" in post(owner, f"{detail}/link").get_data(as_text=True)


def test_a_member_who_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get(f"/members/{new_id()}").status_code == 404
    assert post(client, f"/members/{new_id()}/link").status_code == 404
    assert post(client, f"/members/{new_id()}/change", **CHANGED).status_code == 404
    assert client.get("/members/1").status_code == 404


def test_the_pages_speak_italian(client: FlaskClient) -> None:
    for path in ("/members", "/members/add", "/members/import"):
        assert 'lang="it"' in client.get(f"{path}?lang=it", follow_redirects=True).get_data(as_text=True)
