"""Who shows a session, where that matters before or beside any agency."""

from __future__ import annotations

from typing import Any

from litestar import Request

from audienceos.platform.auth.ports import Seat
from audienceos.platform.auth.sessions import Person, person_of
from audienceos.platform.auth.visiting import visit_of
from audienceos.platform.errors import Unauthenticated
from audienceos.platform.web.requests import auth_of, database_of, reading

Asked = Request[Any, Any, Any]


async def visitor(request: Asked) -> Person | None:
    """Whose session is shown; None for nobody's."""
    secret = visit_of(request).session
    return await person_of(database_of(request), secret) if secret else None


async def seats_of(request: Asked, person: Person) -> list[Seat]:
    """The agencies that the person may enter."""
    auth = auth_of(request)
    async with auth.database.serving() as db:
        return await auth.directory.seats(db, person.account_id)


async def member(request: Asked) -> Person:
    """Who shows the session, let into the agency of this request first. Raises as `reading` does."""
    async with reading(request):
        pass
    person = await visitor(request)
    if person is None:
        raise Unauthenticated
    return person
