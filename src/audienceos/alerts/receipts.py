"""How good a rule is, by what came of its alerts: pure, without database or clock.

A *trouble* is what people said first and without being asked: somebody moved a client to the stage for those who need
help, or to the last one. A rule has *foreseen* it where an alert of its own about that client stood in the 30 days before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import mean, median
from uuid import UUID

import msgspec

from audienceos.alerts.rules import Verdict

FORESIGHT = timedelta(days=30)
DAY = timedelta(days=1)


class Raised(msgspec.Struct, frozen=True):
    """An alert that was raised, or would have been: whose, when, how sure, and what came of it."""

    rule: str
    client_id: UUID | None
    created_at: datetime
    confidence: float
    is_closed: bool
    verdict: Verdict | None


class Trouble(msgspec.Struct, frozen=True):
    """A person moved the client to where it gets help, or to its end."""

    client_id: UUID
    at: datetime


class Foresight(msgspec.Struct, frozen=True):
    """Of the troubles that there were, how many were foreseen, and how long before (median, in days)."""

    troubles: int
    foreseen: int
    recall: float | None
    lead_days: float | None


class Receipt(msgspec.Struct, frozen=True):
    """One rule's record. Shares are from 0 to 1, and null where there is nothing to divide by."""

    rule: str
    raised: int
    closed: int
    right: int
    wrong: int
    precision: float | None
    """Of the closed ones that can be told, the share that was right."""
    claimed: float | None
    """How sure the rule was of those, on average: what its precision should be."""
    foresight: Foresight


def receipts(rules: Iterable[str], alerts: Sequence[Raised], troubles: Sequence[Trouble]) -> list[Receipt]:
    """The record of each rule over a period's alerts and troubles."""
    return [_receipt(rule, [one for one in alerts if one.rule == rule], troubles) for rule in rules]


def foresight(alerts: Sequence[Raised], troubles: Sequence[Trouble]) -> Foresight:
    """How many of the troubles these alerts had told of, and how long before."""
    leads = [lead for trouble in troubles if (lead := _lead(alerts, trouble)) is not None]
    share = len(leads) / len(troubles) if troubles else None
    ahead = median(lead / DAY for lead in leads) if leads else None
    return Foresight(len(troubles), len(leads), share, None if ahead is None else round(ahead, 1))


def _receipt(rule: str, alerts: list[Raised], troubles: Sequence[Trouble]) -> Receipt:
    told = [one for one in alerts if one.verdict is not None]
    right = sum(one.verdict == "right" for one in told)
    return Receipt(
        rule=rule,
        raised=len(alerts),
        closed=sum(one.is_closed for one in alerts),
        right=right,
        wrong=len(told) - right,
        precision=right / len(told) if told else None,
        claimed=round(mean(one.confidence for one in told), 2) if told else None,
        foresight=foresight(alerts, troubles),
    )


def _lead(alerts: Sequence[Raised], trouble: Trouble) -> timedelta | None:
    """How long before it the first alert about that client was raised; None where there was none."""
    before = [
        trouble.at - one.created_at
        for one in alerts
        if one.client_id == trouble.client_id and trouble.at - FORESIGHT <= one.created_at < trouble.at
    ]
    return max(before, default=None)
