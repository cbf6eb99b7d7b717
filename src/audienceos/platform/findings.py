"""What any detector returns: a judgement with its reason and its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from typing import Literal, Protocol, TypeVar
from uuid import UUID

import msgspec

Level = Literal["ok", "watch", "risk"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing seen. The same finding twice has the same `key`, so it is told once."""

    key: str
    level: Level
    reason: str
    """A sentence for a person: what was seen, with its figures."""
    evidence: dict[str, str | int | float | bool | None] = {}


Severity = Literal["low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
"""From the least to the worst."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One row that a judgement rests on, and what of it counts."""

    kind: str
    """What it is: `stage_event`, `task`, `ticket`, `event`, `import`, `mail`."""
    id: str | None
    said: str
    numbers: dict[str, int | float | str] = {}


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """Something that could be done about it, once a person says so."""

    kind: str
    words: str
    """What the button says."""
    params: dict[str, str] = {}
    is_sensitive: bool = False
    """Whether a yes or no is asked for, rather than offered."""


class Detection(msgspec.Struct, frozen=True, kw_only=True):
    """A judgement that asks for attention. The same one twice has the same `key`, so that it is raised once."""

    key: str
    client_id: UUID | None
    """None for what concerns the whole agency."""
    title: str
    reason: str
    """A sentence for a person: what was seen, with its figures."""
    severity: Severity
    confidence: Decimal
    """How sure, from 0 to 1."""
    doubt: str = ""
    """Why not surer."""
    evidence: tuple[Evidence, ...]
    numbers: dict[str, int | float | str] = {}
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def rank(self) -> int:
        """How bad it is: higher is worse."""
        return SEVERITIES.index(self.severity)


class OfClient(Protocol):
    """A fact about a client."""

    @property
    def client_id(self) -> UUID: ...


Fact = TypeVar("Fact", bound=OfClient)


def by_client(facts: Iterable[Fact]) -> Iterator[tuple[UUID, list[Fact]]]:
    """The facts about each client together, in the order of clients' ids."""
    ordered = sorted(facts, key=lambda fact: fact.client_id)
    for client_id, mine in groupby(ordered, key=lambda fact: fact.client_id):
        yield client_id, list(mine)
