"""What nobody should send about alerts, by the API and by the pages' forms."""

from __future__ import annotations

from typing import Any

import pytest

from audienceos.platform.db.database import Database
from tests.alerts.given import look, stuck_for, the_alert
from tests.cast import Player, Stage
from tests.clients.given import a_client
from tests.support.spoiling import no_bodies, spoiled_bodies, spoiled_forms


@pytest.fixture(scope="module")
async def ines(stage: Stage) -> Player:
    """The owner of an agency of these tests' own."""
    return await stage.owner()


@pytest.fixture(scope="module")
async def alert(database: Database, ines: Player) -> str:
    """The id of its alert."""
    await stuck_for(database, ines, await a_client(ines, "Oxbow"), 8)
    await look(database, ines)
    return str((await the_alert(database, ines)).id)


@pytest.mark.parametrize(
    ("path", "fields", "typed"),
    [
        ("/alerts/{alert}/snooze", {"until": "2020-01-01T00:00"}, ["until"]),
        ("/alerts/{alert}/snooze", {"preset": "1y", "until": "2020-01-01T00:00"}, ["until"]),
        ("/alerts/{alert}/dismissal", {"reason": "bored", "text": "Typed text"}, ["text"]),
        ("/alerts/{alert}/approvals", {"action": "19"}, []),
        ("/alerts/{alert}/rejections", {"action": "19"}, []),
        ("/alerts/rules", {"rule": "stuck", "is_on": "true"}, []),
        ("/alerts/{alert}/escalation", {"note": "Typed note"}, []),
    ],
)
async def test_a_form_is_taken_or_comes_back_with_all_that_was_typed(
    ines: Player, alert: str, path: str, fields: dict[str, str], typed: list[str]
) -> None:
    assert await spoiled_forms(ines, path.format(alert=alert), fields, typed) == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/alerts/{alert}/snooze", {"preset": None, "until": "2020-01-01T00:00:00Z"}),
        ("POST", "/v1/alerts/{alert}/dismissal", {"reason": "other", "text": " "}),
        ("POST", "/v1/alerts/{alert}/approvals", {"action": 19}),
        ("POST", "/v1/alerts/{alert}/rejections", {"action": 19}),
        ("PATCH", "/v1/alert-rules", {"rule": "no_such", "is_on": True}),
        ("POST", "/v1/alerts/{alert}/escalation", {"note": "Typed note"}),
        ("POST", "/v1/alerts/{alert}/resolution", {"note": "Typed note"}),
    ],
)
async def test_a_body_is_taken_or_refused_in_words(
    ines: Player, alert: str, method: str, path: str, body: dict[str, Any]
) -> None:
    assert await spoiled_bodies(ines, method, path.format(alert=alert), body) == []


async def test_what_is_no_body_is_refused_in_words(ines: Player, alert: str) -> None:
    assert await no_bodies(ines, "POST", f"/v1/alerts/{alert}/dismissal") == []
