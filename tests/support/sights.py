"""Every page of both services as somebody sees it: what the browser tests walk through, and what can be photographed.

The test of this table fails for a route that has none.
"""

from tests.support.sample_network import HUB, LONDON, NEW, NYC
from tests.support.visiting import Sight, confirm, import_calendar, paste, send, untick, upload


def _hub() -> list[Sight]:
    def operator(name: str, endpoint: str, path: str, **more: object) -> Sight:
        return Sight(f"hub-{name}", HUB, endpoint, path, "operator", **more)  # type: ignore[arg-type]

    return [
        operator("overview", "spaces_pages.home", "/"),
        operator("health", "spaces_pages.health", "/health"),
        operator("spaces", "spaces_pages.index", "/spaces"),
        operator("spaces-none", "spaces_pages.index", "/spaces?q=nothing"),
        operator("space-active", "spaces_pages.detail", f"/spaces/{LONDON}"),
        operator("space-probation", "spaces_pages.detail", "/spaces/fabbrica-bologna"),
        operator("space-invited", "spaces_pages.detail", "/spaces/lisboa-hub"),
        operator("invite", "spaces_pages.invite_form", "/spaces/invite"),
        operator("invite-refused", "spaces_pages.invite_form", "/spaces/invite", status=422, deed=send("", slug="No!", name="x")),
        operator("twinnings", "twinnings_pages.index", "/twinnings"),
        operator("trial-balance", "credits_pages.trial_balance", "/credits/"),
        operator("report", "reports_pages.index", "/reports"),
        operator("leaving", "leaving_pages.index", "/leaving"),
        operator("audit-log", "operators.audit_log", "/audit-log"),
        operator("mail", "mail.index", "/mail"),
        operator("people", "operators.people", "/people"),
        operator("people-add", "operators.add", "/people/add"),
        operator("account", "account.index", "/my-account"),
        operator("missing", "", "/spaces/nowhere", status=404),
        Sight("hub-sign-in", HUB, "signin.sign_in", "/sign-in"),
        Sight("hub-forgotten", HUB, "signin.forgotten", "/forgotten"),
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
        maya("memberships", "own_memberships.index", "/my-memberships"),
        maya("memberships-code", "own_memberships.index", "/my-memberships", deed=send("/code")),
        maya("memberships-wrong", "own_memberships.index", "/my-memberships", status=404, deed=send("/link", code="0" * 16)),
        farid("memberships", "own_memberships.index", "/my-memberships"),
        maya("account", "account.index", "/my-account"),
        maya("forget-me", "own_erasure.forget_me", "/my-account/forget"),
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


def _people() -> list[Sight]:
    def maya(name: str, endpoint: str, path: str, **more: object) -> Sight:
        return Sight(f"people-{name}", NYC, endpoint, path, "maya", **more)  # type: ignore[arg-type]

    def one(name: str) -> Sight:
        return maya(name, "people.detail", f"/people/{{people_{name}}}")

    return [
        maya("index", "people.index", "/people"),
        Sight("people-none", NYC, "people.index", "/people", "farid"),
        *(one(name) for name in ("asked", "yes", "offered", "introduced", "ended")),
        maya("unticked", "people.detail", "/people/{people_offered}", status=422, deed=untick("/yes")),
        maya("ask", "people.ask_form", "/people/ask"),
        maya("ask-refused", "people.ask_form", "/people/ask", status=422, deed=send("", question="")),
        maya("cards", "people.cards", "/people/cards"),
        maya("cards-refused", "people.cards", "/people/cards", status=422, deed=send("/limit", max_open="99")),
        Sight("people-cards-none", NYC, "people.cards", "/people/cards", "farid"),
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
        nora("mail", "mail.index", "/mail"),
        nora("team", "team.index", "/team"),
        nora("team-add", "team.add", "/team/add"),
        nora("team-name-refused", "naming.name", "/team/name", status=422, deed=send("", name="", email="x")),
        nora("members", "members.index", "/members"),
        nora("members-none", "members.index", "/members?q=zzz"),
        nora("member", "members.detail", "/members/{ben}"),
        nora("member-link", "members.detail", "/members/{ben}", deed=send("/link")),
        nora("change-member", "members.change", "/members/{ben}/change"),
        nora("change-member-refused", "members.change", "/members/{ben}/change", status=422, deed=send("", email="ben@")),
        nora("member-credits", "wallet.member_credits", "/members/{maya}/credits"),
        nora("add-member", "members.add", "/members/add"),
        nora("add-member-refused", "members.add", "/members/add", status=422, deed=send("", name="Ben", email="ben@")),
        nora("import", "member_lists.upload_form", "/members/import"),
        nora("import-check", "member_lists.preview", "/members/import", deed=upload),
        nora("credits", "wallet.index", "/credits"),
        nora("report", "reports.index", "/reports"),
        nora("forget", "erasures.forget", "/members/{ben}/forget"),
        nora("forget-unsure", "erasures.forget", "/members/{ben}/forget", status=422, deed=send("")),
        nora("forgotten", "erasures.index", "/members/erasures"),
        nora("erasure", "erasure_link.show", "/erasures/{erasure}"),
        nora("leave", "leaving.leave", "/leave"),
        nora("leave-unsure", "leaving.leave", "/leave", status=422, deed=send("")),
        nora("parked-none", "uplink.parked", "/parked"),
        Sight("new-connection", NEW, "uplink.connection", "/connection", "newcomer"),
        Sight("new-overview", NEW, "home.index", "/", "newcomer"),
        Sight("new-partners", NEW, "uplink.partners", "/partners", "newcomer"),
    ]


def _organisers() -> list[Sight]:
    def theo(name: str, endpoint: str, path: str, **more: object) -> Sight:
        return Sight(f"organise-{name}", LONDON, f"organise.{endpoint}", path, "theo", **more)  # type: ignore[arg-type]

    new = "/organise/{own_draft}/sessions/new"
    return [
        theo("index", "index", "/organise"),
        theo("new", "new", "/organise/new"),
        theo("new-refused", "new", "/organise/new", status=422, deed=send("", title="")),
        theo("draft", "detail", "/organise/{own_draft}"),
        theo("together", "detail", "/organise/{school}"),
        theo("asked", "detail", "/organise/{invitation}"),
        theo("text", "edit", "/organise/{school}/text"),
        Sight("organise-session", LONDON, "organise_sessions.edit", "/organise/{school}/sessions/{school_session}", "theo"),
        Sight("organise-session-new", LONDON, "organise_sessions.new", new, "theo"),
        Sight("organise-gap", LONDON, "organise_sessions.new", new, "theo", 422, send("", starts_local="2027-03-28T01:30")),
        Sight("organise-fold", LONDON, "organise_sessions.new", new, "theo", 422, send("", starts_local="2027-10-31T01:30")),
        Sight("organise-cohost", NYC, "organise.detail", "/organise/{school}", "nora"),
        Sight("import-calendar", LONDON, "imports.source", "/calendar/import", "theo"),
        Sight("import-calendar-none", LONDON, "imports.source", "/calendar/import", "theo", 422, send("", address="")),
        Sight("import-calendar-check", LONDON, "imports.preview", "/calendar/import", "theo", deed=import_calendar),
    ]


def _door() -> list[Sight]:
    def dee(name: str, endpoint: str, path: str, **more: object) -> Sight:
        return Sight(f"door-{name}", LONDON, f"door.{endpoint}", path, "dee", **more)  # type: ignore[arg-type]

    def theo(name: str, endpoint: str, path: str, **more: object) -> Sight:
        return Sight(f"host-{name}", LONDON, f"host.{endpoint}", path, "theo", **more)  # type: ignore[arg-type]

    scan = "/door/{door}/scan"
    return [
        dee("index", "index", "/door"),
        Sight("door-none", NEW, "door.index", "/door", "newcomer"),
        dee("list", "session", "/door/{door}"),
        dee("list-nobody", "session", "/door/{door}?q=nobody"),
        dee("over", "session", "/door/{door_over}"),
        dee("later", "session", "/door/{session_open}"),
        dee("scan", "scan", scan),
        dee("scan-expected", "scan", scan, deed=paste("maya_at_door")),
        dee("scan-stranger", "scan", scan, deed=paste("hugo_at_door")),
        dee("scan-red", "scan", scan, deed=paste("FP1:NOT A PASSPORT")),
        theo("list", "board", "/door/{door}"),
        theo("board", "board", "/organise/{soup}/seats"),
        theo("board-together", "board", "/organise/{school}/seats"),
        theo("requests", "requests", "/door/{door_asked}/requests"),
        theo("queue", "requests", "/door/{session_full}/requests"),
        theo("messages", "messages", "/door/{door}/messages"),
        theo("messages-refused", "messages", "/door/{door}/messages", status=422, deed=send("/messages", text=" ")),
        theo("recap", "messages", "/door/{door_over}/messages"),
        theo("feedback", "feedback", "/door/{door_over}/feedback"),
        theo("feedback-none", "feedback", "/door/{door}/feedback"),
    ]


def _formats() -> list[Sight]:
    def theo(name: str, endpoint: str, path: str, **more: object) -> Sight:
        return Sight(f"formats-{name}", LONDON, endpoint, path, "theo", **more)  # type: ignore[arg-type]

    def nora(name: str, endpoint: str, path: str, **more: object) -> Sight:
        return Sight(f"formats-{name}", NYC, endpoint, path, "nora", **more)  # type: ignore[arg-type]

    replay, author = "/formats/{format}/1/replay", "/formats/{format}/author"
    return [
        theo("index", "formats.index", "/formats"),
        nora("index-nyc", "formats.index", "/formats"),
        Sight("formats-none", NEW, "formats.index", "/formats", "newcomer"),
        nora("detail", "formats.detail", "/formats/{format}"),
        Sight("formats-member", NYC, "formats.detail", "/formats/{format}", "maya"),
        theo("make", "format_work.make_form", "/formats/from/{soup}"),
        theo("make-refused", "format_work.make_form", "/formats/from/{soup}", status=422, deed=send("", agenda="Welcome")),
        theo("next", "format_work.next_form", "/formats/{format}/next"),
        theo("own", "formats.detail", "/formats/{format}"),
        theo("author", "format_work.author_form", author),
        theo(
            "author-refused",
            "format_work.author_form",
            "/formats/{format}/author",
            status=422,
            deed=send("/author", author="Sample Author"),
        ),
        nora("adapt", "format_work.adapt_form", "/formats/{format}/1/adapt"),
        nora("replay", "replays.replay_form", replay),
        nora("replay-past", "replays.replay_form", replay, status=422, deed=send("", on="2026-01-01", at="12:30")),
        nora("replay-again", "replays.replay_form", replay, status=409, deed=send("", on="2026-12-24", at="12:30")),
        nora("plan", "replays.plan", "/formats/plans/{replay}"),
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
        Sight("forgotten", NYC, "signin.forgotten", "/forgotten"),
        Sight("forgotten-sent", NYC, "signin.forgotten", "/forgotten", deed=send("", email="maya@nyc.example")),
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


SIGHTS = (
    *_hub(),
    *_members(),
    *_events(),
    *_places(),
    *_people(),
    *_desk(),
    *_manager(),
    *_organisers(),
    *_door(),
    *_formats(),
    *_strangers(),
)
