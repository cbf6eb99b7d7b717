"""An IMAP server on loopback that holds mail, as far as a mailbox is read; it can be told to misbehave."""

from __future__ import annotations

import re
import shlex
import socketserver
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

PASSWORD = "app-password-canary"
_APPEND = re.compile(r'(?P<folder>"[^"]*"|\S+) \(\\Seen\) \{(?P<size>\d+)\}')
_PEEK = re.compile(r"BODY\.PEEK\[\](?:<0\.(\d+)>)?")


class Post:
    """A mailbox: folders of mails by their numbers."""

    def __init__(self) -> None:
        self.folders: dict[str, dict[int, bytes]] = {"INBOX": {}, '"Sent Items"': {}}
        self.validity = 7
        self.password = PASSWORD
        self.breaks_after: int | None = None
        """Mails that it sends before the line goes dead."""
        self.sent = 0

    def put(self, raw: bytes | str, folder: str = "INBOX") -> int:
        """Another mail; gives its number."""
        held = self.folders[folder]
        number = max(held, default=0) + 1
        held[number] = raw.encode() if isinstance(raw, str) else raw
        return number


class Gone(Exception):
    """The line is dead."""


class _Handler(socketserver.StreamRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]

    def handle(self) -> None:
        self.chosen: dict[int, bytes] = {}
        self._say("* OK ready")
        for line in self.rfile:
            tag, verb, *rest = line.decode().strip().split(" ", 2)
            try:
                answer = getattr(self, f"do_{verb.lower()}", self._unknown)(rest[0] if rest else "")
            except Gone:
                return
            self._say(f"{tag} {answer}")
            if verb == "LOGOUT":
                return

    def do_capability(self, rest: str) -> str:
        self._say("* CAPABILITY IMAP4rev1 SPECIAL-USE")
        return "OK done"

    def do_login(self, rest: str) -> str:
        password = rest.rpartition(" ")[2]
        return "OK in" if password.strip('"') == self.server.post.password else "NO wrong password"

    def do_list(self, rest: str) -> str:
        for name in self.server.post.folders:
            flags = "\\HasNoChildren" + (" \\Sent" if "Sent" in name else "")
            self._say(f'* LIST ({flags}) "/" {name}')
        return "OK done"

    def do_examine(self, rest: str) -> str:
        self.chosen = self.server.post.folders[rest]
        self._say(f"* {len(self.chosen)} EXISTS")
        self._say(f"* OK [UIDVALIDITY {self.server.post.validity}] valid")
        return "OK [READ-ONLY]"

    def do_uid(self, rest: str) -> str:
        verb, _, rest = rest.partition(" ")
        return self._search(rest) if verb == "SEARCH" else self._fetch(rest)

    def do_append(self, rest: str) -> str:
        found = _APPEND.fullmatch(rest)
        assert found, rest
        self._say("+ go on")
        raw = self.rfile.read(int(found["size"]))
        self.rfile.readline()
        self.server.post.put(raw, found["folder"])
        return "OK kept"

    def do_logout(self, rest: str) -> str:
        self._say("* BYE")
        return "OK done"

    def _search(self, rest: str) -> str:
        kind, said = rest.split(" ", 1)
        if kind == "HEADER":
            name, _, value = said.partition(" ")
            line = f"{name}: {value.strip(chr(34))}".encode()
            numbers = [str(number) for number, raw in self.chosen.items() if line in raw]
            self._say("* SEARCH " + " ".join(numbers))
            return "OK done"
        first = int(said.partition(":")[0]) if kind == "UID" else 0
        found = [number for number in self.chosen if number >= first]
        last = [max(self.chosen)] if self.chosen and kind == "UID" else []  # as "n:*" has it
        self._say("* SEARCH " + " ".join(map(str, sorted({*found, *last}))))
        return "OK done"

    def _fetch(self, rest: str) -> str:
        numbers, _, asked = rest.partition(" ")
        if "INTERNALDATE" in asked:
            self._say(f'* {numbers} FETCH (UID {numbers} INTERNALDATE "16-Nov-2026 10:00:00 +0000")')
            return "OK done"
        cut = _PEEK.search(asked)
        assert cut, shlex.quote(rest)
        for number in map(int, numbers.split(",")):
            if number not in self.chosen:
                continue  # deleted meanwhile, of which a server says nothing
            post = self.server.post
            if post.breaks_after is not None and post.sent >= post.breaks_after:
                raise Gone
            post.sent += 1
            raw = self.chosen[number][: int(cut[1])] if cut[1] else self.chosen[number]
            self.wfile.write(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(raw)}}}\r\n".encode())
            self.wfile.write(raw + b")\r\n")
        return "OK done"

    def _unknown(self, rest: str) -> str:
        return "BAD never heard of it"

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    post: Post


@contextmanager
def imap_server() -> Generator[tuple[Post, dict[str, Any]]]:
    """A mailbox, and its server as the form of a mailbox names it."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.post = Post()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.post, {"imap_host": "127.0.0.1", "imap_port": server.server_address[1]}
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
