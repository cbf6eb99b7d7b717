"""Who was there is written later and together: for people, their browsers and their programs."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest
from litestar import Litestar
from sqlalchemy import text

from audienceos.app import Parts
from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.auth.sessions import LastSeen
from audienceos.platform.db.sessions import Credential
from audienceos.platform.web.noticing import Noticing
from tests.agency.programs import program_of
from tests.agency.test_api_own import present
from tests.cast import Player, Stage


@pytest.fixture
def noticing(app: Litestar) -> Noticing:
    """That of the process."""
    return cast("Noticing", app.state.noticing)


async def test_a_request_is_noted_and_written_at_the_next_flush(
    ines: Player, tom: Player, noticing: Noticing
) -> None:
    await noticing.flush()
    then = clock.now() + timedelta(minutes=3)
    with clock.stopped_at(then):
        await tom.get("/v1/clients")
    before = (await ines.get(f"/v1/users/{tom.user_id}")).json()["last_active_at"]
    await noticing.flush()
    after = (await ines.get(f"/v1/users/{tom.user_id}")).json()["last_active_at"]
    assert before != after
    assert clock.datetime.fromisoformat(after.replace("Z", "+00:00")) == then


async def test_a_browser_in_use_does_not_fall_idle(tom: Player, noticing: Noticing) -> None:
    later = clock.now() + timedelta(days=13)
    with clock.stopped_at(later):
        await tom.get(tom.at("/pipeline"))
    await noticing.flush()
    assert (await present(tom))["last_seen_at"].startswith(f"{later:%Y-%m-%d}")


async def test_a_tokens_last_use_is_shown(ines: Player, stage: Stage, noticing: Noticing) -> None:
    program = await program_of(stage, ines)
    assert (await ines.get("/v1/tokens")).json()["items"][0]["last_used_at"] is None
    await program.get("/v1/clients")
    await noticing.flush()
    assert (await ines.get("/v1/tokens")).json()["items"][0]["last_used_at"] is not None


async def test_who_is_refused_is_not_noted(ines: Player, cleo: Player, noticing: Noticing) -> None:
    await noticing.flush()
    with clock.stopped_at(clock.now() + timedelta(days=1)):
        await cleo.get(ines.at("/pipeline"))
    await noticing.flush()
    last = (await cleo.get("/v1/me")).json()["user"]["last_active_at"]
    assert last is None or last < f"{clock.now() + timedelta(hours=12):%Y-%m-%dT%H}"


async def test_a_database_that_is_away_loses_a_hint_and_nothing_else(
    parts: Parts, ines: Player, stage: Stage
) -> None:
    class Away:
        """A presence that can't be written."""

        def note(self, actor: Actor) -> None:
            return

        async def flush(self) -> None:
            async with parts.database.serving() as db:
                await db.execute(text("select 1 / 0"))

    noticing = Noticing(LastSeen(parts.database, parts.settings), Away())
    noticing.note(ines.actor, Credential(ines.agency_id, "session", "0" * 64))
    await noticing.flush()
    assert (await ines.get("/v1/me")).status_code == 200
