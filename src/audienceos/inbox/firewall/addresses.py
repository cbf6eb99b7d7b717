"""Addresses and their domains, and domains that could be taken for one another."""

from __future__ import annotations

from collections.abc import Iterable

from audienceos.platform.auth.emails import email_key

LONGEST = 320
"""Characters of an address (RFC 5321); what is longer is cut before it is compared."""
SHORTEST = 5
"""Letters of a name in a domain from which on one wrong letter is a likeness; shorter ones are often neighbours."""
_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "-": None, "_": None})


def address_key(address: str) -> str:
    """What two addresses are compared by; a name before `<…>` is left out."""
    _, found, rest = address[-LONGEST:].rpartition("<")
    return email_key(rest.partition(">")[0] if found else address[-LONGEST:])


def domain_of(key: str) -> str:
    """The domain of an address."""
    return key.rpartition("@")[2].rstrip(".")


def looks_like(domain: str, known: Iterable[str]) -> str | None:
    """The known domain that this one could be taken for, without being it; None where there is none."""
    return next((other for other in sorted(known) if other != domain and _alike(domain, other)), None)


def _alike(one: str, other: str) -> bool:
    name, _, ending = one.rpartition(".")
    other_name, _, other_ending = other.rpartition(".")
    if not name or not other_name:
        return False
    if _outline(name) == _outline(other_name):
        return True
    return (
        ending == other_ending and min(len(name), len(other_name)) >= SHORTEST and _one_off(name, other_name)
    )


def _outline(name: str) -> str:
    """Letters that look alike are one; hyphens go."""
    return name.translate(_ALIKE).replace("rn", "m").replace("vv", "w")


def _one_off(one: str, other: str) -> bool:
    """Whether one letter more, less, other or two swapped make one of the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    at = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rest, other_rest = one[at:], other[at:]
    swapped = (
        len(rest) > 1 and len(other_rest) > 1 and rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:]
    )
    return swapped or rest[1:] == other_rest[1:] or rest[1:] == other_rest or rest == other_rest[1:]
