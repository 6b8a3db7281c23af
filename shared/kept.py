"""What somebody typed into a form that came at a wrong moment: their session was over, another had begun, or nothing answered.

It stays on the page that says so and goes to the same address with one press, since nobody should have to type anything
twice. Only what a page of ours sent, by the browser's own word: a stranger's form must not get far by a press of ours.
Passwords and files are never kept.
"""

import json
from dataclasses import dataclass

from flask import request
from werkzeug.urls import iri_to_uri

from shared.errors import Malformed
from shared.loader import strict_loads
from shared.marking import N_
from shared.redirects import local_path, sign_in_address
from shared.schemas import CSRF_FIELD

_FORM = "application/x-www-form-urlencoded"
_SECRET = "password"  # noqa: S105 - what such a field is called


class KeptUnreadable(Malformed):
    """What a sign-in form brings along was packed by no page of ours."""

    slug = "kept-unreadable"
    title = N_("What you wrote cannot be read any more")
    sentence = N_("Open the page again and write it once more.")


@dataclass(frozen=True)
class Kept:
    """A form as it was sent: where to, and its fields without the proof of origin."""

    address: str
    fields: tuple[tuple[str, str], ...]

    @property
    def words(self) -> list[str]:
        """What somebody wrote, for them to see that it is there; choices and ids have no blanks."""
        return [value for _name, value in self.fields if len(value.split()) > 1]

    @property
    def sign_in_address(self) -> str:
        """Where one signs in and gets back to it."""
        return sign_in_address(self.address)

    @property
    def packed(self) -> str:
        """The fields as one, for the form in between."""
        return json.dumps(self.fields, ensure_ascii=False)


def of_request() -> Kept | None:
    """The form that the present request has sent, if it can be kept."""
    if request.method != "POST" or request.mimetype != _FORM or request.headers.get("Sec-Fetch-Site") != "same-origin":
        return None
    sent = tuple(request.form.items(multi=True))
    if any(_SECRET in name for name, _value in sent):
        return None
    query = request.query_string.decode("ascii", "ignore")
    address = local_path(iri_to_uri(request.path) + (f"?{query}" if query else ""))
    return Kept(address, tuple((name, value) for name, value in sent if name != CSRF_FIELD))


def unpack(packed: str, address: str) -> Kept | None:
    """What a form in between brings along, to be sent to this address; None if it brings nothing. Raises Malformed."""
    if not packed:
        return None
    fields = strict_loads(packed.encode())
    if not isinstance(fields, list) or not all(_is_field(one) for one in fields):
        raise KeptUnreadable
    return Kept(address, tuple((name, value) for name, value in fields))


def _is_field(one: object) -> bool:
    return isinstance(one, list) and len(one) == 2 and all(isinstance(part, str) for part in one)
