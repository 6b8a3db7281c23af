"""The mails that could not be sent, on the pages of whoever looks after the service: tried again, or given up."""

import re
from pathlib import Path

import pytest

from shared import mail
from shared.mail import queue
from shared.mail.queue import Recipient
from space_node.db import Mail
from space_node.members.service import Role
from tests.support.browsing import Browser
from tests.support.node import Network, NodeWorld
from tests.support.reading import words

LETTER = mail.Letter(subject="Your visit", greeting="Hello,", paragraphs=("See you soon.",))


@pytest.fixture
def node(network: Network, tmp_path: Path) -> NodeWorld:
    return network.node("cowo-milano", MAIL_FOLDER=str(tmp_path / "mail"))


@pytest.fixture
def manager(node: NodeWorld) -> Browser:
    return Browser(node, Role.MANAGER)


@pytest.fixture
def parked(node: NodeWorld) -> str:
    """A mail of which nobody knows whether it went out."""

    def work(session) -> str:
        now = node.clock.now()
        row = queue.post(session, Mail, Recipient("carla@x.it", "en"), kind="trial", write=lambda: LETTER, now=now)
        queue.park_restored(session, Mail, now=now)
        return row.id

    return node.command(work)


def sent(node: NodeWorld) -> list[str]:
    node.do(mail.deliver_due)
    return [re.findall("^To: (.*)$", path.read_text(), re.M)[0] for path in Path(node.settings.mail_folder).glob("*.eml")]


def test_what_is_parked_stands_there_with_its_reason(manager: Browser, parked: str) -> None:
    seen = words(manager.get("/mail"))
    assert "carla@x.it" in seen
    assert "Your visit" in seen
    assert queue.RESTORED in seen


def test_a_parked_mail_goes_out_when_it_is_tried_again(manager: Browser, node: NodeWorld, parked: str) -> None:
    assert sent(node) == []
    manager.get("/mail")
    seen = words(manager.post("/mail/retry", id=parked))
    assert "It goes out with the worker’s next turn." in seen
    assert "1 mail waits to be sent." in seen
    assert sent(node) == ["carla@x.it"]
    assert "All mail has gone out" in words(manager.get("/mail"))


def test_mail_that_waits_after_a_failed_attempt_is_told_with_the_reason(manager: Browser, node: NodeWorld, parked: str) -> None:
    Path(node.settings.mail_folder).write_text("a file")
    manager.get("/mail")
    assert "after an attempt that failed" not in words(manager.post("/mail/retry", id=parked))
    node.do(mail.deliver_due)
    seen = words(manager.get("/mail"))
    assert "1 mail waits after an attempt that failed" in seen
    assert "File exists" in seen


def test_a_mail_that_is_given_up_is_forgotten(manager: Browser, node: NodeWorld, parked: str) -> None:
    manager.get("/mail")
    assert "All mail has gone out" in words(manager.post("/mail/discard", id=parked))
    assert sent(node) == []
    assert node.look(lambda session: session.get(Mail, parked).plain) == ""


@pytest.mark.parametrize(("mail_id", "status"), [("019cb2b6-0800-7296-bf02-6395552aa586", 404), ("x", 422), ("", 422)])
@pytest.mark.parametrize("step", ["retry", "discard"])
def test_a_mail_that_is_not_parked_is_said_to_be_unknown(
    manager: Browser, parked: str, step: str, mail_id: str, status: int
) -> None:
    manager.get("/mail")
    assert manager.post(f"/mail/{step}", id=mail_id).status_code == status
    assert "carla@x.it" in words(manager.get("/mail"))


def test_a_space_that_sends_no_mail_says_so(network: Network) -> None:
    seen = words(Browser(network.node("cowo-roma"), Role.MANAGER).get("/mail"))
    assert "This service sends no mail" in seen
