"""What nobody should ask of the rooms' lists and of the dashboard: no parameter breaks them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.agency.browsing import Shown
from tests.cast import Player, Stage
from tests.support.spoiling import MACHINE_WORDS, TEXTS, ways

LISTS = {
    "/v1/kpi-snapshots": ["metric", "limit", "cursor"],
    "/v1/installs": ["days"],
    "/v1/tickets": [
        "client",
        "status",
        "created_from",
        "created_to",
        "due_to",
        "q",
        "sort",
        "limit",
        "cursor",
    ],
    "/v1/ticket-metrics": ["since", "until"],
    "/v1/alerts": ["client", "rule", "severity", "status", "sort", "limit", "cursor"],
    "/v1/alert-replay": ["rule", "days"],
    "/v1/alert-receipts": ["days"],
    "/v1/notifications": ["unread", "limit", "cursor"],
    "page/dashboard": ["days"],
    "page/tickets": ["client", "created_to", "q"],
    "page/alerts": ["client", "show"],
    "page/notifications": ["unread", "cursor"],
}


@pytest.fixture(scope="module")
async def ines(stage: Stage) -> Player:
    """The owner of an agency of these tests' own, where days begin before those of UTC."""
    return await _living_in(await stage.owner(), "Asia/Tokyo")


@pytest.fixture(scope="module")
async def cleo(stage: Stage) -> Player:
    """The owner of another, where they begin after those of UTC."""
    return await _living_in(await stage.owner("Cleo Stark", "Southwind"), "America/New_York")


async def _living_in(owner: Player, zone: str) -> Player:
    assert (await owner.patch("/v1/agency", json={"timezone": zone}, version=1)).status_code == 200
    return owner


async def said_of(player: Player, path: str, names: Iterable[str]) -> list[str]:
    """What was wrong in the answers to that address with each of these parameters so; nothing is right."""
    is_page = path.startswith("page")
    at = player.at(path.removeprefix("page")) if is_page else path
    wrong: list[str] = []
    for name in names:
        for way, value in ways(name, TEXTS):
            answer = await player.get(f"{at}?{name}={value}")
            told = "" if answer.status_code == 200 else Shown(answer).text if is_page else answer.text
            if answer.status_code not in (200, 400, 404) or any(word in told for word in MACHINE_WORDS):
                wrong.append(f"{name} is {way}: {answer.status_code} {told[:300]}")
    return wrong


@pytest.mark.parametrize("path", LISTS)
async def test_a_parameter_is_taken_or_refused_in_words(ines: Player, path: str) -> None:
    assert await said_of(ines, path, LISTS[path]) == []
    at = path.replace("page", ines.at(""))
    assert (await ines.get(f"{at}?no_such_parameter=1")).status_code == 400


@pytest.mark.parametrize("path", ["/v1/tickets", "/v1/ticket-metrics"])
async def test_days_without_end_are_days_on_either_side_of_utc(cleo: Player, path: str) -> None:
    days = [
        name for name in LISTS[path] if name in ("created_from", "created_to", "due_to", "since", "until")
    ]
    assert await said_of(cleo, path, days) == []


@pytest.mark.parametrize(
    "path",
    ["/v1/kpi-snapshots", "/v1/notification-readings", "/v1/test-notifications", "/v1/install-exports"],
)
async def test_a_verb_without_a_body_heeds_none(ines: Player, path: str) -> None:
    for content in (b"", b"null", b"[1e400]", b"\xff\x00", b'{"no_such_field": 1}'):
        answer = await ines.post(path, content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code in (200, 201), (content, answer.text)
