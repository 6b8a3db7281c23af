"""A mail goes out once, or waits, or is parked; and never twice."""

import json
import os
import stat
import threading
from datetime import timedelta

import pytest

from shared.db import Busy, transactional
from shared.logging import JsonLines
from shared.mail import Letter, queue
from shared.mail.backends import FileBackend, NotTaken
from shared.mail.letters import Button
from shared.mail.sending import TRIES_MAX, UNKNOWN
from tests.service.shared.mail.conftest import row, smtp
from tests.support.toy_site import Mail, db, open_toy_post


def stands(mail_id):
    found = row(mail_id)
    return found.state, found.attempts, found.reason


def test_a_letter_arrives_as_plain_text_and_as_a_page(office, server, posted):
    letter = Letter(
        subject="Prenotazione è confermata",
        greeting="Ciao Ada,",
        paragraphs=("Il posto è tuo.", ".una riga con il punto"),
        facts=(("Giorno", "gio 12 nov"),),
        button=Button("Vedi", "https://nyc.test/trips/1?a=1&b=2"),
        sign="WeCreate <NYC>",
        reason="Perché hai prenotato.",
    )
    mail_id = posted(letter)
    assert office.deliver_due() == 1
    (mail,) = server.mails
    assert server.recipients == ["ada@example.org"]
    assert mail["Subject"] == letter.subject
    assert mail["From"] == "The Toy <noreply@toy.example>"
    assert mail["Message-ID"] == f"<{mail_id}@toy.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, page = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for part in (letter.greeting, *letter.paragraphs, "Giorno: gio 12 nov", letter.button.address, letter.sign, letter.reason):
        assert part in plain
    assert "WeCreate &lt;NYC&gt;" in page
    assert 'href="https://nyc.test/trips/1?a=1&amp;b=2"' in page


def test_what_was_sent_is_not_sent_again_and_its_text_is_forgotten(office, server, posted):
    mail_id = posted()
    assert (office.deliver_due(), office.deliver_due()) == (1, 0)
    assert len(server.mails) == 1
    assert stands(mail_id) == ("sent", 1, None)
    assert (row(mail_id).plain, row(mail_id).html) == ("", "")


def test_a_calendar_goes_along(office, server, posted):
    posted(Letter(subject="s", greeting="g", paragraphs=(), calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"))
    office.deliver_due()
    (attached,) = server.mails[0].iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_content().startswith("BEGIN:VCALENDAR")


@pytest.mark.parametrize("answer", ["450 4.2.1 Busy", "then: 451 4.3.0 Later"])
def test_later_is_tried_again_and_is_the_same_mail(office, server, posted, clock, answer):
    server.plan.append(answer)
    mail_id = posted()
    assert office.deliver_due() == 0
    assert stands(mail_id) == ("waiting", 1, answer.removeprefix("then: "))
    assert office.deliver_due() == 0
    clock.advance(timedelta(seconds=5))
    assert office.deliver_due() == 1
    assert [mail["Message-ID"] for mail in server.mails] == [f"<{mail_id}@toy.example>"]


@pytest.mark.parametrize("answer", ["550 5.1.1 No such user", "then: 554 5.7.1 Spam"])
def test_no_is_parked_with_the_servers_words(office, server, posted, answer):
    server.plan.append(answer)
    mail_id = posted()
    assert office.deliver_due() == 1
    assert stands(mail_id) == ("parked", 1, answer.removeprefix("then: "))
    assert server.mails == []


def test_one_refused_address_holds_up_nobody(office, server, posted):
    server.plan.append("550 5.1.1 No such user")
    posted(to="gone@example.org")
    posted()
    assert office.deliver_due() == 2
    assert server.recipients == ["ada@example.org"]


def test_silence_after_the_text_is_never_followed_by_a_second_mail(office, server, posted, clock):
    server.plan.append("hang up")
    mail_id = posted()
    assert office.deliver_due() == 1
    state, attempts, reason = stands(mail_id)
    assert (state, attempts) == ("parked", 1)
    assert reason.startswith(UNKNOWN)
    clock.advance(timedelta(days=2))
    assert office.deliver_due() == 0
    assert len(server.mails) == 1


def test_what_waits_in_a_restored_database_may_have_gone_out_and_is_parked(office, server, posted, clock):
    mail_id = posted()
    transactional(db)(lambda: queue.park_restored(db.session(), Mail, now=clock.now()))()
    assert office.deliver_due() == 0
    assert stands(mail_id) == ("parked", 0, queue.RESTORED)
    assert server.mails == []


def test_a_person_may_send_it_again_under_the_same_name(office, server, posted, clock):
    server.plan.append("hang up")
    mail_id = posted()
    office.deliver_due()
    transactional(db)(lambda: queue.retry(db.session(), Mail, mail_id, now=clock.now()))()
    assert office.deliver_due() == 1
    assert len({mail["Message-ID"] for mail in server.mails}) == 1
    assert {str(mail["Date"]) for mail in server.mails} == {"Mon, 02 Mar 2026 09:00:00 +0000"}


def test_who_dies_with_the_mail_in_hand_leaves_it_parked_and_before_that_free(app, server, posted, clock):
    class Dies(BaseException):
        pass

    class Backend:
        late = False

        def send(self, _message, hand_over):
            if self.late:
                hand_over()
            raise Dies

    backend = Backend()
    office = open_toy_post(app, backend)
    free, handed = posted(), None
    with pytest.raises(Dies):
        office.deliver_due()
    backend.late, handed = True, posted()
    with pytest.raises(Dies):
        office.deliver_due()
    assert (row(free).state, row(handed).state) == ("waiting", "handed")
    clock.advance(queue.LEASE)
    living = open_toy_post(app, smtp(server))
    assert living.deliver_due() == 2
    assert (stands(free)[0], stands(handed)) == ("sent", ("parked", 1, UNKNOWN))
    assert len(server.mails) == 1


def test_a_sender_whose_lease_was_given_away_sends_nothing(app, server, posted, clock):
    second = open_toy_post(app, smtp(server))

    class HeldUp:
        def send(self, _message, hand_over):
            clock.advance(queue.LEASE)
            assert second.deliver_due() == 1
            hand_over()
            raise AssertionError("the mail is somebody else's")

    mail_id = posted()
    assert open_toy_post(app, HeldUp()).deliver_due() == 0
    assert (stands(mail_id)[0], len(server.mails)) == ("sent", 1)


def test_what_became_of_a_mail_is_said_by_who_holds_it(app, server, posted, clock):
    second = open_toy_post(app, smtp(server))

    class TooSlow:
        def send(self, _message, _hand_over):
            clock.advance(queue.LEASE)
            second.deliver_due()
            raise NotTaken("550 said to somebody else")

    mail_id = posted()
    assert open_toy_post(app, TooSlow()).deliver_due() == 0
    assert stands(mail_id)[0] == "sent"


def test_a_database_that_is_away_parks_nothing(app, server, posted):
    class Away:
        def send(self, _message, _hand_over):
            raise Busy

    office = open_toy_post(app, Away())
    mail_id = posted()
    with pytest.raises(Busy):
        office.deliver_due()
    assert stands(mail_id)[0] == "waiting"


def test_a_server_that_goes_away_before_the_text_is_asked_again(office, server, posted, clock):
    server.plan.append("go away")
    posted()
    assert office.deliver_due() == 0
    clock.advance(timedelta(seconds=5))
    assert office.deliver_due() == 1
    assert len(server.mails) == 1


def test_two_workers_at_once_send_each_mail_once(app, office, server, posted):
    mail_ids = [posted(to=f"person{number}@example.org") for number in range(6)]

    def work():
        with app.app_context():
            office.deliver_due()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(server.recipients) == [f"person{number}@example.org" for number in range(6)]
    assert {row(mail_id).state for mail_id in mail_ids} == {"sent"}


def test_while_the_server_is_away_one_mail_asks_for_all(app, posted, clock):
    with_nobody = smtp_without_server()
    office = open_toy_post(app, with_nobody)
    first, second = posted(), posted()
    assert office.deliver_due() == 0
    assert (row(first).attempts, row(second).attempts) == (1, 0)
    assert "refused" in row(first).reason.lower()


def test_a_failed_attempt_is_one_warning_that_names_nobody(app, office, server, posted, caplog):
    server.plan.append("450 4.2.1 ada@example.org is busy")
    posted()
    office.deliver_due()
    posted()
    open_toy_post(app, smtp_without_server()).deliver_due()
    lines = [JsonLines().format(record) for record in caplog.records if record.levelname == "WARNING"]
    told = [{name: line[name] for name in ("event", "kind", "slug", "count")} for line in map(json.loads, lines)]
    one = {"event": "mail.put-off", "kind": "booking", "count": 1}
    assert told == [one | {"slug": "not-now"}, one | {"slug": "server-away"}]
    assert "ada@" not in "".join(lines)


def test_after_a_days_tries_somebody_should_look(app, posted, clock):
    office = open_toy_post(app, smtp_without_server())
    mail_id = posted()
    change = lambda: db.session.get(Mail, mail_id).__setattr__("attempts", TRIES_MAX - 1)  # noqa: E731
    transactional(db)(change)()
    assert office.deliver_due() == 0
    assert stands(mail_id)[:2] == ("parked", TRIES_MAX)


def test_what_came_too_late_is_dropped(office, server, posted, clock):
    mail_id = posted(good_until=clock.now() + timedelta(hours=1))
    clock.advance(timedelta(hours=1))
    assert office.deliver_due() == 1
    assert stands(mail_id) == ("dropped", 1, "too-late")
    assert (row(mail_id).plain, server.mails) == ("", [])


def test_a_mail_that_only_pretends_is_written_and_never_sent(office, server, posted):
    mail_id = posted(pretend=True)
    assert office.deliver_due() == 0
    assert (row(mail_id).state, server.mails) == ("dropped", [])


@pytest.mark.parametrize(
    "address", ["ada@example.org\r\nBcc: all@example.org", "ada", "ada@example.org, eve@example.org", "à@x.org"]
)
def test_an_address_that_would_be_more_than_one_is_parked(office, server, posted, address):
    mail_id = posted(to=address)
    assert office.deliver_due() == 1
    assert stands(mail_id)[0] == "parked"
    assert stands(mail_id)[2].startswith("header-refused")
    assert server.recipients == []


def test_a_subject_stays_one_line_whatever_a_space_is_called(office, server, posted):
    posted(Letter(subject="Desk at X\r\nBcc: eve@example.org\u2028and more", greeting="g", paragraphs=()))
    office.deliver_due()
    assert server.mails[0]["Subject"] == "Desk at X Bcc: eve@example.org and more"
    assert server.mails[0]["Bcc"] is None


def test_a_fault_of_our_own_is_parked_and_logged(app, office, posted, caplog):
    class Broken:
        def send(self, _message, _hand_over):
            raise RuntimeError

    mail_id = posted()
    assert open_toy_post(app, Broken()).deliver_due() == 1
    assert stands(mail_id) == ("parked", 1, "send-failed")
    assert "mail.send-failed" in caplog.text


def test_a_folder_gets_one_file_a_mail(app, posted, tmp_path):
    office = open_toy_post(app, FileBackend(tmp_path / "mail"))
    mail_id = posted()
    assert office.deliver_due() == 1
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == f"{mail_id}.eml"
    assert b"It is booked." in file.read_bytes()


def test_letters_in_a_folder_are_for_their_owner_alone(app, posted, tmp_path):
    folder = tmp_path / "mail"
    office, first = open_toy_post(app, FileBackend(folder)), posted()
    before = os.umask(0o022)
    try:
        office.deliver_due()
        second = posted()
        # What somebody left behind who died while writing.
        (folder / f"{second}.part").touch(0o644)
        office.deliver_due()
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes == {"mail": 0o700, f"{first}.eml": 0o600, f"{second}.eml": 0o600}


def test_a_folder_that_cannot_be_written_is_a_server_that_is_away(app, posted, tmp_path):
    (tmp_path / "mail").write_text("a file")
    office = open_toy_post(app, FileBackend(tmp_path / "mail"))
    mail_id = posted()
    assert office.deliver_due() == 0
    assert stands(mail_id)[:2] == ("waiting", 1)


def test_without_a_post_office_nothing_is_written(app, clock):
    from shared.mail import Recipient, is_on, post

    work = lambda: post(db.session(), Mail, Recipient("a@b.example", "en"), kind="x", write=lambda: 1 / 0, now=clock.now())  # noqa: E731
    assert transactional(db)(work)() is None
    assert not is_on()


def test_what_was_settled_a_month_ago_goes(office, server, posted, clock):
    purge = transactional(db)(lambda: queue.purge(db.session(), Mail, clock.now()))
    posted()
    office.deliver_due()
    waiting = posted()
    clock.advance(timedelta(days=30))
    assert purge() == 0
    clock.advance(timedelta(seconds=1))
    assert purge() == 1
    assert row(waiting).state == "waiting"


def smtp_without_server():
    from tests.support.mailing import MailServer

    with MailServer() as gone:
        return smtp(gone)
