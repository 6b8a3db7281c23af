"""The day itself: a New Yorker books a desk in London, is expected, is recognised, and is paid for."""

import re

from demo import samples
from demo.browser import Browser, Page
from demo.samples import LONDON, Person
from demo.stage import Stage

DAY_CREDITS = 150
"""What a day costs, in 1/100 credit."""


def book(stage: Stage) -> None:
    """Find a desk, book it, and read the answer on the same page."""
    maya = stage.browsers[samples.MAYA]
    with stage.teller.step("Maya of New York looks for a desk in London for today and books it") as step:
        offered = find(stage, maya)
        stage.facts.hold("desk_offered_with_its_price", "1.5" in offered.text and "TheCube London" in offered.text, offered.text)
        answer = maya.submit(offered.form("/trips", host=LONDON))
        stage.facts.hold("booking_answered_on_the_same_page", is_confirmed(answer), answer.text)
        stage.facts.hold("arrival_card_in_london_time", "08:30" in answer.text and "London" in answer.text, answer.text)
        keep_trip(stage, samples.MAYA, answer)
        calendar = maya.get(f"{answer.path}.ics")
        stage.facts.hold("calendar_file", calendar.status == 200 and "BEGIN:VEVENT" in calendar.html, calendar.html)
        step.result = (
            f"confirmed for {stage.network.clock.london_day():%A %-d %B}, in London's time; the visit pass is on the page"
        )


def expect(stage: Stage) -> None:
    """The front desk has her on its list."""
    desk = stage.browsers[samples.LONDON_DESK]
    with stage.teller.step("London's front desk expects her") as step:
        took = stage.until(
            "expected_at_the_door", lambda: samples.MAYA.first_name in desk.get("/").text, lambda: desk.get("/").text
        )
        step.result = f"on the arrivals page after {took:.1f} s, by the name that only London can read"


def receive(stage: Stage) -> None:
    """Her pass is scanned; she is checked in; the credits move at once."""
    with stage.teller.step("Her visit pass is scanned") as step:
        verdict = scan(stage, stage.passes[samples.MAYA])
        stage.facts.hold("scan_is_green", "verdict-good" in verdict.html, verdict.text)
        stage.facts.hold("scan_finds_the_booking", samples.MAYA.first_name in verdict.text, verdict.text)
        step.result = "green, matched with today's booking"
    with stage.teller.step("She is checked in") as step:
        here = check_in(stage, verdict)
        stage.facts.hold("checked_in", here.status == 200, here.text)
        took = stage.until(
            "home_knows_she_is_there", lambda: is_here(stage, samples.MAYA), lambda: trip_page(stage, samples.MAYA).text
        )
        stage.until("credits_posted", lambda: position(stage, LONDON) == DAY_CREDITS, lambda: position(stage, LONDON))
        step.result = f"1.5 credits posted from New York to London; home knows after {took:.1f} s"


def find(stage: Stage, browser: Browser, days: int = 0) -> Page:
    """The page with the desks of one day in London."""
    return browser.get(f"/find-a-desk?on={stage.network.clock.london_day(days).isoformat()}&part=day")


def book_for(stage: Stage, who: Person, days: int = 0) -> Page:
    """Book the desk in London; the page that answers."""
    browser = stage.browsers[who]
    answer = browser.submit(find(stage, browser, days).form("/trips", host=LONDON))
    keep_trip(stage, who, answer)
    return answer


def keep_trip(stage: Stage, who: Person, page: Page) -> None:
    """Remember somebody's trip page, and the pass that it shows."""
    stage.links[who] = page.path
    stage.passes[who] = page.marked.get("data-passport-text", "")


def trip_page(stage: Stage, who: Person) -> Page:
    """Somebody's trip page as it is now."""
    return stage.browsers[who].get(stage.links[who])


def is_confirmed(page: Page) -> bool:
    """Whether a trip page says that the desk is theirs, and shows the pass."""
    return page.status == 200 and "You are expected" in page.text and page.marked.get("data-passport-text", "").startswith("FP1:")


def is_here(stage: Stage, who: Person) -> bool:
    """Whether home knows that somebody has arrived."""
    return "You have checked in" in trip_page(stage, who).text


def scan(stage: Stage, text: str) -> Page:
    """What London's front desk sees when it reads a code."""
    desk = stage.browsers[samples.LONDON_DESK]
    return desk.submit(desk.get("/arrivals/scan").form_with("passport"), passport=text)


def check_in(stage: Stage, verdict: Page) -> Page:
    """Press the button under the verdict."""
    return stage.browsers[samples.LONDON_DESK].submit(verdict.form("/arrivals/check-in"))


def position(stage: Stage, slug: str) -> int | None:
    """What a space has earned less what it owes, in 1/100 credit, as the operator's page shows it."""
    page = stage.browsers[samples.OPERATOR].get("/credits/")
    found = re.search(rf"{slug} \S+ \S+ ([+−]?)([\d.,]+)", page.text)
    if found is None:
        return None
    sign, amount = found.groups()
    return round(float(amount.replace(",", "")) * 100) * (-1 if sign == "−" else 1)
