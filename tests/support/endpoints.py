"""Every address that an app answers, with each method, filled in with values that fit."""

import re
from collections.abc import Container, Iterator
from typing import NamedTuple

from flask import Flask
from werkzeug.routing import Rule

from shared.access import audience_of
from shared.protocol.registry import BODIES

VALUES = ("1", "spaces", "2026-03-02", "cowo-milano", "019ab3c0-0000-7000-8000-00000000000a", "0" * 64, "a" * 43)
ASKED_OF_ALL = {"HEAD", "OPTIONS"}


class Endpoint(NamedTuple):
    """A route's name, one of its methods, and an address of its kind."""

    name: str
    method: str
    path: str


def address(rule: Rule) -> str:
    """An address that this rule is for."""
    path = rule.rule
    for name, converter in rule._converters.items():
        words = (*sorted(getattr(converter, "items", ())), *VALUES)
        path = re.sub(rf"<(?:[^<>]*:)?{name}>", next(word for word in words if re.fullmatch(converter.regex, word)), path)
    return path


def endpoints(app: Flask, audiences: Container[str | None] | None = None) -> Iterator[Endpoint]:
    """All of them, or those that are for certain callers."""
    for rule in app.url_map.iter_rules():
        if audiences is None or audience_of(app, rule.endpoint) in audiences:
            for method in sorted((rule.methods or set()) - ASKED_OF_ALL):
                yield Endpoint(rule.endpoint, method, address(rule))


def bodies(app: Flask) -> dict[str, str]:
    """Which message each route takes as its body: names of routes, and of messages in the wire's registry."""
    names = {schema: name for name, schema in BODIES.items()}
    found = {}
    for rule in app.url_map.iter_rules():
        said = getattr(app.view_functions[rule.endpoint], "_apidoc", {}).get("arguments", {}).get("parameters", [])
        for schema in (one["schema"] for one in said if one["in"] == "json"):
            found[rule.endpoint] = names[type(schema)]
    return found
