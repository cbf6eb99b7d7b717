"""What a look at an agency changes: alerts are raised, seen again, made worse, brought back and resolved by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert

from audienceos.alerts.actions.telling import close, somebody_acted, tell, tell_client
from audienceos.alerts.models import Alert, AlertDoubt, AlertWatch
from audienceos.alerts.ports import Rule
from audienceos.alerts.rules import (
    COOL_DOWN,
    EVERY,
    Closing,
    ends_snooze,
    is_quiet,
    is_worse,
    section_of,
)
from audienceos.clients.access import client_itself
from audienceos.platform import clock
from audienceos.platform.db.base import Base, Json
from audienceos.platform.db.sessions import Db
from audienceos.platform.findings import Detection

_HOLD = """
insert into alert_watch (agency_id, due_at) values ($1, $2)
on conflict (agency_id) do update set due_at = alert_watch.due_at"""
_WATCH = """
insert into alert_watch (agency_id, due_at, looked_at) values ($1, $2, $3)
on conflict (agency_id) do update set looked_at = $3, due_at = least($2, (
  select min(snoozed_until) from alert where agency_id = $1 and status = 'snoozed'))"""


class Seen(msgspec.Struct, frozen=True):
    """A detection, and the rule that it came from."""

    rule: Rule
    found: Detection


class Looked(msgspec.Struct, frozen=True):
    """What a look saw: sure detections by key, the rules that were asked, and those that are switched off."""

    sure: Mapping[str, Seen]
    asked: frozenset[str]
    off: frozenset[str]


async def settle(db: Db, client_id: UUID | None, looked: Looked) -> None:
    """Make the alerts of one client, or the agency's own, say what was seen. Done twice, the second changes nothing."""
    if client_id is None:
        # Made if it isn't there yet, and locked either way: the agency's own alerts have no client to be held by.
        await (await db.raw()).execute(_HOLD, db.actor.agency_id, clock.now())
    else:
        await client_itself(db, client_id)
    opened, quiet = await _there(db, client_id)
    seen = {key: one for key, one in looked.sure.items() if one.found.client_id == client_id}
    for key, one in seen.items():
        if key in opened:
            await _see_again(db, opened[key], one)
        elif key not in quiet:
            await _raise(db, one)
    for key, alert in opened.items():
        if key not in seen:
            await _end(db, alert, looked)
    await tell_client(db, client_id)


async def note_same(db: Db, alert_ids: Sequence[UUID]) -> None:
    """The causes of these alerts are still there as they were."""
    mine = (Alert.agency_id == db.actor.agency_id, Alert.id.in_(alert_ids), Alert.closed_at.is_(None))
    seen = update(Alert).where(*mine).values(seen_at=clock.now(), updated_at=Alert.updated_at)
    await db.execute(seen.execution_options(synchronize_session=False))


async def keep_doubts(db: Db, doubts: Sequence[Seen]) -> None:
    """Keep findings that weren't sure enough to be told."""
    if not doubts:
        return
    now = clock.now()
    given = insert(AlertDoubt).values(
        [_doubt(db, one) | {"first_seen_at": now, "seen_at": now} for one in doubts]
    )
    anew = {name: given.excluded[name] for name in ("severity", "title", "confidence", "numbers", "seen_at")}
    await db.execute(
        given.on_conflict_do_update(
            index_elements=["agency_id", "key"], set_=anew | {"times": AlertDoubt.times + 1}
        )
    )


async def watch_on(db: Db) -> None:
    """The agency was looked at: say when it is next, in an hour or when the first alert that was put off comes back."""
    now = clock.now()
    await (await db.raw()).execute(_WATCH, db.actor.agency_id, now + EVERY, now)


async def agencies_due(db: Db) -> list[UUID]:
    """Agencies to be looked at, and those that never were. The service login's, which may see no more of alerts than
    this."""
    agency = Base.metadata.tables["agency"]
    looked = select(agency.c.id).outerjoin(AlertWatch, AlertWatch.agency_id == agency.c.id)
    due = or_(AlertWatch.due_at.is_(None), AlertWatch.due_at <= clock.now())
    return list(await db.scalars(looked.where(due)))


async def _there(db: Db, client_id: UUID | None) -> tuple[dict[str, Alert], set[str]]:
    """Open alerts by key, locked; and the keys of those that were closed and are still left in peace."""
    whose = Alert.client_id.is_(None) if client_id is None else Alert.client_id == client_id
    now = clock.now()
    rows = await db.scalars(
        select(Alert)
        .where(Alert.agency_id == db.actor.agency_id, whose)
        .where(or_(Alert.closed_at.is_(None), Alert.closed_at > now - COOL_DOWN))
        .order_by(Alert.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    there = rows.all()
    quiet = {row.key for row in there if is_quiet(row, now)}
    return {row.key: row for row in there if row.closed_at is None}, quiet


async def _raise(db: Db, one: Seen) -> None:
    found, now = one.found, clock.now()
    alert = Alert(
        client_id=found.client_id,
        key=found.key,
        rule=one.rule.name,
        type=one.rule.type,
        status="active",
        created_at=now,
        seen_at=now,
    )
    _write(alert, one)
    db.add(alert)
    await db.flush()
    await tell(db, "alert.raised", alert)


async def _see_again(db: Db, alert: Alert, one: Seen) -> None:
    """The same once more: worse breaks a snooze and is told anew, other figures are only written."""
    was = (alert.title, alert.description, alert.severity)
    worse = is_worse(one.found.severity, was[2])
    woken = alert.status == "snoozed" and (worse or ends_snooze(alert.snoozed_until, clock.now()))
    _write(alert, one)
    alert.seen_at = clock.now()
    if woken:
        alert.status, alert.snoozed_until = "active", None
    if worse:
        await tell(db, "alert.escalated", alert, how="worse", was=was[2])
    elif woken:
        await tell(db, "alert.woken", alert, how="by_itself")
    elif was != (alert.title, alert.description, alert.severity):
        await tell(db, "alert.updated", alert)


async def _end(db: Db, alert: Alert, looked: Looked) -> None:
    """Its cause wasn't found: it is over, but where its rule wasn't asked, or it was put off until later."""
    if alert.rule in looked.off:
        await close(db, alert, "resolved", Closing(how="switched_off"))
    elif alert.rule in looked.asked and (
        alert.status == "active" or ends_snooze(alert.snoozed_until, clock.now())
    ):
        acted = await somebody_acted(db, alert.client_id, alert.created_at)
        how = Closing(how="by_itself", was_acted_on=alert.acted_at is not None, somebody_acted=acted)
        await close(db, alert, "resolved", how)


def _write(alert: Alert, one: Seen) -> None:
    """All that a detection says. Suggestions that somebody has decided on stay as they were decided."""
    found, kept = one.found, alert.context or {}
    decided = [given for given in kept.get("suggested_actions", []) if given["status"] != "open"]
    offered = decided or [_offered(given) for given in found.suggestions]
    alert.title, alert.description, alert.severity = found.title, found.reason, found.severity
    alert.confidence = found.confidence
    alert.suggested_action = found.suggestions[0].words if found.suggestions else None
    alert.context = kept | {
        "evidence": msgspec.to_builtins(found.evidence),
        "numbers": found.numbers,
        "doubt": found.doubt,
        "suggested_actions": offered,
    }
    waits = any(given["is_sensitive"] and given["status"] == "open" for given in offered)
    alert.section = section_of(alert.severity, waits_for_a_yes=waits)


def _offered(suggestion: Any) -> Json:
    return msgspec.to_builtins(suggestion) | {"status": "open"}


def _doubt(db: Db, one: Seen) -> Json:
    found = one.found
    return {
        "agency_id": db.actor.agency_id,
        "key": found.key,
        "client_id": found.client_id,
        "rule": one.rule.name,
        "severity": found.severity,
        "title": found.title,
        "confidence": found.confidence,
        "numbers": found.numbers,
    }
