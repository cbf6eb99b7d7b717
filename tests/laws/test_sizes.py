"""A file that passes 300 lines or a function that passes 40 is telling us something."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

from tests.laws.source import ROOT, SOURCE, functions, modules

LINES_A_FILE, LINES_A_FUNCTION = 300, 40
GENERATED = {"jobs.sql"}


def written() -> list[Path]:
    """Every Python file that we wrote, in the product and in its tests."""
    return [*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]


def test_no_file_is_too_long() -> None:
    long = {str(path.relative_to(ROOT)): count for path in written() if (count := lines(path)) > LINES_A_FILE}
    assert long == {}


def test_no_template_or_element_is_too_long() -> None:
    drawn = [*SOURCE.rglob("templates/**/*.html"), *(SOURCE / "platform/web/assets/js").glob("*.js")]
    assert drawn
    assert [path.name for path in drawn if lines(path) > LINES_A_FILE] == []


def test_no_function_is_too_long() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in written()
        if lines(path) > LINES_A_FUNCTION
        for node in functions(ast.parse(path.read_text()))
        if (node.end_lineno or 0) - node.lineno + 1 > LINES_A_FUNCTION
    ]
    assert long == []


def test_public_things_are_explained() -> None:
    bare = [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in modules().items()
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and "migrations" not in name.split(".")  # a function there is named by its table
        and ast.get_docstring(node) is None
        and not _is_named_by_its_base(node)
    ]
    assert bare == []


def test_no_address_of_a_machine_or_registry_is_kept() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    found = re.compile(r"files\.pythonhosted|pypi\.org/simple|registry\.npm" + r"js|deb\.debian")
    texts = [ROOT / name for name in tracked if name and not name.endswith((".woff2", ".png"))]
    wrong = [str(path) for path in texts if path.is_file() and found.search(path.read_text(errors="ignore"))]
    assert wrong == [str(Path(__file__))] or wrong == []


def lines(path: Path) -> int:
    """How many lines a file has."""
    return path.read_text().count("\n")


def _is_named_by_its_base(node: ast.stmt) -> bool:
    """An error of the tree is explained by the tree in its module."""
    return isinstance(node, ast.ClassDef) and any(
        isinstance(base, ast.Name) and base.id == "AppError" for base in node.bases
    )
