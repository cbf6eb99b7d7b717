"""The API describes itself, truly and to the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import httpx
import jsonschema_rs
import msgspec
import pytest
from litestar import Litestar, get
from litestar.routes import HTTPRoute

from audienceos.app import Parts, build_app
from audienceos.platform.web.openapi import described, document
from audienceos.platform.web.openapi_operations import calls
from tests.platform.web import probes

Schema = dict[str, Any]


@pytest.fixture(scope="session")
def told(web: Litestar) -> Schema:
    """The description of the product with the probes."""
    return msgspec.json.decode(document(web))


def operations(told: Schema) -> Iterator[tuple[str, str, Schema]]:
    for path, methods in told["paths"].items():
        for method, call in methods.items():
            yield path, method.upper(), call


def call(told: Schema, name: str) -> Schema:
    return next(found for _, _, found in operations(told) if found["operationId"] == name)


def answers_with(told: Schema, given: Schema, status: str, body: Any) -> None:
    """The body is what the description says of this answer."""
    content = given["responses"][status]["content"]["application/json"]["schema"]
    jsonschema_rs.validate(content | {"components": told["components"]}, body)


def test_every_route_of_the_api_is_counted(web: Litestar, told: Schema) -> None:
    routes = {
        (route.path_format, method)
        for route in web.routes
        if isinstance(route, HTTPRoute) and route.path.startswith(("/v1/", "/health/"))
        for method in route.methods
        if method != "OPTIONS"
    }
    assert {(path, method) for path, method, _ in operations(told)} == routes
    assert len(routes) > 10


def references(part: Any) -> Iterator[str]:
    """Every `$ref` within."""
    inside: list[Any] = []
    if isinstance(part, dict):
        named = cast("Schema", part)
        if "$ref" in named:
            yield named["$ref"]
        inside = list(named.values())
    elif isinstance(part, list):
        inside = cast("list[Any]", part)
    for value in inside:
        yield from references(value)


def test_every_reference_leads_somewhere(told: Schema) -> None:
    found = set(references(told))
    assert found
    for reference in found:
        place: Any = told
        for name in reference.removeprefix("#/").split("/"):
            place = place[name]


def test_the_document_is_a_good_one(told: Schema) -> None:
    for schema in told["components"]["schemas"].values():
        jsonschema_rs.validator_for(schema | {"components": told["components"]})
    names = [found["operationId"] for _, _, found in operations(told)]
    assert len(set(names)) == len(names)
    for path, _, found in operations(told):
        places = {given["name"] for given in found["parameters"] if given.get("in") == "path"}
        assert places == {part[1:-1] for part in path.split("/") if part.startswith("{")}
        assert found["summary"]
        assert any(status < "300" for status in found["responses"])


def test_what_each_method_may_answer_is_declared_by_its_kind(told: Schema) -> None:
    happen, show, edit = (call(told, name)["responses"].keys() for name in ("happen", "show", "edit"))
    assert {"201", "400", "401", "403", "404", "409", "413", "415", "422", "429", "503"} == happen
    assert {"200", "304", "400", "401", "403", "404", "429", "503"} == show
    assert {"412", "428"} <= edit
    refused = told["components"]["responses"]["412"]["content"]
    assert refused == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def headers_of(told: Schema, name: str) -> set[str]:
    known = told["components"]["parameters"]
    given = [found["$ref"].rpartition("/")[2] for found in call(told, name)["parameters"] if "$ref" in found]
    return {known[found]["name"] for found in given}


def test_headers_are_declared_where_they_count(told: Schema) -> None:
    assert headers_of(told, "happen") == {"AudienceOS-Agency", "Idempotency-Key"}
    assert headers_of(told, "edit") == {"AudienceOS-Agency", "If-Match"}
    assert headers_of(told, "show") == {"AudienceOS-Agency", "If-None-Match"}
    assert headers_of(told, "live") == set()
    assert told["components"]["parameters"]["IfMatch"]["required"] is True


def test_who_may_ask_is_declared(told: Schema) -> None:
    assert call(told, "happen")["security"] == [{"token": []}, {"session": [], "csrf": []}]
    assert call(told, "ask")["security"] == [{"token": []}, {"session": []}]
    assert call(told, "end_credentials")["security"] == [{"session": [], "csrf": []}]
    assert call(told, "live")["security"] == []


def test_a_querys_struct_is_its_parameters(told: Schema) -> None:
    given = {one["name"]: one for one in call(told, "ask")["parameters"] if one.get("in") == "query"}
    assert set(given) == {"limit", "cursor", "q", "stage", "owner", "health", "blocked"}
    assert given["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 25}
    assert given["limit"]["description"] == "How many at most"
    assert given["q"]["schema"] == {"type": "string"}
    assert given["owner"]["schema"] == {"type": "array", "items": {"type": "string", "format": "uuid"}}
    named = {
        one["name"]: one["required"] for one in call(told, "by_signature")["parameters"] if "name" in one
    }
    assert named == {"q": True, "size": False}


async def test_answers_are_what_the_description_says(told: Schema, browser: httpx.AsyncClient) -> None:
    listed = await browser.get("/v1/probe/list")
    answers_with(told, call(told, "ask"), "200", listed.json())
    made = await browser.post("/v1/clients", json={"name": "Acme", "lifetime_value": "12.50"})
    assert made.status_code == 201, made.text
    answers_with(told, call(told, "add_client"), "201", made.json())
    shown = await browser.get(f"/v1/clients/{made.json()['id']}")
    answers_with(told, call(told, "show_client"), "200", shown.json())
    answers_with(told, call(told, "list_clients"), "200", (await browser.get("/v1/clients")).json())
    moment = told["components"]["schemas"]["ClientView"]["properties"]["created_at"]
    assert moment == {"type": "string", "format": "date-time"}
    problem = (await browser.get("/v1/clients?x=1")).json()
    jsonschema_rs.validate(
        {"$ref": "#/components/schemas/Problem", "components": told["components"]}, problem
    )


async def test_it_is_served_to_anyone(nobody: httpx.AsyncClient, told: Schema) -> None:
    answer = await nobody.get("/openapi.json")
    assert (answer.status_code, answer.json()) == (200, told)
    assert answer.headers["content-type"].startswith("application/json")


async def test_the_page_reads_without_scripts_or_strangers(nobody: httpx.AsyncClient, told: Schema) -> None:
    answer = await nobody.get("/docs")
    assert answer.status_code == 200, answer.text
    html = answer.text
    for path, method, found in operations(told):
        assert f'id="{found["operationId"]}"' in html, (path, method)
    assert "https://" not in html
    assert "<script>" not in html
    assert " style=" not in html
    assert " onclick=" not in html


def test_pages_stay_out_of_it(told: Schema) -> None:
    assert all(path.startswith(("/v1/", "/health/")) for path in told["paths"])


def test_two_handlers_of_one_name_are_an_error(parts: Parts) -> None:
    @get("/v1/other/list")
    async def ask() -> int:
        """Another of that name."""
        return 1

    with pytest.raises(ValueError, match="ask"):
        described(build_app(parts, [*probes.HANDLERS, ask]))


def test_whoever_edits_what_has_a_version_must_say_which(web: Litestar) -> None:
    """But for one's own draft: its body says which, null for none, and what it replaces is set aside."""
    edits = [found for found in calls(web) if found.method in ("PATCH", "PUT") and found.is_versioned]
    edits.remove(next(found for found in edits if found.name == "update_draft"))
    assert edits
    assert [found.name for found in edits if not found.asks_version] == []
