"""What logs and metrics say of a stay, on both machines: ids and numbers by which it can be followed, and nobody's name."""

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from federation.metrics import gauges as hub_gauges
from shared.ids import parse_id
from shared.logging import configure
from shared.metrics import Gauge
from shared.metrics.registry import Registry
from space_node.metrics import gauges as node_gauges
from tests.support.guests import ADA, HOME, HOST, Guests, address_of
from tests.support.logs import logging_restored

CANARY = "Zenobia Canarini"


@contextmanager
def logged() -> Iterator[StringIO]:
    """Everything that is logged meanwhile, as it would stand on standard error."""
    with redirect_stderr(StringIO()) as said, logging_restored():
        configure("info")
        yield said


def scraped(gauges: Iterable[Gauge]) -> tuple[str, dict[tuple[str, str], float]]:
    text = Registry().text(gauges, "")[0].decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return text, {(sample.name, "".join(sample.labels.values())): sample.value for sample in samples}


def lines(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines()]


def test_a_stay_can_be_followed_through_both_logs(guests: Guests) -> None:
    with logged() as said:
        booking_id = guests.booked(member=guests.member(CANARY), note=f"I am {CANARY}")
        guests.check_in(booking_id, guests.visit_pass(booking_id))
    found = lines(said.getvalue())
    sent = next(line for line in found if line.get("kind") == "stay-request")
    stay = next(line for line in found if line["event"] == "stay.answered")
    answered = next(line for line in found if line["event"] == "request.answered" and line["request_id"] == stay["request_id"])
    assert (sent["booking_id"], sent["event"], sent["status"]) == (booking_id, "outbox.answered", 200)
    assert (stay["booking_id"], stay["kind"]) == (booking_id, "confirmed")
    assert answered["caller_request_id"] == stay["caller_request_id"] == parse_id(sent["request_id"])
    assert (answered["request_id"] != sent["request_id"], answered["space"]) == (True, HOME)
    reported = next(line for line in found if line.get("path_template", "").endswith("/check-in"))
    assert (reported["booking_id"], reported["status"], reported["space"]) == (booking_id, 200, HOST)
    told = [line for line in found if line.get("message_id") == parse_id(reported["message_id"])]
    assert {line["event"] for line in told} == {"request.answered", "outbox.answered"}
    assert_nobody_is_named(said.getvalue())


def test_the_numbers_of_hub_and_node_are_those_of_the_database(guests: Guests) -> None:
    guests.booked(member=guests.member(CANARY))
    guests.hub.work()
    with guests.hub.app.app_context():
        text, hub = scraped(hub_gauges())
    assert (hub["twindesk_bookings", "confirmed"], hub["twindesk_spaces", "active"]) == (1, 2)
    assert hub["twindesk_ledger_sum_credits", ""] == 0
    assert hub["twindesk_feed_lag_rows", HOST] >= 0
    assert hub["twindesk_space_seen_timestamp_seconds", HOST] == guests.now.timestamp()
    assert hub["twindesk_reconciler_ok", "purge feed and answers"] == 1
    home, node = scraped(guests.home.do(node_gauges))
    assert (node["twindesk_outbox_rows", "waiting"], node["twindesk_outbox_oldest_seconds", ""]) == (0, 0)
    assert node["twindesk_hub_answer_timestamp_seconds", ""] == guests.now.timestamp()
    assert {name for name, _ in node} >= {"twindesk_clock_skew_seconds", "twindesk_key_list_age_seconds"}
    assert_nobody_is_named(text + home)


def test_what_waits_while_the_hub_is_away_is_counted(guests: Guests) -> None:
    guests.network.transport.cut()
    guests.book()
    guests.clock.advance(dt.timedelta(seconds=90))
    _, node = scraped(guests.home.do(node_gauges))
    assert (node["twindesk_outbox_rows", "waiting"], node["twindesk_outbox_oldest_seconds", ""]) == (1, 90)


def assert_nobody_is_named(text: str) -> None:
    for name in (CANARY, ADA, *CANARY.split(), *ADA.split(), address_of(CANARY), "Canarini"):
        # As words: three letters come up in ids by chance.
        assert not re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)
