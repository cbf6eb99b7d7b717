"""The product stands alone, and every room that keeps something about a client can hand it out."""

from __future__ import annotations

import ast
import tomllib

from litestar import Litestar

from audienceos.clients.ports import client_exports, merge_answers
from audienceos.tables import ROOMS
from tests.laws.source import ROOT, modules

ONLY_FOR_TESTS = frozenset({"tests", "bench", "pytest", "hypothesis", "playwright", "axe_playwright_python"})
GROUND = frozenset({"platform", "agency", "clients"})
"""Rooms below or beside the ports: what they keep about a client, the clients' room reaches itself."""
JUDGEMENTS = ("inbox.waiting", "inbox.firewall")
"""Pure functions, which keep nothing."""


def test_the_product_imports_nothing_made_for_tests() -> None:
    wrong = [f"{name} imports {target}" for name in modules() for target in _outside(name)]
    assert wrong == []


def _outside(name: str) -> list[str]:
    found: list[str] = []
    for node in ast.walk(modules()[name]):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append(node.module or "")
    return [target for target in found if target.partition(".")[0] in ONLY_FOR_TESTS]


def test_nothing_made_for_tests_is_shipped() -> None:
    """Only the product's own package goes into the wheel, and no test, stand-in or cast lies within it."""
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["src/audienceos"]
    named = [name for name in modules() if name.rpartition(".")[2].startswith(("test_", "conftest", "fake_"))]
    assert named == []
    made = [
        f"{name}: {node.name}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and any("fixture" in ast.unparse(decorator) for decorator in node.decorator_list)
    ]
    assert made == []


def test_every_room_with_something_about_a_client_exports_it(app: Litestar) -> None:
    exporting = {export.__module__.split(".")[1] for export in client_exports()}
    assert sorted(built() - exporting) == []


def test_every_room_with_something_about_a_client_brings_it_along_when_clients_merge(app: Litestar) -> None:
    answering = {answer.__module__.split(".")[1] for answer in merge_answers()}
    assert sorted(built() - answering) == []


def built() -> set[str]:
    """Rooms above that keep something about a client. One that holds nothing but its tables isn't built yet: nobody
    can have written into them."""
    keeping = {
        room: sorted(table for table in _tables(room) if "client_id" in _tables(room)[table])
        for room in ROOMS
        if room not in GROUND
    }
    keeping = {room: tables for room, tables in keeping.items() if tables}
    assert len(keeping) > 3
    return {room for room in keeping if any(_has_more_than_tables(name, room) for name in modules())}


def _tables(room: str) -> dict[str, set[str]]:
    """The room's tables and their columns."""
    return {
        mapper.local_table.name: {column.name for column in mapper.local_table.columns}
        for module in ROOMS[room]
        for mapper in module.__dict__["Base"].registry.mappers
        if mapper.class_.__module__ == module.__name__
    }


def _has_more_than_tables(name: str, room: str) -> bool:
    if name.startswith(JUDGEMENTS):
        return False
    return name.startswith(f"{room}.") and name.rpartition(".")[2] not in ("__init__", "models")
