"""A worker in a process of its own, to be killed in the middle of an import.

python -m tests.clients.importing.doomed < given.json
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from audienceos.clients.importing import jobs as import_jobs
from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Addresses
from audienceos.platform.jobs.registry import registry
from audienceos.platform.jobs.worker import work
from audienceos.platform.settings import Settings
from audienceos.platform.storage.store import keep_files, storage_of
from tests.platform.jobs.crew import QUICK

assert import_jobs  # registers the jobs


class Given(msgspec.Struct):
    """Where it works."""

    addresses: Addresses
    data_dir: str


async def main(given: Given) -> None:
    keep_files(storage_of(Settings(data_dir=Path(given.data_dir))))
    print("here", flush=True)
    await work(Database(given.addresses, pool_size=4), stop=asyncio.Event(), registry=registry, pace=QUICK)


@contextmanager
def doomed_worker(addresses: Addresses, data_dir: Path) -> Generator[subprocess.Popen[str]]:
    """Start one; it is killed at the end of the block at the latest."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.clients.importing.doomed"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(msgspec.json.encode(Given(addresses, str(data_dir))).decode())
    process.stdin.close()
    try:
        assert process.stdout.readline() == "here\n"
        yield process
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    asyncio.run(main(msgspec.json.decode(sys.stdin.read(), type=Given)))
