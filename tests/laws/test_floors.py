"""Imports point down, rooms are entered by their doors, and nobody on a floor knows a neighbour."""

from __future__ import annotations

import ast

from tests.laws.source import (
    COMPOSITION,
    DOORS,
    FLOORS,
    PLATFORM_FLOORS,
    ROOMS,
    SOURCE,
    VOCABULARY,
    floor_of,
    functions,
    imports,
    modules,
)


def test_imports_point_down() -> None:
    wrong: list[str] = []
    for name, tree in modules().items():
        room = name.partition(".")[0]
        for target in imports(tree):
            other = target.partition(".")[0]
            if (
                other != room
                and floor_of(other, FLOORS) >= floor_of(room, FLOORS)
                and room not in COMPOSITION
            ):
                wrong.append(f"{name} imports {target}")
    assert wrong == []


def test_imports_inside_platform_point_down() -> None:
    wrong: list[str] = []
    for name, tree in modules().items():
        if not name.startswith("platform."):
            continue
        part = name.split(".")[1]
        if part == "__init__":
            continue
        for target in imports(tree):
            other = [*target.split("."), ""][1]
            same = other in (part, "", "__init__")
            if not same and floor_of(other, PLATFORM_FLOORS) > floor_of(part, PLATFORM_FLOORS):
                wrong.append(f"{name} imports {target}")
    assert wrong == []


def test_rooms_are_entered_by_their_doors() -> None:
    wrong: list[str] = []
    for name, tree in modules().items():
        room = name.partition(".")[0]
        for target in imports(tree):
            other, _, inside = target.partition(".")
            if (
                other in ROOMS
                and other != room
                and room not in COMPOSITION
                and inside.split(".")[0] not in DOORS | VOCABULARY
            ):
                wrong.append(f"{name} enters {target}")
    assert wrong == []


def test_vocabulary_is_pure() -> None:
    spoken = [
        name for name in modules() if name.partition(".")[2] in VOCABULARY and name.partition(".")[0] in ROOMS
    ]
    assert spoken
    for name in spoken:
        text = (SOURCE / f"{name.replace('.', '/')}.py").read_text()
        assert "sqlalchemy" not in text
        assert list(imports(modules()[name])) == []


def test_models_are_nobody_elses() -> None:
    readers = {"tables", "demo", "migrations"}
    wrong = [
        f"{name} imports {target}"
        for name, tree in modules().items()
        for target in imports(tree)
        if ".models" in f".{target}"
        and target.partition(".")[0] in ROOMS
        and target.partition(".")[0] != name.partition(".")[0]
        and name.partition(".")[0] not in readers
    ]
    assert wrong == []


def test_no_import_inside_a_function() -> None:
    wrong = [
        f"{name}:{inner.lineno}"
        for name, tree in modules().items()
        for function in functions(tree)
        for inner in ast.walk(function)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
    ]
    assert wrong == []


def test_the_environment_is_read_in_one_place() -> None:
    wrong = [
        name
        for name, tree in modules().items()
        if name != "platform.settings"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv")
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    ]
    assert wrong == []


def test_the_laws_see_the_product() -> None:
    assert len(modules()) > 100
    assert sum(1 for tree in modules().values() for _ in imports(tree)) > 300
