"""Clients that stand still, that nobody has heard of, or whose tasks are late: pure functions.

Days are differences of local dates. A limit of the agency's trips on the day that it is reached; "more than" is said
where it is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from audienceos.alerts.detectors.words import SHOWN, cut, many
from audienceos.alerts.ports import Ground
from audienceos.clients.queries.watched import OverdueTask, WatchedClient
from audienceos.platform.findings import Detection, Evidence, Suggestion, by_client

SILENT_DAYS = 7
"""A client is inactive after more days than these, once it has been here for longer."""
SILENT_LONG = 14
LATE_LONG = 7
"""From so many days late on, a missed deadline is a high risk."""


def stuck(clients: Sequence[WatchedClient], ground: Ground) -> list[Detection]:
    """Clients that stand in a stage for as long as the agency's limits, where time is judged."""
    return [found for client in clients if (found := _stuck(client, ground))]


def inactive(clients: Sequence[WatchedClient], ground: Ground) -> list[Detection]:
    """Clients with whom nothing has happened for more than a week, or more than two."""
    return [found for client in clients if (found := _inactive(client, ground))]


def overdue_tasks(tasks: Sequence[OverdueTask], ground: Ground) -> list[Detection]:
    """Clients whose tasks are not done and were due before today."""
    late = [task for task in tasks if task.due_date < ground.today]
    return [_late_tasks(client_id, mine, ground) for client_id, mine in by_client(late)]


def _stuck(client: WatchedClient, ground: Ground) -> Detection | None:
    limits = ground.pipeline.thresholds
    days = ground.days_since(client.stage_entered_at)
    if not ground.pipeline.runs_a_clock(client.stage) or days < limits.yellow:
        return None
    limit = limits.red if days >= limits.red else limits.yellow
    since = client.stage_entered_at.astimezone(ground.zone)
    return Detection(
        key=f"stuck:{client.id}",
        client_id=client.id,
        title=cut(f"{days} days in {client.stage}"),
        reason=f"{client.name} entered {client.stage} on {since:%-d %B}. The agency's limit is {limit} days.",
        severity="high" if days >= limits.red else "medium",
        confidence=Decimal("0.90"),
        doubt="The days are certain; whether somebody waits on purpose isn't written anywhere.",
        evidence=(_entered(client, ground, days),),
        numbers={"days in stage": days, "limit": limit, "open tasks of the stage": client.open_in_stage},
        suggestions=(_onwards(client, ground),),
    )


def _entered(client: WatchedClient, ground: Ground, days: int) -> Evidence:
    since = client.stage_entered_at.astimezone(ground.zone)
    said = f"Entered {client.stage} on {since:%-d %b %Y}, {since:%H:%M}"
    return Evidence(
        kind="stage_event", id=client.move_id and str(client.move_id), said=said, numbers={"days": days}
    )


def _onwards(client: WatchedClient, ground: Ground) -> Suggestion:
    """Where all that the stage asks for is done the client may go on; else somebody should ask what keeps it."""
    following = _next_stage(client.stage, ground)
    if following and client.done_in_stage and not client.open_in_stage:
        params = {"from_stage": client.stage, "to_stage": following}
        return Suggestion(kind="move_stage", words=f"Move to {following}", params=params, is_sensitive=True)
    name = f"Find out what keeps {client.name} in {client.stage}"
    return Suggestion(kind="create_task", words="Add a task to find out why", params={"name": cut(name)})


def _next_stage(stage: str, ground: Ground) -> str | None:
    stages = ground.pipeline.stages
    if stage not in stages[:-1]:
        return None
    following = stages[stages.index(stage) + 1]
    return None if ground.pipeline.is_guarded(following) else following


def _inactive(client: WatchedClient, ground: Ground) -> Detection | None:
    here = ground.days_since(client.created_at)
    silent = ground.days_since(max(client.last_activity_at, client.created_at))
    if here <= SILENT_DAYS or silent <= SILENT_DAYS:
        return None
    last = max(client.last_activity_at, client.created_at).astimezone(ground.zone)
    event = Evidence(
        kind="event",
        id=client.last_event_id and str(client.last_event_id),
        said=f"The last that anybody did: {last:%-d %b %Y}, {last:%H:%M}",
        numbers={"days": silent},
    )
    task = Suggestion(
        kind="create_task", words="Add a task to call them", params={"name": cut(f"Call {client.name}")}
    )
    return Detection(
        key=f"inactivity:{client.id}",
        client_id=client.id,
        title=f"Nothing for {silent} days",
        reason=f"Nobody has done anything with {client.name} since {last:%-d %B}: no task, note, ticket or move.",
        severity="high" if silent > SILENT_LONG else "medium",
        confidence=Decimal("0.85"),
        doubt="Calls and mails outside AudienceOS aren't seen.",
        evidence=(event,),
        numbers={"quiet days": silent, "limit": SILENT_DAYS},
        suggestions=(task,),
    )


def _late_tasks(client_id: UUID, tasks: list[OverdueTask], ground: Ground) -> Detection:
    first = min(task.due_date for task in tasks)
    days = (ground.today - first).days
    rows = sorted(tasks, key=lambda task: (task.due_date, task.id))[:SHOWN]
    return Detection(
        key=f"overdue_tasks:{client_id}",
        client_id=client_id,
        title=f"{many(len(tasks), 'task')} overdue",
        reason=f"{many(len(tasks), 'open task')} of {tasks[0].client_name}, due since {first:%-d %B}.",
        severity="high" if days >= LATE_LONG else "medium",
        confidence=Decimal("0.95"),
        evidence=tuple(
            Evidence(
                kind="task",
                id=str(task.id),
                said=f"{task.name}, due {task.due_date:%-d %b %Y}",
                numbers={"days late": (ground.today - task.due_date).days},
            )
            for task in rows
        ),
        numbers={"overdue tasks": len(tasks), "days late": days},
        suggestions=(
            Suggestion(
                kind="open_ticket",
                words="Open a ticket to catch up",
                params={
                    "title": cut(f"Catch up with {tasks[0].client_name}: {many(len(tasks), 'task')} overdue")
                },
            ),
        ),
    )
