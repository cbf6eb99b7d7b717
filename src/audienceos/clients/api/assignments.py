"""`/v1/clients/{id}/assignments`: who looks after a client. One owner at most, any collaborators."""

from __future__ import annotations

from typing import Any

from litestar import Request, delete, get, post
from litestar.params import JSONBody

from audienceos.agency.access import user_for
from audienceos.clients.actions.assigning import assign, unassign
from audienceos.clients.forms import AssignmentIn
from audienceos.clients.queries.one import check_client
from audienceos.clients.queries.people import ASSIGNMENT, ASSIGNMENTS, AssignmentView
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Listed, Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Id, Transaction, reading

Asked = Request[Any, Any, Any]


@get("/v1/clients/{client_id:uuid}/assignments", opt={"query": Listed})
async def list_assignments(request: Asked, client_id: Id) -> Page[AssignmentView]:
    """Everyone who looks after the client, the owner first."""
    async with reading(request) as lane:
        await check_client(lane, client_id)
        asked = filters_from(request, Listed)
        return await ASSIGNMENTS.page(lane, asked, sort="role", binds={"client_id": client_id})


@get("/v1/clients/{client_id:uuid}/assignments/{assignment_id:uuid}")
async def show_assignment(request: Asked, client_id: Id, assignment_id: Id) -> AssignmentView:
    """One of them."""
    async with reading(request) as lane:
        found = await ASSIGNMENT.one(lane, {"client_id": client_id, "row_id": assignment_id}, one=True)
        if found is None:
            raise NotFound("assignment")
        return found


@post("/v1/clients/{client_id:uuid}/assignments", status_code=200)
async def create_assignment(db: Transaction, client_id: Id, data: JSONBody[AssignmentIn]) -> AssignmentView:
    """Have somebody look after the client. A new owner takes the old one's place; who does already stays."""
    row = await assign(db, client_id, data)
    person = await user_for(db, row.user_id)
    # Not read back: who gives a client away may not see it any more.
    return AssignmentView(
        row.id,
        row.client_id,
        row.user_id,
        f"{person.first_name} {person.last_name}",
        data.role,
        row.created_at,
    )


@delete("/v1/clients/{client_id:uuid}/assignments/{assignment_id:uuid}")
async def delete_assignment(db: Transaction, client_id: Id, assignment_id: Id) -> None:
    """Have somebody look after the client no longer."""
    await unassign(db, client_id, assignment_id)


HANDLERS = [list_assignments, show_assignment, create_assignment, delete_assignment]
