"""An event of two spaces: London publishes, New York holds it too, members take part from home, and it is played again."""

import json
from email import message_from_bytes
from email.policy import default
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from demo import samples
from demo.browser import Page
from demo.network import together
from demo.samples import LONDON, NYC, Person
from demo.stage import Stage, as_json, contact

TITLE = "Presentation Lunch"
WEEK, TWO_WEEKS, STARTS = 7, 14, "12:30"
COMING, WAITING, OFFERED = "You are coming", "You are on the waiting list", "A seat is offered to you"
BOTH = 2


def publish(stage: Stage) -> None:
    """From a file, with a session of one seat; New York is asked to hold it too."""
    with stage.teller.step(f"London publishes “{TITLE}” for next week, with one seat, and asks New York to hold it too") as step:
        session = _session("Europe/London", "TheCube London", "London", stage, seats_in_person=1)
        event = {"title": TITLE, "summary": "Ten minutes each, then lunch.", "language": "en", "topics": ["making"]}
        file = _written(stage, "lunch.json", {**event, "reach": "network", "cohosts": [NYC], "sessions": [session]})
        told = as_json(stage.network.london, "events", "create", str(file), "--publish")
        stage.event_id = told["event_id"]
        stage.facts.hold("event_published", told["state"] == "published" and not told["refused"], told)
        nora = stage.browsers[samples.NYC_MANAGER]
        took = stage.until("invited_to_hold_it", lambda: TITLE in nora.get("/organise").text, lambda: nora.get("/organise").text)
        step.result = f"one announcement; the invitation is at New York after {took:.1f} s"


def hold_together(stage: Stage) -> None:
    """New York accepts and adds a session on its own clocks; both spaces show both."""
    nyc, theo = stage.network.nyc, stage.browsers[samples.LONDON_MANAGER]
    with stage.teller.step("New York accepts, and adds a session of its own with three seats") as step:
        told = as_json(nyc, "events", "accept", stage.event_id, "--note", "Gladly.")
        stage.facts.hold("cohost_accepted", told["part"] == "accepted" and not told["refused"], told)
        file = _written(
            stage, "lunch-nyc.json", _session("America/New_York", "WeCreate NYC", "New York", stage, seats_in_person=3)
        )
        told = as_json(nyc, "events", "session", "add", stage.event_id, str(file))
        stage.facts.hold("own_session_added", len(told["sessions"]) == BOTH and not told["refused"], told)
        starts = {one["host"]: (one["starts_at"], one["starts_local"][-5:]) for one in told["sessions"]}
        stage.sessions = {one["host"]: one["session_id"] for one in told["sessions"]}
        apart = starts[LONDON][0] < starts[NYC][0] and starts[LONDON][1] == starts[NYC][1] == STARTS
        stage.facts.hold("each_on_its_own_clocks", apart, starts)
        page = f"/events/{stage.event_id}"
        stage.until("both_sessions_everywhere", lambda: "WeCreate NYC" in theo.get(page).text, lambda: theo.get(page).text)
        step.result = "one event, two sessions, each at 12:30 of its own clocks"


def take_part(stage: Stage) -> None:
    """A New Yorker finds it on her own node, presses one button, and reads the hub's answer."""
    maya = stage.browsers[samples.MAYA]
    with stage.teller.step("Maya of New York finds it on her own node and takes part at home") as step:
        stage.until("event_in_the_calendar", lambda: TITLE in maya.get("/events").text, lambda: maya.get("/events").text)
        page = maya.get(f"/events/{stage.event_id}")
        there = "12:30" in page.text and "Here: 7:30" in page.text.replace("07:30", "7:30")
        stage.facts.hold("venues_time_and_ones_own", there, page.text)
        answer = _ask(stage, samples.MAYA, NYC)
        stage.facts.hold("seat_answered_on_the_same_page", COMING in answer.text, answer.text)
        stage.until("seat_told_by_mail_with_its_calendar", lambda: _is_mailed(stage, samples.MAYA, NYC))
        step.result = "confirmed by the hub, and in her mail with a calendar file; her name has only gone to the host, sealed"


def last_seat(stage: Stage) -> None:
    """Two want London's one seat at once; one has it, the other is first in line, and gets it when it is given back."""
    dan, elena = samples.DAN, samples.ELENA
    with stage.teller.step("Dan and Elena want London's one seat in the same moment") as step:
        answers = dict(zip((dan, elena), together(*(partial(_ask, stage, who, LONDON) for who in (dan, elena))), strict=True))
        told = {who.key: page.text[:300] for who, page in answers.items()}
        stage.until("both_are_answered", lambda: all(_answered(_again(stage, who, page)) for who, page in answers.items()))
        answers = {who: _again(stage, who, page) for who, page in answers.items()}
        winners = [who for who, page in answers.items() if COMING in page.text]
        waiting = [who for who, page in answers.items() if WAITING in page.text]
        stage.facts.hold("last_seat_goes_to_one", len(winners) == len(waiting) == 1, told)
        line = answers[waiting[0]].text
        stage.facts.hold("the_other_is_first_in_line", "Place 1 on the waiting list" in line, line)
        step.result = f"{winners[0].first_name} has it, {waiting[0].first_name} is first on the waiting list"
    with stage.teller.step(f"{winners[0].first_name} gives the seat back") as step:
        place = answers[winners[0]]
        given = stage.browsers[winners[0]].submit(place.form(f"{place.path}/cancel"))
        stage.facts.hold("seat_given_back", "given your place back" in given.text or "Giving it back" in given.text, given.text)
        next_page = partial(_again, stage, waiting[0], answers[waiting[0]])
        took = stage.until("seat_goes_to_the_next", lambda: COMING in next_page().text, lambda: next_page().text)
        desk = stage.browsers[samples.LONDON_DESK]
        door = f"/door/{stage.sessions[LONDON]}"
        stage.until("guest_on_the_door_list", lambda: waiting[0].first_name in desk.get(door).text, lambda: desk.get(door).text)
        step.result = f"it is {waiting[0].first_name}'s {took:.1f} s later, and London's door list has the name"


def replay(stage: Stage) -> None:
    """London makes a format of it; New York makes a draft from that, with nothing of London's but the idea."""
    london, nyc = stage.network.london, stage.network.nyc
    theo, nora = stage.browsers[samples.LONDON_MANAGER], stage.browsers[samples.NYC_MANAGER]
    with stage.teller.step("London makes a format of it, New York replays it two weeks from now") as step:
        making = f"/formats/from/{stage.event_id}"
        published = theo.submit(theo.get(making).form_with("title", "licence"))
        stage.facts.hold("format_published", published.status == 200 and TITLE in published.text, published.text)
        stage.until("format_in_the_library", lambda: bool(_formats(nora.get("/formats"))), lambda: nora.get("/formats").text)
        [path] = _formats(nora.get("/formats"))
        on = stage.network.clock.london_day(TWO_WEEKS).isoformat()
        plan = nora.submit(nora.get(f"{path}/1/replay").form_with("on", "at"), on=on, at=STARTS)
        stage.facts.hold("format_replayed", plan.status == 200 and TITLE in plan.text, plan.text)
        drafts = [one for one in as_json(nyc, "events", "list") if one["state"] == "draft"]
        stage.facts.hold("replay_is_a_draft", [one["title"] for one in drafts] == [TITLE], drafts)
        made = json.dumps(as_json(nyc, "events", "show", drafts[0]["event_id"]))
        stage.facts.hold("replay_has_nobody_of_then", LONDON not in made and "TheCube" not in made, made)
        unseen = theo.get(f"/events/{drafts[0]['event_id']}").status == HTTPStatus.NOT_FOUND
        stage.facts.hold("draft_is_seen_by_nobody_else", unseen)
        stage.until("nothing_of_events_waits", lambda: all(contact(site)["waiting_count"] == 0 for site in (nyc, london)))
        step.result = (
            "a draft at New York: the idea, its length and where it comes from; no day, guest, place or price of London's"
        )


def _session(zone: str, name: str, city: str, stage: Stage, **seats: int) -> dict[str, Any]:
    """A session as a file has it: next week at half past twelve, an hour and a half, in the room."""
    on = stage.network.clock.london_day(WEEK).isoformat()
    venue = {"name": name, "address": "", "city": city, "access": "Ring at the green door."}
    return {
        "starts_local": f"{on}T{STARTS}",
        "zone": zone,
        "duration_minutes": 90,
        "mode": "in_person",
        "language": "en",
        "venue": venue,
        **seats,
    }


def _written(stage: Stage, name: str, content: dict[str, Any]) -> Path:
    path = stage.network.files / name
    path.write_text(json.dumps(content, indent=2), "utf-8")
    return path


def _ask(stage: Stage, who: Person, host: str) -> Page:
    """Ask for a seat, on the page that says how one can take part; the page that answers."""
    browser, session_id = stage.browsers[who], stage.sessions[host]
    form = browser.get(f"/my-events/new/{session_id}").form("/my-events", session_id=session_id)
    return browser.submit(form, take_at_once="yes")


def _is_mailed(stage: Stage, who: Person, host: str) -> bool:
    """Whether a New Yorker's seat lies in the folder of mails, as an entry for the calendar."""
    mails = (message_from_bytes(path.read_bytes(), policy=default) for path in stage.network.nyc.mail.glob("*.eml"))
    files = [part.get_content() for mail in mails if mail["To"] == who.email for part in mail.iter_attachments()]
    return any("METHOD:PUBLISH" in file and f"UID:{stage.sessions[host]}@" in file for file in files)


def _again(stage: Stage, who: Person, place: Page) -> Page:
    """A place as it stands now."""
    return stage.browsers[who].get(place.path)


def _answered(place: Page) -> bool:
    return any(words in place.text for words in (COMING, WAITING, OFFERED))


def _formats(page: Page) -> list[str]:
    """The formats that a library shows, by their paths."""
    found = {link.partition("?")[0] for link in page.links if link.startswith("/formats/") and TITLE in page.text}
    return sorted(path for path in found if path.count("/") == 2)
