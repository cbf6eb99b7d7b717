"""What the set-up scripts share: where the project lies, running a program, asking the system for a package."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SYSTEM_FOLDERS = ":/usr/sbin:/sbin"  # dpkg refuses to work where it can't find ldconfig
_one_at_a_time = threading.Lock()  # Debian's package manager refuses a second


class SetupError(Exception):
    """The set-up can't go on; the text is one sentence that says what to do."""


def say(text: str) -> None:
    """Tell the person waiting what is happening, on the error stream: standard output is for results."""
    os.write(2, f"{text}\n".encode())


def search_path() -> str:
    """The folders in which programs are looked for, also where nobody set any."""
    return os.environ.get("PATH", os.defpath)


def run(command: Sequence[str | Path], otherwise: str, **environ: str) -> None:
    """Run a program to its end, silent unless it fails; `environ` is added to our own environment.

    Raises `SetupError` with the sentence `otherwise`, after showing what the program had to say.
    """
    done = _finished(command, environ, errors=subprocess.STDOUT)
    if done is None:
        raise SetupError(f"{otherwise} ({command[0]} isn't there)")
    if done.returncode:
        say(done.stdout.strip())
        raise SetupError(otherwise)


def output(command: Sequence[str | Path]) -> str | None:
    """What a program prints, or None where it is missing or fails."""
    done = _finished(command, {}, errors=subprocess.DEVNULL)
    return done.stdout.strip() if done and done.returncode == 0 else None


def _finished(
    command: Sequence[str | Path], environ: dict[str, str], *, errors: int
) -> subprocess.CompletedProcess[str] | None:
    try:
        return subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError:
        return None


def may_install() -> bool:
    """Whether this is root on a machine with Debian's package manager."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> None:
    """Install system packages. Raises `SetupError` if the package manager fails."""
    with _one_at_a_time:
        _install(packages)


def _install(packages: tuple[str, ...]) -> None:
    names = " ".join(packages)
    say(f"Installing {names} with apt-get…")
    apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    update = [*apt, "update"]
    add = [*apt, "install", "-y", "--no-install-recommends", *packages]
    environ = {"PATH": search_path() + SYSTEM_FOLDERS, "DEBIAN_FRONTEND": "noninteractive"}
    run(update, "apt-get update failed, see above; is the machine online?", **environ)
    run(add, f"apt-get could not install {names}, see above.", **environ)


def digest(files: Iterable[Path]) -> str:
    """One hash over the names and contents of files, the same in every clone."""
    total = hashlib.sha256()
    for file in sorted(files):
        content = file.read_bytes()
        total.update(f"{file.relative_to(ROOT)} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()
