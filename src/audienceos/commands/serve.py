"""`audienceos serve`: the database, the web and the worker, in one command.

The parent prepares the database, opens the port, and starts the web and the worker as processes of their own;
it starts them again when they die, and ends them in order when it is told to end. It loads nothing of the
product itself: `--web-only` and `--worker-only` are commands of their own (`serve_web`, `serve_worker`).
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import socket
import time

from audienceos.commands.children import Child, tended
from audienceos.commands.running import CommandError, database_ready
from audienceos.platform.settings import Settings

BACKLOG = 1024
ENDS = (signal.SIGINT, signal.SIGTERM)
LOOK_SECONDS, PAUSE_SECONDS = 30, 0.1


async def run(settings: Settings, given: argparse.Namespace) -> int:
    """Serve until told to end."""
    listener, workers = listening(settings), given.workers or settings.workers
    began, told = time.monotonic(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in ENDS:
        loop.add_signal_handler(sign, told.set)
    fd = listener.fileno()
    async with database_ready(settings):
        web = [
            Child(f"web {number + 1}", ("serve", "--web-only", "--fd", str(fd)), keeps=(fd,))
            for number in range(workers)
        ]
        async with tended([*web, Child("worker", ("serve", "--worker-only"))], told):
            await _answering(settings, told)
            if not told.is_set():
                took = time.monotonic() - began
                print(f"AudienceOS is at {settings.url} (ready in {took:.1f} s; Ctrl-C ends it)", flush=True)
            await told.wait()
            print("Ending…", flush=True)
    return 0


def listening(settings: Settings) -> socket.socket:
    """The open port. Raises `CommandError` when something else has it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((settings.host, settings.port))
    except OSError as problem:
        opened.close()
        raise CommandError(
            f"{settings.host}:{settings.port} can't be used ({problem.strerror}). "
            "End what uses it, or choose another port with AUDIENCEOS_PORT."
        ) from None
    opened.listen(BACKLOG)
    opened.set_inheritable(True)
    return opened


async def _answering(settings: Settings, told: asyncio.Event) -> None:
    """Wait until a web process answers; the socket is open before, and holds whoever comes early."""
    while not told.is_set():
        try:
            reader, writer = await asyncio.open_connection(settings.host, settings.port)
            writer.write(
                b"GET /health/live HTTP/1.0\r\nHost: "
                + settings.url.partition("//")[2].encode()
                + b"\r\n\r\n"
            )
            answer = await asyncio.wait_for(reader.readline(), LOOK_SECONDS)
            writer.close()
            if answer.startswith(b"HTTP/"):
                return
        except (OSError, TimeoutError):
            await asyncio.sleep(PAUSE_SECONDS)
