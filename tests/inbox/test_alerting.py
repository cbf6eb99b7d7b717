"""Waiting and broken promises are alerts, raised once and gone once somebody answers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from audienceos.alerts.jobs import evaluate
from audienceos.inbox.detectors import broken_promises, unanswered
from audienceos.inbox.queries.watched import Kept, OpenPromise, Waiting
from tests.cast import Player
from tests.clients.given import Row, listed
from tests.inbox.given import MONDAY, Inbox, answer, mail

OXBOW = UUID(int=1)


def waits(hours: float, code: str | None = "asks_question") -> Kept:
    """A conversation that has waited so long."""
    one = Waiting(UUID(int=2), OXBOW, "Oxbow", "The form", "Maya", MONDAY, code)
    return Kept(one, hours, 24, 48)


@pytest.mark.parametrize(
    ("hours", "severity"), [(23.9, None), (24, "medium"), (47.9, "medium"), (48, "high"), (500, "high")]
)
def test_it_is_told_from_the_agencys_limits_on(hours: float, severity: str | None) -> None:
    assert [found.severity for found in unanswered([waits(hours)])] == ([severity] if severity else [])


def test_it_is_less_sure_where_nothing_was_asked() -> None:
    assert [
        float(unanswered([waits(30, code)])[0].confidence) for code in ("asks_question", "new_content")
    ] == [
        0.9,
        0.72,
    ]


def test_a_clients_conversations_are_one_alert_with_each_as_evidence() -> None:
    (found,) = unanswered([waits(30), waits(60)])
    assert (len(found.evidence), found.numbers["business hours"], found.severity) == (2, 60, "high")


@pytest.mark.parametrize(("days", "severity"), [(0, None), (1, "medium"), (2, "medium"), (3, "high")])
def test_a_promise_is_broken_the_day_after_it_was_due(days: int, severity: str | None) -> None:
    due = date(2026, 11, 20)
    said = OpenPromise(UUID(int=3), UUID(int=2), OXBOW, "Oxbow", "Ines", "We send it by Friday", due, MONDAY)
    found = broken_promises([said], due + timedelta(days=days))
    assert [one.severity for one in found] == ([severity] if severity else [])


async def alerts(inbox: Inbox, rule: str, **asked: Any) -> list[Row]:
    """Alerts of a rule after a look."""
    await evaluate(inbox.database, inbox.claims.known, {})
    return await listed(inbox.owner, "/v1/alerts", rule=rule, **asked)


async def test_one_alert_while_it_waits_and_none_once_it_is_answered(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    first = mail("a")
    await inbox.take(first)
    await alerts(inbox, "unanswered", status="active")
    (raised,) = await alerts(inbox, "unanswered", status="active")
    assert raised["client_id"] == thornfield["id"]
    await inbox.take(answer("b", first))
    assert await alerts(inbox, "unanswered", status="active") == []


async def test_a_promise_that_was_not_kept_is_told_in_its_words(inbox: Inbox, thornfield: Row) -> None:
    first = mail("a")
    await inbox.take(first, answer("b", first, "We will send you the plan by Wednesday."))
    (raised,) = await alerts(inbox, "broken_promises", status="active")
    shown = (await inbox.owner.get(f"/v1/alerts/{raised['id']}")).json()
    assert "by Wednesday" in shown["description"]
