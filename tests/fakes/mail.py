"""An IMAP server on loopback, as far as signing in goes, and an SMTP server that takes mail in, or fails as it is told to."""

from __future__ import annotations

import base64
import socket
import socketserver
import struct
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

PASSWORD = "app-password-canary"


class _Imap(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, verb, *rest = line.decode().split()
            if verb == "LOGIN":
                ok = rest[1].strip('"') == PASSWORD
                said = b" OK signed in\r\n" if ok else b" NO wrong password\r\n"
                self.wfile.write(tag.encode() + said)
            elif verb == "CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n" + tag.encode() + b" OK done\r\n")
            elif verb == "LOGOUT":
                self.wfile.write(b"* BYE then\r\n" + tag.encode() + b" OK done\r\n")
                return
            else:
                self.wfile.write(tag.encode() + b" BAD what\r\n")


class Taken(NamedTuple):
    """A mail that the server took."""

    sender: str
    recipients: list[str]
    raw: bytes


class Sending:
    """What the SMTP server took in, and how it is to misbehave."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.says: dict[str, list[str]] = {}
        """What it answers instead, once each: by the verb, or the address of a recipient; `.` is the mail itself."""
        self.drops: list[Literal["data", "mail", "dot"]] = []
        """Where the line dies, once each: at DATA, within the mail, or once it has taken the mail."""
        self.slow: threading.Event | None = None
        """It takes a mail in, and says so only once this is set."""
        self.offers: list[str] = ["SMTPUTF8", "SIZE 1000000"]


class _Smtp(socketserver.StreamRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]

    def handle(self) -> None:
        sending = self.server.sending
        self.wfile.write(b"220 ready\r\n")
        sender = ""
        recipients: list[str] = []
        for line in self.rfile:
            said = line.decode().strip()
            verb = said.split(" ")[0].upper()
            to = said.partition("<")[2].partition(">")[0]
            odd = sending.says.get(to if verb == "RCPT" and to in sending.says else verb)
            if odd:
                self._say(odd.pop(0))
            elif verb == "EHLO":
                self._offer()
            elif verb == "AUTH":
                password = base64.b64decode(said.split()[2]).split(b"\0")[2].decode()
                self._say("235 in" if password == PASSWORD else "535 wrong password")
            elif verb == "DATA":
                if not self._take(Taken(sender, recipients, b"")):
                    return
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                sender = to if verb == "MAIL" else sender
                recipients = [*recipients, to] if verb == "RCPT" else [] if verb == "MAIL" else recipients
                self._say("250 fine")

    def _offer(self) -> None:
        for extension in ["fake", *self.server.sending.offers]:
            self._say(f"250-{extension}")
        self._say("250 AUTH PLAIN")

    def _take(self, mail: Taken) -> bool:
        """Take the mail in; False where the line dies."""
        sending = self.server.sending
        dies = sending.drops.pop(0) if sending.drops else None
        if dies == "data":
            return False
        self._say("354 go on")
        if dies == "mail":
            self.rfile.readline()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        lines: list[bytes] = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b"."))
        odd = sending.says.get(".")
        if odd:
            self._say(odd.pop(0))
            return True
        sending.taken.append(mail._replace(raw=b"".join(lines)))
        if sending.slow is not None:
            sending.slow.wait(60)
        if dies == "dot":
            return False
        self._say("250 taken")
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    sending: Sending


@contextmanager
def mail_servers() -> Generator[dict[str, Any]]:
    """Both, as the form of a mailbox names them."""
    with sending_servers() as (_, both):
        yield both


@contextmanager
def sending_servers() -> Generator[tuple[Sending, dict[str, Any]]]:
    """The same, and what was sent."""
    servers = [_Server(("127.0.0.1", 0), handler) for handler in (_Imap, _Smtp)]
    servers[1].sending = Sending()
    threads = [
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        for server in servers
    ]
    for thread in threads:
        thread.start()
    imap, smtp = (server.server_address[1] for server in servers)
    try:
        both = {"imap_host": "127.0.0.1", "imap_port": imap, "smtp_host": "127.0.0.1", "smtp_port": smtp}
        yield servers[1].sending, both
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()
