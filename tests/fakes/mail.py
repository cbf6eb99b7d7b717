"""An IMAP and an SMTP server on loopback, as far as signing in goes."""

from __future__ import annotations

import base64
import socketserver
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

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


class _Smtp(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        for line in self.rfile:
            verb = line.decode().strip()
            if verb.upper().startswith("EHLO"):
                self.wfile.write(b"250-fake\r\n250 AUTH PLAIN\r\n")
            elif verb.upper().startswith("AUTH PLAIN"):
                said = base64.b64decode(verb.split()[2]).split(b"\0")[2].decode()
                self.wfile.write(b"235 in\r\n" if said == PASSWORD else b"535 wrong password\r\n")
            elif verb.upper() == "QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 fine\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def mail_servers() -> Generator[dict[str, Any]]:
    """Both, as the form of a mailbox names them."""
    servers = [_Server(("127.0.0.1", 0), handler) for handler in (_Imap, _Smtp)]
    threads = [
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        for server in servers
    ]
    for thread in threads:
        thread.start()
    imap, smtp = (server.server_address[1] for server in servers)
    try:
        yield {"imap_host": "127.0.0.1", "imap_port": imap, "smtp_host": "127.0.0.1", "smtp_port": smtp}
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()
