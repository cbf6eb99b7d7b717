"""Debian's PostgreSQL 15, the oldest that we promise to run on, under our own manager."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

BINARIES = Path("/usr/lib/postgresql/15/bin")
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.conf")
APT = ("apt-get", "install", "-y", "-o", "Dpkg::Options::=--force-confold", "--no-install-recommends")


def debian15() -> Path:
    """The folder of its programs, installed if we are root. Skips where it can't be had; in CI that fails."""
    if not (BINARIES / "initdb").exists() and os.geteuid() == 0:
        _install()
    if not (BINARIES / "initdb").exists():
        absent = pytest.fail if os.environ.get("CI") else pytest.skip
        absent("PostgreSQL 15 is not installed: apt-get install postgresql-15")
    return BINARIES


def _install() -> None:
    if not NO_CLUSTER.exists():  # else the package starts a server of its own
        NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
        NO_CLUSTER.write_text("create_main_cluster = false\n")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (("apt-get", "update"), (*APT, "postgresql-15")):
        try:
            subprocess.run(command, env=quiet, capture_output=True, check=False, timeout=600)
        except FileNotFoundError:
            return  # no Debian
