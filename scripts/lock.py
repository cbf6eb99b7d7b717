"""Compiles the locks anew: exact versions and hashes, and no address of any registry.

    scripts/python lock.py [--upgrade]

Versions stay as they are unless a line of the .in files or package.json asks for another, or --upgrade is given.
"""

from __future__ import annotations

import json
import sys

import environment
import frontend
from machine import ROOT, SetupError, run, say

# Each is compiled within the versions of the one before, so that one environment can hold them all.
CHAIN = ("requirements", "requirements-dev", "requirements-node")
OLDEST_PYTHON = "3.11"

FOR_ALL_MACHINES = ["--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes"]
WITHOUT_PROSE = ["--quiet", "--no-header", "--no-annotate", "--no-emit-index-url"]
UNWANTED = ("resolved", "funding")  # addresses, which npm doesn't need to install


def main(arguments: list[str]) -> int:
    """Compile all locks; answers the exit code."""
    try:
        _lock_python(["--upgrade"] if "--upgrade" in arguments else [])
        _lock_npm()
    except SetupError as problem:
        say(str(problem))
        return 1
    return 0


def _lock_python(options: list[str]) -> None:
    compiler = [environment.VENV / "bin" / "uv", "pip", "compile", *FOR_ALL_MACHINES, *WITHOUT_PROSE]
    within: list[str] = []
    for name in CHAIN:
        lock = f"{name}.lock"
        run(
            [*compiler, *options, *within, f"{name}.in", "-o", lock],
            f"{name}.in could not be locked, see above.",
        )
        within += ["--constraint", lock]


def _lock_npm() -> None:
    frontend.npm("install", "--package-lock-only", "--no-audit", "--no-fund", "--loglevel=error")
    path = ROOT / "package-lock.json"
    lock = json.loads(path.read_text())
    for package in lock["packages"].values():
        for field in UNWANTED:
            package.pop(field, None)
    path.write_text(json.dumps(lock, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
