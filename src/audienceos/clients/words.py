"""How names, domains, addresses and tags are brought into one form, so that equal things compare equal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from urllib.parse import urlsplit

from audienceos.platform.errors import Invalid

TAGS_AT_MOST = 20
TAG_LENGTH = 50
_TAG_ENDS = re.compile(r"[;,|\n]")
MONEY_BELOW = Decimal(10) ** 12  # numeric(14,2)


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


def tidy_tags(tags: Iterable[str]) -> list[str]:
    """Tags trimmed, empty ones dropped, each once however it is capitalised; the first spelling stays.

    A comma, semicolon, bar or new line parts two tags, as in forms and files: none can hold one.
    Raises `Invalid` for more than a client may have, and for one that is too long.
    """
    kept: dict[str, str] = {}
    for part in (part for tag in tags for part in _TAG_ENDS.split(tag)):
        clean = " ".join(part.split())
        if clean:
            kept.setdefault(clean.casefold(), clean)
    if len(kept) > TAGS_AT_MOST:
        raise Invalid.at("tags", f"At most {TAGS_AT_MOST} tags")
    if any(len(tag) > TAG_LENGTH for tag in kept.values()):
        raise Invalid.at("tags", f"A tag has at most {TAG_LENGTH} characters")
    return list(kept.values())


def checked_money(amount: Decimal | None, field: str) -> Decimal | None:
    """An amount of money, rounded to cents. Raises `Invalid` at the field unless it is zero or more and fits."""
    if amount is None:
        return None
    if not amount.is_finite() or not 0 <= amount < MONEY_BELOW:
        raise Invalid.at(field, "Give an amount of zero or more, such as 1250.00")
    return amount.quantize(Decimal("0.01"))
