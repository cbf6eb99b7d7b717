"""The component page is where the product is built, and nowhere else."""

from __future__ import annotations

import httpx
import msgspec
import pytest
from litestar import Litestar

from audienceos.app import Parts, build_app
from tests.platform.web.conftest import caller


@pytest.fixture(scope="module")
def workshop(parts: Parts) -> Litestar:
    """The product as its builders run it."""
    settings = msgspec.structs.replace(parts.settings, environment="development")
    return build_app(msgspec.structs.replace(parts, settings=settings))


async def test_it_shows_every_part_to_whoever_builds(workshop: Litestar) -> None:
    async with caller(workshop, {}) as builder:
        shown = (await builder.get("/_kit")).text
    parts = (
        "btn-go",
        "in",
        "pop menu",
        "dialog",
        "toast",
        "trouble",
        "empty",
        "skel",
        "table",
        "card",
        "line-of",
    )
    parts += ("banner", "tip-words", "progress", "tabs", "tag", "av", "rule", "switch", "chip", "drawer")
    assert [part for part in parts if f'class="{part}' not in shown and f" {part}" not in shown] == []
    assert "Thornfield Hearing Centres of Great Missenden" in shown


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_it_comes_in_the_theme_that_is_asked_for(workshop: Litestar, theme: str) -> None:
    async with caller(workshop, {}) as builder:
        shown = (await builder.get("/_kit", params={"theme": theme})).text
    assert f'data-theme="{theme}"' in shown.partition("<head>")[0]


async def test_a_chart_has_its_figures_in_a_table(workshop: Litestar) -> None:
    async with caller(workshop, {}) as builder:
        shown = (await builder.get("/_kit")).text
    drawing, _, table = shown.partition('id="c-gap"')[2].partition("As a table")
    assert drawing.count("<title>") == 5
    assert table.partition("</table>")[0].count("<tr>") == 7
    assert "1,250 EUR" in table


async def test_what_the_drawer_shows_has_an_address_of_its_own(workshop: Litestar) -> None:
    async with caller(workshop, {}) as builder:
        shown = (await builder.get("/_kit", params={"shown": 1})).text
    assert 'id="kit-part"' in shown
    assert ">Gannet Bikes</h3>" in shown


async def test_elsewhere_there_is_no_such_page(nobody: httpx.AsyncClient, browser: httpx.AsyncClient) -> None:
    for asking in (nobody, browser):
        answer = await asking.get("/_kit")
        assert (answer.status_code, "btn-risk" in answer.text) == (404, False)
