"""How names, domains, addresses and tags are brought into one form, so that equal things compare equal."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

TAGS_AT_MOST = 20


def name_key(name: str) -> str:
    """A name folded for comparing and sorting: NFKC, case-folded, single spaces (at most 100 characters)."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:100]


def email_key(email: str | None) -> str | None:
    """An address folded for comparing."""
    return unicodedata.normalize("NFKC", email).strip().casefold() if email else None


def tidy_domain(text: str | None) -> str | None:
    """The host of an address or of a bare domain, lower-case, without `www.`; None for nothing."""
    if not text or not text.strip():
        return None
    text = text.strip().lower()
    host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    return host.removeprefix("www.").rstrip(".") or None


def tidy_tags(tags: list[str]) -> list[str]:
    """Tags trimmed, empty ones dropped, each once however it is capitalised; the first spelling stays."""
    kept: dict[str, str] = {}
    for tag in tags:
        clean = " ".join(tag.split())
        if clean:
            kept.setdefault(clean.casefold(), clean)
    return list(kept.values())[:TAGS_AT_MOST]
