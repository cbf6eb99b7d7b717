"""`audienceos serve --web-only`: one web process, on the parent's socket or on one of its own."""

from __future__ import annotations

import argparse
import resource
import socket

from audienceos.commands.children import die_with_parent
from audienceos.commands.running import database_served
from audienceos.commands.serve import listening
from audienceos.platform.settings import Settings
from audienceos.web_process import serve_web


async def run(settings: Settings, given: argparse.Namespace) -> int:
    """Serve pages and nouns until told to end, or until the parent is gone."""
    if given.parent is not None:
        die_with_parent(given.parent)
    _allow_many_streams()
    listener = listening(settings) if given.fd is None else socket.socket(fileno=given.fd)
    async with database_served(settings) as there:
        return await serve_web(settings, there, listener)


def _allow_many_streams() -> None:
    """Each open page is an open file: take as many as the system lets this process have, not its usual 1,024."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
