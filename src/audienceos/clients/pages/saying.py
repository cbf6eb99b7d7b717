"""What the pages say after something was done that can be taken back, with the way back."""

from __future__ import annotations

from typing import Any

from litestar import Request

from audienceos.clients.models import Client, Task
from audienceos.platform.web.toasts import Act, Toast

Asked = Request[Any, Any, Any]
UNDO = "Undo"


def moved(request: Asked, client: Client, from_stage: str) -> Toast:
    """It is in another stage than it was; undone by whoever moved it, as long as it stays there."""
    back = {"from_stage": client.stage, "to_stage": from_stage, "undo": "true"}
    return Toast(
        f"{client.name} is now in {client.stage}", act=Act(UNDO, _to(request, "client-moves", client), back)
    )


def moved_back(client: Client) -> Toast:
    """The same, taken back."""
    return Toast(f"{client.name} is back in {client.stage}")


def put_aside(request: Asked, client: Client) -> Toast:
    """It was archived, or it came back from there."""
    if client.is_active:
        return Toast(f"{client.name} is back")
    return Toast(f"{client.name} is archived", act=Act(UNDO, _to(request, "client-reactivate", client)))


def ticked(request: Asked, task: Task, back: dict[str, str]) -> Toast:
    """It is done, or it is open again. `back` says where the page of its button was."""
    if not task.is_completed:
        return Toast(f"{task.name} is open again")
    slug = request.path_params["slug"]
    to = request.app.route_reverse("task-reopening", slug=slug, task_id=str(task.id))
    return Toast(f"{task.name} is done", act=Act(UNDO, to, back))


def _to(request: Asked, route: str, client: Client) -> str:
    return request.app.route_reverse(route, slug=request.path_params["slug"], client_id=str(client.id))
