"""Secrets name their agency, are kept as hashes, and prove the mailbox they were read in."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audienceos.platform.auth.keys import FILE, installation_key
from audienceos.platform.auth.secrets import (
    hash_of,
    is_proven,
    new_api_token,
    new_invite,
    new_token,
    proof_of,
    read_invite,
    token_agency,
)
from audienceos.platform.settings import Settings, SettingsError

KEY = bytes(range(32))
MAILBOX = "bo@example.com"


@given(st.uuids())
def test_a_token_names_its_agency(agency_id: UUID) -> None:
    invite = read_invite(new_invite(agency_id))

    assert token_agency(new_api_token(agency_id)) == agency_id
    assert invite is not None
    assert invite.agency_id == agency_id


@given(st.text(max_size=120))
def test_anything_else_names_none(text: str) -> None:
    assert token_agency(text) is None
    assert read_invite(text) is None
    assert len(hash_of(text)) == 64


def test_an_agency_beyond_the_ids_is_none() -> None:
    assert token_agency("aos_" + "z" * 22 + "_" + "a" * 43) is None


def test_two_secrets_differ_and_fit_everywhere() -> None:
    one, other = new_token(), new_token()

    assert one != other
    assert len(one) == 43
    assert one.isascii()
    assert one.isalnum()


def test_the_proof_is_of_one_link_one_mailbox_one_installation() -> None:
    token = new_invite(uuid4())
    mailed = read_invite(f"{token}_{proof_of(token, MAILBOX, KEY)}")
    copied = read_invite(token)

    assert mailed is not None
    assert copied is not None
    assert mailed.hash == copied.hash
    assert is_proven(mailed, MAILBOX, KEY)
    assert not is_proven(copied, MAILBOX, KEY)
    assert not is_proven(mailed, "eve@example.com", KEY)
    assert not is_proven(mailed, MAILBOX, bytes(32))


def test_the_installations_key_is_made_once_and_only_the_owner_reads_it(tmp_path: Path) -> None:
    made = installation_key(Settings(data_dir=tmp_path))
    installation_key.__globals__["_key"].cache_clear()

    assert installation_key(Settings(data_dir=tmp_path)) == made
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_the_setting_wins_and_nonsense_is_named(tmp_path: Path) -> None:
    assert installation_key(Settings(data_dir=tmp_path, secret_key="ab" * 32)) == bytes.fromhex("ab" * 32)
    with pytest.raises(SettingsError, match="AUDIENCEOS_SECRET_KEY"):
        installation_key(Settings(data_dir=tmp_path, secret_key="zz" * 32))
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / FILE).write_text("not hex")
    with pytest.raises(SettingsError, match=r"secret\.key"):
        installation_key(Settings(data_dir=tmp_path / "damaged"))
