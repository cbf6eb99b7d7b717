"""Another e-mail address, asked for on one's own page and confirmed by the mailed link."""

from __future__ import annotations

import pytest

from tests.agency.browsing import Shown, email_of, empty_tab, tab_of
from tests.agency.test_pages_links import link
from tests.cast import PASSWORD, Player, Stage
from tests.entering import fresh_email


async def asked(player: Player, email: str, password: str = PASSWORD) -> Shown:
    """By the form."""
    shown = await tab_of(player).open(player.at("/account"))
    given = {"email": email, "current_password": password}
    return await tab_of(player).send(shown.form("/account/email"), given)


async def confirmation(stage: Stage, player: Player) -> str:
    """The path of the link that was mailed."""
    return "/verify" + await link(stage, await email_of(player), "email")


async def test_from_the_form_to_the_new_address(stage: Stage, tom: Player) -> None:
    new = fresh_email("tom")
    assert "A link is on its way" in (await asked(tom, new)).text
    path = await confirmation(stage, tom)
    page = await tab_of(tom).open(path)
    assert f"Use {new}" in page.text
    await tab_of(tom).send(page.form(path))
    assert await email_of(tom) == new


async def test_the_admins_log_tells_of_it(stage: Stage, ines: Player, tom: Player) -> None:
    old, new = await email_of(tom), fresh_email("tom")
    await asked(tom, new)
    path = await confirmation(stage, tom)
    await tab_of(tom).send((await tab_of(tom).open(path)).form(path))
    (event,) = (await ines.get("/v1/events", params={"action": "user.email_changed"})).json()["items"]
    assert (event["before"], event["after"], event["user_name"]) == (
        {"email": old},
        {"email": new},
        "Tom Baker",
    )


async def test_looking_at_the_link_changes_nothing(stage: Stage, tom: Player) -> None:
    before = await email_of(tom)
    await asked(tom, fresh_email())
    await tab_of(tom).open(await confirmation(stage, tom))
    assert await email_of(tom) == before


async def test_the_mailbox_alone_must_sign_in_first(stage: Stage, tom: Player) -> None:
    await asked(tom, fresh_email())
    page = await empty_tab(stage).open(await confirmation(stage, tom))
    assert page.form("/sign-in")


async def test_what_is_wrong_comes_back_without_the_password(tom: Player) -> None:
    back = await asked(tom, "tom at example", "wrong words")
    assert back.status == 422
    assert "Write an e-mail address" in back.text
    assert "tom at example" in back.html
    assert "wrong words" not in back.html


@pytest.mark.parametrize("email", ["free", "taken"])
async def test_the_answer_tells_nobody_who_has_an_account(ines: Player, tom: Player, email: str) -> None:
    wanted = await email_of(ines) if email == "taken" else fresh_email()
    answer = await tom.post("/v1/email-changes", json={"email": wanted, "current_password": PASSWORD})
    assert (answer.status_code, answer.text) == (204, "")
