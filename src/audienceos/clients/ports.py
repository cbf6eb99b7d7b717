"""What clients need from the rooms above, which register their answers; they run in the same transaction."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db


class DeleteGuard(Protocol):
    """Names what is still open for a client and so forbids deleting it, a line each; nothing to allow it."""

    async def __call__(self, db: Db, client_id: UUID, /) -> list[str]: ...


class ClientExport(Protocol):
    """Everything that a room keeps about one client, table by table, for the client's own export."""

    async def __call__(self, lane: Lane, client_id: UUID, /) -> dict[str, list[Json]]: ...


_guards: list[DeleteGuard] = []
_exports: list[ClientExport] = []


def guard_deletes(guard: DeleteGuard) -> None:
    """Register a room's word on deleting a client, once a process."""
    if guard not in _guards:
        _guards.append(guard)


def delete_guards() -> list[DeleteGuard]:
    """Every room's word on deleting."""
    return _guards


def export_clients(export: ClientExport) -> None:
    """Register a room's part of a client's export, once a process."""
    if export not in _exports:
        _exports.append(export)


def client_exports() -> list[ClientExport]:
    """Every room's part of a client's export."""
    return _exports
