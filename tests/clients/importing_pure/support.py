"""Short ways to the subject: a pipeline, a sheet from a few lines, a mapping from a few words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from audienceos.agency.pipeline import Pipeline
from audienceos.clients.importing.columns import guess_mapping
from audienceos.clients.importing.fields import FIELDS
from audienceos.clients.importing.judge import judge
from audienceos.clients.importing.profile import profile_sheet
from audienceos.clients.importing.shapes import (
    ColumnChoice,
    Failed,
    ImportedClient,
    Lookups,
    Mapping,
    Ready,
)
from audienceos.platform.sheets.reading import read_sheet
from audienceos.platform.sheets.shapes import Row, Sheet

PIPELINE = Pipeline(
    stages=("Onboarding", "Installation", "Audit", "Live", "Needs Support", "Off-Boarding"),
    roles={"Onboarding": "initial", "Live": "live", "Needs Support": "support", "Off-Boarding": "terminal"},
)
ZONE = ZoneInfo("America/New_York")
LOOKUPS = Lookups(PIPELINE, ZONE, datetime(2026, 3, 1, 12, tzinfo=UTC), "USD")


def sheet_of(folder: Path, *lines: str) -> Sheet:
    """A sheet of these lines, parted by bars."""
    path = folder / "list.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return read_sheet(path)


def guessed(folder: Path, *lines: str) -> Mapping:
    return guess_mapping(profile_sheet(sheet_of(folder, *lines)), PIPELINE)


def choices(mapping: Mapping) -> dict[str, ColumnChoice]:
    return {column.header: column for column in mapping.columns}


def mapping_of(*targets: str, stages: dict[str, str] | None = None, **changed: Any) -> Mapping:
    """Columns of these targets, each under its target's name. `text`, `number`, `date`, `select` are custom."""
    columns = [
        ColumnChoice(header=target, target=target, custom_name=target, **changed)
        if target in FIELDS or target == "skip"
        else ColumnChoice(header=target, target="custom", custom_type=target, custom_name=target, **changed)  # pyright: ignore[reportArgumentType]
        for target in targets
    ]
    return Mapping("file", columns, stages or {})


def judged(mapping: Mapping, *cells: str, lookups: Lookups = LOOKUPS) -> Ready | Failed:
    return judge(Row(2, list(cells)), mapping, lookups)


def client_from(mapping: Mapping, *cells: str, lookups: Lookups = LOOKUPS) -> ImportedClient:
    result = judged(mapping, *cells, lookups=lookups)
    assert isinstance(result, Ready), result
    return result.client


def reasons(mapping: Mapping, *cells: str, lookups: Lookups = LOOKUPS) -> dict[str, str]:
    result = judged(mapping, *cells, lookups=lookups)
    return {fault.field: fault.message for fault in result.reasons} if isinstance(result, Failed) else {}
