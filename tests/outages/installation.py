"""A whole installation as an operator starts it: `audienceos serve`, in a folder and on a port of its own."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import msgspec

from tests.outages.harm import PATIENCE
from tests.platform.db.servers import kill_postmaster, short_folder

START_SECONDS = 180  # on a busy machine, the making of the data included

# Written into the programs' path: notes every program that is started and each library of the migrations loaded.
WATCH = """
import os, sys
def watch(event, arguments, to=os.environ["WATCH_TO"]):
    if event == "subprocess.Popen":
        words = arguments[1]
        line = words if isinstance(words, str) else " ".join(map(os.fsdecode, words))
    elif event == "import" and arguments[0] == "alembic":
        line = "import alembic"
    else:
        return
    with open(to, "a") as file:
        file.write(line + "\\n")
sys.addaudithook(watch)
"""


class Person(msgspec.Struct, frozen=True):
    """Somebody who has signed up: their cookie, their agency, and the token of their pages."""

    session: str
    slug: str
    csrf: str

    def at(self, base: str) -> httpx.AsyncClient:
        """Their browser."""
        headers = {"AudienceOS-Agency": self.slug, "X-CSRF-Token": self.csrf, "Origin": base}
        return httpx.AsyncClient(
            base_url=base, headers=headers, cookies={"session": self.session}, timeout=PATIENCE
        )


class Installation:
    """Its folder, its port, and its processes."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.started: asyncio.subprocess.Process
        self.noted = folder.parent / f"{folder.name}.watched"

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def home(self) -> Path:
        """The database server's folder."""
        return self.folder / "db"

    async def start(self) -> str:
        """`audienceos serve` until it says where it is; gives that line, or all that it said when it ended."""
        hook = self.folder.parent / "hook"
        hook.mkdir(exist_ok=True)
        (hook / "sitecustomize.py").write_text(WATCH)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AUDIENCEOS_")}
        self.started = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "audienceos",
            "serve",
            stdout=subprocess.PIPE,
            stderr=(self.folder.parent / "errors").open("ab"),
            start_new_session=True,
            env=kept
            | {
                "AUDIENCEOS_DATA_DIR": str(self.folder),
                "AUDIENCEOS_PORT": str(self.port),
                "PYTHONPATH": os.pathsep.join([str(hook), *sys.path]),
                "WATCH_TO": str(self.noted),
            },
        )
        assert self.started.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            return (await self.started.stdout.readline()).decode()

    async def end(self, how: signal.Signals = signal.SIGINT) -> int:
        """Tell it to end, as Ctrl-C does; gives the status that it left with."""
        self.started.send_signal(how)
        return await self.ended()

    async def ended(self) -> int:
        """Wait until it has ended."""
        async with asyncio.timeout(PATIENCE):
            return await self.started.wait()

    def errors(self) -> str:
        """What it said on the standard error, over all its starts."""
        return (self.folder.parent / "errors").read_text()

    def watched(self) -> list[str]:
        """The programs that it started, over all its starts."""
        return self.noted.read_text().splitlines() if self.noted.exists() else []

    def processes(self) -> dict[int, str]:
        """Every process on this machine that belongs to it, by what it is called with."""
        return {
            int(entry.name): words
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and (words := self._ours(entry)) is not None
        }

    def one(self, word: str) -> int:
        """The process that is called with that word."""
        (found,) = [pid for pid, words in self.processes().items() if word in words]
        return found

    async def until_gone(self) -> None:
        """Wait until no process is left."""
        async with asyncio.timeout(PATIENCE):
            while self.processes():
                await asyncio.sleep(0.1)

    async def until_another(self, word: str, than: int) -> int:
        """Wait until another process stands in a dead one's place."""
        async with asyncio.timeout(PATIENCE):
            while True:
                with suppress(ValueError):
                    if (pid := self.one(word)) != than:
                        return pid
                await asyncio.sleep(0.1)

    def kill_all(self) -> None:
        """Leave nothing behind, whatever a test did."""
        for _ in range(3):
            for pid in self.processes():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        if self.home.exists():
            kill_postmaster(self.home)

    async def sign_up(self) -> Person:
        """Found an agency through the form."""
        form = {"agency": "Lighthouse", "first_name": "Ada", "last_name": "Quist"} | {
            "email": "ada@people.example",
            "password": "seven green bicycles",
        }
        async with httpx.AsyncClient(base_url=self.base, timeout=PATIENCE) as browser:
            made = await browser.post("/sign-up", data=form, headers={"Origin": self.base})
            assert made.status_code == 303, made.text
            found = re.search(r'name="_csrf" value="(\w+)"', (await browser.get("/agencies")).text)
            assert found is not None
            return Person(browser.cookies["session"], made.headers["location"].split("/")[1], found[1])

    def _ours(self, entry: Path) -> str | None:
        with suppress(OSError):
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            said = (entry / "environ").read_bytes().split(b"\0")
            mine = f"AUDIENCEOS_DATA_DIR={self.folder}".encode() in said
            if mine or str(self.folder) in os.readlink(entry / "cwd") or str(self.folder) in words:
                return words
        return None


@contextmanager
def a_folder(template: Path | None = None) -> Generator[Path]:
    """A new, short folder, or a copy of an installation that was ended."""
    top = short_folder()
    try:
        if template is not None:
            subprocess.run(["cp", "-a", template, top / "d"], check=True)
        yield top / "d"
    finally:
        shutil.rmtree(top, ignore_errors=True)


def free_port() -> int:
    """A port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
