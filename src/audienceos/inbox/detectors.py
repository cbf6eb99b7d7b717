"""Clients who have waited too long for a reply, and promises that weren't kept: pure functions over facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from audienceos.inbox.queries.watched import Kept, OpenPromise
from audienceos.inbox.words import cut
from audienceos.platform.findings import Detection, Evidence, Suggestion, by_client

SHOWN = 20
SURE = frozenset({"asks_question", "requests_action", "complaint", "we_promised", "person_said"})
"""Reasons by which it is plain that somebody waits; of mere content it is less sure."""


def unanswered(facts: Sequence[Kept]) -> list[Detection]:
    """Clients with a conversation that has waited for at least the agency's limit, in business hours."""
    late = [fact for fact in facts if fact.hours >= fact.watch]
    return [_unanswered(client_id, mine) for client_id, mine in by_client(late)]


def broken_promises(facts: Sequence[OpenPromise], today: date) -> list[Detection]:
    """Clients to whom the agency promised something by a day that has passed."""
    late = [fact for fact in facts if fact.due < today]
    return [_broken(client_id, mine, today) for client_id, mine in by_client(late)]


def _unanswered(client_id: UUID, facts: list[Kept]) -> Detection:
    facts.sort(key=lambda fact: -fact.hours)
    first = facts[0]
    name, hours = first.waiting.client_name, int(first.hours)
    sure = any(fact.waiting.code in SURE for fact in facts)
    what = "1 conversation waits" if len(facts) == 1 else f"{len(facts)} conversations wait"
    return Detection(
        key=f"unanswered:{client_id}",
        client_id=client_id,
        title=f"Unanswered for {hours} business hours",
        reason=f"{name}: {what} for a reply, the longest since {first.waiting.waiting_since:%-d %B}.",
        severity="high" if first.hours >= first.risk else "medium",
        confidence=Decimal("0.90") if sure else Decimal("0.72"),
        doubt="" if sure else "Nothing was asked outright.",
        evidence=tuple(_said(fact) for fact in facts[:SHOWN]),
        numbers={"conversations": len(facts), "business hours": hours, "limit": int(first.watch)},
        suggestions=(
            Suggestion(
                kind="create_task",
                words="Add a task for it",
                params={"name": cut(f"Answer {first.waiting.last_sender} at {name}", 200)},
            ),
        ),
    )


def _broken(client_id: UUID, facts: list[OpenPromise], today: date) -> Detection:
    facts.sort(key=lambda fact: fact.due)
    first = facts[0]
    days = (today - first.due).days
    what = "1 promise wasn't" if len(facts) == 1 else f"{len(facts)} promises weren't"
    return Detection(
        key=f"broken_promises:{client_id}",
        client_id=client_id,
        title=f"{what} kept",
        reason=f"{first.owner} told {first.client_name}: “{cut(first.quote, 200)}”, by {first.due:%-d %B}.",
        severity="high" if days >= 3 else "medium",
        confidence=Decimal("0.75"),
        doubt="It may have been done without a word in the conversation.",
        evidence=tuple(
            Evidence(
                kind="promise",
                id=str(fact.conversation_id),
                said=f"{fact.owner}: “{cut(fact.quote, 200)}”",
                numbers={"due": fact.due.isoformat()},
            )
            for fact in facts[:SHOWN]
        ),
        numbers={"promises": len(facts), "days late": days},
        suggestions=(
            Suggestion(
                kind="create_task",
                words="Add a task for it",
                params={"name": cut(f"Keep what {first.owner} promised {first.client_name}", 200)},
            ),
        ),
    )


def _said(fact: Kept) -> Evidence:
    waiting = fact.waiting
    return Evidence(
        kind="conversation",
        id=str(waiting.id),
        said=f"{waiting.last_sender}: {waiting.name}",
        numbers={"business hours": int(fact.hours), "since": waiting.waiting_since.isoformat()},
    )
