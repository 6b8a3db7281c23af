"""The invite as one line of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.keys import b64
from shared.protocol.invite import PREFIX, Invite, InviteUnreadable

INVITE = Invite(hub="https://hub.example", thumbprint="t" * 43, space="thecube-london", token="s" * 64)


def test_an_invite_survives_its_way():
    assert Invite.decode(INVITE.encode()) == INVITE


def test_line_breaks_that_a_mail_adds_do_not_matter():
    text = INVITE.encode()
    assert Invite.decode(f"  {text[:40]}\r\n {text[40:]}\n") == INVITE


@pytest.mark.parametrize(
    "text",
    ["", "twd1.", "hello", INVITE.encode()[:-9], INVITE.encode()[len(PREFIX) :], PREFIX + "ä", PREFIX + "A" * 2000,
     PREFIX + b64.encode(b'{"hub":1,"thumbprint":"a","space":"b","token":"c"}'),
     PREFIX + b64.encode(b'["a"]'), PREFIX + b64.encode(b"{")],
)  # fmt: skip
def test_anything_else_is_told_to_be_no_invite(text):
    with pytest.raises(InviteUnreadable):
        Invite.decode(text)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    with pytest.raises(InviteUnreadable):
        Invite.decode("twd1." + text + "!")
