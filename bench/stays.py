"""Guest desks at a hub under load: terms that two spaces have signed, days that are open, and what a home asks for."""

import datetime as dt
from typing import Any, cast

from bench.spaces import Space
from shared.ids import new_id
from shared.keys import jwk
from shared.protocol.bookings import SEATS_MAX
from shared.protocol.registry import example

PRICE = 10
DAYS_AHEAD = 28
# Everybody cancels late: half the price is paid then, and half comes back.
CANCELLATION = ({"hours_before": 24 * 30, "charge_percent": 0}, {"hours_before": 0, "charge_percent": 50})


def open_days(host: Space) -> list[dt.date]:
    """The coming days, on which this space has desks for everybody. Raises Refused."""
    today = host.clock.now().date()
    days = [today + dt.timedelta(days=ahead) for ahead in range(2, 2 + DAYS_AHEAD)]
    host.put("PUT", "/self/availability", {"rev": 1, "days": [_open(day) for day in days]})
    return days


def twin(home: Space, host: Space) -> dict[str, Any]:
    """The terms that both have signed: all that a guest may want, at one price. Raises Refused."""
    pair = sorted((home.slug, host.slug))
    usual = cast("dict[str, Any]", example("terms"))
    offer = {**usual["offers"][0], "set_aside_seats": 0, "days_a_month": 31, "pair_limit_credits": 1_000_000}
    prices = {"price_day_credits": PRICE, "price_half_credits": PRICE}
    terms = {
        **usual,
        "twinning_id": new_id(),
        "spaces": pair,
        "root_thumbprints": {one.slug: jwk.kid_of(one.key("root")) for one in (home, host)},
        "proposer": home.slug,
        "offers": [{**offer, **prices, "host": slug} for slug in pair],
        "cancellation": list(CANCELLATION),
        "valid_from": home.clock.now().date().isoformat(),
    }
    path = f"/twinnings/{terms['twinning_id']}/versions/{terms['version']}"
    home.put("PUT", path, {"terms": home.sign(terms, "twinning-terms+jwt")})
    host.put("POST", f"{path}/consent", {"terms": host.sign(terms, "twinning-terms+jwt")})
    return terms


def request(terms: dict[str, Any], *, host: str, guest: str, stay_id: str, on: dt.date, card: str) -> dict[str, Any]:
    """The body by which a home asks for one day."""
    usual = cast("dict[str, Any]", example("stay-request"))
    stay = {
        **usual["stays"][0],
        "id": stay_id,
        "on": on.isoformat(),
        "price_credits": PRICE,
        "card": card,
        "host_guest": new_id(),
    }
    return {**usual, "host": host, "guest": guest, "twinning_id": terms["twinning_id"], "stays": [stay]}


def _open(on: dt.date) -> dict[str, Any]:
    hours = {"opens_at": 9, "noon_at": 13, "closes_at": 17}
    at = {name: f"{on.isoformat()}T{hour:02}:00:00Z" for name, hour in hours.items()}
    return {"on": on.isoformat(), "open": True, "morning_seats": SEATS_MAX, "afternoon_seats": SEATS_MAX, **at}
