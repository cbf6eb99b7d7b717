"""What a rule would have raised: its detections of each past day, put together. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from audienceos.alerts.rules import SURE_ENOUGH, is_worse
from audienceos.platform.findings import Detection, Severity


class Would(msgspec.Struct, frozen=True):
    """An alert that would have stood from one day on until another; `ended_at` is null where it still would."""

    key: str
    client_id: UUID | None
    title: str
    """Of its last day."""
    severity: Severity
    """Its worst."""
    confidence: float
    began_at: datetime
    ended_at: datetime | None


def together(days: Sequence[tuple[datetime, Sequence[Detection]]]) -> list[Would]:
    """The alerts of these days, the oldest first: a key that is found on days that follow each other is one."""
    opened: dict[str, Would] = {}
    over: list[Would] = []
    for at, found in days:
        sure = {one.key: one for one in found if one.confidence >= SURE_ENOUGH}
        over += [
            msgspec.structs.replace(opened.pop(key), ended_at=at) for key in [*opened] if key not in sure
        ]
        for key, one in sure.items():
            opened[key] = _longer(opened[key], one) if key in opened else _new(one, at)
    return sorted([*over, *opened.values()], key=lambda one: (one.began_at, one.key))


def _new(found: Detection, at: datetime) -> Would:
    confidence = float(found.confidence)
    return Would(found.key, found.client_id, found.title, found.severity, confidence, at, None)


def _longer(would: Would, found: Detection) -> Would:
    worse = found.severity if is_worse(found.severity, would.severity) else would.severity
    return msgspec.structs.replace(would, title=found.title, severity=worse)
