"""Is this client all right? A pure function of signals, clocks and the agency's limits, with its reasons.

The rule, in order: an admin's "healthy" holds until it expires or a new cause of risk appears; any risk signal
or a stage held for the red limit is red; a watch signal, the yellow limit, an overdue task, or silence for the
yellow limit is yellow; else green. Days are differences of local dates and a limit trips on the day it is reached.

A reason names its limit, not a running count: it is stored, and must still be true tomorrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from audienceos.agency.pipeline import Thresholds
from audienceos.platform.clock import days_between
from audienceos.platform.findings import Finding, Level

Status = Literal["green", "yellow", "red"]


class Signal(msgspec.Struct, frozen=True):
    """What another room says about this client, while it lasts."""

    source: str
    key: str
    """What of it; after a colon, where there is one, the key of the finding that it says once more."""
    level: Level
    count: int
    since: datetime
    reason: str


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that health depends on."""

    runs_a_clock: bool
    """Whether time in the present stage is judged (not when live, nor at the end)."""
    stage: str
    stage_entered_at: datetime
    last_activity_at: datetime
    came_at: datetime
    """When it became a client here. However long it was silent elsewhere, silence counts from then."""
    signals: tuple[Signal, ...] = ()
    open_due_dates: tuple[date, ...] = ()
    """Due dates of tasks not yet done."""
    override_until: datetime | None = None
    override_reason: str | None = None


class Health(msgspec.Struct, frozen=True):
    """The judgement, why, and the next moment at which time alone could change it."""

    status: Status
    reasons: tuple[Finding, ...]
    due_at: datetime | None


def judge(facts: Facts, limits: Thresholds, now: datetime, zone: ZoneInfo) -> Health:
    """Judge one client at one moment."""
    today = now.astimezone(zone).date()
    findings = _told_once([*_signals(facts), *_clocks(facts, limits, now, zone), *_tasks(facts, today)])
    findings.sort(key=lambda finding: finding.level != "risk")
    due = _next_change(facts, limits, now, zone)
    if facts.override_until is not None and facts.override_until > now:
        said = Finding(
            key="override", level="ok", reason=facts.override_reason or "Marked healthy by an admin"
        )
        return Health("green", (said, *findings), due)
    levels = {finding.level for finding in findings}
    status: Status = "red" if "risk" in levels else "yellow" if "watch" in levels else "green"
    return Health(status, tuple(findings), due)


def is_new_risk(known: Sequence[Finding], found: Sequence[Finding]) -> bool:
    """Whether a cause of risk was found that wasn't known, or has grown: what ends an admin's "healthy" early."""
    before = {finding.key: _count(finding) for finding in known if finding.level == "risk"}
    return any(
        finding.key not in before or _count(finding) > before[finding.key]
        for finding in found
        if finding.level == "risk"
    )


def _count(finding: Finding) -> float:
    count = finding.evidence.get("count")
    return count if isinstance(count, (int, float)) else 1


def _signals(facts: Facts) -> list[Finding]:
    return [
        Finding(
            key=f"{signal.source}.{signal.key}",
            level=signal.level,
            reason=signal.reason,
            evidence={"count": signal.count, "since": signal.since.isoformat()},
        )
        for signal in facts.signals
        if signal.level != "ok"
    ]


def _told_once(findings: list[Finding]) -> list[Finding]:
    """Without those that only say again what another one, as grave, says."""
    risky = {finding.key: finding.level == "risk" for finding in findings}

    def is_echo(finding: Finding) -> bool:
        told = risky.get(finding.key.partition(":")[2])
        return told is not None and told >= risky[finding.key]

    return [finding for finding in findings if not is_echo(finding)]


def _clocks(facts: Facts, limits: Thresholds, now: datetime, zone: ZoneInfo) -> list[Finding]:
    found: list[Finding] = []
    in_stage = days_between(facts.stage_entered_at, now, zone)
    if facts.runs_a_clock and in_stage >= limits.yellow:
        level: Level = "risk" if in_stage >= limits.red else "watch"
        limit = limits.red if level == "risk" else limits.yellow
        reason = f"In {facts.stage} for {limit} days or more"
        found.append(
            Finding(key="stage", level=level, reason=reason, evidence={"days": in_stage, "limit": limit})
        )
    silent = days_between(_last_word(facts), now, zone)
    if silent >= limits.yellow:
        reason = f"Nothing has happened for {limits.yellow} days or more"
        evidence: dict[str, str | int | float | bool | None] = {"days": silent, "limit": limits.yellow}
        found.append(Finding(key="silence", level="watch", reason=reason, evidence=evidence))
    return found


def _last_word(facts: Facts) -> datetime:
    return max(facts.last_activity_at, facts.came_at)


def _tasks(facts: Facts, today: date) -> list[Finding]:
    overdue = sorted(due for due in facts.open_due_dates if due < today)
    if not overdue:
        return []
    what = "1 task is overdue" if len(overdue) == 1 else f"{len(overdue)} tasks are overdue"
    evidence: dict[str, str | int | float | bool | None] = {
        "count": len(overdue),
        "since": overdue[0].isoformat(),
    }
    return [
        Finding(key="tasks", level="watch", reason=f"{what}, since {overdue[0]:%d %b}", evidence=evidence)
    ]


def _next_change(facts: Facts, limits: Thresholds, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The earliest moment ahead at which a limit trips, or None. Later figures ("9 days") don't change a status."""
    entered = facts.stage_entered_at.astimezone(zone).date()
    active = _last_word(facts).astimezone(zone).date()
    days = [active + timedelta(days=limits.yellow)]
    if facts.runs_a_clock:
        days += [entered + timedelta(days=limit) for limit in (limits.yellow, limits.red)]
    days += [due + timedelta(days=1) for due in facts.open_due_dates]
    moments = [datetime.combine(day, time(), tzinfo=zone) for day in days]
    if facts.override_until is not None:
        moments.append(facts.override_until)
    return min((moment for moment in moments if moment > now), default=None)
