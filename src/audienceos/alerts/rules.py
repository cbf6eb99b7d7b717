"""What may become of an alert, where it stands on the page, and whether it was right: pure, without database or clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec

from audienceos.platform.findings import SEVERITIES, Detection

Status = Literal["active", "snoozed", "dismissed", "resolved"]
Section = Literal["critical", "approvals", "signals"]
Verdict = Literal["right", "wrong"]
Reason = Literal["false_alarm", "not_important", "expected", "known", "duplicate", "other"]

SURE_ENOUGH = Decimal("0.70")
"""Below it nobody is told; the doubt is kept, so that the rule can be tuned."""
COOL_DOWN = timedelta(days=7)
"""For so long a dismissed condition isn't raised again."""
HANDLED_FOR = timedelta(days=1)
"""For so long one that a person resolved isn't, though it still stands: they have just seen to it."""
EVERY = timedelta(hours=1)
"""How often an agency is looked at when nothing happens."""
LONGEST_SNOOZE = timedelta(days=366)
SNOOZES: Mapping[str, timedelta] = MappingProxyType(
    {"1h": timedelta(hours=1), "1d": timedelta(days=1), "1w": timedelta(weeks=1)}
)

TRANSITIONS: Mapping[str, Mapping[str, Status]] = MappingProxyType(
    {
        "active": MappingProxyType(
            {
                "snooze": "snoozed",
                "dismiss": "dismissed",
                "resolve": "resolved",
                "escalate": "active",
                "decide": "active",
            }
        ),
        "snoozed": MappingProxyType(
            {
                "snooze": "snoozed",
                "wake": "active",
                "dismiss": "dismissed",
                "resolve": "resolved",
                "escalate": "active",
                "decide": "snoozed",
            }
        ),
        "dismissed": MappingProxyType({}),
        "resolved": MappingProxyType({}),
    }
)
"""From each status, what may be done and where it leads. Closed ones stay as they are: a new occurrence is a new row."""

OPEN: tuple[Status, ...] = ("active", "snoozed")
REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        "false_alarm": "It isn't so",
        "not_important": "True, but nothing to act on",
        "expected": "Planned, such as a pause",
        "known": "Known already, and being seen to",
        "duplicate": "Told elsewhere",
        "other": "Another reason",
    }
)
WRONG: frozenset[str] = frozenset({"false_alarm", "not_important", "expected"})
RIGHT: frozenset[str] = frozenset({"known"})


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """All that tells whether an alert was right."""

    how: Literal["dismissed", "resolved", "by_itself", "switched_off", "merged"]
    reason: str | None = None
    """Of a dismissal."""
    was_acted_on: bool = False
    """Whether somebody approved a suggestion or escalated it."""
    somebody_acted: bool = False
    """Whether a person did anything with the client between its raising and its end."""


def verdict(closing: Closing) -> Verdict | None:
    """Right or wrong, by what people did and said; None where neither can be said.

    What somebody acted on, or called resolved, was right. A dismissal says it in its reason. What ended by itself was
    right where somebody had seen to the client meanwhile; else nobody can tell.
    """
    if closing.how in ("switched_off", "merged"):
        return None
    if closing.how == "dismissed":
        return "wrong" if closing.reason in WRONG else "right" if closing.reason in RIGHT else None
    if closing.how == "resolved" or closing.was_acted_on or closing.somebody_acted:
        return "right"
    return None


def section_of(severity: str, *, waits_for_a_yes: bool) -> Section:
    """Under which heading an alert stands: grave ones first, then what waits for a decision, then the others."""
    if severity in ("critical", "high"):
        return "critical"
    return "approvals" if waits_for_a_yes else "signals"


def is_worse(now: str, before: str) -> bool:
    """Whether one severity is worse than another."""
    return SEVERITIES.index(now) > SEVERITIES.index(before)  # pyright: ignore[reportArgumentType]


class Known(msgspec.Struct, frozen=True):
    """An open alert, or one whose condition is to be left in peace, as the next look needs it."""

    id: UUID
    key: str
    rule: str
    client_id: UUID | None
    severity: str
    title: str
    description: str
    status: Status
    snoozed_until: datetime | None
    closed_at: datetime | None
    resolved_by: UUID | None


class Plan(msgspec.Struct, frozen=True):
    """What a look found to do."""

    clients: list[UUID | None]
    """Whose alerts change; None stands for the agency's own. In the order in which their rows are locked."""
    same: list[UUID]
    """Alerts that stand as they stood."""
    doubts: list[Detection]


def planned(detected: Sequence[Detection], known: Sequence[Known], now: datetime) -> Plan:
    """Compare what was detected with what is known: only what differs is touched."""
    sure = {one.key: one for one in detected if one.confidence >= SURE_ENOUGH}
    doubts = [one for one in detected if one.confidence < SURE_ENOUGH]
    opened = {one.key: one for one in known if one.status in OPEN}
    quiet = {one.key for one in known if one.status not in OPEN and is_quiet(one, now)}
    same = [one.id for key, one in opened.items() if key in sure and not differs(one, sure[key], now)]
    changed = {one.client_id for one in opened.values() if one.id not in same and must_change(one, sure, now)}
    changed |= {one.client_id for key, one in sure.items() if key not in opened and key not in quiet}
    return Plan(sorted(changed, key=lambda client_id: (client_id is not None, client_id)), same, doubts)


def must_change(one: Known, sure: Mapping[str, Detection], now: datetime) -> bool:
    """Whether an open alert isn't as it should be. A snoozed one whose cause is gone rests until its time."""
    if one.key in sure:
        return differs(one, sure[one.key], now)
    return one.status == "active" or ends_snooze(one.snoozed_until, now)


def differs(one: Known, found: Detection, now: datetime) -> bool:
    """Whether the alert says something else than what is found now."""
    return (one.title, one.description, one.severity) != (found.title, found.reason, found.severity) or (
        one.status == "snoozed" and ends_snooze(one.snoozed_until, now)
    )


def ends_snooze(until: datetime | None, now: datetime) -> bool:
    """Whether the time for which it was put off is over."""
    return until is not None and until <= now


class Ended(Protocol):
    """An alert, as far as its end goes."""

    @property
    def status(self) -> Any: ...
    @property
    def closed_at(self) -> Any: ...
    @property
    def resolved_by(self) -> Any: ...


def is_quiet(alert: Ended, now: datetime) -> bool:
    """Whether an alert that a person closed still keeps its condition from being raised again."""
    if alert.closed_at is None or (alert.status == "resolved" and alert.resolved_by is None):
        return False
    return now - alert.closed_at < (COOL_DOWN if alert.status == "dismissed" else HANDLED_FOR)
