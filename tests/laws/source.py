"""The product's source, read as text and as trees: what the laws look at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "audienceos"

PLATFORM_FLOORS = (
    {"settings", "actor", "errors", "findings", "streaming", "clock", "terms", "sealing"},
    {"db"},
    {"jobs"},
    {"events", "realtime", "storage", "http", "mail", "ai", "sheets"},
    {"auth"},
    {"web"},
)
FLOORS = (
    {"platform"},
    {"agency"},
    {"connections", "clients"},
    {"inbox", "tickets", "knowledge", "ads", "alerts", "notifications"},
    {"automations", "assistant", "dashboard"},
    {"providers"},
    {
        "app",
        "between",
        "connecting",
        "worker",
        "cli",
        "commands",
        "tables",
        "migrations",
        "web_process",
        "__main__",
        "__init__",
        "demo",
    },
)
DOORS = frozenset({"access", "actions", "queries", "events", "forms", "ports", "preferences"})
"""The last is the agency's: what people set for themselves, by their keys, read and written in one small file."""
VOCABULARY = frozenset({"pipeline", "hours"})
"""Pure words and rules of a room that others speak too: no rows, no database."""
ROOMS = frozenset(room for floor in FLOORS[1:-1] for room in floor)
COMPOSITION = FLOORS[-1]


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the product by its dotted name without `audienceos.`."""
    found: dict[str, ast.Module] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        found[".".join(parts)] = ast.parse(path.read_text())
    return found


@cache
def imports(tree: ast.Module) -> tuple[str, ...]:
    """What a module imports of ours, as dotted names without `audienceos.`, the imported name included."""
    return tuple(_imports(tree))


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function in a tree, the ones within others too. Statements alone are looked through: a function is one."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)):
            if isinstance(node, Function):
                yield node
            yield from functions(node)


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("audienceos"):
            module = node.module.removeprefix("audienceos").lstrip(".")
            for name in node.names:
                yield f"{module}.{name.name}".lstrip(".")
        elif isinstance(node, ast.Import):
            for name in node.names:
                if name.name.startswith("audienceos."):
                    yield name.name.removeprefix("audienceos.")


def floor_of(name: str, floors: tuple[set[str], ...]) -> int:
    """The number of the floor that a first name lies on. Raises `LookupError` for one that is on none."""
    for number, rooms in enumerate(floors):
        if name in rooms:
            return number
    raise LookupError(f"{name} is on no floor: add it to the floors of tests/laws/source.py")
