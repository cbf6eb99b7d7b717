"""E-mail addresses: kept as typed, compared by a key."""

from __future__ import annotations

import re
import unicodedata

from audienceos.platform.errors import Invalid

LONGEST = 100
LONGEST_LOCAL = 64  # RFC 5321, 4.5.3.1.1
# One @, nothing that separates or quotes addresses in a header, a domain of at least two labels. Letters of any
# script are welcome; whether the mailbox exists is what the verification mail finds out.
SHAPE = re.compile(
    r"""[^\s@<>()\[\],;:"\\]+@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])?"""
)


def email_key(email: str) -> str:
    """The form in which two addresses are compared: NFKC, case folded, no spaces around."""
    return unicodedata.normalize("NFKC", email.strip()).casefold()


def is_email(text: str) -> bool:
    """Whether the text could be an address that we keep: shape, length, and nothing unprintable."""
    key = email_key(text)
    return (
        len(text) <= LONGEST
        and len(key) <= LONGEST
        and len(key.partition("@")[0]) <= LONGEST_LOCAL
        and text.isprintable()
        and SHAPE.fullmatch(key) is not None
    )


def checked_email(email: str, field: str = "email") -> str:
    """The address as typed, without spaces around. Raises `Invalid` at `field` if it can't be one."""
    typed = email.strip()
    if not is_email(typed):
        raise Invalid.at(
            field, f"Write an e-mail address of at most {LONGEST} characters, like name@example.com"
        )
    return typed
