"""What nobody should ask of the rooms' lists and of the dashboard: no parameter breaks them."""

from __future__ import annotations

import pytest

from tests.agency.browsing import Shown
from tests.cast import Player, Stage
from tests.support.spoiling import MACHINE_WORDS, TEXTS

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


@pytest.fixture(scope="module", params=["Asia/Tokyo", "America/New_York"])
async def ines(stage: Stage, request: pytest.FixtureRequest) -> Player:
    """The owner of an agency of these tests' own, where days begin before or after those of UTC."""
    owner = await stage.owner()
    await owner.patch("/v1/agency", json={"timezone": request.param}, version=1)
    return owner


@pytest.mark.parametrize("path", LISTS)
async def test_a_parameter_is_taken_or_refused_in_words(ines: Player, path: str) -> None:
    is_page = path.startswith("page")
    at = ines.at(path.removeprefix("page")) if is_page else path
    for name in [*LISTS[path], "no_such_parameter"]:
        for way, value in TEXTS.items():
            answer = await ines.get(f"{at}?{name}={value}")
            assert answer.status_code in (200, 400, 404), (name, way, answer.text[:300])
            said = "" if answer.status_code == 200 else Shown(answer).text if is_page else answer.text
            assert not any(word in said for word in MACHINE_WORDS), said[:300]


@pytest.mark.parametrize(
    "path",
    ["/v1/kpi-snapshots", "/v1/notification-readings", "/v1/test-notifications", "/v1/install-exports"],
)
async def test_a_verb_without_a_body_heeds_none(ines: Player, path: str) -> None:
    for content in (b"", b"null", b"[1e400]", b"\xff\x00", b'{"no_such_field": 1}'):
        answer = await ines.post(path, content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code in (200, 201), (content, answer.text)
