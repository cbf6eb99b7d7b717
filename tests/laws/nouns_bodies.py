"""What a caller would plausibly send: a body for each noun, made from the very shape that its handler declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import msgspec
from litestar import Litestar
from msgspec import inspect

from audienceos.platform.web.openapi_operations import BODY
from tests.laws.nouns import Route, routes
from tests.laws.nouns_rows import MAKERS, World, values_for
from tests.platform.storage.pictures import picture

# What a type doesn't say. By the field's name, else by the handler's and the field's.
NAMED: dict[str, str] = {
    "email": "somebody@people.example",
    "contact_email": "somebody@people.example",
    "domain": "plausible.example",
    "slug": "plausible-address",
    "stage": "Onboarding",
    "from_stage": "Audit",
    "to_stage": "Live",
    "until": "2999-01-01T09:00:00Z",
    "timezone": "Europe/Berlin",
    "currency": "EUR",
    "avatar_url": "https://plausible.example/a.png",
    "logo_url": "https://plausible.example/a.png",
    "start": "08:00",
    "end": "17:00",
    "address": "somebody@people.example",
    "own_address": "desk@people.example",
    "imap_host": "127.0.0.1",
    "smtp_host": "127.0.0.1",
    "login_customer_id": "123-456-7890",
    "click_id": "0192d3a4-0000-7000-8000-00000000c11c",
}
POINTING: dict[str, str] = {
    "user_id": "user_id",
    "assigned_to": "user_id",
    "default_owner_id": "user_id",
    "reassign_to": "colleague",
    "task_ids": "task_id",
    "template_ids": "template_id",
    "client_ids": "client_id",
    "numbers": "number",
    "other_id": "twin",
    "client_id": "client_id",
    "message_id": "message_id",
    "assignee_id": "user_id",
}
"""Fields that hold the id of a row: which."""

LEFT_OUT = frozenset(
    {"custom", "options", "columns", "stages_of", "owners", "mapping", "is_active", "role", "history_days"}
) | {"to", "cc", "leaves_at", "account_kind", "account_id", "is_own", "ignored_senders", "ignored_labels"}
"""Optional fields whose value depends on what is there; a patch is plausible without them."""


def sent(route: Route, ids: Mapping[str, str]) -> dict[str, Any]:
    """The keyword arguments of a request to that route: a body where it takes one."""
    if BODY in route.handler.opt:
        takes_picture = "image/*" in route.handler.opt[BODY]["content"]
        return {"content": picture() if takes_picture else b"Name\nPlausible\n"}
    shape = route.call.body
    if shape is None:
        return {"json": {}} if route.method == "POST" else {}
    return {"json": body(shape, ids)}


def body(shape: Any, ids: Mapping[str, str]) -> dict[str, Any]:
    """Every field of a shape with a plausible value; ids are those of `ids`."""
    info = inspect.type_info(shape)
    assert isinstance(info, inspect.StructType)
    made = {
        field.encode_name: _value(field.encode_name, field.type, ids)
        for field in info.fields
        if field.required or field.encode_name not in LEFT_OUT
    }
    if "reassign_to" in made:  # it counts only for somebody who leaves
        made["is_active"] = False
    return made


def _value(name: str, kind: inspect.Type, ids: Mapping[str, str]) -> Any:
    if name in POINTING:
        one = ids.get(POINTING[name])
        if name == "numbers":
            return [int(one or 7)]
        return [one] if name.endswith("ids") else one
    if isinstance(kind, inspect.Metadata):
        return _value(name, kind.type, ids)
    if isinstance(kind, inspect.UnionType):
        return _value(name, _first(kind), ids)
    if isinstance(kind, inspect.StructType):
        return body(kind.cls, ids)
    if isinstance(kind, inspect.LiteralType):
        return kind.values[0]
    if isinstance(kind, (inspect.ListType, inspect.VarTupleType)):
        return [_value(name, kind.item_type, ids)] if kind.min_length else []
    if isinstance(kind, inspect.IntType):
        return kind.ge or 1
    if isinstance(kind, inspect.StrType):
        return NAMED.get(name, "Plausible")
    simple: dict[type[inspect.Type], Any] = {
        inspect.BoolType: False,
        inspect.DictType: {},
        inspect.UUIDType: NAMED.get(name) or next(iter(ids.values())),
        inspect.DateType: "2026-03-04",
        inspect.DateTimeType: NAMED.get(name, "2026-03-04T05:06:07Z"),
        inspect.DecimalType: "12.50",
        inspect.AnyType: {},
    }
    return simple[type(kind)]


def _first(kind: inspect.UnionType) -> inspect.Type:
    """The choice that says most: neither null nor left out."""
    return next(
        choice
        for choice in kind.types
        if not isinstance(choice, inspect.NoneType)
        and not (isinstance(choice, inspect.CustomType) and choice.cls is msgspec.UnsetType)
    )


def acting_in_order(app: Litestar) -> list[Route]:
    """The API's routes that change a row, so ordered that each still finds its row."""
    return sorted((route for route in routes(app) if route.rows and route.acts and route.is_api), key=order)


async def answered(world: World, route: Route) -> httpx.Response:
    """What the owner of the rows is answered there, who sends the present version."""
    values = values_for(route, world)
    version = '"1"'
    if route.is_api:
        version = (await world.owner.get(route.at(values))).headers.get("etag", version)
    headers, body = {"If-Match": version}, sent(route, world.ids) if route.is_api else {}
    answer = await world.owner.send(route.method, route.at(values), headers=headers, **body)
    if route.rows == ("stage",) and answer.status_code == 200:
        world.ids["stage"] = answer.json()["name"]
    if route.rows == ("job_id",) and answer.status_code == 204:  # run again or dropped, it is held no more
        world.ids["job_id"] = await MAKERS["job_id"](world)
    return answer


def order(route: Route) -> tuple[Any, ...]:
    """What makes comes before what ends, what hangs from a row before the row, and people last of all."""
    removes = route.method == "DELETE" or route.path.endswith("/removal")
    noun = route.path.rpartition("/")[2]
    when = 3 if removes else {"run": 1, "undo": 2}.get(noun, 0)
    return "user_id" in route.rows, when, route.rows == ("client_id",), -route.path.count("/"), route.path
