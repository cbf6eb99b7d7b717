"""The project's Python environment: made once, kept in step with the locks, never left half-made.

`.venv/.setup` says what stands. It is taken away before anything is changed and written when all is done, so
an environment without it was interrupted, or isn't ours, and is made anew.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from machine import ROOT, SetupError, digest, install, may_install, output, run, say

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".setup"
RUNTIME = ROOT / "requirements.lock"
DEV = ROOT / "requirements-dev.lock"  # holds everything of the other, in the same versions

# --no-deps: the locks are complete, so there is nothing to resolve. --no-compile: only what is imported is
# compiled, at its first import; compiling all of it takes as long as installing it.
INSTALL = ["install", "-q", "--no-input", "--disable-pip-version-check", "--no-compile", "--no-deps"]
LOCKED = ["--require-hashes", "--only-binary", ":all:"]

TESTED = (
    *("litestar", "sqlalchemy", "openpyxl", "playwright", "_pytest", "hypothesis", "PIL", "pgqueuer"),
    *("cryptography", "alembic", "anyio", "httpx", "jinja2"),
)
"""Packages that the tests import most of."""
PIPS = 3
FAILED = "pip failed, see above; then try again."

Stamp = dict[str, str]


def is_ready(*, dev: bool) -> bool:
    """Whether the environment stands as the locks have it. Starts no program."""
    stamped = _read_stamp()
    return _is_whole(stamped) and wanted(dev=dev).items() <= stamped.items()


def prepare(*, dev: bool) -> None:
    """Bring the environment in step with the locks. Raises `SetupError`, saying what is missing."""
    whole, aim = _is_whole(_read_stamp()), wanted(dev=dev)
    STAMP.unlink(missing_ok=True)
    if not whole:
        _make()
    pip = _pip()
    lock = DEV if dev else RUNTIME
    say(f"Installing {sum('==' in line for line in lock.open())} Python packages from {lock.name}…")
    _install_locked(pip, lock)
    run([*pip, *INSTALL, "--no-build-isolation", "--editable", ROOT], FAILED)
    stamp(aim)


def compile_for_tests() -> None:
    """Compile what every process of the tests imports: begun together, each of them would compile all of it."""
    folders = [path for name in TESTED for path in VENV.glob(f"lib/python*/site-packages/{name}")]
    output([PYTHON, "-m", "compileall", "-q", "-j", "2", ROOT / "src", *folders])


def _install_locked(pip: list[str | Path], lock: Path) -> None:
    """Several pips at once, each with its share of the lock: one pip unpacks with one core, and that is all it does."""
    entries = re.findall(r"^\S.*(?:\n\s.*)*", lock.read_text(), re.MULTILINE)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(PIPS) as pips:
        shares = [Path(folder, f"{at}.lock") for at in range(PIPS)]
        for at, share in enumerate(shares):
            share.write_text("\n".join(entries[at::PIPS]))
        work = [
            pips.submit(run, [*pip, *INSTALL, *LOCKED, "--requirement", share], FAILED) for share in shares
        ]
        for share in work:
            share.result()


def wanted(*, dev: bool) -> Stamp:
    """What the environment must have been made from to be in step."""
    files = [ROOT / "pyproject.toml", RUNTIME, *([DEV] if dev else [])]
    return {file.name: digest([file]) for file in files}


def stamp(made_from: Stamp) -> None:
    """Write down what the environment was made from, when all of it is done."""
    STAMP.write_text(json.dumps(made_from | _whereabouts()))


def install_into(folder: Path, lock: Path) -> None:
    """Install what a lock names into a folder of its own, outside the environment. Raises `SetupError`."""
    run(
        [*_pip(), *INSTALL, *LOCKED, "--target", folder, "--requirement", lock],
        f"pip could not install {lock.name}, see above.",
    )


def _read_stamp() -> Stamp:
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def _whereabouts() -> Stamp:
    """An environment works only where it was made and with the Python that made it."""
    return {"place": str(ROOT), "python": str(PYTHON.resolve())}


def _is_whole(stamped: Stamp) -> bool:
    return PYTHON.exists() and _whereabouts().items() <= stamped.items()


def _make() -> None:
    foreign = "; the one there was left half-made, was moved, or was made by something else"
    say(f"Making .venv{foreign if VENV.exists() else ''}…")
    if _made():
        return
    if may_install():
        install("python3-venv", "python3-pip")
        if _made():
            return
    raise SetupError(
        "Python's venv or pip is missing: install them (Debian: apt-get install python3-venv) and try again."
    )


def _made() -> bool:
    """Make an empty environment, with a pip inside or one found outside; says whether that worked."""
    python = Path(sys.executable).resolve()  # that of a former .venv leads to the one it was made with
    shutil.rmtree(VENV, ignore_errors=True)
    if output([python, "-m", "venv", VENV]) is not None:
        return True
    try:
        run([python, "-m", "venv", "--clear", "--without-pip", VENV], "This Python makes no environment.")
    except SetupError:
        return False
    return bool(_outer_pip())


def _pip() -> list[str | Path]:
    if any(VENV.glob("lib/python*/site-packages/pip/__main__.py")):
        return [PYTHON, "-m", "pip"]
    return _outer_pip()


def _outer_pip() -> list[str | Path]:
    """A pip of the machine that can install into our environment (22.3 or newer), or an empty list."""
    into: list[str | Path] = ["--python", PYTHON]
    candidates: list[list[str | Path]] = [[PYTHON.resolve(), "-m", "pip"], ["pip3"], ["pip"]]
    working = (pip for pip in candidates if output([*pip, *into, "--version"]) is not None)
    found = next(working, None)
    return [*found, *into] if found else []
