"""Everything an agency knows of its clients, laid out to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from audienceos.inbox.firewall.shapes import KnownClient, Team
from audienceos.platform.auth.emails import email_key


class Directory:
    """Built once for an agency; asking it costs nothing that grows with its clients."""

    def __init__(self, clients: Sequence[KnownClient], team: Team | None = None) -> None:
        self._called = {client.id: next(iter(client.names), "") for client in clients}
        self._team = frozenset(email_key(address) for address in (team or Team()).addresses)
        self._contacts: dict[str, frozenset[UUID]] = {}
        for client in clients:
            for contact in client.contacts:
                key = email_key(contact.address)
                self._contacts[key] = self._contacts.get(key, frozenset()) | {client.id}

    def called(self, client_id: UUID) -> str:
        """The client's name, as it is said to people."""
        return self._called.get(client_id) or "a client without a name"

    def owners_of(self, address: str) -> frozenset[UUID]:
        """The clients to whom the address belongs; none for the agency's own."""
        key = email_key(address)
        return frozenset() if key in self._team else self._contacts.get(key, frozenset())
