"""The page where people say what to be told, and when."""

from __future__ import annotations

from typing import Any

from audienceos.platform.db.database import Database
from tests.cast import Player
from tests.clients.given import Row
from tests.notifications.given import rows_of, wishes

PAGE = "/settings/notifications"


async def held(player: Player) -> dict[str, Any]:
    """What holds for the person, by the last part of each key."""
    given = (await player.get("/v1/preferences")).json()
    return {key.partition(".")[2]: value for key, value in given.items()}


async def test_ticked_kinds_are_mailed_and_the_others_are_not(tom: Player) -> None:
    answer = await tom.post(tom.at(f"{PAGE}/kinds"), data={"kinds": ["tickets", "mentions"]})
    assert answer.status_code == 303
    after = await held(tom)
    on = {name for name, value in after.items() if name.startswith("email_") and value}
    assert on == {"email_tickets", "email_mentions"}


async def test_times_are_kept_and_shown_again(tom: Player) -> None:
    times = {
        "digest_mode": "weekly",
        "digest_time": "07:15",
        "digest_days": ["tue", "thu"],
        "quiet_hours_enabled": "true",
        "quiet_hours_start": "21:00",
        "quiet_hours_end": "07:00",
        "timezone": "Europe/Berlin",
    }
    assert (await tom.post(tom.at(f"{PAGE}/times"), data=times)).status_code == 303
    after = await held(tom)
    assert {name: after[name] for name in times} == times | {"quiet_hours_enabled": True}
    page = (await tom.get(tom.at(PAGE))).text
    assert 'value="07:15"' in page
    assert 'value="tue" checked' in page


async def test_quiet_hours_without_length_come_back_as_they_were_typed(tom: Player) -> None:
    times = {"quiet_hours_start": "08:00", "quiet_hours_end": "08:00", "timezone": "Atlantis"}
    answer = await tom.post(tom.at(f"{PAGE}/times"), data=times)
    assert answer.status_code == 422
    assert "Quiet hours can&#39;t begin when they end" in answer.text
    assert 'value="Atlantis"' in answer.text
    assert (await held(tom))["quiet_hours_end"] == "08:00"


async def test_a_client_is_muted_and_heard_of_again(tom: Player, oxbow: Row) -> None:
    path = tom.at(f"{PAGE}/mutes")
    await tom.post(path, data={"client_id": oxbow["id"], "muted": "true"})
    assert (await held(tom))["muted_clients"] == [oxbow["id"]]
    await tom.post(path, data={"client_id": oxbow["id"]})
    assert (await held(tom))["muted_clients"] == []


async def test_a_strangers_client_cannot_be_muted(cleo: Player, oxbow: Row) -> None:
    path = cleo.at(f"{PAGE}/mutes")
    answer = await cleo.post(path, data={"client_id": oxbow["id"], "muted": "true"})
    assert answer.status_code == 422
    assert (await held(cleo))["muted_clients"] == []


async def test_a_muted_client_that_is_seen_no_more_is_not_named(
    ines: Player, tom: Player, mia: Player, oxbow: Row
) -> None:
    await wishes(ines, muted_clients=[oxbow["id"]])
    assert "Hear of it again" in (await ines.get(ines.at(PAGE))).text
    assert "Oxbow" not in (await tom.get(tom.at(PAGE))).text


async def test_the_test_is_sent_from_the_page(database: Database, tom: Player) -> None:
    answer = await tom.post(tom.at(f"{PAGE}/test"), data={})
    assert answer.status_code == 303
    assert [row.mail for row in await rows_of(database, tom)] == ["posted"]
    assert "A test is in your inbox here" in (await tom.get(tom.at(PAGE))).text
