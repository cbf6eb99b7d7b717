"""The two locks of the embedded server's folder. The system drops them when their holder dies."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from audienceos.platform.db.embedded_command import EmbeddedError
from audienceos.platform.db.embedded_home import Home

DOOR_SECONDS = 615  # as long as the slowest start that we allow
PAUSE = 0.05


@asynccontextmanager
async def door(home: Home, *, seconds: float = DOOR_SECONDS) -> AsyncGenerator[int]:
    """Hold the lock under which the server starts and stops; yields the locked file, open.

    Raises `EmbeddedError` when somebody else holds it for longer than `seconds`.
    """
    file = _open(home.door)
    try:
        clock = asyncio.get_running_loop().time
        deadline = clock() + seconds
        while not _lock(file, fcntl.LOCK_EX):
            if clock() > deadline:
                raise EmbeddedError(
                    f"Another program has been starting or stopping the database in {home.path} for {seconds:.0f} "
                    f"seconds. See which one (fuser {home.door}), end it, and start again."
                )
            await asyncio.sleep(PAUSE)
        yield file
    finally:
        os.close(file)


def use(home: Home) -> int:
    """Say that we use the server, for as long as the returned file is open. Call it inside the door."""
    file = _open(home.users)
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def nobody_uses(home: Home) -> bool:
    """Whether the last user has gone. Call it inside the door.

    Asked on a file of its own: a process forked from us may still hold the lock that we gave up.
    """
    file = _open(home.users)
    try:
        return _lock(file, fcntl.LOCK_EX)
    finally:
        os.close(file)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _lock(file: int, how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
