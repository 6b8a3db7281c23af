"""Whoever looks after a service sees what could not be sent, and decides about it."""

import json

import pytest

from shared.mail import queue
from shared.mail.cli import NOT_SET_UP, mail_commands
from tests.service.shared.mail.conftest import row
from tests.support.toy_site import Mail, db


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


def test_what_is_parked_is_listed_with_its_reason_sent_again_or_given_up(run, office, server, posted):
    assert run("parked").output == "None is parked.\n"
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
