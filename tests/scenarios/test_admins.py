"""Two admins end each other at once, by the forms of their team's pages: the agency always keeps one."""

from __future__ import annotations

import asyncio

import pytest

from tests.agency.browsing import tab_of
from tests.cast import Player, Stage

WAYS = {"/role": {"role": "user"}, "/deactivation": {}, "/removal": {}}


async def admins(player: Player) -> list[str]:
    """Who is an admin and may come in."""
    answer = await player.get("/v1/users?role=admin&is_active=true")
    return [row["id"] for row in answer.json()["items"]]


@pytest.mark.parametrize("way", WAYS)
async def test_of_two_who_end_each_other_at_once_one_stays(stage: Stage, way: str) -> None:
    ines = await stage.owner()
    mia = await stage.member(ines, "Mia Ek", "admin")
    tabs = [tab_of(ines), tab_of(mia)]
    pages = [
        await tabs[0].open(ines.at(f"/team/{mia.user_id}")),
        await tabs[1].open(mia.at(f"/team/{ines.user_id}")),
    ]
    forms = [page.form(way) for page in pages]
    answers = await asyncio.gather(
        *(tab.send(form, WAYS[way], follow=False) for tab, form in zip(tabs, forms, strict=True))
    )
    assert sorted(answer.status for answer in answers) in ([303, 403], [303, 404])
    left = ines if answers[0].status == 303 else mia
    assert await admins(left) == [str(left.user_id)]
