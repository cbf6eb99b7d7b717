"""`audienceos serve`: the database, the web and the worker, in one command.

The parent prepares the database, opens the port, and starts the web and the worker as processes of their own;
it starts them again when they die, and ends them in order when it is told to end. `--web-only` and
`--worker-only` run one of them in this very process.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import socket
import time

from audienceos.commands.children import Child, die_with_parent, tended
from audienceos.commands.running import CommandError, database_ready
from audienceos.platform.settings import Settings
from audienceos.web_process import serve_web
from audienceos.worker import run as work

BACKLOG = 1024
ENDS = (signal.SIGINT, signal.SIGTERM)


async def run(settings: Settings, given: argparse.Namespace) -> int:
    """Serve until told to end."""
    if given.parent is not None:
        die_with_parent(given.parent)
    if given.worker_only:
        async with database_ready(settings) as there:
            return await work(settings, there)
    listener = socket.socket(fileno=given.fd) if given.fd is not None else listening(settings)
    if given.web_only:
        async with database_ready(settings) as there:
            return await serve_web(settings, there, listener)
    return await _everything(settings, listener, given.workers or settings.workers)


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


async def _everything(settings: Settings, listener: socket.socket, workers: int) -> int:
    began, told = time.monotonic(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in ENDS:
        loop.add_signal_handler(sign, told.set)
    fd = listener.fileno()
    async with database_ready(settings):
        web = [
            Child(f"web {n + 1}", ("serve", "--web-only", "--fd", str(fd)), keeps=(fd,))
            for n in range(workers)
        ]
        worker = Child("worker", ("serve", "--worker-only"))
        async with tended([*web, worker], told):
            print(
                f"AudienceOS is at {settings.url} (ready in {time.monotonic() - began:.1f} s; Ctrl-C ends it)",
                flush=True,
            )
            await told.wait()
        print("Ending…", flush=True)
    return 0
