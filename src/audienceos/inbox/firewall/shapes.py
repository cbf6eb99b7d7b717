"""What goes into the firewall, and what comes out."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec

Kind = Literal[
    "recipient_of_other_client",
    "recipient_domain_of_other_client",
    "lookalike_recipient",
    "unknown_recipient",
    "names_other_client",
    "quotes_other_client",
    "attachment_of_other_client",
    "variable_of_other_client",
    "campaign_of_other_client",
]
Part = Literal["recipient", "text", "quoted", "attachment", "variable"]
Severity = Literal["stop", "warn"]


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at a client, or who works for it."""

    address: str
    name: str = ""


class KnownClient(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one client."""

    id: UUID
    names: tuple[str, ...]
    """How it is called; the first is said to people."""
    contacts: tuple[Contact, ...] = ()
    domains: tuple[str, ...] = ()
    """Its own domains. Those of free mail are left out, whoever names them."""
    campaigns: tuple[str, ...] = ()


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """The agency itself, which never stops a draft."""

    names: tuple[str, ...] = ()
    """The agency's names and those of its people."""
    addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the draft."""

    name: str
    sha256: str = ""
    seen_with: tuple[UUID, ...] = ()
    """Clients with whom a file of this content was seen before."""


class Variable(msgspec.Struct, frozen=True, kw_only=True):
    """What a template put in, and whose it is."""

    name: str
    value: str
    client_id: UUID | None = None
    """Where the value came from; None for what is nobody's."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is about to send."""

    client_id: UUID
    recipients: tuple[str, ...] = ()
    text: str = ""
    """What is newly written."""
    quoted: str = ""
    """What stands below it from earlier messages."""
    attachments: tuple[Attachment, ...] = ()
    variables: tuple[Variable, ...] = ()


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """One thing in a draft that belongs to somebody else."""

    kind: Kind
    client_id: UUID | None
    """Whose it is; None where nobody knows."""
    what: str
    """What was found, as it stands there."""
    where: Part
    offset: int
    """Where it begins: in the text or the quoted text in characters, else the number of the recipient, attachment or
    variable, from 0."""
    sentence: str
    """What a person reads."""
    severity: Severity
