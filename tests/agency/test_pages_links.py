"""Links that come by mail, followed in a browser: an address confirmed, a password chosen anew."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select

from audienceos.platform import clock
from audienceos.platform.auth.models import Account
from audienceos.platform.auth.terminal import show_verification
from tests.agency.browsing import Tab, email_of, empty_tab
from tests.agency.programs import program_of
from tests.agency.test_pages_entering import NEW, signed_up
from tests.cast import HOST, PASSWORD, Player, Stage
from tests.entering import auth_of, fresh_email, mailed

FRESH = "four quiet lighthouses"


async def account_id(stage: Stage, email: str) -> object:
    """Whose address it is."""
    async with stage.parts.database.serving() as db:
        return await db.scalar(select(Account.id).where(Account.email == email))


async def link(stage: Stage, email: str, kind: str) -> str:
    """The path of the latest link of that kind that was mailed there."""
    found = await account_id(stage, email)
    return f"/{kind}/" + await mailed(stage.parts.database, found, kind)  # pyright: ignore[reportArgumentType]


async def newcomer(stage: Stage) -> tuple[Tab, str]:
    """Somebody who has just signed up, and their address."""
    email = fresh_email()
    tab, _ = await signed_up(stage, email=email)
    return tab, email


async def test_an_address_is_confirmed_by_who_holds_mailbox_and_account(stage: Stage) -> None:
    tab, email = await newcomer(stage)
    asked = await tab.open(await link(stage, email, "verify"))
    assert email in asked.text
    there = await tab.send(asked.form(await link(stage, email, "verify")))
    assert there.status == 200
    assert "Confirm your e-mail address" not in there.text


async def test_looking_at_the_link_confirms_nothing(stage: Stage) -> None:
    tab, email = await newcomer(stage)
    await tab.open(await link(stage, email, "verify"))
    assert "Confirm your e-mail address" in (await tab.open("/")).text


async def test_the_mailbox_alone_must_sign_in_first(stage: Stage) -> None:
    _, email = await newcomer(stage)
    path, other = await link(stage, email, "verify"), empty_tab(stage)
    page = await other.open(path)
    assert page.form("/sign-in").fields["next"] == [path]
    there = await other.send(page.form("/sign-in"), {"email": email, "password": PASSWORD})
    assert there.answer.url.path == path


async def test_anothers_link_is_refused_and_confirms_nobody(stage: Stage) -> None:
    _, email = await newcomer(stage)
    other, _ = await newcomer(stage)
    page = await other.open(await link(stage, email, "verify"))
    refused = await other.send(page.form(await link(stage, email, "verify")))
    assert (refused.status, "belongs to another account" in refused.text) == (403, True)


async def test_an_old_link_is_gone_and_an_unknown_one_nowhere(stage: Stage) -> None:
    tab, email = await newcomer(stage)
    form = (await tab.open(await link(stage, email, "verify"))).form(await link(stage, email, "verify"))
    with clock.stopped_at(clock.now() + timedelta(days=3, seconds=1)):
        assert (await tab.send(form)).status == 410
    form.action = "/verify/nothing"
    assert (await tab.send(form)).status == 404


async def test_the_banner_sends_the_link_again_but_floods_nobody(stage: Stage) -> None:
    tab, email = await newcomer(stage)
    first = await link(stage, email, "verify")
    banner = (await tab.open("/")).form("/verify")
    sent = await tab.send(banner)
    assert (sent.status, email in sent.text) == (200, True)
    assert await link(stage, email, "verify") != first
    answers = [await tab.send(banner) for _ in range(5)]
    assert [answer.status for answer in answers] == [200, 200, 200, 200, 429]
    assert int(answers[-1].answer.headers["retry-after"]) > 3000


async def test_a_forgotten_password_is_chosen_anew_and_everything_else_signed_out(
    ines: Player, stage: Stage
) -> None:
    email, program = await email_of(ines), await program_of(stage, ines)
    tab = empty_tab(stage)
    sent = await tab.send((await tab.open("/reset")).form("/reset"), {"email": email})
    assert "Look into your mailbox" in sent.text
    path = await link(stage, email, "reset")
    poor = await tab.send((await tab.open(path)).form(path), {"password": "short"})
    assert (poor.status, "at least 12" in poor.text, "short" in poor.form(path).fields["password"]) == (
        422,
        True,
        False,
    )
    done = await tab.send(poor.form(path), {"password": FRESH})
    assert "Your password is changed" in done.text
    assert (await ines.get("/v1/me")).status_code == (await program.get("/v1/me")).status_code == 401
    form = done.form("/sign-in")
    assert (await tab.send(form, {"email": email, "password": PASSWORD})).status == 401
    assert (await tab.send(form, {"email": email, "password": FRESH})).status == 200
    assert (await tab.open(path)).status == 410


async def test_an_address_that_nobody_has_hears_the_same(ines: Player, stage: Stage) -> None:
    tab, email = empty_tab(stage), await email_of(ines)
    form = (await tab.open("/reset")).form("/reset")
    unknown = fresh_email()
    told = [await tab.send(form, {"email": one}) for one in (email, unknown)]
    assert told[0].status == told[1].status == 200
    assert told[0].text.replace(email, unknown) == told[1].text


async def test_asking_too_often_is_refused_for_everybody_alike(stage: Stage) -> None:
    tab = empty_tab(stage)
    form = (await tab.open("/reset")).form("/reset")
    email = fresh_email()
    statuses = [(await tab.send(form, {"email": email})).status for _ in range(6)]
    assert statuses == [200] * 5 + [429]


@pytest.mark.parametrize("token", ["nothing", "x" * 500, "%00"])
async def test_a_reset_link_that_is_none_is_nowhere(stage: Stage, token: str) -> None:
    assert (await empty_tab(stage).open(f"/reset/{token}")).status == 404


async def test_on_ones_own_machine_the_terminal_shows_the_link(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    email = fresh_email()
    await signed_up(stage, email=email)
    assert f"To confirm {email}, open {HOST}{await link(stage, email, 'verify')}" in capsys.readouterr().out


@pytest.mark.parametrize("other", [{"host": "0.0.0.0"}, {"smtp_url": "smtp://mail.example"}])
async def test_elsewhere_it_shows_nothing(
    stage: Stage, capsys: pytest.CaptureFixture[str], other: dict[str, str]
) -> None:
    email = NEW | {"email": fresh_email()}
    await signed_up(stage, **email)
    capsys.readouterr()
    settings = msgspec.structs.replace(stage.parts.settings, **other)
    found = await account_id(stage, email["email"])
    await show_verification(auth_of(stage.parts.database, settings), found)  # pyright: ignore[reportArgumentType]
    assert capsys.readouterr().out == ""
