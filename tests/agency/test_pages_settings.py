"""The settings' pages: the agency, its address, its stages, its limits, and the mail that waits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.agency.browsing import Shown, tab_of
from tests.cast import Player
from tests.clients.test_moving import client_in
from tests.entering import fresh_email


async def sent(player: Player, page: str, ending: str, given: dict[str, Any], **having: str) -> Shown:
    """Open a page of the player's agency, fill one of its forms in and send it."""
    tab = tab_of(player)
    shown = await tab.open(player.at(page))
    return await tab.send(shown.form(ending, **having), given)


async def agency(player: Player) -> dict[str, Any]:
    """What the agency is now."""
    return (await player.get("/v1/agency")).json()


async def stages(player: Player) -> list[str]:
    """The stages in their order."""
    return (await agency(player))["pipeline_stages"]


async def test_the_form_as_it_stands_changes_nothing(ines: Player) -> None:
    before = await agency(ines)
    saved = await sent(ines, "/settings", "/settings", {})
    assert "Saved." in saved.text
    assert await agency(ines) == before


async def test_an_admin_saves_the_agency(ines: Player) -> None:
    given = {
        "name": "North Light",
        "timezone": "America/St_Johns",
        "currency": "CAD",
        "hours_start": "20:00",
        "hours_end": "04:00",
        "hours_days": ["sat", "sun"],
        "client_visibility": "assigned",
    }
    saved = await sent(ines, "/settings", "/settings", given)
    now = await agency(ines)
    assert (now["name"], now["timezone"], now["client_visibility"]) == (
        "North Light",
        "America/St_Johns",
        "assigned",
    )
    assert now["business_hours"] == {"start": "20:00", "end": "04:00", "days": ["sat", "sun"]}
    assert "past midnight" in saved.text
    assert saved.form("/settings").fields["hours_days"] == ["sat", "sun"]
    await sent(ines, "/settings", "/settings", {"hours_start": "", "hours_end": ""})
    assert (await agency(ines))["business_hours"] is None


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Fill this in"),
        ("domain", "https://northlight.example", "without https://"),
        ("timezone", "Europe/Atlantis", "such as Europe/Berlin"),
        ("hours_end", "", "such as 08:30"),
        ("hours_end", "09:00", "another time"),
    ],
)
async def test_what_is_wrong_comes_back_beside_what_was_typed(
    ines: Player, field: str, value: str, words: str
) -> None:
    before = await agency(ines)
    given = {"hours_start": "09:00", "hours_end": "17:00", "hours_days": ["fri"], "name": "New", field: value}
    back = await sent(ines, "/settings", "/settings", given)
    assert (back.status, words in back.text) == (422, True)
    assert f'id="e-{field}"' in back.html
    fields = back.form("/settings").fields
    assert fields[field] == [value]
    assert (fields["hours_start"], fields["hours_days"]) == (["09:00"], ["fri"])
    assert await agency(ines) == before


async def test_who_saved_second_sees_both_and_may_save_again(ines: Player) -> None:
    tab = tab_of(ines)
    page = await tab.open(ines.at("/settings"))
    await ines.patch("/v1/agency", json={"name": "First"}, version=1)
    back = await tab.send(page.form("/settings"), {"name": "Second"})
    assert (back.status, "in the meantime" in back.text) == (412, True)
    assert (await agency(ines))["name"] == "First"
    await tab.send(back.form("/settings"))
    assert (await agency(ines))["name"] == "Second"


async def test_a_user_sees_the_settings_and_can_send_nothing(ines: Player, tom: Player) -> None:
    for page in ("/settings", "/settings/pipeline"):
        shown = await tab_of(tom).open(tom.at(page))
        assert shown.status == 200
        own = [form for form in shown.forms if "settings" in form.action]
        assert all(not form.fields for form in own)
        assert "Save" not in shown.text
    forced = await tom.post(tom.at("/settings"), data={"version": 1, "name": "Toms"})
    assert forced.status_code == 403
    assert (await agency(ines))["name"].startswith("Northlight")


async def test_the_address_moves_and_one_goes_along(ines: Player) -> None:
    old, new = ines.slug, f"{ines.slug}-moved"
    moved = await sent(ines, "/settings", "/address", {"slug": new})
    assert (moved.answer.url.path, "The agency has a new address" in moved.text) == (f"/{new}/settings", True)
    led = await tab_of(ines).open(f"/{old}/settings")
    assert led.answer.url.path == f"/{new}/settings"


@pytest.mark.parametrize(("slug", "status"), [("Bad Slug", 422), ("settings", 422), ("", 422)])
async def test_no_agency_lives_there(ines: Player, slug: str, status: int) -> None:
    back = await sent(ines, "/settings", "/address", {"slug": slug})
    assert (back.status, back.form("/address").fields["slug"]) == (status, [slug])


async def test_anothers_address_is_said_beside_it(ines: Player, cleo: Player) -> None:
    back = await sent(ines, "/settings", "/address", {"slug": cleo.slug})
    assert (back.status, "Another agency has" in back.text) == (409, True)


async def test_a_stage_is_added_named_and_given_a_role(ines: Player) -> None:
    added = await sent(ines, "/settings/pipeline", "/stages", {"name": "Win back", "role": "support"})
    assert "Added." in added.text
    await sent(ines, "/settings/pipeline", "/change", {"name": "Won back", "role": ""}, stage="Win back")
    now = await agency(ines)
    assert now["pipeline_stages"][-1] == "Won back"
    assert "Won back" not in now["stage_roles"]
    await sent(ines, "/settings/pipeline", "/change", {"name": "Start"}, stage="Onboarding")
    assert (await agency(ines))["stage_roles"]["Start"] == "initial"


async def test_a_wrong_name_comes_back_in_its_row(ines: Player) -> None:
    back = await sent(ines, "/settings/pipeline", "/change", {"name": "live"}, stage="Audit")
    assert (back.status, "already" in back.text) == (422, True)
    assert back.form("/change", stage="Audit").fields["name"] == ["live"]
    assert back.form("/change", stage="Live").fields["name"] == ["Live"]
    back = await sent(ines, "/settings/pipeline", "/stages", {"name": "Audit", "role": "live"})
    assert back.form("/stages").fields == {**back.form("/stages").fields, "name": ["Audit"], "role": ["live"]}


async def test_stages_step_up_and_down(ines: Player) -> None:
    await sent(ines, "/settings/pipeline", "/order", {}, stage="Audit", step="up")
    assert (await stages(ines))[:3] == ["Onboarding", "Audit", "Installation"]
    await sent(ines, "/settings/pipeline", "/order", {}, stage="Audit", step="down")
    assert (await stages(ines))[:3] == ["Onboarding", "Installation", "Audit"]
    page = await tab_of(ines).open(ines.at("/settings/pipeline"))
    with pytest.raises(LookupError):
        page.form("/order", stage="Onboarding", step="up")


async def test_a_stage_in_use_is_moved_and_removed_in_a_second_step(ines: Player) -> None:
    client = await client_in(ines, "Audit")
    tab = tab_of(ines)
    page = await tab.open(ines.at("/settings/pipeline"))
    asked = await tab.send(page.form("/removal", stage="Audit"))
    assert (asked.status, "1 is in Audit" in asked.text) == (409, True)
    second = next(form for form in asked.forms if "target" in form.fields)
    done = await tab.send(second, {"target": "Live"})
    assert "Removed." in done.text
    assert "Audit" not in await stages(ines)
    assert (await ines.get(f"/v1/clients/{client['id']}")).json()["stage"] == "Live"


async def test_an_edit_of_stages_that_changed_meanwhile_is_refused(ines: Player) -> None:
    tab = tab_of(ines)
    page = await tab.open(ines.at("/settings/pipeline"))
    await ines.post("/v1/stages", json={"name": "Meanwhile"})
    for form in (
        page.form("/change", stage="Audit"),
        page.form("/order", stage="Audit", step="up"),
        page.form("/removal", stage="Audit"),
    ):
        back = await tab.send(form)
        assert (back.status, "in the meantime" in back.text) == (412, True)
    assert (await stages(ines))[2] == "Audit"


async def test_limits_are_saved_or_come_back(ines: Player) -> None:
    saved = await sent(ines, "/settings/pipeline", "/limits", {"yellow": "3", "red": "9", "stuck": "2"})
    assert "Saved." in saved.text
    now = await agency(ines)
    assert (now["health_thresholds"], now["stuck_after_days"]) == ({"yellow": 3, "red": 9}, 2)
    back = await sent(ines, "/settings/pipeline", "/limits", {"yellow": "9", "red": "9"})
    assert (back.status, "Must be above 9" in back.text) == (422, True)
    for wrong in ("0", "366", "soon", ""):
        back = await sent(ines, "/settings/pipeline", "/limits", {"yellow": wrong})
        assert (back.status, back.form("/limits").fields["yellow"]) == (422, [wrong])
    assert (await agency(ines))["health_thresholds"] == {"yellow": 3, "red": 9}


async def test_waiting_mail_is_the_admins_to_read_and_void_links_are_left_out(
    ines: Player, tom: Player
) -> None:
    kept, ended = fresh_email(), fresh_email()
    first = (await ines.post("/v1/invitations", json={"email": kept})).json()
    second = (await ines.post(f"/v1/invitations/{first['id']}/resending")).json()
    other = (await ines.post("/v1/invitations", json={"email": ended})).json()
    await ines.delete(f"/v1/invitations/{other['id']}")
    page = await tab_of(ines).open(ines.at("/settings/mails"))
    assert (second["link"] in page.text, first["link"] in page.text) == (True, False)
    assert ended not in page.text
    assert (await tab_of(tom).open(tom.at("/settings/mails"))).status == 403


async def test_the_settings_list_their_pages_to_who_may_open_them(ines: Player, tom: Player) -> None:
    page = (await tab_of(ines).open(ines.at("/settings"))).html
    listed = page.partition('aria-label="Settings"')[2].partition("</nav>")[0]
    names = ["Agency", "Pipeline and health", "Your own fields", "Checklists", "Audit log", "Waiting mail"]
    assert [name for name in names if f">{name}</a>" not in listed] == []
    assert ines.at("/task-templates") in listed
    theirs = (await tab_of(tom).open(tom.at("/settings"))).html.partition('aria-label="Settings"')[2]
    assert [name for name in names if f">{name}</a>" in theirs.partition("</nav>")[0]] == names[:2]


async def test_the_pages_of_the_settings_list_each_other(ines: Player) -> None:
    for path in ("/settings", "/settings/pipeline", "/custom-fields", "/task-templates", "/settings/audit"):
        page = (await tab_of(ines).open(ines.at(path))).html
        listed = page.partition('aria-label="Settings"')[2].partition("</nav>")[0]
        assert f'href="{ines.at(path)}" aria-current="page"' in listed
