"""Whose a conversation is, and which of its messages the agency wrote. Pure.

A client is known by a channel that is linked to it, by a rule that somebody taught, by a contact's address, and by a
domain that is one client's alone. Domains at which anybody can have an address say nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec

from audienceos.inbox.firewall.addresses import address_key, domain_of
from audienceos.inbox.firewall.words import FREE_MAIL
from audienceos.inbox.ports import Correspondent, Incoming


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What an agency knows of the people, channels and domains that a batch of messages names."""

    channels: Mapping[str, UUID] = {}
    """Client by channel."""
    taught: Mapping[str, UUID] = {}
    """Client by address or domain, as decisions in triage taught."""
    contacts: Mapping[str, frozenset[UUID]] = {}
    """Clients by an address."""
    domains: Mapping[str, frozenset[UUID]] = {}
    """Clients by their own domain, or their contacts'."""
    people: Mapping[str, UUID] = {}
    """The agency's people by their addresses."""
    own: frozenset[str] = frozenset()
    """Addresses and domains of the agency itself."""

    def is_own(self, address: str) -> bool:
        """Whether the agency writes from that address."""
        key = address_key(address)
        return key in self.people or key in self.own or (domain_of(key) or "@") in self.own

    def wrote(self, message: Incoming) -> bool:
        """Whether the agency wrote the message. A client's contact is never the agency, whatever a carrier takes them
        for: some are members of its workspace.
        """
        if message.is_ours is not None:
            key = address_key(message.sender.address)
            return message.is_ours and (self.is_own(key) or not self.contacts.get(key))
        return bool(message.sender.address) and self.is_own(message.sender.address)

    def author(self, message: Incoming) -> UUID | None:
        """Who of the agency wrote it, where that is known."""
        return message.sender_user or self.people.get(address_key(message.sender.address))

    def is_inward(self, message: Incoming) -> bool:
        """Whether the message is between colleagues alone."""
        if message.place is not None or not self.wrote(message):
            return False
        others = [one for one in (*message.to, *message.cc) if one.address]
        return bool(others) and all(self.is_own(one.address) for one in others)

    def is_addressed(self, message: Incoming) -> bool:
        """Whether the message is to the agency, and not in copy alone. A channel is to all who are in it."""
        if message.place is not None or not message.to:
            return True
        return any(self.is_own(one.address) for one in message.to) or not any(
            self.is_own(one.address) for one in message.cc
        )

    def client_of(self, messages: Iterable[Incoming]) -> UUID | None:
        """Whose the messages are: what the first of them says for sure, in the order of time. None for nobody known."""
        return next((found for one in messages if (found := self._client(one)) is not None), None)

    def _client(self, message: Incoming) -> UUID | None:
        if message.place is not None:
            return self.channels.get(message.place)
        outside = [key for key in self._outside(message) if key]
        for found in (self._taught(outside), self._contact(outside), self._domain(outside)):
            if found is not None:
                return found
        return None

    def _outside(self, message: Incoming) -> list[str]:
        """Who isn't the agency: the sender first, then those that it is to."""
        people: tuple[Correspondent, ...] = (message.sender, *message.to, *message.cc)
        return [address_key(one.address) for one in people if one.address and not self.is_own(one.address)]

    def _taught(self, addresses: list[str]) -> UUID | None:
        named = (self.taught.get(key) or self.taught.get(domain_of(key)) for key in addresses)
        return next((client for client in named if client), None)

    def _contact(self, addresses: list[str]) -> UUID | None:
        """An address that two clients share decides nothing by itself."""
        return _only(self.contacts.get(key) for key in addresses)

    def _domain(self, addresses: list[str]) -> UUID | None:
        return _only(
            self.domains.get(domain) for key in addresses if (domain := domain_of(key)) not in FREE_MAIL
        )


def _only(found: Iterable[frozenset[UUID] | None]) -> UUID | None:
    """The first that is one client's alone."""
    return next((next(iter(clients)) for clients in found if clients and len(clients) == 1), None)


def addresses_in(messages: Iterable[Incoming]) -> list[str]:
    """Every address that the messages name, as it is compared."""
    people = (one for message in messages for one in (message.sender, *message.to, *message.cc))
    return list(dict.fromkeys(address_key(one.address) for one in people if one.address))
