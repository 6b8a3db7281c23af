"""Every part of the look in a real browser: readable for everybody, on a phone and on a wide screen, by day and by night."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import PHONE, WIDE
from tests.support.styleguide_app import served

SIZES = {"phone": PHONE, "wide": WIDE}
TOO_SMALL = """
() => [...document.querySelectorAll("a.button, button, summary, input, select, textarea, .place, label.choice")]
  .filter((one) => one.checkVisibility() && !["checkbox", "radio", "hidden"].includes(one.type))
  .filter((one) => getComputedStyle(one).display !== "inline")
  .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && box.height < 43.9)
  .map(([html]) => html)
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as url:
        yield url


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, has_touch=True, base_url=address)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", sorted(SIZES))
@pytest.mark.parametrize("path", ["/", "/wide", "/phone", "/missing"])
def test_a_page_breaks_no_rule_of_accessibility_nor_of_the_security_policy(browser, address, path, size, scheme) -> None:
    context = browser.new_context(viewport=SIZES[size], color_scheme=scheme, base_url=address, locale="it-IT")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path)
    violations = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in violations] == []
    assert [text for text in complaints if "404" not in text] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    context.close()


@pytest.mark.parametrize("path", ["/", "/wide", "/phone"])
def test_what_a_finger_touches_is_large_enough(phone, path) -> None:
    phone.goto(path)
    assert phone.evaluate(TOO_SMALL) == []


def test_a_table_is_cards_on_a_phone_and_columns_on_a_wide_screen(browser, address) -> None:
    for viewport, shown in ((PHONE, False), (WIDE, True)):
        page = browser.new_page(viewport=viewport)
        page.goto(f"{address}/wide")
        head = page.get_by_role("columnheader", name="Hosted").bounding_box()
        assert (head is not None and head["width"] > 20) is shown
        assert page.get_by_role("row").count() == 4
        page.close()


def test_places_are_at_the_foot_of_a_phone_and_at_the_side_of_a_wide_screen(phone, browser, address) -> None:
    phone.goto("/wide")
    bar = phone.get_by_role("navigation", name="Places")
    expect(bar).to_have_count(1)
    assert bar.bounding_box()["y"] + bar.bounding_box()["height"] == PHONE["height"]
    phone.get_by_text("More").click()
    expect(phone.get_by_role("link", name="Twinnings")).to_be_visible()
    phone.keyboard.press("Escape")
    expect(phone.get_by_role("link", name="Twinnings")).to_be_hidden()
    page = browser.new_page(viewport=WIDE)
    page.goto(f"{address}/wide")
    assert page.get_by_role("navigation", name="Places").bounding_box()["x"] == 0
    page.close()


def test_the_keyboard_reaches_the_content_first_and_sees_where_it_is(phone) -> None:
    phone.goto("/wide")
    phone.keyboard.press("Tab")
    skip = phone.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    assert skip.evaluate("(one) => getComputedStyle(one).outlineWidth") == "3px"
    phone.keyboard.press("Enter")
    expect(phone.locator("main")).to_be_focused()


def test_a_question_is_asked_before_something_is_cancelled_even_without_scripts(browser, address) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, base_url=address)
    page = context.new_page()
    page.goto("/")
    sure = page.get_by_role("button", name="Yes, cancel it")
    expect(sure).to_be_hidden()
    page.locator("details.confirm summary").click()
    expect(sure).to_be_visible()
    sure.click()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    context.close()


def test_a_question_can_be_answered_with_no(phone) -> None:
    phone.goto("/")
    phone.locator("details.confirm summary").click()
    phone.get_by_role("button", name="No, keep it").click()
    expect(phone.get_by_role("button", name="Yes, cancel it")).to_be_hidden()
    expect(phone.locator("details.confirm summary")).to_be_focused()


def test_a_form_that_came_back_tells_what_is_wrong_first(phone) -> None:
    phone.goto("/")
    expect(phone.locator(".error-summary")).to_be_focused()
    phone.get_by_role("link", name="E-mail: This is not an e-mail address.").click()
    expect(phone.get_by_label("E-mail", exact=True)).to_be_focused()


def test_the_page_says_when_the_device_is_offline(phone) -> None:
    phone.goto("/")
    note = phone.locator("[data-offline-note]")
    expect(note).to_be_hidden()
    phone.context.set_offline(True)
    expect(note).to_be_visible()
    phone.context.set_offline(False)
    expect(note).to_be_hidden()


def test_the_code_stays_on_white_at_night_and_prints_alone(browser, address, tmp_path) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme="dark", base_url=address)
    page = context.new_page()
    page.goto("/")
    shot = tmp_path / "code.png"
    page.locator(".passport .qr").screenshot(path=shot)
    with Image.open(shot) as picture:
        assert picture.convert("RGB").getpixel((picture.width // 2, 3)) == (255, 255, 255)
    page.emulate_media(media="print")
    expect(page.locator(".top")).to_be_hidden()
    assert page.locator(".passport").evaluate("(one) => getComputedStyle(one).backgroundColor") == "rgb(255, 255, 255)"
    context.close()


def test_without_a_camera_a_code_can_still_be_typed(phone) -> None:
    phone.goto("/phone")
    expect(phone.locator("[data-scanner]")).to_be_hidden()
    phone.get_by_label("Passport code").fill("FP1:TYPED")
    phone.get_by_role("button", name="Check").click()
    expect(phone.get_by_text("FP1:TYPED")).to_be_visible()
