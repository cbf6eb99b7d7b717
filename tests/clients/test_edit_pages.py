"""Forms that change something: what they clear, what they keep, and two people who save at once."""

from __future__ import annotations

from tests.cast import Player
from tests.clients.given import Row, a, a_client, listed, of_client, shown
from tests.clients.reading import Page
from tests.clients.test_fields import a_field


async def form(player: Player, path: str) -> dict[str, str]:
    """What stands in the form, as a browser would send it back."""
    answer = await player.get(player.at(path))
    assert answer.status_code == 200
    fields = Page(answer).fields
    return {name.removeprefix("edit."): text for name, text in fields.items() if name.startswith("edit.")}


async def save(player: Player, path: str, given: dict[str, str]) -> Page:
    """Send the form."""
    return Page(await player.post(player.at(path), data=given))


async def test_a_form_that_is_sent_back_as_it_is_changes_nothing(ines: Player) -> None:
    own = await a_field(ines, "Seats", "number")
    client = await a_client(
        ines,
        "Oxbow",
        contact_name="Maya",
        tags=["a", "b"],
        lifetime_value="12.50",
        notes="\nTwo\nlines",
        custom={own["id"]: "7"},
    )
    path = f"/clients/{client['id']}/edit"
    assert (await save(ines, path, await form(ines, path))).status == 303
    assert await shown(ines, client) == client


async def test_what_was_emptied_is_cleared(ines: Player) -> None:
    own = await a_field(ines, "Seats", "number")
    client = await a_client(
        ines, "Oxbow", contact_name="Maya", tags=["a"], lifetime_value="1", custom={own["id"]: "7"}
    )
    path = f"/clients/{client['id']}/edit"
    emptied = dict.fromkeys(await form(ines, path), "") | {"name": "Oxbow", "version": "1"}
    assert (await save(ines, path, emptied)).status == 303
    now = await shown(ines, client)
    assert (now["contact_name"], now["tags"], now["lifetime_value"], now["custom"]) == (None, [], None, {})


async def test_a_fault_stands_beside_its_field_with_what_was_typed(ines: Player, oxbow: Row) -> None:
    own = await a_field(ines, "Seats", "number")
    path = f"/clients/{oxbow['id']}/edit"
    typed = {
        "name": "",
        "contact_email": "nobody",
        "notes": "Kept",
        f"custom.{own['id']}": "many",
        "version": "1",
    }
    page = await save(ines, path, typed)
    assert page.status == 422
    assert page.faults == {
        "name": "Fill this in",
        "contact_email": "Give an e-mail address such as name@company.example",
    }
    assert {name: page.fields[f"edit.{name}"] for name in typed} == typed
    own_fault = await save(ines, path, typed | {"name": "Oxbow", "contact_email": ""})
    assert own_fault.faults == {f"custom.{own['id']}": "Give a number such as 1250.50"}


async def test_who_saves_second_sees_both_and_loses_nothing(ines: Player, tom: Player, oxbow: Row) -> None:
    path = f"/clients/{oxbow['id']}/edit"
    mine, toms = await form(ines, path), await form(tom, path)
    assert (await save(tom, path, toms | {"notes": "Toms", "domain": "oxbow.example"})).status == 303
    page = await save(ines, path, mine | {"notes": "Mine", "contact_name": "Maya"})
    assert page.status == 412
    assert (page.fields["edit.notes"], page.hints["notes"]) == ("Mine", "Now: Toms")
    assert (page.fields["edit.contact_name"], page.hints["contact_name"]) == ("Maya", "Now empty")
    assert page.fields["edit.domain"] == "oxbow.example"
    assert (await shown(ines, oxbow))["notes"] == "Toms"
    again = {
        name.removeprefix("edit."): text for name, text in page.fields.items() if name.startswith("edit.")
    }
    assert (await save(ines, path, again)).status == 303
    assert (await shown(ines, oxbow))["notes"] == "Mine"


async def test_a_fault_doesnt_hide_a_collision(ines: Player, tom: Player, oxbow: Row) -> None:
    path = f"/clients/{oxbow['id']}/edit"
    mine, toms = await form(ines, path), await form(tom, path)
    await save(tom, path, toms | {"notes": "Toms"})
    page = await save(ines, path, mine | {"name": ""})
    assert (page.status, page.fields["edit.version"]) == (422, "1")


async def test_the_first_day_live_is_the_admins_to_correct(ines: Player, tom: Player, oxbow: Row) -> None:
    path = f"/clients/{oxbow['id']}/edit"
    assert "install_date" not in await form(tom, path)
    await save(ines, path, await form(ines, path) | {"install_date": "2026-01-31"})
    assert (await shown(ines, oxbow))["install_date"] == "2026-01-31"


async def test_a_tasks_form(ines: Player, tom: Player, oxbow: Row) -> None:
    task = await a(ines, "tasks", oxbow, name="Call", stage="Audit", assigned_to=str(tom.user_id))
    path = f"/tasks/{task['id']}/edit"
    mine, toms = await form(ines, path), await form(tom, path)
    assert (mine["stage"], mine["assigned_to"]) == ("Audit", str(tom.user_id))
    assert (await save(tom, path, toms | {"stage": "", "assigned_to": ""})).status == 303
    late = await save(ines, path, mine | {"name": "Ring"})
    assert (late.status, late.fields["edit.name"], late.hints["name"]) == (412, "Ring", "Now: Call")
    assert (await save(ines, path, mine | {"name": " ", "version": "2"})).faults == {"name": "Fill this in"}
    (now,) = await of_client(ines, "tasks", oxbow)
    assert (now["name"], now["stage"], now["assigned_to"]) == ("Call", None, None)


async def test_a_contacts_form(ines: Player, oxbow: Row) -> None:
    await a(ines, "contacts", oxbow, name="Maya")
    leo = await a(ines, "contacts", oxbow, name="Leo", phone="1")
    path = f"/clients/{oxbow['id']}/contacts/{leo['id']}/edit"
    mine = await form(ines, path)
    assert (await save(ines, path, mine | {"name": "", "phone": ""})).faults == {
        "name": "Give a name, an e-mail or a phone number"
    }
    assert (await save(ines, path, mine | {"phone": "", "is_primary": "true"})).status == 303
    assert (await shown(ines, oxbow))["contact_name"] == "Leo"
    assert (await save(ines, path, mine)).status == 412


async def test_fields_page_is_the_admins(ines: Player, tom: Player) -> None:
    field = await a_field(ines)
    for path in ("/custom-fields", f"/custom-fields/{field['id']}/edit"):
        assert (await tom.get(tom.at(path))).status_code == 403
    assert "Your own fields" not in (await tom.get(tom.at("/clients"))).text


async def test_fields_by_forms(ines: Player) -> None:
    at = ines.at("/custom-fields")
    made = await ines.post(at, data={"name": "Size", "kind": "select", "options": "S\r\n\r\n L \r\n"})
    assert made.status_code == 303
    (field,) = await listed(ines, "/v1/custom-fields")
    assert field["options"] == ["S", "L"]
    taken = Page(await ines.post(at, data={"name": "size", "kind": "text", "options": ""}))
    assert (taken.status, taken.faults["name"]) == (409, "There is a field called size already.")
    assert taken.fields["custom-fields.name"] == "size"
    path = f"/custom-fields/{field['id']}/edit"
    assert (await save(ines, path, await form(ines, path) | {"name": "Format"})).status == 303
    await ines.post(ines.at(f"/custom-fields/{field['id']}/removal"))
    assert await listed(ines, "/v1/custom-fields") == []


async def test_a_choice_in_use_is_told_at_the_choices(ines: Player) -> None:
    field = await a_field(ines, kind="select", options=["S", "L"])
    await a_client(ines, "Oxbow", custom={field["id"]: "S"})
    path = f"/custom-fields/{field['id']}/edit"
    page = await save(ines, path, await form(ines, path) | {"options": "L"})
    assert (page.status, page.faults["options"]) == (422, "Clients still have: S (1).")


async def test_deleting_asks_by_name_and_restoring_brings_back(ines: Player, oxbow: Row) -> None:
    at = ines.at(f"/clients/{oxbow['id']}")
    assert "Delete Oxbow?" in (await ines.get(f"{at}/removal")).text
    assert (await ines.post(f"{at}/removal")).headers["location"] == ines.at("/clients")
    assert (await ines.get(at)).status_code == 404
    assert "Oxbow" in (await ines.get(ines.at("/deleted-clients"))).text
    assert (await ines.post(f"{at}/restoration")).headers["location"] == at
    assert "No client is deleted" in (await ines.get(ines.at("/deleted-clients"))).text


async def test_deleting_is_the_admins(tom: Player, oxbow: Row) -> None:
    at = tom.at(f"/clients/{oxbow['id']}")
    assert [(await ask).status_code for ask in (tom.get(f"{at}/removal"), tom.post(f"{at}/removal"))] == [
        403,
        403,
    ]
    assert (await tom.get(tom.at("/deleted-clients"))).status_code == 403
    assert "Delete" not in (await tom.get(at)).text
