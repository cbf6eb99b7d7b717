"""Whether the server's account gets to its folder and programs, and whether a process id is still its own."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

from audienceos.platform.db.embedded_command import CommandFailed, EmbeddedError, ServerUser, command
from audienceos.platform.db.embedded_home import Home

COPIED = ("bin", "lib", "share")


async def require_reach(home: Home) -> None:
    """Raise `EmbeddedError` naming the first folder on the way that the server's account can't enter."""
    if not home.user.switched or await _may_enter(home.path, home.user):
        return
    for folder in (*reversed(home.path.parents), home.path):
        if not await _may_enter(folder, home.user):
            raise EmbeddedError(
                f"The database runs as the account {home.user.name}, which can't enter {folder}. Choose an "
                f"AUDIENCEOS_DATA_DIR elsewhere (/var/lib/audienceos is the default), or run: chmod o+x {folder}"
            )


async def reachable_binaries(home: Home, binaries: Path) -> Path:
    """The programs where the server's account can run them: a copy in our folder if need be.

    A checkout in root's home folder, which nobody else may enter, is the usual reason.
    """
    if not home.user.switched or await _may_enter(binaries / "postgres", home.user):
        return binaries
    version = (await command(binaries / "postgres", "--version")).split()[2]
    copy = home.path / f"programs-{version}"
    if not copy.exists():
        await asyncio.to_thread(_copy, binaries.parent, copy)
    return copy / "bin"


def _copy(installed: Path, copy: Path) -> None:
    unfinished = copy.with_name(copy.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    for part in COPIED:
        shutil.copytree(installed / part, unfinished / part, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    unfinished.rename(copy)


def remove_stale_pid(home: Home) -> None:
    """Take away a pid file whose process is no server of this folder: a zombie, or a number used again.

    PostgreSQL looks only whether some process has the number. Where the system has no /proc the file stays.
    Children of a dead server are safe from this: it finds them by their shared memory.
    """
    file = home.data / "postmaster.pid"
    if not file.exists() or not Path("/proc/self").exists():
        return
    first = file.read_text().split("\n", 1)[0]
    if not _serves(first, home.data):
        file.unlink(missing_ok=True)


def _serves(pid: str, data: Path) -> bool:
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd")).samefile(data)
    except OSError:
        return False


async def _may_enter(path: Path, user: ServerUser) -> bool:
    try:
        await command(Path("/bin/sh"), "-c", 'test -x "$0"', path, user=user)
    except CommandFailed:
        return False
    return True
