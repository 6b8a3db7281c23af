"""The way into an online meeting that others' calendars write all over an entry: found, and told to nobody but those who come."""

import pytest

from shared.protocol.states import SessionMode
from tests.support.calendars import drafted

TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc%40thread.v2/0?context=%7b%7d"
DETOUR = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fteams.microsoft.com%2Fl%2Fmeetup-join%2F19%253a&data=05%7Cada"


def test_the_invitation_of_zoom_gives_no_code_away():
    one = drafted(
        r"DESCRIPTION:Bring bread.\n\nJoin Zoom Meeting\nhttps://us02web.zoom.us/j/83012345678?pwd=Zm9v\n\n"
        r"Meeting ID: 830 1234 5678\nPasscode: 123456\n\n"
        r"One tap mobile\n+13017158592\,\,83012345678#\,\,\,\,*123456# US (Washington DC)\n\n"
        r"Dial by your location\n• +1 301 715 8592 US\n\nJoin by SIP\n• 83012345678.123456@zoomcrc.com"
    )
    assert one.join_url == "https://us02web.zoom.us/j/83012345678?pwd=Zm9v"
    assert (one.description[:12], "+1 301 715 8592" in one.description) == ("Bring bread.", True)
    for secret in ("83012345678", "830 1234 5678", "123456"):
        assert secret not in one.description


def test_the_invitation_of_teams_gives_no_code_away():
    one = drafted(
        "LOCATION:Riunione di Microsoft Teams",
        rf"DESCRIPTION:Fai clic qui <{TEAMS}>\nID riunione: 351 111 222 333\nPasscode: aB3dEf\n"
        r"Oppure chiama: +39 02 0000\,\,123456789#\nID conferenza telefonica: 123 456 789#\nPhone conference ID: 123 456 789#",
    )
    assert (one.description, one.join_url, one.mode, one.venue) == ("Fai clic qui <>", TEAMS, SessionMode.REMOTE, {})


@pytest.mark.parametrize("lines", [(f"DESCRIPTION:Join {DETOUR} now",), (f"LOCATION:{DETOUR}", "DESCRIPTION:Join  now")])
def test_a_link_that_outlook_leads_through_itself_is_the_link_behind_it(lines):
    one = drafted(*lines)
    assert (one.join_url, one.mode) == ("https://teams.microsoft.com/l/meetup-join/19%3a", SessionMode.REMOTE)
    assert one.description == "Join  now"


def test_a_link_of_outlook_that_leads_to_no_meeting_is_where_it_leads():
    one = drafted(
        r"DESCRIPTION:The menu: https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fsoup.example%2Fm&data=ada"
    )
    assert (one.description, one.mode) == ("The menu: https://soup.example/m", SessionMode.IN_PERSON)
    kept = "https://eur01.safelinks.protection.outlook.com/?url=javascript%3Aalert"
    assert drafted(f"DESCRIPTION:{kept}").description == kept


@pytest.mark.parametrize(
    ("url", "join_url"), [("https://zoom.us/j/777?pwd=a", "https://zoom.us/j/777?pwd=a"), ("https://soup.example/1", "")]
)
def test_a_meeting_at_the_address_of_the_entry_is_the_way_in(url, join_url):
    assert drafted(f"URL:{url}", "DESCRIPTION:Soup").join_url == join_url


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("Slides and Wifi password: ask at the desk", "Slides and Wifi password: ask at the desk"),
        ("Pin up: 3 posters each", "Pin up: 3 posters each"),
        ("Ring the bell 2, then go up", "Ring the bell 2, then go up"),
        ("Passcode: 123456 and bring all the bread that you have at home", "and bring all the bread that you have at home"),
        ("PIN: 123 456 789#", ""),
        ("Password: kitchenDoor", ""),
    ],
)
def test_beside_a_link_only_what_looks_like_a_code_is_left_out(line, left):
    said = drafted("DESCRIPTION:" + line.replace(",", r"\,") + r"\nhttps://meet.jit.si/abc").description
    assert said == left


@pytest.mark.parametrize(
    ("location", "venue", "mode"),
    [
        ("Zoom Meeting", None, SessionMode.REMOTE),
        ("Microsoft Teams Meeting", None, SessionMode.REMOTE),
        (r"Sala Rossa\; Riunione di Microsoft Teams", "Sala Rossa", SessionMode.HYBRID),
        (r"Sala Rossa\; second floor", "Sala Rossa; second floor", SessionMode.HYBRID),
    ],
)
def test_the_name_of_an_online_meeting_is_no_place(location, venue, mode):
    one = drafted(f"LOCATION:{location}", "DESCRIPTION:At https://meet.jit.si/abc")
    assert (one.venue.get("name"), one.mode) == (venue, mode)


@pytest.mark.parametrize(
    ("page", "leads_in"),
    [
        ("https://whereby.com/blog/post", False),
        ("https://whereby.com/blog", False),
        ("https://soup.whereby.com/our-kitchen?roomKey=x", True),
        ("https://zoom.us/rec/share/aaa", False),
        ("https://www.webex.com/pricing", False),
        ("https://soup.webex.com/soup/j.php?MTID=m1", True),
        ("https://soup.webex.com/meet/ada", True),
        ("https://teams.microsoft.com/l/channel/19", False),
        ("https://teams.live.com/meet/93", True),
        ("https://meet.google.com/abc-defg-hij", True),
    ],
)
def test_only_the_address_of_a_room_is_a_way_in(page, leads_in):
    one = drafted(f"DESCRIPTION:See {page}")
    assert (one.join_url, one.description) == ((page, "See") if leads_in else ("", f"See {page}"))


def test_a_link_that_is_too_long_to_be_kept_is_a_fault():
    long = "https://meet.example/" + "a" * 500
    assert "more than 500 characters" in drafted(f"LOCATION:{long}").fault
    one = drafted(f"LOCATION:{long}", "DESCRIPTION:Or https://meet.jit.si/abc")
    assert (one.fault, one.join_url, one.description) == ("", "https://meet.jit.si/abc", "Or")
