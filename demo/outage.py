"""The hub dies, the door stays open, and afterwards everything finds together by itself."""

from demo import day, samples
from demo.browser import Page
from demo.samples import LONDON
from demo.stage import Stage, answers, contact


def prepare(stage: Stage) -> None:
    """Before the cut: Ben books, Cleo gets a passport, and London has heard of both."""
    with stage.teller.step("Before the cut: Ben books for today too, Cleo gets a general passport") as step:
        answer = day.book_for(stage, samples.BEN)
        stage.facts.hold("second_booking_confirmed", day.is_confirmed(answer), answer.text)
        cleo = stage.browsers[samples.CLEO]
        page = cleo.submit(cleo.get("/passport").form("/passport", kind="phone"))
        stage.passes[samples.CLEO] = page.marked.get("data-passport-text", "")
        stage.facts.hold("passport_issued", stage.passes[samples.CLEO].startswith("FP1:"), page.text)
        desk = stage.browsers[samples.LONDON_DESK]
        stage.until("second_guest_expected", lambda: samples.BEN.first_name in desk.get("/").text)
        stage.until("passport_known_to_the_hub", lambda: contact(stage.network.nyc)["waiting_count"] == 0)
        step.result = "both carry a code on their phones"


def cut(stage: Stage) -> None:
    """SIGKILL for the hub; London goes on."""
    with stage.teller.step("The hub is killed") as step:
        stage.network.hub.kill()
        stage.facts.hold("hub_is_gone", not answers(stage.network.hub))
        step.result = "SIGKILL for all its processes"
    with stage.teller.step("Without the hub, London checks Ben in and takes Cleo as a walk-in") as step:
        verdict = day.scan(stage, stage.passes[samples.BEN])
        stage.facts.hold(
            "offline_scan_is_green", "verdict-good" in verdict.html and samples.BEN.first_name in verdict.text, verdict.text
        )
        here = day.check_in(stage, verdict)
        stage.facts.hold("offline_check_in", here.status == 200, here.text)
        verdict = day.scan(stage, stage.passes[samples.CLEO])
        stage.facts.hold("offline_walk_in_is_welcome", "verdict-bad" not in verdict.html, verdict.text)
        walked_in = _walk_in(stage, verdict)
        stage.facts.hold("offline_walk_in", walked_in.status == 200 and samples.CLEO.first_name in walked_in.text, walked_in.text)
        step.result = "both are here; two messages wait in London's outbox"
    with stage.teller.step("Meanwhile Elena asks for a desk") as step:
        answer = day.book_for(stage, samples.ELENA)
        stage.facts.hold("asked_while_the_hub_is_away", "has not answered yet" in answer.text, answer.text)
        waiting = contact(stage.network.london)["waiting_count"]
        stage.facts.hold("outbox_keeps_what_waits", waiting >= 2, waiting)
        step.result = "asked; nothing is promised before the hub has answered"


def heal(stage: Stage) -> None:
    """The hub starts again; nobody does anything else."""
    network = stage.network
    with stage.teller.step("The hub starts again") as step:
        network.hub.start()
        network.hub.wait_ready()
        step.result = "from its database, as it was"
    with stage.teller.step("Everything finds together by itself") as step:
        took = stage.until("converged_by_itself", lambda: _is_healed(stage), lambda: _seen(stage))
        standing = [contact(site) for site in (network.nyc, network.london)]
        left = [one[name] for one in standing for name in ("waiting_count", "parked_count")]
        stage.facts.hold("nothing_waits_or_is_parked", not any(left), standing)
        position = day.position(stage, LONDON)
        stage.facts.hold("everybody_is_paid_once", position == 3 * day.DAY_CREDITS, position)
        step.result = f"Ben and Cleo are paid for, Elena is confirmed, all outboxes are empty {took:.1f} s later"


def _walk_in(stage: Stage, verdict: Page) -> Page:
    return stage.browsers[samples.LONDON_DESK].submit(verdict.form("/arrivals/walk-in"), part="day")


def _is_healed(stage: Stage) -> bool:
    empty = all(contact(site)["waiting_count"] == 0 for site in (stage.network.nyc, stage.network.london))
    return (
        empty
        and day.is_here(stage, samples.BEN)
        and _cleo_is_there(stage)
        and day.is_confirmed(day.trip_page(stage, samples.ELENA))
    )


def _cleo_is_there(stage: Stage) -> bool:
    return "Here now" in stage.browsers[samples.CLEO].get("/trips").text


def _seen(stage: Stage) -> dict[str, object]:
    """What can be seen from outside when it does not find together."""
    sites = (stage.network.nyc, stage.network.london)
    pages = {who.name: day.trip_page(stage, who).text for who in (samples.BEN, samples.ELENA)}
    return {**{site.key: contact(site) for site in sites}, **pages, "Cleo": stage.browsers[samples.CLEO].get("/trips").text}
