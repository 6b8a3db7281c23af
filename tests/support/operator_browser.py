"""An operator's browser at a hub in this process: it signs in by a one-use link and sends forms as the pages hold them."""

import re
from typing import Any
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from federation.db import db
from federation.operators import queries, service
from tests.support.wire_space import OPERATORS, WireHub

PASSWORD = "nine small green boats"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class OperatorBrowser:
    """One browser, its cookies, and the last page's form token."""

    def __init__(self, hub: WireHub, email: str = OPERATORS[0], *, signed_in: bool = True) -> None:
        """Signed in as the operator, unless told not to."""
        self._hub, self.client = hub, hub.client
        self.email, self.form_token = email, ""
        if signed_in:
            self.welcome(self.link())

    def link(self) -> str:
        """The path of a fresh one-use link for this operator."""
        now = self._hub.clock.now()

        def make() -> str:
            operator = queries.require(db.session(), self.email)
            return service.sign_in_link(db.session(), operator=operator, now=now)

        return f"/welcome/{self._hub.run(make)}"

    def welcome(self, path: str, password: str = PASSWORD) -> TestResponse:
        """Set a password by a link."""
        self.get(path)
        return self.post(path, password=password, password_again=password)

    def get(self, path: str) -> TestResponse:
        """Look at a page; its form token is kept."""
        answer = self.client.get(path)
        found = _TOKEN.search(answer.text)
        self.form_token = found[1] if found else self.form_token
        return answer

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form with the token of the last page (another one can be given)."""
        return self.client.post(path, data={"csrf_token": self.form_token, **fields})

    def follow(self, answer: TestResponse) -> TestResponse:
        """Go where an answer leads."""
        where = urlsplit(str(answer.location))
        return self.get(f"{where.path}?{where.query}" if where.query else where.path)
