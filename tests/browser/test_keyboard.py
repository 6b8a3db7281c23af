"""With the keyboard alone: past the head of the page, seeing where one is, to the end of a form."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import PHONE, WIDE
from tests.support.sample_network import HUB, LONDON, NYC

# Whether the element in focus (or what stands for it, such as the card of a link) shows a ring of some width.
RING = """
() => {
  const seen = (one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  let one = document.activeElement;
  for (let up = 0; one && up < 4; up += 1, one = one.parentElement) if (seen(one)) return "";
  return document.activeElement.outerHTML.slice(0, 120);
}
"""
PAGES = [
    (HUB, "operator", "/"),
    (HUB, "operator", "/spaces/fabbrica-bologna"),
    (NYC, "maya", "/"),
    (NYC, "maya", "/find-a-desk"),
    (NYC, "nora", "/members/add"),
    (LONDON, "dee", "/arrivals"),
    (LONDON, "theo", "/guest-desks"),
]


def stops(page: Page) -> int:
    """How many things on the page can be reached by the Tab key, as the browser counts them."""
    return int(
        page.evaluate(
            """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
              .filter((one) => one.checkVisibility() && !one.disabled).length"""
        )
    )


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
@pytest.mark.parametrize(("site", "who", "path"), PAGES)
def test_every_stop_of_the_tab_key_can_be_seen(enter, site, who, path, size) -> None:
    page = enter(site, who, viewport=size)
    page.goto(path)
    for _ in range(min(stops(page), 40)):
        page.keyboard.press("Tab")
        assert page.evaluate(RING) == ""


@pytest.mark.parametrize(("site", "who", "path"), PAGES)
def test_the_first_stop_leads_past_the_head_of_the_page(enter, site, who, path) -> None:
    page = enter(site, who)
    page.goto(path)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_form_is_sent_with_enter_and_comes_back_with_the_fault_in_focus(enter) -> None:
    page = enter(NYC)
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill("somebody@wecreate.example")
    page.get_by_label("Password").fill("not the right words")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("E-mail address")).to_have_value("somebody@wecreate.example")


def test_somebody_signs_in_with_a_link_and_the_keyboard_alone(sample, enter) -> None:
    page = enter(NYC)
    page.goto(f"/welcome/{sample.marks['welcome_once']}")
    page.get_by_label("Password", exact=True).focus()
    page.keyboard.type("seven quiet desks by the sea")
    page.keyboard.press("Tab")
    page.keyboard.type("seven quiet desks by the sea")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hello, Grace")).to_be_visible()
    page.locator("details.person summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Your account")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
