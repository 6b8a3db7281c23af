"""How a page is visited: what a sight is, what can be done on it, and its picture."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Response, ViewportSize

from tests.support.calendars import space_calendar
from tests.support.sample_network import SampleNetwork

Deed = Callable[[Page, SampleNetwork], None]
LOCALES = {"en": "en-GB", "it": "it-IT"}
NOT_PAGES = ("/fed/", "/oauth/", "/.well-known/", "/healthz", "/readyz", "/metrics", "/ui/")
FILES = frozenset(
    {
        "own_calendar.file",
        "rsvp_links.feed",
        "trips.calendar",
        "calendar.file",
        "happening.everywhere",
        "happening.of_space",
        "happening.file",
        "host.export",
        "reports.export",
        "reports_pages.export",
    }
)


@dataclass(frozen=True)
class Sight:
    """One page in one state. `path` is filled in with the network's marks; nobody is a stranger."""

    name: str
    site: str
    endpoint: str
    path: str
    who: str = ""
    status: int = 200
    deed: Deed | None = None


def paste(mark: str) -> Deed:
    """Paste a pass at the front desk, as somebody does whose camera is broken."""

    def deed(page: Page, made: SampleNetwork) -> None:
        form = page.locator("form.scanner")
        form.locator("[name=passport]").fill(made.marks.get(mark, mark))
        with page.expect_navigation():
            form.locator("button[type=submit]").click()

    return deed


def send(form: str, **fields: str) -> Deed:
    """Fill some fields of the form whose address ends so, and send it."""

    def deed(page: Page, _made: SampleNetwork) -> None:
        where = page.locator(f"main form[action$='{form}']" if form else "main form").first
        for name, value in fields.items():
            where.locator(f"[name={name}]").fill(value)
        # What the browser itself refuses is sent all the same, to see what the service says.
        where.evaluate("(form) => { form.noValidate = true; }")
        with page.expect_navigation():
            where.locator("button[type=submit]").last.click()

    return deed


def untick(form: str) -> Deed:
    """Take the ticks out of the form whose address ends so, and send it."""

    def deed(page: Page, made: SampleNetwork) -> None:
        for box in page.locator(f"main form[action$='{form}'] input:checked").all():
            box.uncheck()
        send(form)(page, made)

    return deed


def confirm(form: str) -> Deed:
    """Unfold the question before the form whose address ends so, and say yes."""

    def deed(page: Page, made: SampleNetwork) -> None:
        page.locator("details", has=page.locator(f"form[action$='{form}']")).locator("summary").click()
        send(form)(page, made)

    return deed


def upload(page: Page, made: SampleNetwork) -> None:
    """Choose a file of members."""
    page.locator("input[type=file]").set_input_files(made.marks["members_csv"])
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()


def import_calendar(page: Page, _made: SampleNetwork) -> None:
    """Choose the file of a calendar."""
    page.locator("input[type=file]").set_input_files(
        {"name": "space.ics", "mimeType": "text/calendar", "buffer": space_calendar()}
    )
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()


def pages_of(app: Flask) -> set[str]:
    """The routes of an app that a browser can open as a page."""
    rules = (rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()))
    return {rule.endpoint for rule in rules if not str(rule).startswith(NOT_PAGES)} - FILES


def entered(
    browser: Browser, made: SampleNetwork, sight: Sight, language: str, size: ViewportSize, **options: object
) -> BrowserContext:
    """A browser context of whoever looks, in a language and at a width."""
    context = browser.new_context(
        viewport=size,
        locale=LOCALES[language],
        base_url=made.origin(sight.site),
        **options,  # type: ignore[arg-type]
    )
    if sight.who:
        context.add_cookies([made.cookie(sight.who)])  # type: ignore[list-item]
    return context


def visit(page: Page, made: SampleNetwork, sight: Sight) -> int:
    """Go there and do what is to be done. The status of the page that then shows."""
    statuses: list[int] = []

    def note(answer: Response) -> None:
        if answer.request.is_navigation_request():
            statuses.append(answer.status)

    page.on("response", note)
    try:
        page.goto(sight.path.format(**made.marks))
        if sight.deed:
            sight.deed(page, made)
    finally:
        page.remove_listener("response", note)
    return statuses[-1]


def photograph(page: Page, file: Path) -> None:
    """Keep the whole page as a picture."""
    file.parent.mkdir(parents=True, exist_ok=True)
    # As tall as the page, so that what sticks to the foot of the window stands there.
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": int(page.evaluate("innerWidth")), "height": max(height, 400)})
    page.screenshot(path=file, full_page=True)
