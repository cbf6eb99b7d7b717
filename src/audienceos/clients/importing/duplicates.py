"""The same client twice in one file.

Two rows are compared by the surest thing that both have: the id in the other tool, else the domain, else the exact
name. So two ids are two clients, whatever else is alike, and a name decides only where nothing surer can.
"""

from __future__ import annotations

from audienceos.clients.importing.shapes import Failed, ImportedClient, Judgement, Ready
from audienceos.platform.errors import FieldFault


class Duplicates:
    """Remembers the rows that were ready: a few short texts each."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._domains: dict[tuple[bool, str], int] = {}
        self._names: dict[tuple[bool, bool, str], int] = {}

    def judged(self, row: Ready) -> Judgement:
        """The row as it is, or failed because an earlier one is the same client."""
        found = self._first(row.client)
        if found:
            line, what = found
            reason = FieldFault("row", f"The same client is in row {line}: it has the same {what}.")
            return Failed(row.line, row.client.name, [reason])
        self._remember(row)
        return row

    def _first(self, client: ImportedClient) -> tuple[int, str] | None:
        """The first row that is the same client, and by what."""
        if client.external_id and client.external_id in self._ids:
            return self._ids[client.external_id], "id"
        without_id = [False] if client.external_id else [False, True]
        if client.domain:
            lines = [self._domains.get((has_id, client.domain)) for has_id in without_id]
            if line := _earliest(lines):
                return line, "domain"
        without_domain = [False] if client.domain else [False, True]
        lines = [
            self._names.get((has_id, has_domain, client.name))
            for has_id in without_id
            for has_domain in without_domain
        ]
        line = _earliest(lines)
        return (line, "name") if line else None

    def _remember(self, row: Ready) -> None:
        client, has_id = row.client, bool(row.client.external_id)
        if client.external_id:
            self._ids[client.external_id] = row.line
        if client.domain:
            self._domains.setdefault((has_id, client.domain), row.line)
        self._names.setdefault((has_id, bool(client.domain), client.name), row.line)


def _earliest(lines: list[int | None]) -> int | None:
    return min((line for line in lines if line is not None), default=None)
