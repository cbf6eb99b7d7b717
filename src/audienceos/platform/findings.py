"""What any detector returns: a judgement with its reason and its evidence."""

from __future__ import annotations

from typing import Literal

import msgspec

Level = Literal["ok", "watch", "risk"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing seen. The same finding twice has the same `key`, so it is told once."""

    key: str
    level: Level
    reason: str
    """A sentence for a person: what was seen, with its figures."""
    evidence: dict[str, str | int | float | bool | None] = {}
