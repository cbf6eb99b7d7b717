"""What several detectors share: rows of a client together, and short words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Protocol, TypeVar
from uuid import UUID

SHOWN = 20
"""Rows of evidence that an alert carries at most; its numbers count all."""
TITLE = 200


class OfClient(Protocol):
    """A row that hangs from a client."""

    @property
    def client_id(self) -> UUID: ...


Row = TypeVar("Row", bound=OfClient)


def by_client(rows: Iterable[Row]) -> Iterator[tuple[UUID, list[Row]]]:
    """The rows of each client together, in the order of clients' ids."""
    ordered = sorted(rows, key=lambda row: row.client_id)
    for client_id, mine in groupby(ordered, key=lambda row: row.client_id):
        yield client_id, list(mine)


def many(count: int, what: str) -> str:
    """1 task, 12 tasks."""
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"


def cut(text: str) -> str:
    """A title that fits its column."""
    return text if len(text) <= TITLE else f"{text[: TITLE - 1]}…"
