"""What goes wrong in real life, seen from outside: every fault has one defined answer; nothing is doubled, nothing is shown."""

import base64
import json
from functools import partial
from typing import Any

from demo import closing, day, founding, samples
from demo.browser import Browser, Form, Page
from demo.network import together
from demo.processes import Site
from demo.samples import LONDON, NYC
from demo.stage import Stage

TOMORROW = 1
NEXT_WEEK = 7
CSRF = "csrf_token"


def play(stage: Stage) -> None:
    """Try all of it. Raises Untrue at the first answer that is not the right one."""
    for scene in (invites, days_and_seats, credits_, twice, strangers, health, closing.no_personal_data_at_the_hub):
        scene(stage)
    closing.no_errors_in_the_logs(stage)


def invites(stage: Stage) -> None:
    """An invite that never was, one that was used, one of another hub's key."""
    real = stage.invites[NYC]
    with stage.teller.step("Wrong invites") as step:
        spoiled, used, again = together(
            partial(_join_elsewhere, stage, "wrong", _with_another_token(real)),
            partial(_join_elsewhere, stage, "used", real),
            partial(founding.join_with, stage, stage.network.nyc, real),
        )
        stage.facts.hold("unknown_invite_refused", _slug(spoiled) == "invite-unknown", spoiled)
        stage.facts.hold("used_invite_refused", _slug(used) == "invite-used", used)
        stage.facts.hold("joining_again_changes_nothing", again["joined"] and again["state"] == "active", again)
        step.result = "an unknown and a used one are refused with their reason; joining again by whom it is for changes nothing"


def days_and_seats(stage: Stage) -> None:
    """A day that is over there, and the last desk, seen free by two."""
    dan, elena = stage.browsers[samples.DAN], stage.browsers[samples.ELENA]
    with stage.teller.step("A day that is over, and the last desk") as step:
        form = day.find(stage, dan, NEXT_WEEK).form("/trips", host=LONDON)
        yesterday = stage.network.clock.london_day(-1).isoformat()
        answer = dan.submit(form, on=yesterday)
        stage.facts.hold("past_day_refused", _refused(answer, "That day has passed"), answer.text)
        stage.network.london.run("desks", "offer", "--seats", "1", "--weekday", "fri")
        stage.until("one_desk_left", lambda: "1 free desk" in day.find(stage, dan, TOMORROW).text)
        forms = [(who, day.find(stage, who, TOMORROW).form("/trips", host=LONDON)) for who in (dan, elena)]
        answers = together(*(partial(who.submit, form) for who, form in forms))
        winners = [page for page in answers if day.is_confirmed(page)]
        losers = [page for page in answers if _refused(page, "No desk is free on that day")]
        told = [page.text[:200] for page in answers]
        stage.facts.hold("last_desk_goes_to_one", len(winners) == len(losers) == 1, told)
        step.result = "a no with its reason; of two who see one desk, one has it"


def credits_(stage: Stage) -> None:
    """Somebody who came after the credits were given out."""
    nyc = stage.network.nyc
    with stage.teller.step("A member without credits") as step:
        manager = stage.browsers[samples.NYC_MANAGER]
        form = manager.get("/members/add").form_with("name", "email")
        manager.submit(form, name=samples.FARID.name, email=samples.FARID.email)
        stage.enter(samples.FARID, nyc, founding.link_from_page(stage, samples.FARID))
        farid = stage.browsers[samples.FARID]
        shown = day.find(stage, farid, NEXT_WEEK)
        stage.facts.hold("page_says_no_credit", "Not enough credits" in shown.text, shown.text)
        offered = day.find(stage, stage.browsers[samples.DAN], NEXT_WEEK).form("/trips", host=LONDON)
        answer = farid.submit(_as_typed(farid, offered))
        stage.facts.hold("no_credit_refused", _refused(answer, "There are not enough credits"), answer.text)
        step.result = "is told so on the page, and by the hub who asks all the same"


def twice(stage: Stage) -> None:
    """A double click, and the same form again later."""
    dan = stage.browsers[samples.DAN]
    with stage.teller.step("A double click") as step:
        form = day.find(stage, dan, NEXT_WEEK).form("/trips", host=LONDON)
        before = len(_trips(dan))
        answers = [*together(partial(dan.submit, form), partial(dan.submit, form)), dan.submit(form)]
        paths = {answer.path for answer in answers}
        stage.facts.hold("double_click_is_one_trip", len(paths) == 1 and len(_trips(dan)) == before + 1, sorted(paths))
        stage.facts.hold("double_click_is_confirmed_once", day.is_confirmed(dan.get(answers[0].path)), answers[0].text)
        step.result = "books once"


def strangers(stage: Stage) -> None:
    """Pages that are not one's own, and forms without proof of origin."""
    dan, nyc = stage.browsers[samples.DAN], stage.network.nyc
    with stage.teller.step("What is none of one's business") as step:
        other = dan.get(stage.links[samples.MAYA])
        stage.facts.hold("another_members_trip_is_404", other.status == 404 and samples.MAYA.name not in other.text, other.text)
        manager = dan.get("/members")
        stage.facts.hold("members_page_is_the_managers", manager.status == 403, f"{manager.status} {manager.url}")
        visitor = Browser(nyc.url).get(stage.links[samples.MAYA])
        stage.facts.hold("strangers_are_asked_to_sign_in", visitor.path == "/sign-in" or visitor.status == 401, visitor.url)
        form = day.find(stage, dan, NEXT_WEEK + 1).form("/trips", host=LONDON)
        forged = dan.submit(Form(form.action, form.method, {**form.fields, CSRF: "forged"}))
        stage.facts.hold("forged_form_refused", forged.status == 403, f"{forged.status} {forged.text[:200]}")
        red = day.scan(stage, _spoiled(stage.passes[samples.MAYA]))
        stage.facts.hold("forged_pass_is_red", "verdict-bad" in red.html, red.text)
        step.result = "not there, not allowed, or red"


def health(stage: Stage) -> None:
    """What monitoring looks at."""
    for site in stage.network.sites:
        browser = Browser(site.url)
        for path in ("/healthz", "/readyz"):
            answer = browser.get(path)
            name = "hub" if site is stage.network.hub else "nyc" if site.key == NYC else "london"
            stage.facts.hold(f"{path[1:]}_{name}", answer.status == 200, answer.html)


def _join_elsewhere(stage: Stage, name: str, invite: str) -> Any:
    """Another node tries the invite, with a folder and keys of its own."""
    nyc = stage.network.nyc
    other = Site(nyc.key, nyc.module, nyc.name, stage.network.folder / name, nyc.port, nyc.keeper, nyc.settings)
    return founding.join_with(stage, other, invite)


def _slug(outcome: Any) -> object:
    problem = outcome.get("problem")
    return problem.get("slug") if isinstance(problem, dict) else problem


def _refused(page: Page, reason: str) -> bool:
    return page.status in (200, 409) and reason in page.text and "You are expected" not in page.text


def _with_another_token(invite: str) -> str:
    """The invite as somebody might guess it: all of it right but the secret."""
    prefix, _, packed = invite.partition(".")
    fields = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    guessed = json.dumps({**fields, "token": "A" * len(fields["token"])}).encode()
    return f"{prefix}.{base64.urlsafe_b64encode(guessed).decode().rstrip('=')}"


def _as_typed(browser: Browser, form: Form) -> Form:
    """Somebody else's form, sent from a page of one's own."""
    own = next(one for one in browser.get("/find-a-desk").forms if CSRF in one.fields)
    return Form(form.action, form.method, {**form.fields, CSRF: own.fields[CSRF]})


def _trips(browser: Browser) -> set[str]:
    return {link for link in browser.get("/trips").links if link.startswith("/trips/")}


def _spoiled(text: str) -> str:
    """A pass with one character changed, near its end: in the signature."""
    place = len(text) - 12
    return text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]
