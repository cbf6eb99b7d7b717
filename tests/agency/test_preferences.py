"""Preferences: what holds unless set, what may be set, and that they are nobody else's."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from audienceos.agency.models import UserPreference
from audienceos.agency.preferences import Preferences, PreferencesPatch, Set, merged
from audienceos.platform.events.models import Event
from tests.agency.programs import program_of
from tests.cast import Player, Stage
from tests.clients.test_moving import client_in

DEFAULTS: dict[str, Any] = {
    "notifications.email_alerts": True,
    "notifications.email_tickets": True,
    "notifications.email_mentions": True,
    "notifications.email_work": True,
    "notifications.email_clients": True,
    "notifications.email_agency": True,
    "notifications.email_messages": True,
    "notifications.shared_messages": False,
    "notifications.slack_channel_id": None,
    "notifications.digest_mode": "none",
    "notifications.digest_time": "08:00",
    "notifications.digest_days": ["mon", "tue", "wed", "thu", "fri"],
    "notifications.quiet_hours_enabled": False,
    "notifications.quiet_hours_start": "22:00",
    "notifications.quiet_hours_end": "08:00",
    "notifications.muted_clients": [],
    "notifications.timezone": "UTC",
    "ai.tone": None,
    "ai.response_length": None,
    "display.theme": "system",
    "display.sidebar_collapsed": False,
    "display.default_view": "home",
    "display.list_columns": [],
    "display.mine_first": False,
    "display.welcome_dismissed": False,
}


async def save(player: Player, given: dict[str, Any]) -> Any:
    """Change several."""
    return await player.patch("/v1/preferences", json=given)


async def held(player: Player) -> dict[str, Any]:
    """What holds for them."""
    return (await player.get("/v1/preferences")).json()


def test_what_can_be_read_can_be_set() -> None:
    names = [field.encode_name for field in msgspec.structs.fields(Preferences)]
    assert names == [field.encode_name for field in msgspec.structs.fields(PreferencesPatch)]
    assert names == list(DEFAULTS)


async def test_what_is_not_set_has_its_default(ines: Player) -> None:
    assert await held(ines) == DEFAULTS


async def test_several_are_set_at_once_and_null_goes_back(ines: Player) -> None:
    given = {
        "display.theme": "dark",
        "notifications.digest_mode": "weekly",
        "notifications.email_alerts": False,
    }
    assert (await save(ines, given)).json() == DEFAULTS | given
    assert await held(ines) == DEFAULTS | given
    after = await save(ines, {"display.theme": None, "notifications.digest_mode": None, "ai.tone": "casual"})
    assert after.json() == DEFAULTS | {"notifications.email_alerts": False, "ai.tone": "casual"}
    assert (await save(ines, {})).json() == after.json()


async def test_a_zone_that_is_not_set_is_the_agencys(ines: Player) -> None:
    await ines.patch("/v1/agency", json={"timezone": "Asia/Tokyo"}, version=1)
    assert (await held(ines))["notifications.timezone"] == "Asia/Tokyo"
    await save(ines, {"notifications.timezone": "Europe/Berlin"})
    assert (await held(ines))["notifications.timezone"] == "Europe/Berlin"


@pytest.mark.parametrize(("given", "kept"), [(True, "daily"), (False, "none"), ("weekly", "weekly")])
async def test_a_digest_that_was_only_on_or_off_is_daily_or_none(ines: Player, given: Any, kept: str) -> None:
    answer = await save(ines, {"notifications.digest_mode": given})
    assert answer.json()["notifications.digest_mode"] == kept


@pytest.mark.parametrize(
    ("value", "shown"), [(True, "daily"), (False, "none"), ("hourly", "none"), (7, "none")]
)
def test_what_an_older_program_kept_is_read_or_counts_as_not_set(value: Any, shown: str) -> None:
    older = [Set("notifications", "digest_mode", value), Set("display", "wallpaper", "tiles")]
    assert merged(older, "UTC").digest_mode == shown


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ({"display.wallpaper": "tiles"}, "display.wallpaper"),
        ({"theme": "dark"}, "theme"),
        ({"display.theme": "sepia"}, "display.theme"),
        ({"display.sidebar_collapsed": 2}, "display.sidebar_collapsed"),
        ({"display.default_view": "table"}, "display.default_view"),
        ({"display.list_columns": "stage"}, "display.list_columns"),
        ({"display.mine_first": "often"}, "display.mine_first"),
        ({"ai.tone": "rude"}, "ai.tone"),
        ({"notifications.email_alerts": "perhaps"}, "notifications.email_alerts"),
        ({"notifications.digest_mode": "hourly"}, "notifications.digest_mode"),
        ({"notifications.digest_time": "8:00"}, "notifications.digest_time"),
        ({"notifications.digest_time": "24:00"}, "notifications.digest_time"),
        ({"notifications.digest_days": []}, "notifications.digest_days"),
        ({"notifications.digest_days": ["holiday"]}, "notifications.digest_days"),
        ({"notifications.timezone": "Mars/Base"}, "notifications.timezone"),
        ({"notifications.slack_channel_id": "x" * 101}, "notifications.slack_channel_id"),
        ({"notifications.muted_clients": ["nobody"]}, "notifications.muted_clients"),
        ({"notifications.quiet_hours_start": "25:00"}, "notifications.quiet_hours_start"),
        ({"notifications.quiet_hours_start": "08:00"}, "notifications.quiet_hours_start"),
        ({"notifications.quiet_hours_end": "22:00"}, "notifications.quiet_hours_end"),
        (
            {"notifications.quiet_hours_start": "07:30", "notifications.quiet_hours_end": "07:30"},
            "notifications.quiet_hours_start",
        ),
    ],
)
async def test_nonsense_is_told_at_its_key_and_nothing_is_kept(
    ines: Player, given: dict[str, Any], at: str
) -> None:
    answer = await save(ines, {"ai.response_length": "brief", **given})
    assert answer.status_code == 422, answer.text
    assert [fault["field"] for fault in answer.json()["errors"]] == [at]
    assert await held(ines) == DEFAULTS


async def test_quiet_hours_may_go_overnight_and_be_short(ines: Player) -> None:
    for start, end in (("22:00", "08:00"), ("00:00", "23:59"), ("23:59", "00:00")):
        given = {"notifications.quiet_hours_start": start, "notifications.quiet_hours_end": end}
        assert (await save(ines, given)).json() == DEFAULTS | given


async def test_one_end_of_quiet_hours_is_judged_with_the_other_that_is_kept(ines: Player) -> None:
    await save(ines, {"notifications.quiet_hours_end": "06:00"})
    refused = await save(ines, {"notifications.quiet_hours_start": "06:00"})
    assert refused.status_code == 422
    await save(ines, {"notifications.quiet_hours_start": "08:00"})
    back = await save(ines, {"notifications.quiet_hours_end": None})
    assert (back.status_code, back.json()["errors"][0]["field"]) == (422, "notifications.quiet_hours_end")


async def test_only_clients_that_one_sees_are_muted(ines: Player, cleo: Player, stage: Stage) -> None:
    mine, hers = await client_in(ines, "Audit"), await client_in(cleo, "Audit")
    muted = "notifications.muted_clients"
    assert (await save(ines, {muted: [mine["id"]]})).json()[muted] == [mine["id"]]
    refused = await save(ines, {muted: [mine["id"], hers["id"]]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, muted)
    await ines.patch("/v1/agency", json={"client_visibility": "assigned"}, version=1)
    mia = await stage.member(ines, "Mia Ek")
    assert (await save(mia, {muted: [mine["id"]]})).status_code == 422


async def test_days_are_kept_once_and_in_order(ines: Player) -> None:
    answer = await save(ines, {"notifications.digest_days": ["sun", "mon", "sun"]})
    assert answer.json()["notifications.digest_days"] == ["mon", "sun"]


async def test_they_are_nobody_elses_to_read_or_to_find_in_the_log(
    ines: Player, tom: Player, stage: Stage
) -> None:
    await save(tom, {"display.theme": "dark", "notifications.slack_channel_id": "C0SECRET"})
    assert await held(ines) == DEFAULTS
    async with stage.parts.database.acting(ines.claims) as db:
        assert (await db.scalars(select(UserPreference))).all() == []
        told = (await db.scalars(select(Event).where(Event.name == "preference.changed"))).all()
    assert [event.data for event in told] == [{"keys": ["display.theme", "notifications.slack_channel_id"]}]
    assert "C0SECRET" not in str([(event.before, event.after, event.data) for event in told])


async def test_a_program_sets_its_makers_own(ines: Player, stage: Stage) -> None:
    program = await program_of(stage, ines)
    assert (await program.patch("/v1/preferences", json={"display.theme": "light"})).status_code == 200
    assert (await held(ines))["display.theme"] == "light"
    reader = await program_of(stage, ines, "read")
    assert (await reader.patch("/v1/preferences", json={"display.theme": "dark"})).status_code == 403
