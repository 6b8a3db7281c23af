"""Pages: language, navigation, addresses of files, seals, codes, and nothing that the security policy would refuse."""

import json
import re
from datetime import date
from enum import StrEnum

import pytest
import segno
from flask import Flask
from flask.testing import FlaskClient

from shared.protocol import people_states, states
from shared.ui import NavItem, Site, assets, json_ld, labels, navigation, site, state_label
from shared.ui.cells import RowCells
from shared.ui.frame import bar_entries, navigation_entries, navigation_groups, present_site
from shared.ui.locale import choose_language
from shared.ui.qr import qr_svg
from shared.ui.seals import initials, seal_colour
from tests.support.styleguide_app import PASSPORT, make_styleguide


@pytest.fixture
def app() -> Flask:
    return make_styleguide()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_the_address_beats_the_cookie_and_the_cookie_beats_the_browser(client) -> None:
    italian = {"Accept-Language": "it-IT,it;q=0.9"}
    assert 'lang="en"' in client.get("/wide").text
    assert 'lang="it"' in client.get("/wide", headers=italian).text
    chosen = client.get("/wide?lang=en", headers=italian)
    assert 'lang="en"' in chosen.text
    assert chosen.headers["Content-Language"] == "en"
    assert {"Accept-Language", "Cookie"} <= set(chosen.vary)
    assert 'lang="en"' in client.get("/wide", headers=italian).text


def test_the_kept_choice_is_out_of_reach_of_scripts_and_secure_where_cookies_are(app, client) -> None:
    def kept_choice() -> str:
        cookies = client.get("/wide?lang=it").headers.getlist("Set-Cookie")
        return next(cookie for cookie in cookies if cookie.startswith("lang=it;"))

    kept = kept_choice()
    assert "HttpOnly" in kept
    assert "SameSite=Lax" in kept
    assert "Secure" not in kept
    app.config["SESSION_COOKIE_SECURE"] = True
    assert "Secure" in kept_choice()


def test_an_unknown_language_changes_nothing(client) -> None:
    answer = client.get("/wide?lang=tlh")
    assert 'lang="en"' in answer.text
    assert not [cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith("lang=")]


def test_outside_a_request_it_is_english() -> None:
    assert choose_language() == "en"


def test_the_language_switch_leads_to_the_same_page(client) -> None:
    assert 'href="/wide?page=3&amp;q=a+b&amp;lang=it" hreflang="it"' in client.get("/wide?page=3&q=a b").text
    assert 'href="/wide?page=4"' in client.get("/wide?page=3").text


def test_a_machine_s_answer_names_no_language(client) -> None:
    assert "Content-Language" not in client.get("/ui/app.js", buffered=True).headers


def test_a_file_is_kept_for_a_year_under_its_hash_and_asked_for_again_without(app, client) -> None:
    with app.test_request_context():
        address = assets.asset_url("app.js")
    assert "max-age=31536000" in client.get(address, buffered=True).headers["Cache-Control"]
    assert "max-age=0" in client.get("/ui/app.js?v=older", buffered=True).headers["Cache-Control"]
    assert client.get("/ui/none.js").status_code == 404


def test_a_misspelt_file_is_found_when_the_page_is_made(app) -> None:
    with app.test_request_context(), pytest.raises(FileNotFoundError, match=r"basic\.css"):
        assets.asset_url("basic.css")


@pytest.mark.parametrize("path", ["/", "/wide", "/phone", "/missing"])
def test_no_page_carries_a_style_or_a_script_in_itself(client, path) -> None:
    page = client.get(path).text
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*src=)|\son\w+=\"", page)
    assert "&lt;b onclick=alert(1)&gt;" in page or path != "/"


def test_every_drawing_that_pages_use_is_in_the_sprite(client) -> None:
    known = set(re.findall(r'<symbol id="([\w-]+)"', (assets.STATIC_FOLDER / "icons.svg").read_text()))
    used = {
        name
        for path in ("/", "/wide", "/phone", "/missing")
        for name in re.findall(r"icons\.svg\?v=\w+#([\w-]+)", client.get(path).text)
    }
    assert used
    assert used <= known


def test_a_form_shows_what_was_typed_and_ties_the_fault_to_its_field(client) -> None:
    page = client.get("/").text
    assert 'value="ada@" required aria-describedby="email-error" aria-invalid="true"' in page
    assert '<a href="#email">E-mail: This is not an e-mail address.</a>' in page
    assert 'aria-describedby="password-hint"' in page
    assert 'type="password" value' not in page


def test_what_was_flashed_is_shown_once(client) -> None:
    message = "The desk at Toolbox is booked."
    assert 'notice-good" role="status"' in client.get("/").text
    assert message not in client.get("/wide").text


def test_the_place_where_one_is_is_marked(app) -> None:
    items = [NavItem("styleguide", "Today", "home", also=("wide", "ui")), NavItem("phone", "Desks", "desk", "Door", count=2)]
    navigation(app, items)
    for path, current in (("/", "Today"), ("/wide", "Today"), ("/phone", "Desks"), ("/ui/app.js", "Today")):
        with app.test_request_context(path):
            assert [entry.label for entry in navigation_entries() if entry.current] == [current]
            assert [group.name for group in navigation_groups()] == ["", "Door"]
            assert bar_entries() == (navigation_entries(), [])


def test_a_place_of_another_address_is_not_the_current_one(app) -> None:
    navigation(
        app,
        [
            NavItem("place", "Events", "event", values={"name": "events"}),
            NavItem("place", "Credits", "coins", values={"name": "c"}),
        ],
    )
    with app.test_request_context("/places/events"):
        assert [entry.current for entry in navigation_entries()] == [True, False]


def test_a_phone_shows_five_places_or_four_and_more(app) -> None:
    navigation(app, lambda: [NavItem("phone", f"P{n}", "desk") for n in range(6)])
    with app.test_request_context("/"):
        shown, more = bar_entries()
        assert (len(shown), len(more)) == (4, 2)


def test_a_stranger_is_offered_the_way_in(app, client) -> None:
    site(app, lambda: Site(name="Toolbox", sign_in="/in", notice="The hub is away."))
    navigation(app, ())
    page = client.get("/wide").text
    assert 'href="/in"' in page
    assert "The hub is away." in page
    assert '<nav class="bar"' not in page


def test_a_form_without_a_guard_carries_no_token(app, client) -> None:
    assert 'name="csrf_token"' in client.get("/").text
    del app.extensions["csrf_token"]
    assert 'name="csrf_token"' not in client.get("/").text


@pytest.mark.parametrize("vocabulary", sorted(labels.VOCABULARIES))
def test_every_state_word_has_a_label_and_no_label_is_left_over(vocabulary) -> None:
    assert set(labels.VOCABULARIES[vocabulary]) == {word.value for word in (vars(states) | vars(people_states))[vocabulary]}


def test_a_word_means_what_its_vocabulary_says(app) -> None:
    with app.test_request_context("/"):
        assert state_label(states.SpaceState.ACTIVE).text == "Active"
        assert state_label(states.TwinningState.ACTIVE).text == "Twinned"
        assert state_label("active", "TwinningState").text == "Twinned"
        assert state_label("held") == ("Waiting for the host", "wait")
    with app.test_request_context("/?lang=it"):
        assert state_label(states.Part.MORNING).text == "Mattina"


def test_a_word_that_we_do_not_know_is_shown_as_it_is(app) -> None:
    class Newer(StrEnum):
        HELD_TWICE = "held_twice"

    with app.test_request_context("/"):
        assert state_label(Newer.HELD_TWICE) == ("Held twice", "plain")
        assert state_label("on-hold", "BookingState") == ("On hold", "plain")


def test_a_cell_knows_its_column_and_shows_a_dash_for_nothing() -> None:
    cell = RowCells(["Guest", ("Credits", "end"), "Note"])
    assert cell("<Ada>") == '<th scope="row" role="rowheader" class="cell-text">&lt;Ada&gt;</th>'
    assert cell(0) == '<td role="cell" class="cell-end" data-label="Credits"><div>0</div></td>'
    # A card on a phone leaves out what a row of a wide table shows as a dash.
    assert cell(None) == '<td role="cell" class="cell-text cell-none" data-label="Note"><div>–</div></td>'
    with pytest.raises(IndexError):
        cell("one too many")


def test_a_code_is_black_on_white_with_its_quiet_zone_and_is_announced() -> None:
    drawn = qr_svg(PASSPORT, 'Passport of "Ada"')
    size = segno.make(PASSPORT, error="m", micro=False, boost_error=False).symbol_size(border=4)[0]
    assert 'role="img" aria-label="Passport of &#34;Ada&#34;"' in drawn
    assert f'viewBox="0 0 {size} {size}"' in drawn
    assert "style=" not in drawn


def test_a_seal_is_always_the_same_for_a_space() -> None:
    assert seal_colour("toolbox") == seal_colour("toolbox")
    assert {seal_colour(f"space-{n}") for n in range(200)} == set(range(8))


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Cowo Lambrate", "La"),
        ("Fabbrica del Vapore", "FV"),
        ("Toolbox", "To"),
        ("The Space", "TS"),
        ("···", "·"),
        ("Ada-Maria", "AM"),
    ],
)
def test_initials_leave_out_the_words_that_every_space_has(name, letters) -> None:
    assert initials(name) == letters


def test_a_calendar_leaf_names_the_day_for_machines_too(app) -> None:
    with app.test_request_context("/?lang=it"):
        leaf = app.jinja_env.get_template("macros/dates.html").module.calendar_leaf(date(2026, 11, 12))
    assert 'datetime="2026-11-12"' in leaf
    assert "nov" in leaf


def test_two_readers_in_one_application_context_each_get_their_own_page(app, client) -> None:
    with app.app_context():
        site(app, lambda: Site(name="Toolbox", person="Ada"))
        assert "Your account: Ada" in client.get("/wide").text
        site(app, lambda: Site(name="Toolbox", person="Jon"))
        assert "Your account: Jon" in client.get("/wide").text


def test_a_site_can_be_asked_for_outside_a_request(app) -> None:
    with app.app_context():
        assert present_site().name == "Cowo Lambrate"


def test_facts_for_machines_stay_inside_their_block_whatever_they_say() -> None:
    nasty = {"name": "</script><b>&amp;"}
    block = json_ld(nasty)
    assert block.startswith('<script type="application/ld+json">')
    inside = block.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert "<" not in inside
    assert json.loads(inside) == nasty
