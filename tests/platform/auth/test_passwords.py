"""What may be a password, and how it is kept."""

from __future__ import annotations

import asyncio
import threading

import pytest
from argon2 import PasswordHasher, extract_parameters
from msgspec.structs import replace

from audienceos.platform.auth import passwords
from audienceos.platform.auth.passwords import AT_ONCE, Passwords, check_password
from audienceos.platform.errors import Invalid
from audienceos.platform.settings import Settings

OWN = ("Ada.Quist@lighthouse-media.com", "Ada", "Quist", "Lighthouse Media")


@pytest.mark.parametrize(
    "password",
    [
        "seven green bicycles",
        "x7#kQp!29vLw",
        "ünïcödé päss",
        "   spaces count   ",
        "日本語のパスワードです長い",
        "a1" * 6 + "zyxw",
    ],
)
def test_a_good_one_is_taken(password: str) -> None:
    check_password(password, OWN)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "at least 12"),
        ("x" * 257, "at most 256"),
        ("qwerty123456", "Too many people"),
        ("Qwerty123456", "Too many people"),
        ("!!dragon2024!!", "Too many people"),
        ("aaaaaaaaaaaa", "pattern"),
        ("ababababcdcd", "pattern"),
        ("winter24winter24", "pattern"),
        ("abcdefghijklmnop", "pattern"),
        ("xyz quist 4711!", "your own name"),
        ("my LIGHTHOUSE door", "your own name"),
        ("ada.quist loves tea", "your own name"),
    ],
)
def test_a_poor_one_is_refused_with_the_reason(password: str, why: str) -> None:
    with pytest.raises(Invalid, match=why) as refused:
        check_password(password, OWN)
    assert refused.value.faults[0].field == "password"


def test_a_short_own_word_forbids_nothing() -> None:
    check_password("canada lakes trip", OWN)


async def test_it_is_kept_as_argon2id_by_the_settings_cost(settings: Settings) -> None:
    kept = await Passwords(settings).hash("seven green bicycles")

    assert kept.startswith("$argon2id$")
    cost = extract_parameters(kept)
    assert (cost.memory_cost, cost.time_cost) == (settings.argon2_memory_kib, settings.argon2_passes)


async def test_only_the_right_one_matches(settings: Settings) -> None:
    checker = Passwords(settings)
    kept = await checker.hash("café au lait, please")

    assert await checker.verify(
        kept, "cafe\u0301 au lait, please"
    )  # the same letters, typed on another keyboard
    assert not await checker.verify(kept, "cafe au lait, please")
    assert not await checker.verify(kept, "\ud800" * 12)
    assert not await checker.verify("not a hash", "café au lait, please")


async def test_nobodys_hash_is_checked_at_full_cost(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    plain = PasswordHasher.verify

    def noted(self: PasswordHasher, kept: str, password: bytes) -> bool:
        checked.append(kept)
        return plain(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    checker = Passwords(settings)
    real = await checker.hash("seven green bicycles")

    assert not await checker.verify(None, "seven green bicycles")
    assert extract_parameters(checked[0]) == extract_parameters(real)


async def test_a_changed_cost_is_noticed(settings: Settings) -> None:
    kept = await Passwords(settings).hash("seven green bicycles")

    assert not Passwords(settings).is_outdated(kept)
    assert Passwords(replace(settings, argon2_passes=2)).is_outdated(kept)


async def test_a_flood_computes_a_few_at_a_time(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    busy, most, lock = 0, 0, threading.Lock()
    all_in = threading.Barrier(AT_ONCE)

    def slow(self: PasswordHasher, password: bytes) -> str:
        nonlocal busy, most
        with lock:
            busy, most = busy + 1, max(most, busy + 1)
        all_in.wait(timeout=30)
        with lock:
            busy -= 1
        return "$argon2id$"

    monkeypatch.setattr(PasswordHasher, "hash", slow)
    checker = Passwords(settings)
    await asyncio.gather(*(checker.hash("seven green bicycles") for _ in range(3 * AT_ONCE)))

    assert most == AT_ONCE


def test_the_list_of_common_ones_is_there() -> None:
    assert len(passwords.COMMON) > 25_000
    assert {"password", "123456789", "qwerty123456"} <= passwords.COMMON
