"""The way to a mail server: protected or not taken; and the settings that say which."""

import re

import pytest

from shared.config import ConfigError, load
from shared.mail.backends import FileBackend, ServerAway, SmtpBackend
from shared.mail.message import Parts, Sender, message_of
from shared.mail.settings import MailSettings
from tests.service.shared.loopback import authority
from tests.service.shared.mail.conftest import smtp
from tests.support.mailing import PASSWORD, USER, MailServer


def message(clock):
    parts = Parts("019cb2b6", "ada@example.org", "en", "Subject", "Text.\n..\n", "<p>Text.</p>", None, clock.now())
    return message_of(parts, Sender("noreply@toy.example", "The Toy"))


@pytest.fixture
def tls(tmp_path):
    return authority(tmp_path, "localhost")


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_over_tls_to_a_server_that_proves_its_name(clock, tls, security):
    ca_file, context = tls
    with MailServer(tls=context, security=security) as server:
        smtp(server, host="localhost", security=security, ca_file=ca_file).send(message(clock), lambda: None)
        assert server.recipients == ["ada@example.org"]
        for way in ({"host": "127.0.0.1", "ca_file": ca_file}, {"host": "localhost"}):
            with pytest.raises(ServerAway, match=r"(?i)certificate"):
                smtp(server, security=security, **way).send(message(clock), lambda: None)
        assert len(server.mails) == 1


@pytest.mark.parametrize("text", [None, "no PEM"])
def test_authorities_that_cannot_be_read_are_told_by_settings_and_by_the_attempt(clock, tls, tmp_path, text):
    file = tmp_path / "authorities.pem"
    if text:
        file.write_text(text)
    said = f"MAIL_CA_FILE: {file} cannot be read as certificates in PEM"
    with pytest.raises(ConfigError, match=re.escape(said)):
        read(tmp_path, MAIL_CA_FILE=str(file))
    for security in ("starttls", "tls"):
        with MailServer(tls=tls[1], security=security) as server, pytest.raises(ServerAway, match=re.escape(said)):
            smtp(server, host="localhost", security=security, ca_file=file).send(message(clock), lambda: None)


def test_authorities_of_ones_own_are_taken(tmp_path, tls):
    assert read(tmp_path, MAIL_CA_FILE=str(tls[0])).mail_ca_file == tls[0]


def test_a_server_without_tls_gets_nothing_where_tls_is_asked_for(clock, server):
    with pytest.raises(ServerAway, match="STARTTLS"):
        smtp(server, security="starttls").send(message(clock), lambda: None)
    assert server.mails == []


def test_a_user_signs_in_after_the_way_is_protected(clock, tls):
    ca_file, context = tls
    with MailServer(tls=context, security="starttls", sign_in=True) as server:
        way = {"host": "localhost", "security": "starttls", "ca_file": ca_file, "user": USER}
        smtp(server, **way, password=PASSWORD).send(message(clock), lambda: None)
        with pytest.raises(ServerAway, match="535"):
            smtp(server, **way, password="wrong").send(message(clock), lambda: None)
        assert len(server.mails) == 1


def test_a_line_that_begins_with_a_dot_arrives_as_it_was(clock, server):
    smtp(server).send(message(clock), lambda: None)
    assert server.mails[0].get_body(("plain",)).get_content().splitlines() == ["Text.", ".."]


def test_a_server_that_says_nothing_at_all_is_away(clock):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as mute:
        way = SmtpBackend(host="127.0.0.1", port=mute.getsockname()[1], security="none", name="x", timeout_seconds=0.2)
        with pytest.raises(ServerAway, match="timed out"):
            way.send(message(clock), lambda: None)


def read(tmp_path, **env):
    return load(MailSettings, {"DATA_DIR": str(tmp_path), **env})


def test_without_settings_no_mail_is_sent(tmp_path):
    assert read(tmp_path).mail_backend() is None
    assert read(tmp_path).sender_address == "noreply@localhost"


def test_a_server_is_spoken_to_with_the_password_of_a_file(tmp_path):
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    file.chmod(0o600)
    env = {"MAIL_SERVER": "mail.example.org:587", "MAIL_USER": USER, "MAIL_PASSWORD_FILE": str(file)}
    settings = read(tmp_path, **env, PUBLIC_URL="https://nyc.example")
    assert settings.mail_backend() == SmtpBackend(
        host="mail.example.org", port=587, security="starttls", name="nyc.example", user=USER, password=PASSWORD
    )
    assert settings.sender_address == "noreply@nyc.example"
    assert PASSWORD not in repr(settings)


def test_a_folder_takes_mail(tmp_path):
    assert read(tmp_path, MAIL_FOLDER=str(tmp_path / "mail")).mail_backend() == FileBackend(tmp_path / "mail")


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"MAIL_SERVER": "mail.example.org"}, "MAIL_SERVER: a host and a port"),
        ({"MAIL_SERVER": "mail.example.org:25", "MAIL_FOLDER": "mail"}, "not both"),
        ({"MAIL_SERVER": "mail.example.org:25", "MAIL_SECURITY": "none"}, "to this machine only"),
        ({"MAIL_SECURITY": "ssl"}, "one of starttls, tls, none"),
        ({"MAIL_FROM": "me"}, "MAIL_FROM: an e-mail address"),
        ({"MAIL_USER": "node"}, "a user needs a password"),
        ({"MAIL_USER": "node", "MAIL_PASSWORD_FILE": "/nowhere"}, "there is no file /nowhere"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(tmp_path, env, said):
    with pytest.raises(ConfigError, match=said):
        read(tmp_path, **env)


def test_a_password_that_others_can_read_is_refused(tmp_path):
    file = tmp_path / "password"
    file.write_text("x")
    file.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        read(tmp_path, MAIL_USER="node", MAIL_PASSWORD_FILE=str(file))
    read(tmp_path, MAIL_USER="node", MAIL_PASSWORD_FILE=str(file), CREDENTIALS_DIRECTORY=str(tmp_path))
