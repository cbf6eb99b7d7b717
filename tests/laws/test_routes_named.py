"""Addresses: each page has a name and is linked by it, none can be an agency's, and the API's nouns are written down."""

from __future__ import annotations

import ast
import re

from litestar import Litestar

from audienceos.agency.slugs import RESERVED
from tests.laws.nouns import Route, route_at, routes
from tests.laws.source import ROOT, SOURCE, modules

NOUNS = ROOT / "docs/nouns.md"
ROW = re.compile(r"^\| ([^|]*) \| `(/v1/[^`]*)` \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)
VERBS = ("list", "show", "create", "update", "remove")
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
ADDRESSED = re.compile(r"""\b(?:href|src|action|hx-(?:get|post|put|patch|delete))\s*=\s*["'](/[^"']*)""")
MAILED = re.compile(r"\{[\w.]*url\}(/[a-z][\w/{}-]*)")


def verb(route: Route) -> str:
    """What a method of the API's means: GET of many is a list."""
    if route.method == "GET":
        return (
            "list"
            if "items" in getattr(route.call.answer, "__struct_fields__", ()) or _pages(route)
            else "show"
        )
    return {"POST": "create", "PATCH": "update", "PUT": "update", "DELETE": "remove"}[route.method]


def _pages(route: Route) -> bool:
    return "items" in getattr(getattr(route.call.answer, "__origin__", None), "__struct_fields__", ())


def test_the_nouns_and_verbs_of_the_api_are_the_written_ones(app: Litestar) -> None:
    written: dict[str, set[str]] = {}
    for _, address, verbs, _ in ROW.findall(NOUNS.read_text()):
        assert address not in written, f"{address} is written twice"
        written[address] = set(re.findall(r"\w+", verbs))
    there: dict[str, set[str]] = {}
    for route in routes(app):
        if route.is_api:
            there.setdefault(route.path, set()).add(verb(route))
    assert written == there


def test_a_noun_without_all_verbs_says_why() -> None:
    nouns: dict[str, set[str]] = {}
    reasons: dict[str, str] = {}
    for noun, _, verbs, why in ROW.findall(NOUNS.read_text()):
        nouns.setdefault(noun.strip(), set()).update(re.findall(r"\w+", verbs))
        reasons[noun.strip()] = reasons.get(noun.strip(), "") + why.strip()
    assert len(nouns) > 10
    assert [noun for noun, verbs in nouns.items() if verbs != set(VERBS) and not reasons[noun]] == []


def test_every_page_has_a_name_of_its_own(app: Litestar) -> None:
    pages = [route for route in routes(app) if not route.is_api]
    assert len(pages) > 40
    assert [str(route) for route in pages if not route.handler.name] == []
    names = [route.handler.name for route in pages if route.handler.name]
    assert sorted(names) == sorted(set(names))


def test_no_agency_can_have_an_address_of_ours(app: Litestar) -> None:
    firsts = {route.path.split("/")[1] for route in routes(app)} - {"", "{slug}"}
    assert len(firsts) > 8
    assert firsts <= RESERVED


def test_templates_name_addresses_and_never_write_them() -> None:
    wrong = {
        str(path.relative_to(SOURCE)): found
        for path in TEMPLATES
        if (found := [address for address in ADDRESSED.findall(path.read_text()) if address != "/"])
    }
    assert len(TEMPLATES) > 20
    assert wrong == {}


def test_handlers_name_addresses_and_never_write_them(app: Litestar) -> None:
    """A path in a handler's own decorator is where its address is made; everywhere else it has a name."""
    known = [route for route in routes(app) if not route.is_api and route.path.count("/") > 1]
    wrong = [
        f"{name}: {text}"
        for name, tree in modules().items()
        if ".pages" in name or name.endswith("web")
        for text in _texts(tree)
        if any(route.path.replace("{slug}", "").startswith(text) for route in known)
    ]
    assert wrong == []


def _texts(tree: ast.Module) -> list[str]:
    """Texts that look like paths, decorators left out."""
    kept = [
        inner
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for statement in node.body
        for inner in ast.walk(statement)
    ]
    found = [node.value for node in kept if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [text for text in found if re.match(r"/[a-z]", text)]


def test_links_in_mails_lead_somewhere(app: Litestar) -> None:
    """Letters are written where no request is, so they write addresses; each has a page."""
    known = routes(app)
    written = {
        re.sub(r"\{[^}]*\}", "x", address)
        for name, _ in modules().items()
        for address in MAILED.findall((SOURCE / f"{name.replace('.', '/')}.py").read_text())
    }
    assert len(written) >= 2
    assert [address for address in written if route_at(known, "GET", address) is None] == []
