"""What is no HTTP, or HTTP that two programs could read in two ways: each kind as bytes, for any address."""

import gzip
from collections.abc import Callable

JSON, FORM = b"Content-Type: application/json\r\n", b"Content-Type: application/x-www-form-urlencoded\r\n"
NEXT = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
"""A second request, which nobody may take for one where the first has not ended beyond doubt."""
BOMB = gzip.compress(b'{"a":' + b"[" * 60_000 + b"]" * 60_000 + b"}")
MULTIPART = b"Content-Type: multipart/form-data; boundary=x\r\n"
Make = Callable[[str, str, bytes], bytes]


def request(method: str, path: str, host: bytes, extra: bytes = b"", body: bytes = b"", version: bytes = b"HTTP/1.1") -> bytes:
    """A request that says of itself what `extra` says."""
    return b"%s %s %s\r\nHost: %s\r\nConnection: close\r\n%s\r\n%s" % (
        *(method.encode("latin-1"), path.encode("latin-1"), version, host, extra, body),
    )


def plain(method: str, path: str, host: bytes) -> bytes:
    """A request with nothing wrong in it but that nobody is signed in."""
    extra, body = (b"", b"") if method == "GET" else (JSON + b"Content-Length: 2\r\n", b"{}")
    return request(method, path, host, extra, body)


def _with(extra: bytes, body: bytes = b"", *, method: str = "", version: bytes = b"HTTP/1.1") -> Make:
    return lambda usual, path, host: request(method or usual, path, host, extra, body, version)


def _length(said: bytes) -> Make:
    return _with(JSON + b"Content-Length: " + said + b"\r\n", b"{}" + NEXT)


def _coding(said: bytes, body: bytes = b"2\r\n{}\r\n0\r\n\r\n", version: bytes = b"HTTP/1.1") -> Make:
    return _with(JSON + said + b"\r\n", body + NEXT, version=version)


def _chunks(body: bytes) -> Make:
    return _with(JSON + b"Transfer-Encoding: chunked\r\n", body)


def _target(change: Callable[[str], str]) -> Make:
    return lambda method, path, host: request(method, change(path), host)


def _body(extra: bytes, body: bytes) -> Make:
    return _with(extra + b"Content-Length: %d\r\n" % len(body), body)


# Whoever is asked like this says no, or hangs up.
REFUSED: dict[str, Make] = {
    "two lengths": _length(b"2\r\nContent-Length: 2"),
    "two lengths that differ": _length(b"2\r\nContent-Length: 40"),
    "lengths in a list": _length(b"2, 2"),
    "a length with a sign": _length(b"+2"),
    "a length below nothing": _length(b"-1"),
    "a length in hexadecimal": _length(b"0x2"),
    "a length with an underscore": _length(b"0_2"),
    "a length that is empty": _length(b""),
    "a length beyond everything": _length(b"9" * 30),
    "a length in Arabic digits": _length("٢".encode()),
    "a length and chunks": _coding(b"Content-Length: 2\r\nTransfer-Encoding: chunked"),
    "chunks and a length": _coding(b"Transfer-Encoding: chunked\r\nContent-Length: 40"),
    "chunks twice": _coding(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
    "chunks in a list": _coding(b"Transfer-Encoding: chunked, identity"),
    "chunks by another name": _coding(b"Transfer-Encoding: xchunked"),
    "chunks before a colon with a space": _coding(b"Transfer-Encoding : chunked"),
    "chunks after a tab that stands for nothing": _coding(b"Transfer-Encoding: \x0bchunked"),
    "chunks on a line that goes on": _coding(b"Transfer-Encoding:\r\n chunked"),
    "chunks in HTTP/1.0": _coding(b"Transfer-Encoding: chunked", version=b"HTTP/1.0"),
    "chunks": _coding(b"Transfer-Encoding: chunked"),
    "a chunk below nothing": _chunks(b"-1\r\n{}\r\n0\r\n\r\n" + NEXT),
    "a chunk of no size": _chunks(b"\r\n{}\r\n0\r\n\r\n" + NEXT),
    "a chunk beyond everything": _chunks(b"F" * 17 + b"\r\n{}"),
    "chunks without an end": _chunks(b"2\r\n{}\r\n"),
    "a line that goes on": _with(b"X-One: a\r\n b\r\n"),
    "a line without a colon": _with(b"nonsense\r\n"),
    "a name with a space": _with(b"X One: a\r\n"),
    "no name": _with(b": a\r\n"),
    "NUL in a header": _with(b"X-One: a\x00b\r\n"),
    "a bare line end in a header": _with(b"X-One: a\nX-Two: b\r\n"),
    "a bare return in a header": _with(b"X-One: a\rb\r\n"),
    "a header without end": _with(b"X-One: " + b"a" * 9000 + b"\r\n"),
    "headers without end": _with(b"".join(b"X-%d: a\r\n" % n for n in range(150))),
    "another host": lambda method, path, _host: request(method, path, b"evil.example"),
    "two hosts": _with(b"Host: evil.example\r\n"),
    "a host that is none": lambda method, path, _host: request(method, path, b"a b/c?d"),
    "half an address as host": lambda method, path, _host: request(method, path, b"[::"),
    "half an address": _target(lambda path: f"http://[::{path}"),
    "a host and a name before it": lambda method, path, host: request(method, path, b"evil.example@" + host),
    "an address of somebody else's": _target(lambda path: f"http://evil.example{path}"),
    "an address without end": _target(lambda path: f"{path}?{'a' * 9000}"),
    "NUL in an address": _target(lambda path: f"{path}\x00"),
    "a space in an address": _target(lambda path: f"{path} x"),
    "letters beyond ASCII in an address": _target(lambda path: f"{path}/é"),
    "a method in small letters": lambda _method, path, host: request("get", path, host),
    "a method with a return in it": lambda _method, path, host: request("G\rET", path, host),
    "a method that nobody knows": lambda _method, path, host: request("BREW", path, host),
    "TRACE": lambda _method, path, host: request("TRACE", path, host),
    "CONNECT": lambda _method, _path, host: request("CONNECT", "evil.example:443", host),
    "no version": lambda method, path, _host: f"{method} {path}\r\n\r\n".encode(),
    "a version to come": _with(b"", version=b"HTTP/9.9"),
    "a version of two digits": _with(b"", version=b"HTTP/1.10"),
    "another protocol": lambda *_: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "nothing but line ends": lambda *_: b"\r\n\r\n\r\n",
    "an expectation that nobody has": _with(b"Expect: the-unexpected\r\n"),
}
# Whoever is asked like this may well answer; but not with a fault.
BORNE: dict[str, Make] = {
    "a body that ends too soon": _with(JSON + b"Content-Length: 100\r\n", b"{"),
    "a form that ends too soon": _with(FORM + b"Content-Length: 100\r\n", b"csrf_token="),
    "a bomb": _body(JSON + b"Content-Encoding: gzip\r\n", BOMB),
    "a coding that nobody knows": _body(JSON + b"Content-Encoding: br\r\n", b"{}"),
    "another kind of content": _body(b"Content-Type: text/plain\r\n", b"{}"),
    "letters of another kind": _body(b"Content-Type: application/json; charset=utf-7\r\n", b"+AHsAfQ-"),
    "a kind of content that is none": _body(b"Content-Type: \xff/;;=\r\n", b"{}"),
    "a form of bytes": _body(FORM, b"\xff\xfe=%00&%zz=%"),
    "a form of endless fields": _body(FORM, b"&".join(b"a%d=1" % n for n in range(2000))),
    "parts without a border": _body(b"Content-Type: multipart/form-data\r\n", b"--x\r\n\r\n--x--"),
    "parts without an end": _body(MULTIPART, b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'),
    "endless parts": _body(MULTIPART, b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 700 + b"--x--\r\n"),
    "a body where none is meant": _body(JSON, b"{}"),
    "too much": _body(JSON, b"[" + b"1," * 40_000 + b"1]"),
    "%00 in an address": _target(lambda path: f"{path}%00"),
    "a way out": _target(lambda path: f"{path}/..%2f..%2f..%2fetc%2fpasswd"),
    "a way out, coded twice": _target(lambda path: f"{path}/%252e%252e/%252e%252e/etc/passwd"),
    "a way out, coded wrongly": _target(lambda path: f"{path}/%c0%ae%c0%ae/%zz"),
    "two lines": _target(lambda path: f"/{path}"),
    "an address whole": lambda method, path, host: request(method, f"http://{host.decode()}{path}", host),
    "a question of bytes": _target(lambda path: f"{path}?page=%ff&cursor=%00&q=%ed%a0%80&%5b=1"),
    "a question without end": _target(lambda path: f"{path}?{'&'.join(['a=1'] * 900)}"),
    "a star": lambda _method, _path, host: request("OPTIONS", "*", host),
    "HEAD": lambda _method, path, host: request("HEAD", path, host),
    "OPTIONS": lambda _method, path, host: request("OPTIONS", path, host),
    "PATCH": lambda _method, path, host: request("PATCH", path, host, JSON + b"Content-Length: 2\r\n", b"{}"),
    "DELETE": lambda _method, path, host: request("DELETE", path, host),
    "another method in a header": _with(b"X-HTTP-Method-Override: DELETE\r\n"),
    "another path in a header": _with(b"X-Original-URL: /admin\r\nX-Forwarded-Prefix: /x\r\n"),
    "another protocol from here": _with(b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"),
    "a wait to be waved on": _with(JSON + b"Expect: 100-continue\r\nContent-Length: 2\r\n", b"{}"),
    "a range": _with(b"Range: bytes=9-1,-,0-0,0-99999999999999999999\r\n"),
    "conditions": _with(b"If-None-Match: W/\xff\r\nIf-Modified-Since: Feb 30\r\nIf-Range: x\r\n"),
    "languages without end": _with(b"Accept-Language: " + b"x-y;q=0.0000001," * 500 + b"\r\n"),
    "cookies of bytes": _with(b"Cookie: a=\xff; =; ;session=" + b"\x80" * 4000 + b"\r\n"),
    "a name and a password": _with(b"Authorization: Basic \xff\xff\r\n"),
    "two authorizations": _with(b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"),
    "who asks for whom": _with(b"X-Forwarded-For: \xff, 1.2.3.4.5, [::\r\nForwarded: for=\xff\r\n"),
    "a trace of nonsense": _with(b"X-Request-ID: \xff\xff\r\ntraceparent: 00-0-0-0\r\n"),
    "one request and another": lambda method, path, host: plain(method, path, host) + NEXT,
}
KINDS = {**REFUSED, **BORNE}
