"""Addresses are kept as typed and compared by a key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audienceos.platform.auth.emails import LONGEST, checked_email, email_key, is_email
from audienceos.platform.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (" Ada@Example.COM ", "ada@example.com"),
        ("STRASSE@example.com", "strasse@example.com"),
        ("straße@example.com", "strasse@example.com"),
        ("ａｄａ@example.com", "ada@example.com"),
    ],
)
def test_the_same_mailbox_has_the_same_key(typed: str, key: str) -> None:
    assert email_key(typed) == key


@pytest.mark.parametrize(
    "email",
    [
        "ada@example.com",
        "a.b+tag@sub.example.co",
        "o'hara@example.com",
        "jürgen@müller.de",
        "a@xn--mller-kva.de",
    ],
)
def test_what_people_have_is_taken(email: str) -> None:
    assert checked_email(f"  {email} ") == email


@pytest.mark.parametrize(
    "email",
    [
        *("", "ada", "@example.com", "ada@", "ada@example", "ada@.com", "ada@-a.com", "ada@a..com", "a@b.c."),
        *("a b@example.com", "a@b@example.com", "a,b@example.com", "<a@example.com>", "a@exa_mple_.com"),
        *(
            "a\x00@example.com",
            "a\n@example.com",
            "\ud800@example.com",
            "a@example.com\r\nBcc: b@example.com",
        ),
        *("a" * 65 + "@example.com", "a@" + "b" * 100 + ".com", "a@example.123"),
    ],
)
def test_what_is_no_address_is_refused(email: str) -> None:
    assert not is_email(email)
    with pytest.raises(Invalid):
        checked_email(email)


@given(st.text(max_size=140))
def test_what_is_taken_fits_the_table_and_one_header(text: str) -> None:
    if is_email(text):
        assert len(text) <= LONGEST
        assert len(email_key(text)) <= LONGEST
        assert email_key(email_key(text)) == email_key(text)
        assert len(text.encode().splitlines()) == 1
