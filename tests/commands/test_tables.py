"""A command that opens sessions knows every table that its own rows point at."""

from __future__ import annotations

import subprocess
import sys

import pytest

RESOLVED = """
import importlib, sys
from audienceos.platform.db.base import Base
importlib.import_module(f"audienceos.commands.{sys.argv[1]}")
print(sum(1 for table in Base.metadata.tables.values() for key in table.foreign_keys if key.column is not None))
"""


@pytest.mark.slow
@pytest.mark.parametrize("command", ["demo", "user_create", "import_clients", "serve_web", "serve_worker"])
def test_its_keys_lead_to_tables_that_it_knows(command: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", RESOLVED, command], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr
    assert int(said.stdout) > 0
