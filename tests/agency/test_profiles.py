"""People name themselves, and admins name anyone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from audienceos.agency.team import Profile, change_profile
from audienceos.platform.auth.entry import Auth
from audienceos.platform.errors import Forbidden, Invalid
from audienceos.platform.events.models import Event
from tests.entering import door, found, joined


async def test_names_are_ones_own_and_an_admins(auth: Auth) -> None:
    host = await found(auth)
    bo, cy = await joined(auth, host), await joined(auth, host)

    async with auth.database.acting(door(bo)) as db:
        await change_profile(db, bo.user_id, Profile(first_name="  Bodil ", nickname="Bo"))
    async with auth.database.acting(door(host)) as db:
        user = await change_profile(db, bo.user_id, Profile(nickname=None, last_name="Lund"), expected=2)
        assert (user.first_name, user.last_name, user.nickname, user.version) == ("Bodil", "Lund", None, 3)
        told = (
            await db.scalars(select(Event.after).where(Event.name == "user.changed"))
        ).all()  # its own follows at its commit
    with pytest.raises(Forbidden):
        async with auth.database.acting(door(cy)) as db:
            await change_profile(db, bo.user_id, Profile(first_name="Not Bo"))
    assert told == [{"first_name": "Bodil", "nickname": "Bo"}]


async def test_an_unchanged_profile_leaves_no_trace(auth: Auth) -> None:
    host = await found(auth)

    async with auth.database.acting(door(host)) as db:
        user = await change_profile(db, host.user_id, Profile(first_name="Ada"))
        assert user.version == 1
    async with auth.database.acting(door(host)) as db:
        assert (await db.scalars(select(Event).where(Event.name == "user.changed"))).all() == []


async def test_wrong_fields_are_told_together(auth: Auth) -> None:
    host = await found(auth)
    wrong = Profile(
        first_name="", last_name="x" * 51, nickname="\x07", avatar_url="http://pictures.example/a.png"
    )

    with pytest.raises(Invalid) as refused:
        async with auth.database.acting(door(host)) as db:
            await change_profile(db, host.user_id, wrong)

    fields = {fault.field for fault in refused.value.faults}
    assert fields == {"first_name", "last_name", "nickname", "avatar_url"}
