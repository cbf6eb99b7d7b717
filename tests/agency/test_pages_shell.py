"""The frame of every page: its theme, its fold, the reader's agencies. All by forms and links that need no script."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.agency.browsing import Shown, tab_of
from tests.cast import Player

FRAGMENT = {"HX-Request": "true"}


async def choose(player: Player, *, follow: bool = True, **given: str) -> Shown:
    """Open the team's page, and press one of the frame's buttons."""
    tab = tab_of(player)
    page = await tab.open(player.at("/team?q=i"))
    return await tab.send(page.form("/appearance"), given, follow=follow)


async def test_the_theme_comes_with_the_page(tom: Player) -> None:
    page = await choose(tom, theme="dark")
    assert 'data-theme="dark"' in page.html.partition("<head>")[0]


async def test_a_folded_sidebar_comes_folded(tom: Player) -> None:
    folded = await choose(tom, sidebar_collapsed="true")
    assert 'data-side="rail"' in folded.html.partition("<head>")[0]
    unfolded = await choose(tom, sidebar_collapsed="false")
    assert "data-side" not in unfolded.html.partition("<head>")[0]


async def test_one_choice_leaves_the_other(tom: Player) -> None:
    await choose(tom, theme="light")
    page = await choose(tom, sidebar_collapsed="true")
    assert 'data-theme="light"' in page.html.partition("<head>")[0]


async def test_it_comes_back_to_the_same_page(tom: Player) -> None:
    answer = (await choose(tom, theme="dark", follow=False)).answer
    assert (answer.status_code, answer.headers["location"]) == (303, tom.at("/team?q=i"))


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
async def test_it_leads_nowhere_else(tom: Player, where: str) -> None:
    answer = (await choose(tom, theme="dark", next=where, follow=False)).answer
    assert answer.headers["location"] == tom.at("")


async def test_an_unknown_theme_is_refused(tom: Player) -> None:
    assert (await choose(tom, theme="mauve")).status == 422


async def seats(player: Player) -> httpx.Response:
    """As the menu asks."""
    return await player.get(player.at("/seats"), headers=FRAGMENT)


async def test_the_menu_marks_the_present_agency(ines: Player) -> None:
    text = (await seats(ines)).text
    assert f'href="/{ines.slug}" aria-current="true"' in text


async def test_the_menu_has_no_agency_of_others(ines: Player, cleo: Player) -> None:
    assert cleo.slug not in (await seats(ines)).text


async def test_without_script_the_menu_is_the_page_of_agencies(ines: Player) -> None:
    answer = await ines.get(ines.at("/seats"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/agencies")


async def test_a_place_that_is_for_admins_shows_to_them_alone(ines: Player, tom: Player) -> None:
    shown = ['data-keys="g u"' in (await player.get(player.at("/team"))).text for player in (ines, tom)]
    assert shown == [True, False]


async def test_each_place_of_the_frame_is_there(ines: Player, tom: Player) -> None:
    """Every address in the palette answers whoever sees it: what isn't built has no place."""
    for player in (ines, tom):
        page = await tab_of(player).open(player.at("/team"))
        palette = page.html.partition('id="palette-list"')[2].partition("</dialog>")[0]
        places = set(re.findall(r'href="([^"]+)"', palette))
        assert len(places) > 5
        assert [path for path in places if (await player.get(path)).status_code != 200] == []


async def test_who_may_not_is_sent_to_an_admin_and_an_admin_is_not(ines: Player, tom: Player) -> None:
    ask = "Ask an admin of your agency"
    answer = await tom.get(tom.at("/settings/tickets"))
    assert (answer.status_code, ask in answer.text) == (403, True)
    own = {"role": "user", "version": "1", "_csrf": ines.csrf}
    answer = await ines.post(ines.at(f"/team/{ines.user_id}/role"), data=own)
    assert (answer.status_code, ask in answer.text) == (403, False)
