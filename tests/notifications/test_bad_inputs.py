"""What nobody should send about being told, by the API and by the pages' forms."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Player, Stage
from tests.support.spoiling import no_bodies, spoiled_bodies, spoiled_forms

WISHES: dict[str, Any] = {
    "digest_mode": "daily",
    "digest_time": "08:00",
    "digest_days": ["mon"],
    "quiet_hours_enabled": True,
    "quiet_hours_start": "22:00",
    "quiet_hours_end": "08:00",
    "muted_clients": [],
    "timezone": "UTC",
    "slack_channel_id": None,
    "email_work": True,
}
TIMES = {
    "digest_mode": "hourly",
    "digest_time": "08:01",
    "digest_days": "mon",
    "quiet_hours_enabled": "true",
    "quiet_hours_start": "21:07",
    "quiet_hours_end": "06:09",
    "timezone": "Europe/Berlin",
}


@pytest.fixture(scope="module")
async def ines(stage: Stage) -> Player:
    """The owner of an agency of these tests' own."""
    return await stage.owner()


async def test_a_body_is_taken_or_refused_in_words(ines: Player) -> None:
    body = {f"notifications.{name}": value for name, value in WISHES.items()}
    assert await spoiled_bodies(ines, "PATCH", "/v1/preferences", body) == []


@pytest.mark.parametrize(
    ("path", "fields", "typed"),
    [
        ("times", TIMES, ["digest_time", "quiet_hours_start", "quiet_hours_end", "timezone"]),
        ("kinds", {"kinds": "work"}, []),
        ("mutes", {"client_id": "x", "muted": "true"}, []),
    ],
)
async def test_a_form_is_taken_or_comes_back_with_all_that_was_typed(
    ines: Player, path: str, fields: dict[str, str], typed: list[str]
) -> None:
    assert await spoiled_forms(ines, f"/settings/notifications/{path}", fields, typed) == []


async def test_what_is_no_body_is_refused_in_words(ines: Player) -> None:
    assert await no_bodies(ines, "PATCH", "/v1/preferences") == []
