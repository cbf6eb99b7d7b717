"""Addresses, hosts, owners, tags and truth values as they stand in lists."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from typing import TypeVar

from audienceos.clients.importing.shapes import OwnerRef
from audienceos.platform.auth.emails import email_key, is_email

_NOTHING = {
    "",
    "-",
    "–",
    "—",
    "--",
    "n/a",
    "#n/a",
    "na",
    "null",
    "nil",
    "none",
    "(none)",
    "(blank)",
    "(no value)",
}
_NOBODY = {"unassigned", "no owner", "nobody", "(unassigned)", "not assigned"}
_YES = {"yes", "y", "true", "t", "on", "x", "✓", "✔", "ja", "oui", "si", "sí"}
_NO = {"no", "n", "false", "f", "off", "✗", "✘", "nein", "non"}

_SHARED_HOSTS = {
    "facebook.com", "fb.com", "instagram.com", "linkedin.com", "twitter.com", "x.com", "youtube.com", "tiktok.com",
    "pinterest.com", "linktr.ee", "google.com", "goo.gl", "bit.ly", "yelp.com", "etsy.com", "amazon.com", "ebay.com",
    "github.com", "medium.com", "crunchbase.com", "gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com",
    "aol.com", "gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com",
}  # fmt: skip
"""Hosts on which many have a page or a mailbox: they say nothing about whose client this is."""

_NAMED_ADDRESS = re.compile(r"(?P<name>.*?)\s*[<(\[]\s*(?P<email>[^\s<>()\[\]]+@[^\s<>()\[\]]+)\s*[>)\]]")
_Person = TypeVar("_Person")


def is_nothing(text: str) -> bool:
    """Whether the text only says that there is no value: blank, a dash, N/A. Not for names and notes."""
    return text.strip().casefold() in _NOTHING


def parse_bool(text: str) -> bool | None:
    """Yes or no in the words and ticks that lists use; None for all else, digits included."""
    word = text.strip().casefold()
    return True if word in _YES else False if word in _NO else None


def parse_email(text: str) -> str | None:
    """The one address in the text, with or without a name around it; None when there is none or are several."""
    text = text.strip().removeprefix("mailto:")
    named = _NAMED_ADDRESS.fullmatch(text)
    address = named["email"] if named else text
    return address if is_email(address) else None


def is_shared_host(domain: str) -> bool:
    """Whether many have a page on this host (also a country's own version, as `de.linkedin.com`)."""
    return domain in _SHARED_HOSTS or ".".join(domain.split(".")[-2:]) in _SHARED_HOSTS


def parse_owner(text: str) -> OwnerRef | None:
    """`Name (address)`, `Name <address>`, an address or a name; None when the text says nobody."""
    text = text.strip()
    if is_nothing(text) or text.casefold() in _NOBODY:
        return None
    named = _NAMED_ADDRESS.fullmatch(text)
    if named and is_email(named["email"]):
        return OwnerRef(" ".join(named["name"].split()).strip("\"'"), named["email"], text)
    return OwnerRef("", text, text) if is_email(text) else OwnerRef(" ".join(text.split()), "", text)


def match_owner(
    owner: OwnerRef, by_email: MappingOf[str, _Person], by_name: MappingOf[str, list[_Person]]
) -> _Person | None:
    """The person meant, or None. An address decides alone; a name only if one person has it.

    `by_email` is keyed by `email_key`, `by_name` by the case-folded full name with single blanks.
    """
    if owner.email:
        return by_email.get(email_key(owner.email))
    namesakes = by_name.get(owner.name.casefold(), [])
    return namesakes[0] if len(namesakes) == 1 else None
