"""Processes that this one starts, starts again when they die, and ends in order."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import structlog

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 15  # open requests and a job's drain; then it is killed
SOUND_SECONDS = 30  # alive so long, the next death waits the least again
LEAST_WAIT, MOST_WAIT = 0.5, 15.0

log = structlog.get_logger()


def die_with_parent(parent: int) -> None:
    """Ask the kernel to end this process when `parent` is gone, however that died (Linux only)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it went before we asked
            sys.exit(1)


class Child:
    """One process: `audienceos` with these arguments, keeping these open files."""

    def __init__(self, name: str, arguments: Sequence[str], *, keeps: Sequence[int] = ()) -> None:
        self.name = name
        self._arguments = arguments
        self._keeps = keeps
        self._process: asyncio.subprocess.Process | None = None

    async def tend(self, told: asyncio.Event) -> None:
        """Run it until `told`, starting it again with growing waits when it dies."""
        wait = LEAST_WAIT
        while not told.is_set():
            began = asyncio.get_running_loop().time()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "audienceos", *self._arguments, "--parent", str(os.getpid()),
                pass_fds=tuple(self._keeps), start_new_session=True,
            )  # fmt: skip
            status = await self._process.wait()
            if told.is_set():
                return
            log.error("a process died; starting it again", process=self.name, status=status)
            lived = asyncio.get_running_loop().time() - began
            wait = LEAST_WAIT if lived > SOUND_SECONDS else min(wait * 2, MOST_WAIT)
            await _sleep_unless(told, wait)

    async def end(self) -> None:
        """Ask it to end; kill it if it doesn't."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), GRACE_SECONDS)
        except TimeoutError:
            log.warning("a process did not end in time; killing it", process=self.name)
            process.kill()
            await process.wait()


@asynccontextmanager
async def tended(children: Sequence[Child], told: asyncio.Event) -> AsyncGenerator[None]:
    """Tend the children for the length of the block; then end them all."""
    tending = [asyncio.create_task(child.tend(told), name=child.name) for child in children]
    try:
        yield
    finally:
        told.set()
        await asyncio.gather(*(child.end() for child in children))
        await asyncio.gather(*tending, return_exceptions=True)


async def _sleep_unless(told: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(told.wait(), seconds)
    except TimeoutError:
        return
