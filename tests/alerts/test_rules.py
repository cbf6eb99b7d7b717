"""The rules about alerts that need no database: where they stand, whether they were right, what a look changes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from audienceos.alerts.receipts import Raised, Trouble, foresight, receipts
from audienceos.alerts.rules import REASONS, TRANSITIONS, Closing, Known, planned, section_of, verdict
from audienceos.platform.db.base import uuid7
from audienceos.platform.findings import Detection
from tests.alerts.facts import NOW, OXBOW, ago


@pytest.mark.parametrize(
    ("closing", "expected"),
    [
        (Closing(how="dismissed", reason="false_alarm"), "wrong"),
        (Closing(how="dismissed", reason="not_important"), "wrong"),
        (Closing(how="dismissed", reason="expected"), "wrong"),
        (Closing(how="dismissed", reason="known"), "right"),
        (Closing(how="dismissed", reason="duplicate"), None),
        (Closing(how="dismissed", reason="other"), None),
        (Closing(how="dismissed", reason="false_alarm", was_acted_on=True), "wrong"),
        (Closing(how="resolved"), "right"),
        (Closing(how="by_itself"), None),
        (Closing(how="by_itself", somebody_acted=True), "right"),
        (Closing(how="by_itself", was_acted_on=True), "right"),
        (Closing(how="switched_off", was_acted_on=True), None),
    ],
)
def test_an_alert_was_right_or_wrong_by_what_people_did_and_said(
    closing: Closing, expected: str | None
) -> None:
    assert verdict(closing) == expected


def test_every_reason_of_the_list_has_words() -> None:
    assert all(words and words[0].isupper() for words in REASONS.values())


@pytest.mark.parametrize(
    ("severity", "waits", "section"),
    [
        ("critical", True, "critical"),
        ("high", False, "critical"),
        ("medium", True, "approvals"),
        ("low", True, "approvals"),
        ("medium", False, "signals"),
    ],
)
def test_grave_ones_come_before_what_waits_for_a_yes(severity: str, waits: bool, section: str) -> None:
    assert section_of(severity, waits_for_a_yes=waits) == section


def test_nothing_leads_out_of_what_is_closed() -> None:
    assert (dict(TRANSITIONS["dismissed"]), dict(TRANSITIONS["resolved"])) == ({}, {})


def found(key: str = "k", **given: Any) -> Detection:
    """Something detected about Oxbow."""
    known: dict[str, Any] = {
        "key": key,
        "client_id": OXBOW,
        "title": "Title",
        "reason": "Reason",
        "severity": "medium",
        "confidence": Decimal("0.90"),
        "evidence": (),
    }
    return Detection(**known | given)


def known(**given: Any) -> Known:
    """The alert about it, active."""
    values: dict[str, Any] = {
        "id": UUID(int=9),
        "key": "k",
        "rule": "stuck",
        "client_id": OXBOW,
        "severity": "medium",
        "title": "Title",
        "description": "Reason",
        "status": "active",
        "snoozed_until": None,
        "closed_at": None,
        "resolved_by": None,
    }
    return Known(**values | given)


@pytest.mark.parametrize(
    ("detected", "there", "changes"),
    [
        ([found()], [], True),
        ([found()], [known()], False),
        ([found(title="Other")], [known()], True),
        ([found(severity="high")], [known()], True),
        ([], [known()], True),
        ([], [known(status="snoozed", snoozed_until=NOW + timedelta(1))], False),
        ([], [known(status="snoozed", snoozed_until=NOW)], True),
        ([found()], [known(status="snoozed", snoozed_until=NOW + timedelta(1))], False),
        ([found()], [known(status="snoozed", snoozed_until=NOW)], True),
        ([found()], [known(status="dismissed", closed_at=ago(days=6.9))], False),
        ([found()], [known(status="dismissed", closed_at=ago(days=7))], True),
        ([found()], [known(status="resolved", closed_at=ago(hours=1), resolved_by=OXBOW)], False),
        ([found()], [known(status="resolved", closed_at=ago(days=1), resolved_by=OXBOW)], True),
        ([found()], [known(status="resolved", closed_at=ago(hours=1))], True),
        ([found(confidence=Decimal("0.69"))], [], False),
        ([found(confidence=Decimal("0.70"))], [], True),
    ],
)
def test_a_look_touches_only_what_differs(
    detected: list[Detection], there: list[Known], changes: bool
) -> None:
    plan = planned(detected, there, NOW)
    assert plan.clients == ([OXBOW] if changes else [])


def test_the_agencys_own_come_before_clients_which_come_in_order() -> None:
    ids = sorted(uuid7() for _ in range(3))
    detected = [found(str(one), client_id=one) for one in (ids[2], None, ids[0], ids[1])]
    assert planned(detected, [], NOW).clients == [None, *ids]


def raised(days: float, result: Any = None, confidence: float = 0.9, client_id: UUID = OXBOW) -> Raised:
    """An alert of so many days ago."""
    return Raised("stuck", client_id, ago(days=days), confidence, result is not None, result)


def test_precision_counts_those_that_can_be_told_and_stands_beside_the_claim() -> None:
    alerts = [raised(1, "right"), raised(2, "right", 0.8), raised(3, "wrong", 0.7), raised(4), raised(5)]
    (record,) = receipts(["stuck"], alerts, [])
    assert (record.raised, record.closed, record.right, record.wrong) == (5, 3, 2, 1)
    assert (record.precision, record.claimed) == (2 / 3, 0.8)


def test_a_rule_without_alerts_has_no_shares() -> None:
    (record,) = receipts(["stuck"], [], [])
    assert (record.precision, record.claimed, record.foresight.recall, record.foresight.lead_days) == (
        None,
    ) * 4


@pytest.mark.parametrize(("days", "foreseen"), [(0, 0), (0.5, 1), (29, 1), (30, 1), (30.1, 0), (-1, 0)])
def test_a_trouble_is_foreseen_by_an_alert_of_the_month_before(days: float, foreseen: int) -> None:
    seen = foresight([raised(days)], [Trouble(OXBOW, NOW)])
    assert (seen.troubles, seen.foreseen) == (1, foreseen)


def test_the_lead_is_from_the_first_alert_of_that_client_and_the_median() -> None:
    other, third = UUID(int=2), UUID(int=3)
    alerts = [raised(4), raised(10), raised(2, client_id=other)]
    troubles = [Trouble(OXBOW, NOW), Trouble(other, NOW), Trouble(third, NOW)]
    seen = foresight(alerts, troubles)
    assert (seen.foreseen, seen.recall, seen.lead_days) == (2, 2 / 3, 6.0)
