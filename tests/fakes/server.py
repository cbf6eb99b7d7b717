"""A stand-in for a service of others: listens on loopback, holds state, and can misbehave."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit


class Asked(NamedTuple):
    """One request as it came."""

    method: str
    path: str
    given: dict[str, str]
    """Of the address and of the form."""
    headers: dict[str, str]
    body: bytes

    @property
    def bearer(self) -> str:
        """The token shown."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")


class Said(NamedTuple):
    """An answer."""

    status: int
    body: Any = None
    headers: dict[str, str] = {}


class Slow(NamedTuple):
    """No answer for so many seconds."""

    seconds: float


class Cut(NamedTuple):
    """No answer: the connection ends."""


Answerer = Callable[[Asked], Said]


class Fake:
    """A service: routes by (method, path), and what it does instead for a while."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self._instead: dict[str, list[Said | Slow]] = {}
        self._lock = threading.Lock()
        self.codes: dict[str, dict[str, str]] = {}

    def routes(self) -> dict[tuple[str, str], Answerer]:
        """Who answers where."""
        raise NotImplementedError

    def instead(self, path: str, *said: Said | Slow) -> None:
        """Answer the next requests there like this."""
        self._instead.setdefault(path, []).extend(said)

    def calls(self, path: str) -> list[Asked]:
        """What was asked there."""
        return [one for one in self.asked if one.path == path]

    def answer(self, asked: Asked) -> Said | Cut:
        """What a request gets."""
        with self._lock:
            self.asked.append(asked)
            waiting = self._instead.get(asked.path)
            other = waiting.pop(0) if waiting else None
        if isinstance(other, Slow):
            time.sleep(other.seconds)
            return Said(503)
        if other is not None:
            return other
        found = self.routes().get((asked.method, asked.path))
        return found(asked) if found else Said(404, {"error": "unknown"})

    def consent(self, asked: Asked) -> Said:
        """A page that really leads back, with a code or without."""
        code = secrets.token_hex(8)
        self.codes[code] = asked.given
        back, state = asked.given["redirect_uri"], asked.given["state"]
        allow = f"{back}?{urlencode({'code': code, 'state': state})}"
        cancel = f"{back}?{urlencode({'error': 'access_denied', 'state': state})}"
        head = '<!doctype html><link rel="icon" href="data:,"><title>Consent</title>'
        html = f'{head}<a href="{allow}">Allow</a> <a href="{cancel}">Cancel</a>'
        return Said(200, html.replace("&", "&amp;"), {"Content-Type": "text/html"})

    @contextmanager
    def listening(self) -> Generator[str]:
        """Answer on loopback as long as the block lasts; gives the address."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self.url
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _handler(fake: Fake) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            given = dict(parse_qsl(parts.query))
            if "urlencoded" in self.headers.get("content-type", ""):
                given |= dict(parse_qsl(body.decode()))
            headers = {name.lower(): value for name, value in self.headers.items()}
            said = fake.answer(Asked(self.command, parts.path, given, headers, body))
            if isinstance(said, Cut):
                return
            text = said.body if isinstance(said.body, str) else json.dumps(said.body or {})
            self.send_response(said.status)
            for name, value in ({"Content-Type": "application/json"} | said.headers).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            with suppress(OSError):  # who asked may have gone
                self.end_headers()
                self.wfile.write(text.encode())

        do_GET = do_POST = do_DELETE = _serve

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler
