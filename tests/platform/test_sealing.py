"""Sealed texts open at their own place alone, by the keys that are there."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from audienceos.platform.errors import Unavailable
from audienceos.platform.sealing import FILE, Box, Place, Secret, Unopenable, key_of
from audienceos.platform.settings import SettingsError

PLACE = Place(uuid4(), uuid4(), "integration.access_token")
ONE, TWO = f"one:{'1' * 64}", f"two:{'2' * 64}"


def test_a_text_comes_back_and_is_never_shown(tmp_path: Path) -> None:
    box = Box("", tmp_path)
    sealed = box.seal("xoxb-canary", PLACE)
    found = box.open(sealed, PLACE)
    assert found.reveal() == "xoxb-canary"
    assert "canary" not in f"{sealed} {found} {found!r} {[found]} {Secret('canary')}"


def test_the_same_text_is_sealed_differently_each_time(tmp_path: Path) -> None:
    box = Box("", tmp_path)
    assert box.seal("same", PLACE) != box.seal("same", PLACE)


@pytest.mark.parametrize("part", ["agency_id", "row_id", "column"])
def test_it_opens_in_no_other_agency_row_or_column(tmp_path: Path, part: str) -> None:
    box = Box("", tmp_path)
    other = PLACE._replace(**{part: "integration.refresh_token" if part == "column" else uuid4()})
    with pytest.raises(Unopenable):
        box.open(box.seal("text", PLACE), other)


@pytest.mark.parametrize("kept", [0, 20, -4])
def test_what_was_altered_does_not_open(tmp_path: Path, kept: int) -> None:
    box = Box("", tmp_path)
    sealed = box.seal("text", PLACE)
    for altered in (sealed[:kept], sealed[:kept] + "AAA=", f"a.b.{sealed[:kept]}"):
        with pytest.raises(Unopenable):
            box.open(altered, PLACE)


def test_the_first_key_seals_and_all_of_them_open(tmp_path: Path) -> None:
    old, both = Box(ONE, tmp_path), Box(f"{TWO},{ONE}", tmp_path)
    sealed = old.seal("text", PLACE)
    assert both.open(sealed, PLACE).reveal() == "text"
    assert (key_of(sealed), key_of(both.seal("text", PLACE))) == ("one", "two")
    with pytest.raises(Unopenable):
        old.open(both.seal("text", PLACE), PLACE)


@pytest.mark.parametrize("wrong", ["one", "one:12", f"{ONE},{ONE}", f"{ONE},", f"bad id:{'1' * 64}"])
def test_keys_that_are_none_stop_the_start(tmp_path: Path, wrong: str) -> None:
    if wrong == f"{ONE},":
        assert Box(wrong, tmp_path).newest == "one"
        return
    with pytest.raises(SettingsError, match="AUDIENCEOS_TOKEN_KEYS"):
        Box(wrong, tmp_path)


def test_the_file_is_its_owners_alone_and_refused_otherwise(tmp_path: Path) -> None:
    Box("", tmp_path)
    path = tmp_path / FILE
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        Box("", tmp_path)


def test_another_process_notices_a_new_key_by_itself(tmp_path: Path) -> None:
    here, there = Box("", tmp_path), Box("", tmp_path)
    before = here.seal("text", PLACE)
    new = there.add_key()
    after = here.seal("text", PLACE)
    assert (key_of(before) != new, key_of(after)) == (True, new)
    assert there.open(before, PLACE).reveal() == there.open(after, PLACE).reveal() == "text"
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_nothing_is_sealed_once_the_keys_are_gone_or_open_to_others(tmp_path: Path) -> None:
    box = Box("", tmp_path)
    (tmp_path / FILE).chmod(0o644)
    with pytest.raises(Unavailable):
        box.seal("text", PLACE)
    (tmp_path / FILE).unlink()
    with pytest.raises(Unavailable):
        box.seal("text", PLACE)


def test_keys_of_the_settings_are_not_the_programs_to_change(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="in front"):
        Box(ONE, tmp_path).add_key()
