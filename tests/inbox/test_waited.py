"""That somebody has waited too long is told once, when it is so, and whoever was put aside meanwhile isn't forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from audienceos.inbox.jobs import look
from audienceos.platform import clock
from audienceos.platform.clock import stopped_at
from tests.cast import Player
from tests.clients.given import Row, listed
from tests.inbox.given import MONDAY, Inbox, mail

ROUND_THE_CLOCK = {"business_hours": None}


async def told(inbox: Inbox) -> list[int]:
    """The limits that were told to be passed, in hours, the first first."""
    events = await listed(inbox.owner, "/v1/events", action="conversation.waited")
    return sorted(event["data"]["hours"] for event in events)


async def looked(inbox: Inbox, moment: datetime) -> None:
    """The sweep came by then."""
    with stopped_at(moment):
        await look(inbox.database, inbox.claims.known, {})


async def took(inbox: Inbox, *, hours: float) -> None:
    """A mail came in so many hours after Monday at nine, as it was written."""
    message = mail("a", after=hours)
    with stopped_at(message.received_at):
        await inbox.take(message)


async def snoozed(inbox: Inbox, player: Player, *, at: float, until: float) -> None:
    """Somebody puts it aside then, until that hour."""
    (one,) = await inbox.conversations()
    with stopped_at(MONDAY + timedelta(hours=at)):
        body = {"until": (MONDAY + timedelta(hours=until)).isoformat()}
        said = await player.post(f"/v1/conversations/{one.id}/snooze", json=body)
    assert said.status_code == 200, said.text


async def round_the_clock(player: Player) -> None:
    """The agency works at all hours."""
    agency = (await player.get("/v1/agency")).json()
    said = await player.patch("/v1/agency", json=ROUND_THE_CLOCK, version=agency["version"])
    assert said.status_code == 200, said.text


async def test_each_limit_is_told_once(inbox: Inbox, ines: Player, thornfield: Row) -> None:
    await round_the_clock(ines)
    await took(inbox, hours=0)
    for hours in (23, 24.1, 30, 48.1, 60):
        await looked(inbox, MONDAY + timedelta(hours=hours))
    assert await told(inbox) == [24, 48]


async def test_a_limit_that_passed_during_a_snooze_is_told_when_it_ends(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    await round_the_clock(ines)
    await took(inbox, hours=0)
    await snoozed(inbox, ines, at=20, until=30)
    await looked(inbox, MONDAY + timedelta(hours=24.1))
    assert await told(inbox) == []
    await looked(inbox, MONDAY + timedelta(hours=30.1))
    assert await told(inbox) == [24]


async def test_it_is_told_too_where_a_person_ends_the_snooze(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    await round_the_clock(ines)
    await took(inbox, hours=0)
    await snoozed(inbox, ines, at=20, until=90)
    (one,) = await inbox.conversations()
    with stopped_at(MONDAY + timedelta(hours=30)):
        await ines.post(f"/v1/conversations/{one.id}/snooze", json={"until": None})
    await looked(inbox, MONDAY + timedelta(hours=30.1))
    assert await told(inbox) == [24]


async def test_what_had_waited_long_before_it_came_is_old_news(inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(mail("a", received_at=clock.now() - timedelta(days=90)))
    await look(inbox.database, inbox.claims.known, {})
    assert await told(inbox) == []


async def test_lower_limits_tell_of_who_has_waited_longer(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    await round_the_clock(ines)
    await took(inbox, hours=0)
    limits = (await ines.get("/v1/inbox-limits")).json()
    said = {"watch_hours": 4, "risk_hours": 40}
    with stopped_at(MONDAY + timedelta(hours=6)):
        answer = await ines.patch("/v1/inbox-limits", json=said, version=limits["version"])
    assert answer.status_code == 200, answer.text
    await looked(inbox, MONDAY + timedelta(hours=6.1))
    assert (await told(inbox), (await inbox.signals())["waiting"][0]) == ([4], "watch")


async def test_the_second_limit_never_comes_before_the_first(ines: Player) -> None:
    limits = (await ines.get("/v1/inbox-limits")).json()
    said = await ines.patch("/v1/inbox-limits", json={"watch_hours": 90}, version=limits["version"])
    assert (said.status_code, said.json()["errors"][0]["field"]) == (422, "risk_hours")


async def test_only_admins_set_the_limits(ines: Player, tom: Player) -> None:
    limits = (await tom.get("/v1/inbox-limits")).json()
    said = {"watch_hours": 4}
    assert (await tom.patch("/v1/inbox-limits", json=said, version=limits["version"])).status_code == 403


async def test_the_page_saves_the_limits_and_tells_of_a_collision(ines: Player) -> None:
    at = f"/{ines.slug}/settings/inbox"
    drawn = {"version": "1", "was.watch_hours": "24", "was.risk_hours": "48"}
    saved = await ines.post(at, data=drawn | {"watch_hours": "8", "risk_hours": "16"})
    late = await ines.post(at, data=drawn | {"watch_hours": "9", "risk_hours": "16"})
    assert (saved.status_code, late.status_code, "Yours" in late.text) == (303, 412, True)
