"""Every page of both services as somebody sees it: what the browser tests walk through, and what can be photographed.

A sight is a page, who looks at it, and what is done there first. The test of this table fails for a route that has none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Response, ViewportSize

from tests.support.sample_network import HUB, LONDON, NEW, NYC, SampleNetwork

Deed = Callable[[Page, SampleNetwork], None]
LOCALES = {"en": "en-GB", "it": "it-IT"}
NOT_PAGES = ("/fed/", "/oauth/", "/.well-known/", "/healthz", "/readyz", "/ui/")
FILES = frozenset(
    {
        "own_calendar.file",
        "rsvp_links.feed",
        "trips.calendar",
        "calendar.file",
        "happening.everywhere",
        "happening.of_space",
        "happening.file",
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


def _hub() -> list[Sight]:
    def operator(name: str, endpoint: str, path: str, **more: object) -> Sight:
        return Sight(f"hub-{name}", HUB, endpoint, path, "operator", **more)  # type: ignore[arg-type]

    return [
        operator("overview", "spaces_pages.home", "/"),
        operator("spaces", "spaces_pages.index", "/spaces"),
        operator("spaces-none", "spaces_pages.index", "/spaces?q=nothing"),
        operator("space-active", "spaces_pages.detail", f"/spaces/{LONDON}"),
        operator("space-probation", "spaces_pages.detail", "/spaces/fabbrica-bologna"),
        operator("space-invited", "spaces_pages.detail", "/spaces/lisboa-hub"),
        operator("invite", "spaces_pages.invite_form", "/spaces/invite"),
        operator("invite-refused", "spaces_pages.invite_form", "/spaces/invite", status=422, deed=send("", slug="No!", name="x")),
        operator("twinnings", "twinnings_pages.index", "/twinnings"),
        operator("trial-balance", "credits_pages.trial_balance", "/credits/"),
        operator("audit-log", "operators.audit_log", "/audit-log"),
        operator("missing", "", "/spaces/nowhere", status=404),
        Sight("hub-sign-in", HUB, "signin.sign_in", "/sign-in"),
        Sight("hub-link-spent", HUB, "signin.welcome", "/welcome/" + "x" * 43, status=410),
    ]


def _members() -> list[Sight]:
    def maya(name: str, endpoint: str, path: str, **more: object) -> Sight:
        return Sight(f"member-{name}", NYC, endpoint, path, "maya", **more)  # type: ignore[arg-type]

    def farid(name: str, endpoint: str, path: str, **more: object) -> Sight:
        return Sight(f"newcomer-{name}", NYC, endpoint, path, "farid", **more)  # type: ignore[arg-type]

    trip = "trips.detail"
    return [
        maya("home", "home.index", "/"),
        maya("find", "trips.find", "/find-a-desk?on=2026-11-12&part=day"),
        maya("find-other-day", "trips.find", "/find-a-desk?on=2026-11-20&part=morning"),
        maya("trips", "trips.index", "/trips"),
        maya("trip-confirmed", trip, "/trips/{confirmed}"),
        maya("trip-refused", trip, "/trips/{refused}"),
        maya("trip-asked", trip, "/trips/{asked}"),
        maya("trip-cancelled", trip, "/trips/{cancelled}"),
        maya("trip-been", trip, "/trips/{been}"),
        maya("passport", "passports.index", "/passport"),
        maya("paper", "passports.paper", "/passport/paper"),
        maya("credits", "own_wallet.index", "/my-credits"),
        maya("forbidden", "", "/members", status=403),
        maya("missing", "", "/trips/019cb2b6-0800-7296-bf02-6395552aa586", status=404),
        farid("home", "home.index", "/"),
        farid("find", "trips.find", "/find-a-desk?on=2026-11-13"),
        farid("trips", "trips.index", "/trips"),
        farid("paper", "passports.paper", "/passport/paper"),
        farid("credits", "own_wallet.index", "/my-credits"),
    ]


def _events() -> list[Sight]:
    def maya(name: str, endpoint: str, path: str, **more: object) -> Sight:
        return Sight(f"events-{name}", NYC, endpoint, path, "maya", **more)  # type: ignore[arg-type]

    def stranger(name: str, endpoint: str, path: str, **more: object) -> Sight:
        return Sight(f"happening-{name}", LONDON, endpoint, path, **more)  # type: ignore[arg-type]

    return [
        maya("list", "calendar.index", "/events"),
        maya("filtered", "calendar.index", "/events?city=London&mode=remote&open=yes"),
        maya("nothing", "calendar.index", "/events?language=fr"),
        maya("wrong", "calendar.index", "/events?since=tomorrow&city=London", status=422),
        maya("month", "calendar.index", "/events?view=month&month=2026-11-01"),
        maya("month-none", "calendar.index", "/events?view=month&month=2028-02-01"),
        maya("event", "calendar.event", "/events/{lunch}"),
        maya("event-called-off", "calendar.event", "/events/{called_off}"),
        maya("event-postponed", "calendar.event", "/events/{postponed}"),
        maya("event-moved", "calendar.event", "/events/{moved}"),
        maya("event-bare", "calendar.event", "/events/{bare}"),
        maya("event-missing", "", "/events/019cb2b6-0800-7296-bf02-6395552aa586", status=404),
        Sight("events-desk", LONDON, "calendar.index", "/events", "dee"),
        Sight("events-night", LONDON, "calendar.event", "/events/{night}", "theo"),
        Sight("events-new", NEW, "calendar.index", "/events", "newcomer"),
        stranger("list", "happening.index", "/happening"),
        stranger("month", "happening.index", "/happening?view=month"),
        stranger("event", "happening.event", "/happening/{lunch}"),
        Sight("happening-new", NEW, "happening.index", "/happening"),
    ]


def _places() -> list[Sight]:
    def maya(name: str, endpoint: str, path: str, **more: object) -> Sight:
        return Sight(f"places-{name}", NYC, endpoint, path, "maya", **more)  # type: ignore[arg-type]

    def place(name: str, **more: object) -> Sight:
        return maya(name, "rsvps.detail", f"/my-events/{{place_{name}}}", **more)

    calendar = "own_calendar.index"
    return [
        maya("index", "rsvps.index", "/my-events"),
        Sight("places-none", NYC, "rsvps.index", "/my-events", "farid"),
        *(place(name) for name in ("sure", "offered", "waits", "refused", "back", "pending", "asked", "been")),
        maya("ask", "rsvps.ask_form", "/my-events/new/{session_open}"),
        maya("ask-again", "rsvps.ask_form", "/my-events/new/{session_full}"),
        Sight("places-ask-full", NYC, "rsvps.ask_form", "/my-events/new/{session_full}", "farid"),
        Sight("places-ask-none", NYC, "rsvps.ask_form", "/my-events/new/{session_none}", "farid"),
        maya("event", "calendar.event", "/events/{soup}"),
        maya("calendar", calendar, "/my-calendar"),
        Sight("places-calendar-none", NYC, calendar, "/my-calendar", "farid"),
        maya("calendar-made", calendar, "/my-calendar", deed=confirm("/my-calendar")),
        maya("missing", "", "/my-events/019cb2b6-0800-7296-bf02-6395552aa586", status=404),
        Sight("cannot-come", NYC, "rsvp_links.cannot_come", "/cannot-come/{cannot_come}"),
        Sight("cannot-come-done", NYC, "rsvp_links.cannot_come", "/cannot-come/{cannot_come_done}"),
    ]


def _desk() -> list[Sight]:
    def dee(name: str, endpoint: str, path: str, **more: object) -> Sight:
        return Sight(f"desk-{name}", LONDON, endpoint, path, "dee", **more)  # type: ignore[arg-type]

    def scanned(name: str, mark: str) -> Sight:
        return dee(f"scan-{name}", "visits.scan", "/arrivals/scan", deed=paste(mark))

    return [
        dee("arrivals", "visits.arrivals", "/arrivals"),
        dee("arrivals-none", "visits.arrivals", "/arrivals?q=nobody"),
        dee("scan", "visits.scan", "/arrivals/scan"),
        scanned("green", "dan_pass"),
        scanned("amber-already-here", "cleo_pass"),
        scanned("amber-other-day", "next_pass"),
        scanned("amber-by-name", "ben_passport"),
        scanned("walk-in", "farid_passport"),
        scanned("red", "FP1:NOT A PASSPORT"),
        dee("visit", "visits.detail", "/arrivals/{ben_today}"),
        dee("visit-here", "visits.detail", "/arrivals/{cleo_today}"),
    ]


def _manager() -> list[Sight]:
    def theo(name: str, endpoint: str, path: str, **more: object) -> Sight:
        return Sight(f"manager-{name}", LONDON, endpoint, path, "theo", **more)  # type: ignore[arg-type]

    def nora(name: str, endpoint: str, path: str, **more: object) -> Sight:
        return Sight(f"manager-{name}", NYC, endpoint, path, "nora", **more)  # type: ignore[arg-type]

    return [
        theo("overview", "home.index", "/"),
        theo("guest-desks", "desks.index", "/guest-desks"),
        theo("partners", "uplink.partners", "/partners"),
        theo("partner", "uplink.partner", f"/partners/{NYC}"),
        theo("partner-proposes", "uplink.partner", "/partners/ventura-milano"),
        theo("propose", "uplink.propose_form", "/terms/propose?with=verbena-torino"),
        theo("connection", "uplink.connection", "/connection"),
        theo("parked", "uplink.parked", "/parked"),
        nora("overview-nyc", "home.index", "/"),
        nora("members", "members.index", "/members"),
        nora("members-none", "members.index", "/members?q=zzz"),
        nora("member", "members.detail", "/members/{ben}"),
        nora("member-link", "members.detail", "/members/{ben}", deed=send("/link")),
        nora("member-credits", "wallet.member_credits", "/members/{maya}/credits"),
        nora("add-member", "members.add", "/members/add"),
        nora("add-member-refused", "members.add", "/members/add", status=422, deed=send("", name="Ben", email="ben@")),
        nora("import", "members.upload_form", "/members/import"),
        nora("import-check", "members.preview", "/members/import", deed=upload),
        nora("credits", "wallet.index", "/credits"),
        nora("parked-none", "uplink.parked", "/parked"),
        Sight("new-connection", NEW, "uplink.connection", "/connection", "newcomer"),
        Sight("new-overview", NEW, "home.index", "/", "newcomer"),
        Sight("new-partners", NEW, "uplink.partners", "/partners", "newcomer"),
    ]


def _organisers() -> list[Sight]:
    def theo(name: str, endpoint: str, path: str, **more: object) -> Sight:
        return Sight(f"organise-{name}", LONDON, f"organise.{endpoint}", path, "theo", **more)  # type: ignore[arg-type]

    new = "/organise/{draft}/sessions/new"
    return [
        theo("index", "index", "/organise"),
        theo("new", "new", "/organise/new"),
        theo("new-refused", "new", "/organise/new", status=422, deed=send("", title="")),
        theo("draft", "detail", "/organise/{draft}"),
        theo("together", "detail", "/organise/{school}"),
        theo("asked", "detail", "/organise/{asked}"),
        theo("text", "edit", "/organise/{school}/text"),
        Sight("organise-session", LONDON, "organise_sessions.edit", "/organise/{school}/sessions/{school_session}", "theo"),
        Sight("organise-session-new", LONDON, "organise_sessions.new", new, "theo"),
        Sight("organise-gap", LONDON, "organise_sessions.new", new, "theo", 422, send("", starts_local="2027-03-28T01:30")),
        Sight("organise-fold", LONDON, "organise_sessions.new", new, "theo", 422, send("", starts_local="2027-10-31T01:30")),
        Sight("organise-cohost", NYC, "organise.detail", "/organise/{school}", "nora"),
    ]


def _strangers() -> list[Sight]:
    return [
        Sight("public", LONDON, "home.index", "/"),
        Sight("public-new", NEW, "home.index", "/"),
        Sight("sign-in", NYC, "signin.sign_in", "/sign-in"),
        Sight(
            "sign-in-refused",
            NYC,
            "signin.sign_in",
            "/sign-in",
            status=422,
            deed=send("", email="a@b.example", password="x" * 12),
        ),
        Sight("welcome", NYC, "signin.welcome", "/welcome/{welcome}"),
        Sight(
            "welcome-refused",
            NYC,
            "signin.welcome",
            "/welcome/{welcome}",
            status=422,
            deed=send("", password="short", password_again="s"),
        ),
        Sight("missing", NYC, "", "/nowhere", status=404),
    ]


SIGHTS = (*_hub(), *_members(), *_events(), *_places(), *_desk(), *_manager(), *_organisers(), *_strangers())
