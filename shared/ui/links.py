"""Addresses made from the present one: another page of a list, the same page in another language."""

from urllib.parse import quote, urlencode

from flask import request
from werkzeug.datastructures import MultiDict


def here_with(**changes: object) -> str:
    """Give the address of this page with some query parameters replaced."""
    query = MultiDict(request.args)
    for name, value in changes.items():
        query[name] = str(value)
    pairs = [(name, value) for name, values in query.lists() for value in values]
    return f"{quote(request.script_root + request.path)}?{urlencode(pairs)}"
