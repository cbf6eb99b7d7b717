"""A client's facts, each changed where it stands: the page of editing with one field, as a part of the client's page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response

from audienceos.agency.queries import Here, here
from audienceos.clients.forms import ClientView
from audienceos.clients.queries.fields import FIELDS, FieldView
from audienceos.clients.queries.one import client_view
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import NotFound
from audienceos.platform.web.edits import Refusal, draft
from audienceos.platform.web.requests import reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]

PLAIN = ("name", "contact_name", "contact_email", "domain", "lifetime_value", "total_spend", "notes")
OWN = "custom."

Kind = Literal["text", "email", "number", "date", "select", "area"]
KINDS: dict[str, Kind] = {"number": "number", "date": "date", "select": "select"}


class Fact(msgspec.Struct, frozen=True):
    """One of them: the field of the form that changes it, and how that is drawn."""

    name: str
    label: str
    kind: Kind = "text"
    most: int = 1000
    """Characters that it may have."""
    options: list[str] = []
    hint: str = ""

    @property
    def key(self) -> str:
        """What its place on the page is called."""
        return "fact-" + self.name.replace(".", "-")

    @property
    def type(self) -> str:
        """Of its input."""
        return self.kind if self.kind in ("email", "date") else "text"


def facts_of(fields: Iterable[FieldView], currency: str, *, is_admin: bool) -> dict[str, Fact]:
    """Every fact that the reader may change, by its field's name, in the order in which they are shown."""
    plain = [
        Fact("name", "Company name", most=100),
        Fact("contact_name", "Contact", most=100),
        Fact("contact_email", "E-mail", "email", 100),
        Fact("domain", "Website", most=253, hint="such as northlight.example"),
        *([Fact("install_date", "Went live", "date")] if is_admin else []),
        Fact("total_spend", "Spend", "number", hint=f"in {currency}"),
        Fact("lifetime_value", "Lifetime value", "number", hint=f"in {currency}"),
        Fact("tags", "Tags", most=1100, hint="with commas between them"),
        Fact("notes", "About this client", "area", 5000),
    ]
    own = [
        Fact(f"{OWN}{one.id}", one.name, KINDS.get(one.kind, "text"), options=one.options) for one in fields
    ]
    return {fact.name: fact for fact in [*plain, *own]}


async def facts_here(lane: Lane, at: Here) -> dict[str, Fact]:
    """The same, with the agency's own fields read."""
    return facts_of(await FIELDS.all(lane), at.currency, is_admin=lane.actor.is_admin)


def changes_of(given: dict[str, str]) -> dict[str, Any]:
    """What the form says, for `ClientPatch`: what was emptied is cleared, what the form didn't have stays."""
    changes: dict[str, Any] = {name: given[name] or None for name in PLAIN if name in given}
    if "name" in changes:
        changes["name"] = given["name"]
    if "install_date" in given:
        changes["install_date"] = given["install_date"] or None
    if "tags" in given:
        changes["tags"] = [tag for tag in given["tags"].split(",") if tag.strip()]
    own = {name.removeprefix(OWN): text or None for name, text in given.items() if name.startswith(OWN)}
    return changes | ({"custom": own} if own else {})


def shown(client: ClientView) -> dict[str, str]:
    """The client as the form's texts."""
    texts = {name: str(value) for name in PLAIN if (value := getattr(client, name)) is not None}
    own = {f"{OWN}{field_id}": str(value) for field_id, value in client.custom.items()}
    day = {"install_date": client.install_date.isoformat()} if client.install_date else {}
    return texts | own | day | {"tags": ", ".join(client.tags)}


async def fact_part(
    request: Asked, client_id: UUID, name: str, *, is_open: bool = False, refusal: Refusal | None = None
) -> Response[str]:
    """One fact in its place: as it stands, or open as the field that changes it. Raises `NotFound`."""
    async with reading(request) as lane:
        at = await here(lane)
        client = await client_view(lane, client_id)
        fact = (await facts_here(lane, at)).get(name)
        if fact is None:
            raise NotFound("fact")
        form = draft(shown(client), client.version, refusal) if is_open else None
        status = form.status if form else 200
        parts = {"client": client, "fact": fact, "form": form, "here": at}
        return page(request, "clients/_fact.html", status=status, **parts)
