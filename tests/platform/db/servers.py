"""Servers of the tests' own, in short folders, and programs that use them and can be killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

USER = """
import asyncio, os, pwd, sys
import concurrent.futures.thread
from pathlib import Path
from audienceos.platform.db.connect import connected
from audienceos.platform.db.embedded import EmbeddedError, running
from audienceos.platform.db.urls import Address

ASK = "select (select system_identifier from pg_control_system())::text, pg_postmaster_start_time()::text"

async def main(home, binaries=None):
    try:
        async with running(Path(home), binaries=binaries and Path(binaries)) as socket:
            admin = Address(login="postgres", host=str(socket), database="postgres")
            async with connected(admin) as connection:
                print("in", *await connection.fetchrow(ASK), sep="|", flush=True)
            await asyncio.to_thread(sys.stdin.read)
        print("out", flush=True)
    except EmbeddedError as problem:
        print("error", problem, sep="|", flush=True)

account, *arguments = sys.argv[1:]
if account:  # only now: the interpreter may lie where that account can't read
    os.setgroups([])
    os.setgid(pwd.getpwnam(account).pw_gid)
    os.setuid(pwd.getpwnam(account).pw_uid)
asyncio.run(main(*arguments))
"""

ROOM = 4 << 30  # bytes of memory that may be taken for the folders of all servers of a run


class User:
    """A program that uses a server until it is told to leave, or killed."""

    def __init__(self, home: Path, binaries: Path | None = None, account: str = "") -> None:
        more = [str(binaries)] if binaries else []
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, account, str(home), *more],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def arrival(self) -> list[str]:
        """Wait until it is in: 'in', the server's identity, when the server was started; or 'error', why."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip().split("|")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def leave(self) -> str:
        """Let it go its way; gives what it said at the end."""
        said, _ = self.process.communicate()
        return said.strip()


def short_folder() -> Path:
    """A new folder: short, since a socket's path may not be long, open to the servers' account, and in memory where
    the machine has room, since a database that is made waits for the disk many times.
    """
    memory = Path("/dev/shm")
    has_room = (
        memory.is_dir()
        and not os.statvfs(memory).f_flag & os.ST_NOEXEC
        and shutil.disk_usage(memory).free > ROOM
    )
    folder = Path(tempfile.mkdtemp(prefix="aos", dir=memory if has_room else "/tmp"))
    folder.chmod(0o711)
    return folder


@contextmanager
def short_home() -> Generator[Path]:
    """A folder for a server."""
    top = short_folder()
    try:
        yield top / "a b"
    finally:
        for home in top.rglob("postmaster.pid"):
            kill_postmaster(home.parent.parent)
        shutil.rmtree(top, ignore_errors=True)


@contextmanager
def made_home(template: Path) -> Generator[Path]:
    """A folder whose data is made already, copied from a stopped server's."""
    with short_home() as home:
        subprocess.run(["cp", "-a", template, home], check=True)
        yield home


def postmaster(home: Path) -> int:
    """The process id of the server in this folder."""
    (pid,) = home.glob("pg*/postmaster.pid")
    return int(pid.read_text().splitlines()[0])


def kill_postmaster(home: Path, how: int = signal.SIGKILL) -> None:
    with suppress(ProcessLookupError, ValueError):
        os.kill(postmaster(home), how)
