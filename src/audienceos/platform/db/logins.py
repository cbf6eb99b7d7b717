"""The three database logins, by the names that an installation gave them."""

from __future__ import annotations

import msgspec


class Logins(msgspec.Struct, frozen=True):
    """Who owns the tables, who carries every request, and who does the few things outside any agency."""

    owner: str
    app: str
    service: str

    def quoted(self) -> dict[str, str]:
        """The names as SQL identifiers, by field, to be filled into statements."""
        return {
            field: '"' + name.replace('"', '""') + '"' for field, name in msgspec.structs.asdict(self).items()
        }
