"""Everything an agency knows of its clients, laid out to be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from uuid import UUID

from audienceos.inbox.firewall.addresses import address_key, domain_of
from audienceos.inbox.firewall.matching import Care, Match, Names
from audienceos.inbox.firewall.shapes import KnownClient, Team
from audienceos.inbox.firewall.words import (
    EVERYDAY,
    FREE_MAIL,
    LONGEST,
    Word,
    forms,
    is_common,
    name_words,
    words,
)

SHORTEST = 5
"""Letters of a first word that may stand for the whole name."""
CAMPAIGN = 6
"""Letters of a campaign's name that is looked for."""
NOBODY: frozenset[UUID] = frozenset()


class Directory:
    """Built once for an agency; asking it costs nothing that grows with its clients."""

    def __init__(self, clients: Sequence[KnownClient], team: Team | None = None) -> None:
        team = team or Team()
        self._called = {client.id: next(iter(client.names), "") for client in clients}
        self._team = frozenset(address_key(address) for address in team.addresses)
        self._team_domains = frozenset(domain.casefold() for domain in team.domains) - FREE_MAIL
        self._team_words = frozenset(word.folded for name in team.names for word in words(name))
        self._contacts: dict[str, frozenset[UUID]] = {}
        self._people: dict[str, str] = {}
        self._domains: dict[str, frozenset[UUID]] = {}
        self._own_domains: dict[UUID, frozenset[str]] = {}
        self._own_words: dict[UUID, frozenset[str]] = {}
        self._names = Names()
        firsts = Counter(first for client in clients for first in _firsts(client))
        for name in team.names:
            for form in forms(name):
                self._names.add(form, "name", "plain", None)
        for client in clients:
            self._know(client)
            self._name(client, firsts)

    def called(self, client_id: UUID) -> str:
        """The client's name, as it is said to people."""
        return self._called.get(client_id) or "a client without a name"

    def person_at(self, address: str) -> str:
        """The name of whom the address belongs to, or the address."""
        return self._people.get(address_key(address)) or address

    def owners_of(self, address: str) -> frozenset[UUID]:
        """The clients to whom the address belongs."""
        return self._contacts.get(address_key(address), NOBODY)

    def is_ours(self, address: str) -> bool:
        """Whether the address is of the agency itself."""
        key = address_key(address)
        return key in self._team or any(domain in self._team_domains for domain in _above(domain_of(key)))

    def owners_of_domain(self, domain: str) -> frozenset[UUID]:
        """The clients whose domain it is, or whose domain it lies below. None for free mail."""
        return next((self._domains[one] for one in _above(domain) if one in self._domains), NOBODY)

    def near_domains(self, client_id: UUID) -> frozenset[str]:
        """The domains to which mail of this client goes, the agency's own among them."""
        return self._own_domains.get(client_id, frozenset()) | self._team_domains

    def find(self, text: str, client_id: UUID) -> Iterator[Match]:
        """The names of other clients, their people and campaigns in the text."""
        known = self._team_words | self._own_words.get(client_id, frozenset())
        return self._names.find(text, client_id, known)

    def _know(self, client: KnownClient) -> None:
        own = {domain.casefold() for domain in client.domains} - FREE_MAIL
        for domain in own:
            self._domains[domain] = self._domains.get(domain, NOBODY) | {client.id}
        for contact in client.contacts:
            key = address_key(contact.address)
            self._contacts[key] = self._contacts.get(key, NOBODY) | {client.id}
            self._people.setdefault(key, contact.name)
        used = {domain_of(address_key(contact.address)) for contact in client.contacts}
        self._own_domains[client.id] = self._own_domains.get(client.id, frozenset()) | own | used
        said = [*client.names, *client.campaigns, *(contact.name for contact in client.contacts)]
        self._own_words[client.id] = frozenset(word.folded for text in said for word in words(text))

    def _name(self, client: KnownClient, firsts: Counter[str]) -> None:
        for name in client.names:
            for form in forms(name):
                self._names.add(form, "name", _care(form), client.id)
        for contact in client.contacts:
            if len(whole := name_words(contact.name)) > 1 and not EVERYDAY.issuperset(
                w.folded for w in whole
            ):
                self._names.add(whole, "person", "capitals", client.id)
        for campaign in client.campaigns:
            if len(whole := tuple(words(campaign))[:LONGEST]) and (care := _care_of_campaign(whole)):
                self._names.add(whole, "campaign", care, client.id)
        for first in _firsts(client):
            if firsts[first] == 1:
                self._names.add((Word(first, first, 0, len(first)),), "name", "short", client.id)


def _firsts(client: KnownClient) -> set[str]:
    """First words that may stand for the client's whole name: rare and long enough."""
    found = {whole[0].folded for name in client.names if len(whole := name_words(name)) > 1}
    return {word for word in found if len(word) >= SHORTEST and not is_common(word)}


def _care(name: Sequence[Word]) -> Care:
    """A name of everyday words, or of a few letters, is matched with care."""
    return "everyday" if all(is_common(word.folded) or len(word.folded) <= 3 for word in name) else "plain"


def _care_of_campaign(name: Sequence[Word]) -> Care | None:
    """A campaign's name of everyday words is anybody's, unless it is long."""
    if sum(len(word.folded) for word in name) < CAMPAIGN:
        return None
    if not all(is_common(word.folded) for word in name):
        return "plain"
    return "everyday" if len(name) > 2 else None


def _above(domain: str) -> Iterator[str]:
    """The domain and those it lies below, without the last label."""
    labels = domain.split(".")[-6:]
    for at in range(len(labels) - 1):
        yield ".".join(labels[at:])
