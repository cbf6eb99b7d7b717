"""What a client's timeline tells of events, and in which words. What isn't listed here is not told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from audienceos.clients.ports import told_activity

Data = dict[str, Any]
FIELDS = {
    "contact_name": "contact",
    "contact_email": "contact's e-mail",
    "domain": "website",
    "install_date": "day of going live",
    "total_spend": "spend",
    "lifetime_value": "lifetime value",
    "notes": "description",
    "custom": "own fields",
}


def _moved(data: Data) -> str:
    came = f" from {data['from_stage']}" if data.get("from_stage") else ""
    return f"moved it to {data.get('to_stage')}{came}"


def _changed(data: Data) -> str:
    fields: list[str] = data.get("fields") or []
    names = [FIELDS.get(name) or name.replace("_", " ") for name in fields]
    return f"changed {', '.join(names)}" if names else "changed it"


def _due(data: Data) -> str:
    due: str | None = data.get("due_date")
    return f", due {date.fromisoformat(due):%-d %b %Y}" if due else ""


def _given(data: Data) -> str:
    count = data.get("count") or 0
    return f"got {count} {'task' if count == 1 else 'tasks'} from the checklist of {data.get('stage')}"


HEALTH = {"green": "became healthy", "yellow": "needs watching", "red": "became at risk"}

TOLD: dict[str, Callable[[Data], str]] = {
    "client.created": lambda data: f"added the client in {data.get('stage')}",
    "client.changed": _changed,
    "client.archived": lambda _: "archived it",
    "client.reactivated": lambda _: "brought it back from the archive",
    "client.deleted": lambda _: "deleted it",
    "client.restored": lambda _: "restored it",
    "client.merged": lambda data: f"merged {data.get('other')} into it",
    "client.exported": lambda _: "took out everything that is kept of it",
    "client.moved": _moved,
    "client.health_changed": lambda data: HEALTH.get(data.get("now", ""), "changed its health"),
    "client.health_overridden": lambda data: f"called it healthy: {data.get('reason')}",
    "client.override_ended": lambda data: f"is judged by the rules again ({data.get('why')})",
    "client.assigned": lambda data: f"had somebody look after it as {data.get('role')}",
    "client.unassigned": lambda data: (
        f"took {'the owner' if data.get('role') == 'owner' else 'a collaborator'} away"
    ),
    "client.note_added": lambda _: "wrote into the log",
    "client.note_removed": lambda _: "took an entry out of the log",
    "client.contact_added": lambda data: f"added {data.get('contact')} to its people",
    "client.contact_changed": lambda data: f"changed what is known of {data.get('contact')}",
    "client.contact_removed": lambda data: f"removed {data.get('contact')} from its people",
    "task.created": lambda data: f"added the task {data.get('name')}{_due(data)}",
    "task.changed": lambda data: f"changed the task {data.get('name')}",
    "task.completed": lambda data: f"did {data.get('name')}",
    "task.reopened": lambda data: f"reopened {data.get('name')}",
    "task.removed": lambda data: f"removed the task {data.get('name')}",
    "task.given": _given,
    "task.repeated": lambda data: f"has {data.get('name')} again{_due(data)}",
}
"""By the event's name: what its actor did, for after their name."""

ITS_OWN = {"client.health_changed", "client.override_ended", "task.given", "task.repeated"}
"""What a client came to, whoever's doing led there: told of the client, not of a person."""


def told(name: str, data: Data) -> str:
    """The event in words, for after its actor's name. Raises `KeyError` for one that isn't told."""
    return (TOLD.get(name) or told_activity()[name])(data)


def names() -> list[str]:
    """Events that are told: of this room and of those above."""
    return sorted({*TOLD, *told_activity()})
