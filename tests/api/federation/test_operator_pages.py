"""The operator's pages: signing in by a link, inviting, admitting by two, suspending with a reason, and the log of it all."""

import datetime as dt
import re
from html import unescape

import pytest

from federation.db import ReconcilerRun, db
from federation.operators import service
from federation.spaces import queries
from shared.protocol.invite import Invite
from tests.support.operator_browser import PASSWORD, OperatorBrowser
from tests.support.wire_space import ISSUER, OPERATORS, WireHub, WireSpace, good

DAY = dt.timedelta(days=1)
FORM = {"slug": "cowo-milano", "name": "Cowo Milano"}


@pytest.fixture
def operator(hub: WireHub) -> OperatorBrowser:
    return OperatorBrowser(hub)


def words(answer) -> str:
    """What a reader sees of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def state(hub: WireHub, slug: str) -> str:
    return hub.run(lambda: str(queries.require(db.session(), slug).state))


def log(operator: OperatorBrowser, **query: str) -> str:
    return words(operator.client.get("/audit-log", query_string=query))


def test_a_one_use_link_sets_a_password_that_signs_in_from_then_on(hub: WireHub) -> None:
    browser = OperatorBrowser(hub, signed_in=False)
    assert browser.get("/").location == "/sign-in?next=%2F"
    link = browser.link()
    assert browser.welcome(link).location == "/"
    assert browser.get("/").status_code == 200
    browser.get("/")
    assert browser.post("/sign-out").location == "/sign-in"
    assert browser.get("/").status_code == 303
    browser.get("/sign-in")
    assert browser.post("/sign-in", email=browser.email, password=PASSWORD).location == "/"
    assert OperatorBrowser(hub, signed_in=False).get(link).status_code == 410


def test_every_page_is_shown_in_both_languages(
    hub: WireHub, operator: OperatorBrowser, nyc: WireSpace, london: WireSpace
) -> None:
    nyc.twin(london)
    good(nyc.report())
    hub.join("cowo-milano", admit=False)
    hub.suspend(london.slug)
    operator.client.post("/spaces/invite")
    pages = ("/", "/health", "/spaces", "/spaces/invite", "/twinnings", "/credits/", "/audit-log")
    pages += tuple(f"/spaces/{slug}" for slug in (nyc.slug, london.slug, "cowo-milano"))
    for path in pages:
        english = operator.client.get(path, headers={"Accept-Language": "en"})
        italian = operator.client.get(path, headers={"Accept-Language": "it"})
        assert (english.status_code, italian.status_code) == (200, 200), path
        assert 'lang="en"' in english.text, path
        assert 'lang="it"' in italian.text, path
        assert words(english) != words(italian), path
        assert "no-store" in english.headers["Cache-Control"], path


def test_the_page_of_health_shows_how_far_nodes_are_and_a_failed_repair_first(
    hub: WireHub, operator: OperatorBrowser, nyc: WireSpace, london: WireSpace
) -> None:
    assert "No repair has run yet" in words(operator.get("/health"))
    for name, problem in (("count seats", None), ("prove the ledger", "ledger-unbalanced")):
        run = ReconcilerRun(name=name, ok=problem is None, problem=problem, last_run_at=hub.clock.now())
        hub.command(lambda session, run=run: session.add(run))
    good(nyc.report())
    nyc.twin(london)
    shown = words(operator.get("/health"))
    assert shown.index("prove the ledger") < shown.index("count seats")
    assert "Failed ledger-unbalanced" in shown
    silent, reported = (int(rows) for rows in re.findall(r"Active (?:never|just now) (\d+) none", shown))
    assert silent > reported > 0


def test_a_repair_can_be_told_to_run_at_once(hub: WireHub, operator: OperatorBrowser) -> None:
    run = ReconcilerRun(name="prove the ledger", ok=False, problem="x", last_run_at=hub.clock.now())
    hub.command(lambda session: session.add(run))
    operator.get("/health")
    shown = words(operator.get(operator.post("/health/run", name="prove the ledger").location))
    assert "It runs at the worker’s next turn." in shown
    assert "prove the ledger at the next turn" in shown
    assert hub.reconcile("prove the ledger") == {"prove the ledger": 0}
    assert operator.post("/health/run", name="make tea").status_code == 404


@pytest.mark.parametrize("page", ["/audit-log?q=x", "/spaces?q=cowo", "/twinnings?page=1"])
def test_the_language_switch_works_on_pages_that_read_their_address(operator: OperatorBrowser, page: str) -> None:
    found = re.search(r'href="([^"]+lang=it[^"]*)"', operator.get(page).text)
    assert found
    answer = operator.get(unescape(found[1]))
    assert (answer.status_code, 'lang="it"' in answer.text) == (200, True)


def test_an_invite_is_made_and_shown_once(hub: WireHub, operator: OperatorBrowser) -> None:
    operator.get("/spaces/invite")
    answer = operator.post("/spaces/invite", **FORM)
    assert answer.status_code == 200
    found = re.search(r"twd1\.[\w-]+", answer.text)
    assert found
    invite = Invite.decode(found[0])
    assert (invite.hub, invite.space, invite.thumbprint) == (ISSUER, "cowo-milano", hub.hub.root_thumbprint)
    good(hub.space("cowo-milano").apply(invite.token))
    assert "twd1." not in operator.get("/spaces/cowo-milano").text


@pytest.mark.parametrize(
    ("form", "status", "field"),
    [
        ({"slug": "Cowo Milano!", "name": "Cowo <Milano>"}, 422, "slug"),
        ({"slug": "cowo-milano", "name": "   "}, 422, "name"),
        ({"slug": "cowo-milano", "name": "a\u202eb"}, 422, "name"),
        ({"slug": "wecreate-nyc", "name": "Another"}, 409, ""),
        ({"slug": "cowo-milano", "name": "x", "state": "active"}, 422, "state"),
        ({}, 422, "slug"),
    ],
)
def test_a_form_that_is_wrong_comes_back_as_it_was_typed(
    operator: OperatorBrowser, nyc: WireSpace, form: dict[str, str], status: int, field: str
) -> None:
    operator.get("/spaces/invite")
    answer = operator.post("/spaces/invite", **form)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    if field:
        assert f'href="#{field}"' in answer.text
    for name in form.keys() & {"slug", "name"}:
        assert f'value="{form[name].replace("<", "&lt;").replace(">", "&gt;")}"' in answer.text
    assert "twd1." not in answer.text


def test_two_operators_admit_a_space(hub: WireHub, operator: OperatorBrowser) -> None:
    hub.join("cowo-milano", admit=False)
    second = OperatorBrowser(hub, OPERATORS[1])
    assert "Cowo" in words(operator.get("/")) or "cowo-milano" in words(operator.get("/"))
    page = "/spaces/cowo-milano"
    operator.get(page)
    answer = operator.follow(operator.post(f"{page}/admit"))
    assert "A second operator has to admit" in words(answer)
    assert f"{OPERATORS[0]} said yes" in words(answer)
    operator.post(f"{page}/admit")
    assert state(hub, "cowo-milano") == "probation", "the same person twice is one person"
    second.get(page)
    assert "is active now" in words(second.follow(second.post(f"{page}/admit")))
    assert state(hub, "cowo-milano") == "active"
    own = hub.run(lambda: queries.require(db.session(), "cowo-milano").issuer_limit_credits)
    assert own == hub.hub.settings.active_issuer_limit_credits
    assert second.post(f"{page}/admit").status_code == 409


def test_a_lone_operator_says_yes_again_a_day_later(hub_url: str, tmp_path) -> None:
    hub = WireHub(hub_url, tmp_path, people=1)
    operator = OperatorBrowser(hub)
    hub.join("cowo-milano", admit=False)
    assert "You are the only operator" in words(operator.get("/"))
    page = "/spaces/cowo-milano"
    operator.get(page)
    assert "in 24 hours" in words(operator.follow(operator.post(f"{page}/admit")))
    hub.clock.advance(dt.timedelta(hours=1))
    operator.post(f"{page}/admit")
    assert state(hub, "cowo-milano") == "probation"
    hub.clock.advance(DAY)
    operator = OperatorBrowser(hub)
    operator.get(page)
    operator.post(f"{page}/admit")
    assert state(hub, "cowo-milano") == "active"
    assert "lone_operator: true" in log(operator, q="cowo-milano")
    hub.close()


def test_a_space_is_suspended_with_a_reason_and_put_back(hub: WireHub, operator: OperatorBrowser, nyc: WireSpace) -> None:
    page = f"/spaces/{nyc.slug}"
    operator.get(page)
    for reason in ("", "no", "x" * 501, "a\x00b"):
        refused = operator.post(f"{page}/suspend", reason=reason)
        assert (refused.status_code, 'role="alert"' in refused.text) == (422, True)
    assert state(hub, nyc.slug) == "active"
    shown = operator.follow(operator.post(f"{page}/suspend", reason="The charter was not kept."))
    assert "The charter was not kept." in words(shown)
    assert state(hub, nyc.slug) == "suspended"
    for reason, status in (("Once more.", 409), ("-1", 422)):
        again = operator.post(f"{page}/suspend", reason=reason)
        assert (again.status_code, 'role="alert"' in again.text) == (status, True)
    assert operator.post(f"{page}/admit").status_code == 409
    assert "takes part again" in words(operator.follow(operator.post(f"{page}/reinstate")))
    assert state(hub, nyc.slug) == "active"
    assert operator.post(f"{page}/reinstate").status_code == 409


def test_a_space_suspended_on_probation_is_put_back_there_and_the_yes_is_asked_for_anew(hub: WireHub, nyc: WireSpace) -> None:
    hub.join("cowo-milano", admit=False)
    hub.admit_as(OPERATORS[0], "cowo-milano")
    hub.suspend("cowo-milano")
    hub.reinstate("cowo-milano")
    hub.admit_as(OPERATORS[1], "cowo-milano")
    assert state(hub, "cowo-milano") == "probation"
    hub.admit_as(OPERATORS[0], "cowo-milano")
    assert state(hub, "cowo-milano") == "active"


def test_the_log_says_who_did_what_and_that_nobody_rewrote_it(hub: WireHub, operator: OperatorBrowser, nyc: WireSpace) -> None:
    hub.suspend(nyc.slug, "The charter was not kept.")
    shown = log(operator)
    assert "The chain holds" in shown
    for action in ("operator.added", "space.invited", "space.applied", "space.self-tested", "space.admitted", "space.suspended"):
        assert action in shown
    assert OPERATORS[0] in shown
    only = log(operator, q=nyc.slug)
    assert "operator.added" not in only
    assert "space.suspended" in only
    assert operator.client.get("/audit-log?page=x").status_code == 422


def test_a_long_log_is_read_page_by_page(hub: WireHub, operator: OperatorBrowser) -> None:
    now = hub.clock.now()

    def fill() -> None:
        for count in range(60):
            service.audit(db.session(), actor="test", action="test.done", subject=f"s{count}", detail={}, now=now)

    hub.run(fill)
    first = operator.get("/audit-log")
    found = re.search(r'href="(/audit-log\?page=2)"', first.text)
    assert found
    older = operator.get(unescape(found[1]))
    assert "s59" in words(first)
    assert "s59" not in words(older)
    assert "operator.added" in words(older)


def test_spaces_are_found_by_name_town_and_slug_and_signs_are_only_signs(
    hub: WireHub, operator: OperatorBrowser, nyc: WireSpace, london: WireSpace
) -> None:
    def found(**query: str) -> list[str]:
        answer = operator.client.get("/spaces", query_string=query)
        assert answer.status_code == 200
        return re.findall(r'href="/spaces/([a-z-]+)"', answer.text)

    assert {*found()} >= {nyc.slug, london.slug}
    assert [slug for slug in found(q="THECUBE") if slug != "invite"] == [london.slug]
    for nothing in ("%", "_", "\\", "zzz", "'"):
        assert [slug for slug in found(q=nothing) if slug != "invite"] == [], nothing
    assert operator.client.get("/spaces?page=0").status_code == 422
    assert operator.client.get("/spaces?page=9999").status_code == 200


def test_a_node_that_has_not_been_heard_of_is_shown_as_silent(hub: WireHub, operator: OperatorBrowser, nyc: WireSpace) -> None:
    assert nyc.slug in words(operator.get("/"))
    good(nyc.report(outbox_oldest_at=(nyc.now - DAY).isoformat()))
    assert nyc.slug not in words(operator.get("/"))
    hub.clock.advance(dt.timedelta(minutes=11))
    assert nyc.slug in words(operator.get("/"))
    assert "This node is silent" in words(operator.get(f"/spaces/{nyc.slug}"))


def test_a_space_that_there_is_not_is_a_page(operator: OperatorBrowser) -> None:
    answer = operator.get("/spaces/nowhere-at-all")
    assert (answer.status_code, answer.content_type) == (404, "text/html; charset=utf-8")
    operator.get("/spaces/invite")
    assert operator.post("/spaces/nowhere-at-all/suspend", reason="For nothing.").status_code == 404


def test_twinnings_are_listed_with_what_each_gives(operator: OperatorBrowser, nyc: WireSpace, london: WireSpace) -> None:
    assert "No twinnings yet" in words(operator.get("/twinnings"))
    nyc.twin(london, offered={"set_aside_seats": 4})
    shown = words(operator.get("/twinnings"))
    assert f"{london.slug} – {nyc.slug}" in shown
    assert f"{nyc.slug}: 4" in shown
    assert operator.client.get("/twinnings?page=x").status_code == 422


def test_what_spaces_say_of_themselves_is_only_ever_text(hub: WireHub, operator: OperatorBrowser) -> None:
    evil = hub.space("cowo-milano")
    profile = {**evil.profile, "name": "<script>alert(1)</script>", "city": '"><img src=x>', "web": "https://a.example/?\"'<b>"}
    answer = evil.apply(hub.invite(evil.slug), evil.application(profile=profile))
    if answer.status_code == 422:
        profile["web"] = "https://a.example/"
        good(evil.apply(hub.invite(evil.slug), evil.application(profile=profile)))
    for path in ("/spaces", "/spaces/cowo-milano", "/"):
        page = operator.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x>" not in page
