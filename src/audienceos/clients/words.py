"""How names, domains, addresses and tags are brought into one form, so that equal things compare equal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from audienceos.platform.errors import Invalid
from audienceos.platform.terms import name_key as name_key

DOMAIN_CHARS = 253  # RFC 1035, 2.3.4
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://|//|mailto:", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_TOP_LABEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
TAGS_AT_MOST = 20
TAG_LENGTH = 50
_TAG_ENDS = re.compile(r"[;,|\n]")
MONEY_BELOW = Decimal(10) ** 12  # numeric(14,2)


def domain_of(text: str) -> str | None:
    """The host of a web address, a bare domain or an e-mail address: lower-case, ASCII, without `www.`.

    None for what is no public host name: an IP address, one label alone, more than 253 characters.
    """
    text = text.strip()
    # At its beginning only: looked for everywhere, a long word takes its length squared.
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text
    host = re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
    host = unicodedata.normalize("NFKC", host).lower().rstrip(".").removeprefix("www.")
    labels = [_ascii_label(label) for label in host.split(".")]
    if (
        len(labels) < 2
        or not all(_LABEL.fullmatch(label) for label in labels)
        or not _TOP_LABEL.fullmatch(labels[-1])
    ):
        return None
    domain = ".".join(labels)
    return domain if len(domain) <= DOMAIN_CHARS else None


def tidy_domain(text: str | None) -> str | None:
    """The host that somebody typed (`domain_of`); None for nothing. Raises `Invalid` for what is no host name."""
    if not text or not text.strip():
        return None
    domain = domain_of(text)
    if domain is None:
        raise Invalid.at("domain", "Give a domain such as example.com")
    return domain


def split_tags(texts: Iterable[str]) -> list[str]:
    """Tags trimmed, empty ones dropped, each once however it is capitalised; the first spelling stays.

    A comma, semicolon, bar or new line parts two tags, as in forms and files: none can hold one.
    """
    kept: dict[str, str] = {}
    for part in (part for text in texts for part in _TAG_ENDS.split(text)):
        clean = " ".join(part.split())
        if clean:
            kept.setdefault(clean.casefold(), clean)
    return list(kept.values())


def tidy_tags(tags: Iterable[str]) -> list[str]:
    """The same (`split_tags`). Raises `Invalid` for more than a client may have, and for one that is too long."""
    kept = split_tags(tags)
    if len(kept) > TAGS_AT_MOST:
        raise Invalid.at("tags", f"At most {TAGS_AT_MOST} tags")
    if any(len(tag) > TAG_LENGTH for tag in kept):
        raise Invalid.at("tags", f"A tag has at most {TAG_LENGTH} characters")
    return kept


def checked_money(amount: Decimal | None, field: str) -> Decimal | None:
    """An amount of money, rounded to cents. Raises `Invalid` at the field unless it is zero or more and fits."""
    if amount is None:
        return None
    if not amount.is_finite() or not 0 <= amount < MONEY_BELOW:
        raise Invalid.at(field, "Give an amount of zero or more, such as 1250.00")
    return amount.quantize(Decimal("0.01"))


def _ascii_label(label: str) -> str:
    """A label with letters beyond ASCII as it is asked for in the domain name system (RFC 3492)."""
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
