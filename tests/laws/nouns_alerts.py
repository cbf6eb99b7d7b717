"""Alerts for the laws: what the worker finds about a client whose tasks are late."""

from __future__ import annotations

from typing import Any

from audienceos.alerts.jobs import evaluate
from audienceos.platform.actor import system_of


async def an_alert(world: Any) -> str:
    """An alert about the agency's client, active."""
    return await _about(world, world.ids["client_id"])


async def more_alerts(world: Any) -> None:
    """Alerts in other states: one that rests, and one that was dismissed."""
    for noun, body in (
        ("snooze", {"preset": "1w"}),
        ("dismissal", {"reason": "other", "text": f"{world.word} no"}),
    ):
        client = await world.made("/v1/clients", {"name": f"{world.word} {noun}"})
        alert_id = await _about(world, client["id"])
        await world.made(f"/v1/alerts/{alert_id}/{noun}", body)
        world.also("alert_id", alert_id)


async def _about(world: Any, client_id: str) -> str:
    late = {"name": f"{world.word} late", "due_date": "2026-01-02"}
    await world.made(f"/v1/clients/{client_id}/tasks", late)
    await evaluate(world.stage.parts.database, system_of(world.owner.agency_id), {})
    asked = {"client": client_id, "rule": "overdue_tasks"}
    found = (await world.owner.get("/v1/alerts", params=asked)).json()["items"]
    return found[0]["id"]
