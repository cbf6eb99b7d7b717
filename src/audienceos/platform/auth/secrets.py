"""Secrets that stand for a person: random, shown once, kept only as a hash.

A session's token is random and nothing else. An API token and an invitation's link also name their agency, so
that they can be looked up inside its wall:

    aos_<agency>_<secret>        an API token
    <agency>_<secret>            an invitation's link, as an admin copies it
    <agency>_<secret>_<proof>    the same link as it was mailed (see `proof_of`)

All parts are base 62, so a double click selects the whole and nothing needs escaping in an address.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
from uuid import UUID

import msgspec

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
SECRET_BYTES = 32
SECRET_DIGITS = 43  # 62**43 > 2**256
AGENCY_DIGITS = 22  # 62**22 > 2**128
API_PREFIX = "aos"
PROOF_PURPOSE = b"mailed invitation:"


class Invite(msgspec.Struct, frozen=True):
    """What an invitation's link says: whose door, the secret's hash, and the proof if it came by mail."""

    agency_id: UUID
    hash: str
    secret: str
    proof: str


def new_token() -> str:
    """A fresh secret of 256 random bits, 43 characters that are safe in cookies and addresses."""
    return _digits(int.from_bytes(secrets.token_bytes(SECRET_BYTES), "big"), SECRET_DIGITS)


def hash_of(token: str) -> str:
    """What is kept of a secret: SHA-256 in hex. A slow hash would add nothing to 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two secrets or hashes agree, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


def new_api_token(agency_id: UUID) -> str:
    """A fresh API token of that agency."""
    return f"{API_PREFIX}_{_digits(agency_id.int, AGENCY_DIGITS)}_{new_token()}"


def token_agency(token: str) -> UUID | None:
    """The agency that an API token names, or None if it is no token of ours. Proves nothing by itself."""
    prefix, _, rest = token.partition("_")
    agency, _, secret = rest.partition("_")
    return _uuid(agency) if prefix == API_PREFIX and len(secret) == SECRET_DIGITS else None


def new_invite(agency_id: UUID) -> str:
    """The secret part of a fresh invitation's link, as an admin may copy it."""
    return f"{_digits(agency_id.int, AGENCY_DIGITS)}_{new_token()}"


def read_invite(token: str) -> Invite | None:
    """Take an invitation's link apart, or None if it isn't one. Proves nothing by itself."""
    agency, _, rest = token.partition("_")
    secret, _, proof = rest.partition("_")
    agency_id = _uuid(agency)
    if agency_id is None or len(secret) != SECRET_DIGITS:
        return None
    return Invite(
        agency_id=agency_id, hash=hash_of(f"{agency}_{secret}"), secret=f"{agency}_{secret}", proof=proof
    )


def proof_of(invite: str, mailbox: str, key: bytes) -> str:
    """What the mailed link carries beyond the copied one: it proves that this mailbox was read.

    It is a function of the installation's key, of the link and of the address, added only as the mail leaves.
    So neither the admin who copies the link nor one who reads the waiting mail can make it, nor get it mailed
    to themselves, and no one can open a verified account for an address that isn't theirs.
    """
    said = "\n".join((invite, mailbox)).encode("utf-8", "surrogatepass")
    digest = hmac.digest(key, PROOF_PURPOSE + said, "sha256")
    return _digits(int.from_bytes(digest, "big"), SECRET_DIGITS)


def is_proven(invite: Invite, mailbox: str, key: bytes) -> bool:
    """Whether the link came by mail to that address (as `email_key` writes it)."""
    return same(invite.proof, proof_of(invite.secret, mailbox, key))


def _digits(number: int, width: int) -> str:
    out: list[str] = []
    for _ in range(width):
        number, digit = divmod(number, len(ALPHABET))
        out.append(ALPHABET[digit])
    return "".join(reversed(out))


def _uuid(digits: str) -> UUID | None:
    if len(digits) != AGENCY_DIGITS or any(digit not in ALPHABET for digit in digits):
        return None
    number = 0
    for digit in digits:
        number = number * len(ALPHABET) + ALPHABET.index(digit)
    return UUID(int=number) if number < 1 << 128 else None
