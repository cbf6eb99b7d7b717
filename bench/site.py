"""A web process to ask over a socket, as a browser or a program does: the product's own, or the stand-in's."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from audienceos.platform.settings import Settings
from bench.counting import address, shown
from bench.filling import PEOPLE
from bench.ground import Town
from bench.measuring import Work

HOST = "127.0.0.1"
ROOT = Path(__file__).parents[1]
START_SECONDS, ANSWER_SECONDS = 60, 5


class Site(msgspec.Struct):
    """A process that answers at a port."""

    process: int
    port: int
    connection: http.client.HTTPConnection
    address: Callable[[str, int], str]

    def get(self, path: str, headers: Mapping[str, str]) -> bytes:
        """The body of an answer. Raises `AssertionError` for one that isn't 200."""
        self.connection.request("GET", path, headers=dict(headers))
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, answer.status, body[:500])
        return body

    def work(self, name: str) -> Work:
        """One request for the page of that name at each agency."""

        async def ask(agencies: Sequence[int]) -> None:
            self.connection.close()  # it was idle while others had their turn; the next request opens another
            for turn, agency in enumerate(agencies):
                self.get(self.address(name, agency), shown(agency, 1 + turn % PEOPLE))

        return ask


@contextmanager
def product(town: Town, settings: Settings) -> Generator[Site]:
    """The product's web process over this database, by its own command."""
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        given = {
            "DATA_DIR": str(settings.data_dir),
            "PORT": str(port),
            "DATABASE_URL": town.ways.app.libpq(),
            "DATABASE_OWNER_URL": town.ways.owner.libpq(),
            "DATABASE_SERVICE_URL": town.ways.service.libpq(),
        }
        environ = {f"AUDIENCEOS_{name}": value for name, value in given.items()}
        command = ("-m", "audienceos", "serve", "--web-only", "--fd", str(listener.fileno()))
        with _running(command, environ, listener.fileno()) as process:
            yield _answering(process, port, address)


@contextmanager
def stand_in(town: Town) -> Generator[Site]:
    """The bare stack: see `bench.standin`."""
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        command = ("-m", "bench.standin", str(listener.fileno()), town.ways.app.libpq())
        with _running(command, {}, listener.fileno()) as process:
            yield _answering(process, port, lambda _, agency: f"/clients/{agency}")


@contextmanager
def _running(
    command: Sequence[str], environ: Mapping[str, str], fd: int
) -> Generator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **environ},
        pass_fds=(fd,),
        stdout=subprocess.DEVNULL,  # its log: one line a request, written and thrown away
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(START_SECONDS)


def _answering(process: subprocess.Popen[bytes], port: int, of: Callable[[str, int], str]) -> Site:
    deadline = time.monotonic() + START_SECONDS
    site = Site(process.pid, port, http.client.HTTPConnection(HOST, port, timeout=ANSWER_SECONDS), of)
    while True:
        try:
            site.get("/health/ready", {})
            return site
        except (OSError, AssertionError, http.client.HTTPException):
            site.connection.close()
            assert process.poll() is None, "the web process ended"
            assert time.monotonic() < deadline, "the web process does not answer"
            time.sleep(0.1)
