from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from audienceos.tables import metadata
from tests.migrations.seed_fields import FIELDS, fields

ROOT = Path(__file__).parents[2]
WRITTEN, _, DRAWN = (ROOT / "docs/data-model.md").read_text().partition("## The drawings")
ROW = re.compile(r"^\| (`[^|]+) \| ([^|]+) \|", re.MULTILINE)


def named(cell: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`(\w+)`", cell)


def test_the_drawings_are_what_the_models_say() -> None:
    checked = subprocess.run(
        [sys.executable, ROOT / "scripts/data_model.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    for table in metadata.tables:
        assert f"  {table} {{" in DRAWN


def test_every_table_beyond_the_given_ones_is_explained() -> None:
    part = WRITTEN.partition("### Tables of the agency")[2]
    explained = {name for cell, _ in ROW.findall(part) for name in named(cell)}
    assert explained == set(metadata.tables) - set(FIELDS)


def test_every_column_beyond_the_given_ones_is_explained() -> None:
    part = WRITTEN.partition("### Columns added to them")[2].partition("### Rules")[0]
    explained = {
        (named(table)[0], column) for table, columns in ROW.findall(part) for column in named(columns)
    }
    given = {(field.table, field.name) for field in fields()}
    there = {(table, column.name) for table in FIELDS for column in metadata.tables[table].columns}
    assert explained == there - given
