"""A browser of test clients: somebody signed in at a node, whose forms carry what the page gave them."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.signin import start_session
from shared.web import cookie_name
from space_node.accounts.models import BrowserSession
from space_node.members import service as members
from space_node.members.service import KIND, Role
from tests.support.node import NodeWorld

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """One person at a node's pages."""

    def __init__(self, node: NodeWorld, *roles: Role, email: str = "", name: str = "Anna Bianchi") -> None:
        """Somebody with these roles, signed in; without any, a stranger."""
        self.node, self.email = node, email or f"{'-'.join(roles) or 'nobody'}@{node.slug}.test"
        self._client: FlaskClient = node.app.test_client()
        self.page: TestResponse | None = None
        if roles:
            node.command(lambda session: self._sign_in(session, roles, name))

    def second_window(self) -> "Browser":
        """The same person once more, signed in by the same session."""
        made = Browser(self.node)
        self.node.do(lambda: made._open(self._token))
        return made

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page."""
        self.page = self._client.get(path, base_url=self.node.origin, headers=headers)
        return self.page

    def post(self, path: str, **form: Any) -> TestResponse:
        """Send a form of the page that is open, with its token, and follow to where it leads."""
        found = _TOKEN.search(self.page.get_data(as_text=True)) if self.page is not None else None
        data = {"csrf_token": found[1] if found else "", **form}
        origin = {"Origin": self.node.origin, "Referer": f"{self.node.origin}/"}
        self.page = self._client.post(path, base_url=self.node.origin, data=data, headers=origin, follow_redirects=True)
        return self.page

    def _sign_in(self, session: Any, roles: tuple[Role, ...], name: str) -> None:
        now = self.node.clock.now()
        for role in roles:
            account = members.add_account(session, role=role, email=self.email, name=name, now=now)
        self._open(start_session(session, BrowserSession, kind=KIND, account_id=account.id, now=now))

    def _open(self, token: str) -> None:
        self._token = token
        self._client.set_cookie(cookie_name("session"), token, domain=f"{self.node.slug}.test", secure=True)
