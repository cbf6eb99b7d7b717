"""Passwords: what may be one, and hashing that neither blocks the loop nor eats the memory."""

from __future__ import annotations

import asyncio
import itertools
import re
import secrets
import unicodedata
from base64 import b64encode
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from audienceos.platform.errors import Invalid
from audienceos.platform.settings import Settings

SHORTEST, LONGEST = 12, 256
DISTINCT = 5  # fewer different characters than this are a pattern, not a password
OWN_WORD = 4  # shorter own words ("Li", "Ann") stand in too many good passwords by chance
LANES = 4  # RFC 9106, 4: four lanes with 64 MiB and three passes
AT_ONCE = 4  # hashes computed side by side; each holds the memory of one, 64 MiB by default

COMMON = frozenset(FREQUENCY_LISTS["passwords"])
"""The 30,000 most used passwords, in lower case."""


class Passwords:
    """Hashes and checks by the cost that the settings say, in threads, a few at a time."""

    def __init__(self, settings: Settings) -> None:
        lanes = 1 if settings.environment == "test" else LANES
        self._hasher = PasswordHasher(
            time_cost=settings.argon2_passes, memory_cost=settings.argon2_memory_kib, parallelism=lanes
        )
        self._decoy = _decoy(self._hasher)
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        """The argon2id hash to keep."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, normal(password))

    async def verify(self, kept: str | None, password: str) -> bool:
        """Whether the password made the kept hash. With None it takes the same time and says no."""
        async with self._turns:
            return await asyncio.to_thread(self._matches, kept or self._decoy, password) and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether the kept hash was made by another cost than today's settings say."""
        return self._hasher.check_needs_rehash(kept)

    def _matches(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, normal(password))
        except (VerificationError, InvalidHashError):
            return False


def normal(password: str) -> bytes:
    """The bytes that are hashed: NFKC, so that two keyboards that write the same letters agree (NIST 800-63B)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def check_password(password: str, own: Iterable[str] = (), field: str = "password") -> None:
    """Raise `Invalid` at `field` unless this may be a password.

    12 to 256 characters; not a common one, nor one with figures or signs around it; no pattern; and none of
    the person's `own` words in it: address, names, the agency's name.
    """
    fault = _fault(password, own)
    if fault:
        raise Invalid.at(field, fault)


def _fault(password: str, own: Iterable[str]) -> str | None:
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters; a few words in a row are easy to remember"
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters"
    if _is_common(plain):
        return "Too many people use this one, so it is guessed first; choose another"
    if _is_pattern(plain):
        return "This is a pattern that is quickly guessed; choose something less regular"
    if any(word in plain for word in _own_words(own)):
        return "Leave your own name, address and agency out of it"
    return None


def _is_common(plain: str) -> bool:
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    return plain in COMMON or core in COMMON


def _is_pattern(plain: str) -> bool:
    if len(set(plain)) < DISTINCT:
        return True
    # Found again inside its own double before the end: it is one piece, repeated.
    if (plain + plain).find(plain, 1) < len(plain):
        return True
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(plain)}
    return len(steps) == 1


def _own_words(own: Iterable[str]) -> set[str]:
    words: set[str] = set()
    for text in own:
        plain = unicodedata.normalize("NFKC", text).casefold()
        local, _, domain = plain.partition("@")
        words |= {plain.replace(" ", ""), local, domain.partition(".")[0]} if domain else set(plain.split())
    return {word for word in words if len(word) >= OWN_WORD}


def _decoy(hasher: PasswordHasher) -> str:
    """A hash of nothing, of today's cost: checking it takes as long as checking a real one."""
    salt, digest = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (hasher.salt_len, hasher.hash_len)
    )
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"
