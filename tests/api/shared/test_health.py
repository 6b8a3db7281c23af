"""Is it there, and can it work?"""

import pytest

from shared.health import NotReady, add_check


def test_it_is_up_as_long_as_it_answers(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json) == (200, {"status": "up"})


def test_it_is_ready_when_every_check_passes(app, client):
    add_check(app, "reconcilers", lambda: {"oldest_seconds": 12})
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json == {
        "ready": True,
        "checks": {"database": {"ok": True}, "reconcilers": {"ok": True, "oldest_seconds": 12}},
    }
    assert response.headers["Cache-Control"] == "no-store"


def test_one_failing_check_is_enough_not_to_be_ready_and_the_others_are_shown(app, client):
    def behind():
        raise NotReady("the schema is at 0003, the code needs 0004")

    add_check(app, "schema", behind)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json["ready"] is False
    assert response.json["checks"]["schema"] == {"ok": False, "reason": "the schema is at 0003, the code needs 0004"}
    assert response.json["checks"]["database"] == {"ok": True}


def test_a_failure_that_nobody_foresaw_shows_nothing_of_itself(app, client):
    def broken():
        raise RuntimeError("postgresql://user:secret@host")

    add_check(app, "link", broken)
    response = client.get("/readyz")
    assert response.json["checks"]["link"] == {"ok": False, "reason": "failed"}
    assert "secret" not in response.text


def test_a_check_is_replaced_by_a_later_one_of_its_name(app, client):
    add_check(app, "database", lambda: {"rows": 1})
    assert client.get("/readyz").json["checks"] == {"database": {"ok": True, "rows": 1}}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_nobody_has_to_be_known(client, path):
    assert client.post(path).status_code == 405
    assert client.get(path).status_code == 200
