"""Every route with every role, at the real gates: who reaches it is said by its audience alone, in this one table."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from flask import Flask

from shared import csrf
from shared.access import MACHINES, audience_of
from shared.db import transactional
from shared.signin import start_session
from shared.web import cookie_name
from tests.architecture.test_audiences import address, app, routes, service  # noqa: F401

READS = {"GET"}
ALL = {"GET", "POST"}
# Which methods get through, by the audience of the route and the role of who asks.
REACHED: dict[str, dict[str, dict[str, set[str]]]] = {
    "space_node": {
        "member": {"public": ALL, "signed-in": ALL, "member": ALL},
        "desk": {"public": ALL, "signed-in": ALL, "desk": ALL},
        "manager": {"public": ALL, "signed-in": ALL, "desk": ALL, "manager": ALL},
        "owner": {"public": ALL, "signed-in": ALL, "desk": ALL, "manager": ALL, "owner": ALL},
    },
    "federation": {
        "operator": {"public": ALL, "signed-in": ALL, "operator": ALL},
        "auditor": {"public": ALL, "signed-in": ALL, "operator": READS},
    },
}
CASES = [(name, role) for name, roles in REACHED.items() for role in roles]


def enter(app: Flask, name: str, role: str) -> str:  # noqa: F811
    """Somebody with nothing but this role, signed in; their session's token."""
    db, now = import_module(f"{name}.db").db, app.extensions["clock"].now()

    def work() -> str:
        session = db.session()
        if name == "federation":
            operators = import_module("federation.operators.service")
            models = import_module("federation.operators.models")
            person = operators.add_operator(session, email="a@x.it", name="A", actor="test", now=now, role=role)
            return start_session(session, models.BrowserSession, kind="operator", account_id=person.id, now=now)
        members = import_module("space_node.members.service")
        models = import_module("space_node.accounts.models")
        if role == "manager":
            members.add_account(session, role=members.Role.OWNER, email="o@x.it", name="O", now=now)
        person = members.add_account(session, role=members.Role(role), email="a@x.it", name="A", now=now)
        return start_session(session, models.BrowserSession, kind="account", account_id=person.id, now=now)

    with app.app_context():
        return transactional(db)(work)()


def reached(app: Flask, token: str) -> Iterator[tuple[str, str, str, bool]]:  # noqa: F811
    """Endpoint, audience, method, and whether a well-made request of this session gets through to the view."""
    for endpoint in app.view_functions:
        app.view_functions[endpoint] = lambda **_values: "reached"
    client = app.test_client()
    with app.test_request_context("/"):
        client.set_cookie(cookie_name("session"), token)
        csrf.bind(token)
        form = {csrf.HEADER: csrf.token()}
    for rule, who in routes(app):
        for method in (rule.methods or set()) & ALL:
            answer = client.open(address(rule), method=method, headers=form)
            yield rule.endpoint, str(who), method, answer.text == "reached"


@pytest.mark.parametrize(("service", "role"), CASES)
def test_a_role_reaches_what_its_audiences_say_and_nothing_else(app: Any, service: str, role: str) -> None:  # noqa: F811
    allowed = REACHED[service][role]
    asked = [one for one in reached(app, enter(app, service, role)) if one[1] not in MACHINES]
    wrong = [one for one in asked if one[3] != (one[2] in allowed.get(one[1], set()))]
    assert asked
    assert wrong == []


def test_the_table_names_every_audience_of_people(app: Any, service: str) -> None:  # noqa: F811
    named = {who for roles in REACHED[service].values() for who in roles}
    assert {audience_of(app, rule.endpoint) for rule, _ in routes(app)} - MACHINES <= named
