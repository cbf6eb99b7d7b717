"""What in a draft belongs to another client."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from uuid import UUID

from audienceos.inbox.firewall.addresses import address_key, domain_of, looks_like
from audienceos.inbox.firewall.directory import Directory
from audienceos.inbox.firewall.matching import Match
from audienceos.inbox.firewall.shapes import Attachment, Draft, Kind, Part, Severity, Stop, Variable
from audienceos.inbox.firewall.words import FREE_MAIL

EVERYBODYS = 3
"""Clients from which on a file that was seen with all of them is the agency's own, such as a price list."""
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


def inspect(draft: Draft, directory: Directory) -> tuple[Stop, ...]:
    """Everything in the draft that is another client's; empty where nothing is. Never raises, whatever the text.

    A thing that stands in one part several times is told once, where it first stands.
    """
    return tuple(_once(_Inspection(draft.client_id, directory).stops(draft)))


def _once(stops: Iterable[Stop]) -> Iterator[Stop]:
    seen: set[tuple[object, ...]] = set()
    for stop in stops:
        place = stop.offset if stop.where in ("recipient", "attachment", "variable") else None
        key = (stop.kind, stop.client_id, stop.where, stop.what.casefold(), place)
        if key not in seen:
            seen.add(key)
            yield stop


class _Inspection:
    """One draft, looked at by its parts."""

    def __init__(self, own: UUID, directory: Directory) -> None:
        self._own = own
        self._directory = directory

    def stops(self, draft: Draft) -> Iterator[Stop]:
        for at, address in enumerate(draft.recipients):
            yield from self._recipient(address, at)
        yield from self._text(draft.text, "text")
        yield from self._text(draft.quoted, "quoted")
        for at, attachment in enumerate(draft.attachments):
            yield from self._attachment(attachment, at)
        for at, variable in enumerate(draft.variables):
            yield from self._variable(variable, at)

    def _recipient(self, address: str, at: int) -> Iterator[Stop]:
        key = address_key(address)
        owners, domain = self._directory.owners_of(key), domain_of(key)
        of_domain = self._directory.owners_of_domain(domain)
        if not key or self._own in owners or self._directory.is_ours(key):
            return
        if owners:
            said = f"{self._directory.person_at(key)} belongs to another client, {{}}."
            yield self._of("recipient_of_other_client", owners, address, "recipient", at, said)
        elif self._own in of_domain:
            return
        elif of_domain:
            said = f"{key} has the domain of another client, {{}}."
            yield self._of("recipient_domain_of_other_client", of_domain, address, "recipient", at, said)
        else:
            yield self._stranger(address, key, at)

    def _stranger(self, address: str, key: str, at: int) -> Stop:
        """A recipient whom nobody knows, and whether the domain could be a slip."""
        domain = domain_of(key)
        near = self._directory.near_domains(self._own)
        meant = None if domain in FREE_MAIL else looks_like(domain, near)
        if meant:
            said = f"{domain} looks like {meant}, but is another domain."
            return _stop("lookalike_recipient", None, address, "recipient", at, said)
        said = f"Nobody here has written with {key} yet."
        return _stop("unknown_recipient", None, address, "recipient", at, said, "warn")

    def _text(self, text: str, where: Part) -> Iterator[Stop]:
        addresses: list[tuple[int, int]] = []
        for found in _ADDRESS.finditer(text):
            addresses.append(found.span())
            owners = self._directory.owners_of(found[0])
            if owners and self._own not in owners and not self._directory.is_ours(found[0]):
                yield self._named(owners, found[0], where, found.start(), f"{found[0]}, an address of")
        within = iter(addresses)
        begin, end = next(within, (-1, -1))
        for match in self._directory.find(text, self._own):
            while end >= 0 and end <= match.start:
                begin, end = next(within, (-1, -1))
            if not begin <= match.start < end:
                yield self._matched(match, text, where)

    def _matched(self, match: Match, text: str, where: Part) -> Stop:
        what = text[match.start : match.end]
        owners = {owner for owner in match.entry.owners if owner}
        severity: Severity = "stop" if match.is_certain else "warn"
        if match.entry.what == "campaign" and where == "text":
            said = f"The text names {what}, a campaign of another client, {{}}."
            return self._of("campaign_of_other_client", owners, what, where, match.start, said, severity)
        named = {"name": "", "person": f"{what}, who belongs to", "campaign": f"{what}, a campaign of"}
        return self._named(owners, what, where, match.start, named[match.entry.what], severity)

    def _named(
        self, owners: Iterable[UUID], what: str, where: Part, at: int, named: str, severity: Severity = "stop"
    ) -> Stop:
        part = "quoted text" if where == "quoted" else "text"
        said = f"The {part} names {named + ' ' if named else ''}another client, {{}}."
        kind: Kind = "quotes_other_client" if where == "quoted" else "names_other_client"
        if severity == "warn":
            said = f"The {part} says {what}, which may mean another client, {{}}."
        return self._of(kind, owners, what, where, at, said, severity)

    def _attachment(self, attachment: Attachment, at: int) -> Iterator[Stop]:
        kind: Kind = "attachment_of_other_client"
        others = set(attachment.seen_with) - {self._own}
        if others and self._own not in attachment.seen_with and len(others) < EVERYBODYS:
            said = (
                f"{attachment.name} was sent or received with another client, {{}}, and never with this one."
            )
            yield self._of(kind, others, attachment.name, "attachment", at, said)
            return
        for match in self._directory.find(attachment.name, self._own):
            if match.is_certain:
                owners = {owner for owner in match.entry.owners if owner}
                said = f"The name of {attachment.name} names another client, {{}}."
                yield self._of(kind, owners, attachment.name, "attachment", at, said)
                return

    def _variable(self, variable: Variable, at: int) -> Iterator[Stop]:
        if variable.client_id not in (None, self._own):
            assert variable.client_id is not None
            said = f"{variable.name} holds a value of another client, {{}}."
            yield self._of(
                "variable_of_other_client", [variable.client_id], variable.value, "variable", at, said
            )

    def _of(
        self,
        kind: Kind,
        owners: Iterable[UUID],
        what: str,
        where: Part,
        at: int,
        said: str,
        severity: Severity = "stop",
    ) -> Stop:
        owner = min(owners)
        before, _, after = said.rpartition("{}")
        return _stop(
            kind, owner, what, where, at, f"{before}{self._directory.called(owner)}{after}", severity
        )


def _stop(
    kind: Kind,
    owner: UUID | None,
    what: str,
    where: Part,
    at: int,
    sentence: str,
    severity: Severity = "stop",
) -> Stop:
    return Stop(
        kind=kind, client_id=owner, what=what, where=where, offset=at, sentence=sentence, severity=severity
    )
