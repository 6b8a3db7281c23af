"""`/metrics`: off unless set, shown for its token alone, and read here by the library's own parsers."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client import values
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from shared import metrics
from shared.config import ConfigError
from shared.metrics import Gauge, one
from shared.metrics.registry import SHARED_FOLDER, _remove
from tests.support.databases import empty_database
from tests.support.toy_site import toy_settings, toy_site

Site = Callable[[], FlaskClient]


@pytest.fixture
def site(tmp_path, clock) -> Site:
    """A client of the toy with metrics."""

    def make() -> FlaskClient:
        settings = toy_settings(tmp_path, empty_database("sqlite", tmp_path))
        return toy_site(replace(settings, metrics_token_file=tmp_path / "token"), clock).test_client()

    return make


def families(text: str) -> dict[str, Metric]:
    return {family.name: family for family in read_text(text)}


def scrape(client: FlaskClient, **headers: str) -> Any:
    settings = client.application.extensions["settings"]
    return client.get("/metrics", headers={"Authorization": f"Bearer {settings.metrics_token}", **headers})


def counted(text: str) -> dict[tuple[str, str, str], float]:
    samples = families(text)["twindesk_request_seconds"].samples
    return {
        (sample.labels["method"], sample.labels["route"], sample.labels["status"]): sample.value
        for sample in samples
        if sample.name.endswith("_count")
    }


def test_without_the_setting_there_are_none(client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("shown", [None, "Bearer", "Bearer nearly", "Basic x", "Bearer \u00e9"])
def test_nobody_without_the_token_sees_them(site: Site, shown: str | None) -> None:
    client = site()
    answer = client.get("/metrics", headers={} if shown is None else {"Authorization": shown.encode().decode("latin-1")})
    assert answer.status_code == 401
    assert "twindesk_request" not in answer.text


def test_a_token_that_others_can_read_stops_the_service(site: Site, tmp_path) -> None:
    (tmp_path / "token").write_text("open")
    (tmp_path / "token").chmod(0o644)
    with pytest.raises(ConfigError, match="METRICS_TOKEN_FILE: others can read"):
        site()


def test_requests_are_counted_by_route_and_kind_of_answer_and_never_by_address(site: Site) -> None:
    client = site()
    for path in ("/", "/", "/nowhere/ada@example.org", "/staff?name=ada"):
        client.get(path)
    client.open("/nowhere", method="ADA")
    answer = scrape(client)
    assert counted(answer.text) == {
        ("GET", "/", "2xx"): 2,
        ("GET", "/staff", "3xx"): 1,
        ("any", "none", "4xx"): 2,
    }
    assert "ada" not in answer.text.lower()
    assert answer.content_type.startswith("text/plain")


def test_a_scraper_that_asks_for_it_gets_openmetrics(site: Site) -> None:
    answer = scrape(site(), Accept="application/openmetrics-text; version=1.0.0")
    assert answer.content_type.startswith("application/openmetrics-text; version=1.0.0")
    assert [family.name for family in openmetrics.text_string_to_metric_families(answer.text)] == ["twindesk_request_seconds"]


def test_a_source_is_asked_at_each_scrape(site: Site) -> None:
    client, found = site(), iter((3.0, 4.0))
    metrics.add_source(
        client.application, lambda: [Gauge("things", "By kind.", {"odd": next(found)}, "kind"), one("all", ".", 7)]
    )
    for number in (3.0, 4.0):
        read = families(scrape(client).text)
        assert [(sample.labels, sample.value) for sample in read["things"].samples] == [({"kind": "odd"}, number)]
        assert [(sample.labels, sample.value) for sample in read["all"].samples] == [({}, 7.0)]


def test_a_source_that_fails_fails_the_scrape(site: Site) -> None:
    def broken() -> list[Gauge]:
        raise RuntimeError("secret")

    client = site()
    metrics.add_source(client.application, broken)
    answer = scrape(client)
    assert (answer.status_code, "secret" in answer.text) == (500, False)


def test_processes_count_into_one_folder(site: Site, monkeypatch) -> None:
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)
    monkeypatch.setenv(SHARED_FOLDER, "")
    client = site()
    metrics.share_between_processes(client.application)
    client.get("/")
    assert counted(scrape(client).text) == {("GET", "/", "2xx"): 1}
    folder = Path(os.environ[SHARED_FOLDER])
    _remove(str(folder), os.getpid() + 1)  # a process that was forked ends
    assert list(folder.iterdir()) != []
    _remove(str(folder), os.getpid())
    assert not folder.exists()


def test_without_metrics_there_is_nothing_to_share(client: FlaskClient) -> None:
    metrics.share_between_processes(client.application)
    metrics.add_source(client.application, list)
    assert client.get("/").status_code == 200
