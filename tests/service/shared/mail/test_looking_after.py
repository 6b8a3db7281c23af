"""Whoever looks after a service sees what could not be sent, and decides about it."""

import json

import pytest

from shared.mail import queue
from shared.mail.backends import FileBackend
from shared.mail.cli import NO_TROUBLE, NOT_SET_UP, mail_commands
from tests.service.shared.mail.conftest import row
from tests.support.toy_site import Mail, db, open_toy_post


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(mail_commands(db, Mail), list(words))


def test_a_trial_arrives(run, office, server):
    assert "It waits now" in run("test", "Ada@Example.org").output
    office.deliver_due()
    assert server.recipients == ["ada@example.org"]
    assert "mail from here arrives" in server.mails[0].get_body(("plain",)).get_content()


def test_a_trial_without_any_way_says_what_to_set(run):
    assert NOT_SET_UP in run("test", "ada@example.org").output


def test_what_waits_after_a_failed_attempt_is_listed_with_the_reason_and_the_next(run, office, server, posted):
    server.plan.append("450 4.2.1 Busy")
    late = posted()
    office.deliver_due()
    posted()
    at = row(late).next_attempt_at.isoformat()
    assert run("parked").output.endswith(f"ada@example.org  450 4.2.1 Busy  next attempt {at}\n")
    (shown,) = json.loads(run("parked", "--json").output)
    assert (shown["id"], shown["attempts"], shown["next_attempt_at"]) == (late, 1, at)


def test_a_way_that_leads_nowhere_is_told_where_the_trial_says(app, run, tmp_path):
    nowhere = tmp_path / "hostname"
    nowhere.write_text("a file")
    office = open_toy_post(app, FileBackend(nowhere))
    assert "`mail parked` says why" in run("test", "ada@example.org").output
    assert run("parked").output == f"{NO_TROUBLE}\n"
    office.deliver_due()
    assert f"File exists: '{nowhere}'" in run("parked").output


def test_what_was_parked_and_is_sent_again_has_not_failed_yet(run, office, server, posted):
    server.plan.append("550 5.1.1 No such user")
    again = posted()
    office.deliver_due()
    run("retry", again)
    assert run("parked").output == f"{NO_TROUBLE}\n"


def test_what_is_parked_is_listed_with_its_reason_sent_again_or_given_up(run, office, server, posted):
    assert run("parked").output == f"{NO_TROUBLE}\n"
    server.plan += ["550 5.1.1 No such user", "550 5.1.1 No such user"]
    again, never = posted(), posted()
    office.deliver_due()
    assert run("parked").output.count("550 5.1.1 No such user") == 2
    assert {one["id"]: one["recipient"] for one in json.loads(run("parked", "--json").output)} == {
        again: "ada@example.org",
        never: "ada@example.org",
    }
    assert queue.counts(db.session(), Mail) == {"waiting_count": 0, "parked_count": 2}
    assert (run("retry", again).exit_code, run("discard", never).exit_code) == (0, 0)
    assert (row(again).state, row(never).state, row(never).plain) == ("waiting", "dropped", "")
    assert office.deliver_due() == 1
    assert run("retry", again).exception.slug == "mail-unknown"
