"""The day of a guest in a browser: booked on a phone, recognised at the door, paid for; and the same without any script."""

import datetime as dt
import io
import re

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.support.browser import WIDE
from tests.support.sample_day import THURSDAY
from tests.support.sample_network import LONDON, NYC, SampleNetwork

FRIDAY = THURSDAY + dt.timedelta(days=1)


def book(page: Page, on: dt.date, space: str, press: str) -> None:
    """Find a desk and book it, from the first page on."""
    page.goto("/")
    page.locator("main").get_by_role("link", name=re.compile("Find a desk|Trova una scrivania")).first.click()
    page.locator("form.filter-bar input[name=on]").fill(on.isoformat())
    page.locator("form.filter-bar button").click()
    page.locator("article", has_text=space).get_by_role("button", name=press).click()


def code_on(page: Page) -> str:
    """What a scanner reads from the code on the screen."""
    shot = page.get_by_role("img").filter(has=page.locator("svg.qr")).first.screenshot()
    with Image.open(io.BytesIO(shot)) as picture:
        [found] = zxingcpp.read_barcodes(picture.convert("RGB"), formats=zxingcpp.BarcodeFormat.QRCode)
    return str(found.text)


def text_on(page: Page) -> str:
    """The same code as text."""
    page.get_by_text(re.compile("The code as text|Il codice come testo")).click()
    return page.locator("[data-passport-text]").input_value()


def balance(page: Page) -> float:
    """What New York owes London, by the hub's books."""
    page.goto("/credits/")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=NYC))
    return -float(row.get_by_role("cell").last.inner_text().replace("−", "-").split("\n")[-1])


def to_spend(page: Page, sample: SampleNetwork) -> float:
    """What Maya can spend, as her manager reads it."""
    page.goto(f"/members/{sample.marks['maya']}/credits")
    return float(page.locator(".stat", has_text="Can be spent").locator(".price-amount").inner_text())


def test_a_member_books_on_her_phone_and_the_desk_knows_her_by_her_pass(sample: SampleNetwork, enter) -> None:
    operator = enter("hub", "operator", viewport=WIDE)
    manager = enter(NYC, "nora", viewport=WIDE)
    owed_before, could_spend = balance(operator), to_spend(manager, sample)
    phone = enter(NYC, "maya", lang="it-IT", has_touch=True, device_scale_factor=2)
    book(phone, THURSDAY, "TheCube London", "Prenota questa scrivania")
    expect(phone.get_by_text("Ti aspettano")).to_be_visible()
    visit_pass = code_on(phone)
    assert visit_pass.startswith("FP1:")
    assert text_on(phone) == visit_pass
    sample.london.sync()

    desk = enter(LONDON, "dee", viewport=WIDE)
    desk.goto("/arrivals")
    expect(desk.get_by_role("listitem").filter(has_text="Maya")).to_be_visible()
    desk.get_by_role("link", name="Scan a passport").click()
    desk.get_by_label("Passport code").fill(visit_pass)
    desk.get_by_role("button", name="Check", exact=True).click()
    expect(desk.locator(".verdict-good")).to_contain_text("Expected today.")
    desk.get_by_role("button", name="Check in").click()
    expect(desk.get_by_text("Welcome, Maya!")).to_be_visible()
    expect(desk.get_by_role("listitem").filter(has_text="Maya")).to_contain_text("Here now")

    assert balance(operator) == owed_before + 1.5
    sample.nyc.sync()
    phone.reload()
    expect(phone.get_by_text("Il tuo arrivo è registrato")).to_be_visible()
    assert to_spend(manager, sample) == could_spend - 1.5


def test_a_desk_is_found_and_booked_without_any_script(enter) -> None:
    page = enter(NYC, "maya", java_script_enabled=False)
    book(page, FRIDAY, "Ventura Milano", "Book this desk")
    expect(page.get_by_role("heading", name="Ventura Milano").first).to_be_visible()
    expect(page.get_by_text("You are expected")).to_be_visible()
    assert code_on(page).startswith("FP1:")
    question = page.locator("details.confirm", has_text="Cancel this trip?")
    question.locator("summary").click()
    question.get_by_role("button", name="Cancel the trip").click()
    expect(page.get_by_text("You have cancelled this trip")).to_be_visible()


def test_a_trip_that_waits_says_so_by_itself_as_soon_as_the_hub_has_answered(sample: SampleNetwork, enter) -> None:
    page = enter(NYC, "maya")
    sample.network.transport.cut()
    book(page, FRIDAY, "TheCube London", "Book this desk")
    expect(page.get_by_text("nothing is reserved before")).to_be_visible()
    sample.network.transport.heal()
    # What waited goes out within seconds of the hub's first answer.
    sample.nyc.sync()
    sample.clock.advance(dt.timedelta(seconds=15))
    sample.nyc.sync()
    expect(page.get_by_text("You are expected")).to_be_visible(timeout=15_000)


@pytest.mark.parametrize("path", ["/passport", "/passport/paper"])
def test_a_passport_prints_on_one_page_with_nothing_around_it(enter, path) -> None:
    page = enter(NYC, "maya")
    page.goto(path)
    on_screen = code_on(page)
    page.emulate_media(media="print")
    for around in (".top", ".bar", ".foot", "main .actions", "main h1"):
        expect(page.locator(around).first).to_be_hidden()
    expect(page.locator(".passport")).to_be_visible()
    assert code_on(page) == on_screen
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
