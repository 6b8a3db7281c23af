"""The rules of a zone in a calendar file: two yearly ones where there are such, else each change by itself."""

import pytest

from shared.calendar.timezones import vtimezone
from shared.clock import UnknownZone


def parts(zone, first=2026, last=2028):
    return [(part.name, part.get("rrule")) for part in vtimezone(zone, first, last).subcomponents]


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham"])
def test_yearly_rules_where_they_give_every_change(zone):
    assert sorted(name for name, rule in parts(zone) if rule) == ["DAYLIGHT", "STANDARD"]
    assert len(parts(zone)) == 2


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "Asia/Calcutta", "Africa/Lagos"])
def test_one_observance_where_the_clocks_never_change(zone):
    """Edge case 50: also half hours and names of old."""
    assert parts(zone) == [("STANDARD", None)]


@pytest.mark.parametrize("zone", ["Africa/Casablanca", "Asia/Gaza", "America/Santiago"])
def test_each_change_by_itself_where_no_rule_gives_them(zone):
    found = parts(zone)
    assert len(found) > 6
    assert {rule for _, rule in found} == {None}


def test_winter_is_standard_time_also_where_the_database_has_it_the_other_way():
    text = vtimezone("Europe/Dublin", 2026, 2026).to_ical().decode()
    winter = text.split("BEGIN:STANDARD")[1]
    assert "TZOFFSETTO:+0000" in winter.split("END:STANDARD")[0]


def test_an_unknown_zone_is_refused():
    with pytest.raises(UnknownZone):
        vtimezone("Europe/Atlantis", 2026, 2026)
