"""An agency with a row of every kind that an address can name, made by its owner through the API.

A new kind of row in an address needs one line in `MAKERS`; until it has one, the laws about routes fail and name it.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from uuid import UUID

import httpx
import msgspec

from audienceos.clients import changing
from audienceos.clients.actions.signals import set_signal
from audienceos.clients.importing.running import Who, run_import
from audienceos.platform.actor import Role
from tests.cast import HOST, Player, Stage
from tests.laws.nouns import Route
from tests.laws.nouns_alerts import an_alert, more_alerts
from tests.laws.nouns_connections import CONNECTED
from tests.laws.nouns_held import held_of, read_of, told_of, watched_of
from tests.laws.nouns_inbox import INBOX, more_conversations
from tests.laws.nouns_tickets import (
    a_begun_ticket,
    a_deleted_ticket,
    a_first_ticket,
    a_ticket_note,
    a_time_entry,
    resolved,
)
from tests.platform.storage.pictures import picture

Row = dict[str, Any]


class World(msgspec.Struct):
    """An agency, whose it is, and a word that stands in all its rows' texts and nowhere else."""

    stage: Stage
    owner: Player
    word: str
    ids: dict[str, str] = {}
    """By the name of the hole in the address: the one that the others hang from."""
    more: dict[str, list[str]] = {}
    """Further rows, in other states: archived, deleted, done, deactivated."""

    async def made(self, path: str, body: Row, status: tuple[int, ...] = (200, 201)) -> Row:
        """What the owner makes there."""
        answer = await self.owner.post(path, json=body)
        assert answer.status_code in status, answer.text
        return answer.json()

    def also(self, hole: str, row_id: str) -> None:
        """Note a further row."""
        self.more.setdefault(hole, []).append(row_id)


Maker = Callable[[World], Awaitable[str]]


def empty_world(stage: Stage, owner: Player) -> World:
    """An agency in which nothing is made yet."""
    return World(stage, owner, f"Zq{secrets.token_hex(4)}")


async def fill_world(world: World, holes: Iterable[str] | None = None) -> None:
    """Make one of each kind, in the order in which it hangs together; of these kinds, or of all."""
    for hole in MAKERS if holes is None else holes:
        world.ids[hole] = await MAKERS[hole](world)


async def world_of(stage: Stage, owner: Player) -> World:
    """Make everything there is, in every state that has an address of its own."""
    world = empty_world(stage, owner)
    world.ids["colleague"] = str(owner.user_id)
    await fill_world(world)
    await in_other_states(world)
    return world


def values_for(route: Route, world: World) -> dict[str, str]:
    """What fills the holes of a route with the agency's own rows. Raises `AssertionError` for an unknown kind."""
    unknown = [hole for hole in route.rows if hole not in MAKERS]
    assert unknown == [], f"{route}: say in tests/laws/nouns_rows.py how a row for {unknown} is made"
    return {hole: world.ids[hole] for hole in route.rows} | {"slug": world.owner.slug}


async def _client(world: World) -> str:
    field = world.ids["field_id"]
    made = await world.made(
        "/v1/clients",
        {
            "name": f"{world.word} Clockworks",
            "stage": "Onboarding",
            "domain": f"{world.word.lower()}.example",
            "contact_name": f"{world.word} Maya",
            "notes": f"{world.word} pinned",
            "tags": [f"{world.word} tag"],
            "lifetime_value": "8412.34",
            "custom": {field: f"{world.word} value"},
        },
    )
    twin = await world.made("/v1/clients", {"name": f"{world.word} Clockworks"})
    world.ids["twin"] = twin["id"]
    reason = {"reason": f"{world.word} reason"}
    await world.made(f"/v1/clients/{made['id']}/health-override", reason)
    move = {"from_stage": "Onboarding", "to_stage": "Audit", "notes": f"{world.word} moved"}
    await world.made(f"/v1/clients/{made['id']}/moves", move)
    return made["id"]


async def _field(world: World) -> str:
    return (await world.made("/v1/custom-fields", {"name": f"{world.word} size"}))["id"]


async def _user(world: World) -> str:
    user_id = str((await world.stage.member(world.owner, f"Tom {world.word}")).user_id)
    answer = await world.owner.send("PUT", f"/v1/users/{user_id}/avatar", content=picture())
    assert answer.status_code == 200, answer.text
    return user_id


async def _assignment(world: World) -> str:
    path = f"/v1/clients/{world.ids['client_id']}/assignments"
    return (await world.made(path, {"user_id": world.ids["user_id"]}))["id"]


async def _contact(world: World) -> str:
    contact = {"name": f"{world.word} Oona", "email": f"oona@{world.word.lower()}.example"}
    return (await world.made(f"/v1/clients/{world.ids['client_id']}/contacts", contact))["id"]


async def _note(world: World) -> str:
    note = {"content": f"{world.word} called"}
    return (await world.made(f"/v1/clients/{world.ids['client_id']}/notes", note))["id"]


async def _task(world: World) -> str:
    task = {
        "name": f"{world.word} call",
        "description": f"{world.word} twice",
        "assigned_to": str(world.owner.user_id),
        "remind_at": "2026-01-01T09:00:00Z",
    }
    return (await world.made(f"/v1/clients/{world.ids['client_id']}/tasks", task))["id"]


async def _template(world: World) -> str:
    line = {"stage": "Onboarding", "name": f"{world.word} line", "description": f"{world.word} how"}
    await world.made("/v1/task-templates", line)
    return (await world.made("/v1/task-templates", line))["id"]


async def _import(world: World) -> str:
    lines = (
        f"Name,Domain,{world.word} header\nOne {world.word},one.example,x\nTwo {world.word},two.example,y\n"
    )
    answer = await world.owner.post(
        f"/v1/client-imports?file_name={world.word}.csv", content=lines.encode(), headers={}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def _invitation(world: World) -> str:
    invited = {"email": f"{world.word.lower()}@invited.example", "message": f"{world.word} come"}
    await world.made("/v1/invitations", invited)
    found = (await world.owner.get("/v1/invitations")).json()["items"]
    return next(one["id"] for one in found if one["email"] == invited["email"])


async def _token(world: World) -> str:
    await world.made("/v1/tokens", {"name": f"{world.word} token"})
    return (await world.owner.get("/v1/tokens")).json()["items"][0]["id"]


async def _session(world: World) -> str:
    """Another browser of the owner's, so that signing it out does not end what the law is doing."""
    email = (await world.owner.get("/v1/me")).json()["user"]["email"]
    elsewhere = Player(httpx.AsyncClient(transport=world.stage.transport, base_url=HOST), *_seat(world.owner))
    await world.stage.sign_in(elsewhere, email)
    found = (await world.owner.get("/v1/sessions")).json()["items"]
    return next(one["id"] for one in found if not one["is_present"])


async def _event(world: World) -> str:
    return (await world.owner.get("/v1/events")).json()["items"][0]["id"]


def _seat(player: Player) -> tuple[str, UUID, UUID, Role]:
    return player.slug, player.agency_id, player.user_id, player.role


async def _stage(world: World) -> str:
    return (await world.made("/v1/stages", {"name": f"{world.word} stage"}))["name"]


async def _view(world: World) -> str:
    kept = {"name": f"{world.word} view", "parameters": {"tag": [f"{world.word} tag"]}}
    return (await world.made("/v1/saved-views", kept))["id"]


async def _change(world: World) -> str:
    tagged = {"kind": "tag", "tag": f"{world.word} bulk", "client_ids": [world.ids["client_id"]]}
    return (await world.made("/v1/client-changes", tagged, (202,)))["id"]


def _asked(world: World) -> Row:
    return {
        "client_id": world.ids["client_id"],
        "title": f"{world.word} form",
        "description": f"{world.word} 500",
    }


async def _ticket(world: World) -> str:
    body = _asked(world) | {"priority": "critical", "assignee_id": str(world.owner.user_id)}
    return await a_first_ticket(world.stage.parts.database, world.owner, body)


MAKERS: dict[str, Maker] = {
    "stage": _stage,
    "field_id": _field,
    "user_id": _user,
    "client_id": _client,
    "assignment_id": _assignment,
    "contact_id": _contact,
    "note_id": _note,
    "task_id": _task,
    "template_id": _template,
    "import_id": _import,
    "view_id": _view,
    "change_id": _change,
    "number": _ticket,
    "ticket_note_id": a_ticket_note,
    "time_entry_id": a_time_entry,
    **INBOX,
    "alert_id": an_alert,
    "notification_id": told_of,
    "invitation_id": _invitation,
    "token_id": _token,
    "session_id": _session,
    "event_id": _event,
    "job_id": held_of,
    **CONNECTED,
}


async def in_other_states(world: World) -> None:
    """Rows whose pages have other forms: archived, deleted, done, deactivated."""
    owner = world.owner
    archived = await world.made("/v1/clients", {"name": f"{world.word} Archived"})
    await owner.patch(f"/v1/clients/{archived['id']}", json={"is_active": False}, version=archived["version"])
    deleted = await world.made("/v1/clients", {"name": f"{world.word} Deleted"})
    assert (await owner.delete(f"/v1/clients/{deleted['id']}")).status_code == 204
    done = await world.made(f"/v1/clients/{world.ids['client_id']}/tasks", {"name": f"{world.word} done"})
    await world.made(f"/v1/tasks/{done['id']}/completion", {})
    gone = await world.stage.member(owner, f"Dan {world.word}")
    view = (await owner.get(f"/v1/users/{gone.user_id}")).json()
    await owner.patch(f"/v1/users/{gone.user_id}", json={"is_active": False}, version=view["version"])
    risky = await world.made("/v1/clients", {"name": f"{world.word} Risky"})
    async with world.stage.parts.database.acting(owner.claims) as db:
        await set_signal(db, UUID(risky["id"]), "tests", "late", "risk", reason=f"{world.word} is late")
    for client in (archived, deleted, risky):
        world.also("client_id", client["id"])
    world.also("task_id", done["id"])
    world.also("import_id", await _finished_import(world))
    world.also("change_id", await _finished_change(world, risky["id"]))
    world.also("number", await resolved(owner, _asked(world), f"{world.word} done"))
    for also in (a_deleted_ticket, a_begun_ticket):
        world.also("number", await also(owner, _asked(world)))
    await more_alerts(world)
    await more_conversations(world)
    world.also("notification_id", await read_of(world))
    await watched_of(world, client=risky["id"], ticket=world.more["number"][0])
    world.also("user_id", str(gone.user_id))
    world.also("user_id", str(owner.user_id))


async def _finished_change(world: World, client_id: str) -> str:
    """Moves that the worker has made."""
    moved = {"kind": "move", "to_stage": "Audit", "client_ids": [client_id]}
    change = await world.made("/v1/client-changes", moved, (202,))
    who = changing.Who(world.owner.agency_id, world.owner.user_id)
    await changing.run_change(world.stage.parts.database, who, UUID(change["id"]))
    return change["id"]


async def _finished_import(world: World) -> str:
    """An import that has brought its clients in."""
    import_id = await _import(world)
    started = await world.owner.post(f"/v1/client-imports/{import_id}/run")
    assert started.status_code == 202, started.text
    await run_import(
        world.stage.parts.database, Who(world.owner.agency_id, world.owner.user_id), UUID(import_id)
    )
    return import_id
