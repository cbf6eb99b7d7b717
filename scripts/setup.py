"""Sets the project up: environment, front-end packages, assets. `make` calls it; done once, it does nothing.

scripts/python setup.py [--dev] [--browser]
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import assets
import browser
import environment
import frontend
from machine import ROOT, SetupError, say

INTERRUPTED = 130  # what a shell answers for a program that was stopped with Ctrl-C


def main(arguments: list[str]) -> int:
    """Bring everything up to date and answer the exit code."""
    dev = "--dev" in arguments
    try:
        if not _is_ready(dev=dev):
            _set_up(dev=dev, with_browser="--browser" in arguments)
    except SetupError as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        say("Interrupted; the next start sets up what is missing.")
        return INTERRUPTED
    return 0


def _is_ready(*, dev: bool) -> bool:
    return environment.is_ready(dev=dev) and assets.is_ready()


def _set_up(*, dev: bool, with_browser: bool) -> None:
    """What waits for the network or the disk goes on beside what computes."""
    with _alone(), ThreadPoolExecutor(3) as beside:
        fetching = None if assets.is_ready() else beside.submit(frontend.fetch_alone)
        others = [beside.submit(browser.install_alone)] if with_browser else []
        if not environment.is_ready(dev=dev):
            environment.prepare(dev=dev)
            others += [beside.submit(environment.compile_for_tests)] if dev else []
        if fetching:
            fetching.result()
            assets.build()
        for other in others:
            other.result()


@contextmanager
def _alone() -> Generator[None]:
    """Two set-ups of one clone at once would trip over each other: the second waits, then finds nothing to do."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
