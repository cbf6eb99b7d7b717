"""The client's page by its forms, as somebody without scripts uses it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.cast import Player
from tests.clients.given import Row, a, a_client, of_client, shown
from tests.clients.reading import Page


async def send(player: Player, client: Row, noun: str, **data: str) -> Page:
    """Submit a form of the client's page."""
    return Page(await player.post(player.at(f"/clients/{client['id']}{noun}"), data=data))


async def look(player: Player, client: Row, tab: str = "", **params: Any) -> Page:
    """The client's page."""
    answer = await player.get(player.at(f"/clients/{client['id']}{tab}"), params=params)
    assert answer.status_code == 200
    return Page(answer)


async def test_a_form_that_was_taken_goes_back_to_its_part(ines: Player, oxbow: Row) -> None:
    at = ines.at(f"/clients/{oxbow['id']}")
    answer = await ines.post(f"{at}/notes", data={"content": "Called"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{at}#log")


@pytest.mark.parametrize(
    ("noun", "sent", "fault"),
    [
        ("/notes", {"content": "x" * 5001}, "note-content"),
        ("/tasks", {"name": "n" * 201, "stage": "Audit", "description": "Why"}, "task-name"),
        ("/tasks", {"name": "Call", "due_date": "soon"}, "task-due_date"),
        ("/contacts", {"title": "Owner", "email": "nobody"}, "contact-email"),
        ("/contacts", {"title": "Owner"}, "contact-name"),
        ("/assignments", {"user_id": "0198f0c4-0000-7000-8000-000000000000"}, "assign-user_id"),
        ("/moves", {"from_stage": "Onboarding", "to_stage": "Limbo", "notes": "Why"}, "stage-to_stage"),
        ("/tags", {"tag": "x" * 51}, "tag"),
        ("/health-override", {"reason": "Fine", "days": "9999"}, "health-days"),
    ],
)
async def test_a_form_with_a_fault_keeps_what_was_typed(
    ines: Player, oxbow: Row, noun: str, sent: dict[str, str], fault: str
) -> None:
    page = await send(ines, oxbow, noun, **sent)
    assert (page.status, list(page.faults)) == (422, [fault])
    kept = {name: page.fields[f"{noun[1:]}.{name}"] for name in sent if name not in ("to_stage", "user_id")}
    assert kept == {name: text for name, text in sent.items() if name in kept}


async def test_a_page_has_each_id_once(ines: Player, oxbow: Row) -> None:
    await a(ines, "contacts", oxbow, name="Maya")
    await a(ines, "tasks", oxbow, name="Call")
    page = await send(ines, oxbow, "/tasks", name="")
    assert len(page.ids) == len(set(page.ids))


async def test_the_log_by_forms(ines: Player, tom: Player, oxbow: Row) -> None:
    await send(ines, oxbow, "/notes", content="Two\nlines")
    (note,) = await of_client(ines, "notes", oxbow)
    assert note["content"] == "Two\nlines"
    assert "Remove the entry" not in (await look(tom, oxbow)).text
    assert "Remove the entry" in (await look(ines, oxbow)).text
    await send(ines, oxbow, f"/notes/{note['id']}/removal")
    assert await of_client(ines, "notes", oxbow) == []


async def test_the_log_is_read_to_its_end(ines: Player, oxbow: Row) -> None:
    for number in range(26):
        await a(ines, "notes", oxbow, content=f"entry {number:02}")
    page = await look(ines, oxbow)
    assert ("entry 25" in page.text, "entry 00" in page.text) == (True, False)
    earlier = Page(await ines.get(page.links["Earlier entries"]))
    assert ("entry 25" in earlier.text, "entry 00" in earlier.text) == (False, True)


async def test_a_task_by_forms(ines: Player, oxbow: Row) -> None:
    await send(ines, oxbow, "/tasks", name="Call", stage="Audit", due_date="2020-01-01", assigned_to="")
    (task,) = await of_client(ines, "tasks", oxbow)
    assert (task["stage"], task["assigned_to"]) == ("Audit", None)
    assert "Overdue" in (await look(ines, oxbow, "/checklist")).text
    for noun, done in (("completion", True), ("completion/removal", False)):
        answer = await ines.post(ines.at(f"/tasks/{task['id']}/{noun}"))
        assert answer.headers["location"].endswith(f"{oxbow['id']}/checklist#tasks")
        assert (await of_client(ines, "tasks", oxbow))[0]["is_completed"] is done
    await ines.post(ines.at(f"/tasks/{task['id']}/removal"))
    assert await of_client(ines, "tasks", oxbow) == []


async def test_a_task_of_an_earlier_stage_is_flagged(ines: Player, oxbow: Row) -> None:
    await a(ines, "tasks", oxbow, name="Call", stage="Onboarding")
    assert "From an earlier stage" not in (await look(ines, oxbow, "/checklist")).text
    await a(ines, "moves", oxbow, from_stage="Onboarding", to_stage="Audit")
    assert "From an earlier stage" in (await look(ines, oxbow, "/checklist")).text


async def test_people_by_forms(ines: Player, tom: Player, oxbow: Row) -> None:
    await send(ines, oxbow, "/contacts", name="Maya", email="", phone="", title="", is_primary="true")
    await send(ines, oxbow, "/assignments", user_id=str(tom.user_id), role="owner")
    assert (await shown(ines, oxbow))["contact_name"] == "Maya"
    (owner,) = await of_client(ines, "assignments", oxbow)
    assert owner["user_name"] == "Tom Baker"
    (maya,) = await of_client(ines, "contacts", oxbow)
    await send(ines, oxbow, f"/contacts/{maya['id']}/removal")
    await send(ines, oxbow, f"/assignments/{owner['id']}/removal")
    page = await look(ines, oxbow)
    assert ("Nobody yet." in page.text, "Unassigned" in page.text) == (True, True)


async def test_an_owner_who_would_be_both_is_told_beside_the_form(ines: Player, oxbow: Row) -> None:
    page = await send(ines, oxbow, "/assignments", user_id=str(ines.user_id), role="collaborator")
    assert (page.status, page.faults[""]) == (
        409,
        "Ines Aalto owns this client. Name another owner first.",
    )
    assert page.fields["assignments.user_id"] == str(ines.user_id)


async def test_whoever_gives_a_client_away_goes_to_the_list(mia: Player, ines: Player) -> None:
    client = await a_client(mia, "Brae")
    at = mia.at(f"/clients/{client['id']}/assignments")
    answer = await mia.post(at, data={"user_id": str(ines.user_id), "role": "owner"})
    assert answer.headers["location"] == mia.at("/clients")


async def test_tags_by_forms(ines: Player, oxbow: Row) -> None:
    await send(ines, oxbow, "/tags", tag="Dental, tier: core")
    await send(ines, oxbow, "/tags", tag="DENTAL")
    assert (await shown(ines, oxbow))["tags"] == ["Dental", "tier: core"]
    await send(ines, oxbow, "/tags/removal", tag="dental")
    assert (await shown(ines, oxbow))["tags"] == ["tier: core"]


async def test_the_21st_tag_is_told(ines: Player) -> None:
    client = await a_client(ines, "Brae", tags=[f"{number}" for number in range(20)])
    page = await send(ines, client, "/tags", tag="one more")
    assert (page.faults["tag"], page.fields["tags.tag"]) == ("At most 20 tags", "one more")


async def test_a_move_by_the_form(ines: Player, oxbow: Row) -> None:
    await send(ines, oxbow, "/moves", from_stage="Onboarding", to_stage="Needs Support", notes="They called")
    latest, _ = await of_client(ines, "moves", oxbow)
    assert (latest["to_stage"], latest["notes"]) == ("Needs Support", "They called")


async def test_a_refused_move_is_explained_before_and_after(tom: Player) -> None:
    client = await a_client(tom, "Brae", stage="Live")
    why = "3 stages back is more than 2. An admin can insist."
    assert f'<option value="Onboarding" disabled>Onboarding ({why})' in (await look(tom, client)).text
    page = await send(tom, client, "/moves", from_stage="Live", to_stage="Onboarding", notes="Oops")
    assert (page.status, page.faults[""], page.fields["moves.notes"]) == (409, why, "Oops")


async def test_an_admin_may_insist_by_the_form(ines: Player) -> None:
    client = await a_client(ines, "Brae", stage="Live")
    assert "Insist" in (await look(ines, client)).text
    sent = {"from_stage": "Live", "to_stage": "Onboarding", "override": "true"}
    assert (await send(ines, client, "/moves", **sent)).status == 303


async def test_a_move_from_where_the_client_no_longer_is(ines: Player, tom: Player, oxbow: Row) -> None:
    await a(tom, "moves", oxbow, from_stage="Onboarding", to_stage="Installation")
    page = await send(ines, oxbow, "/moves", from_stage="Onboarding", to_stage="Audit")
    assert (page.status, page.faults[""]) == (409, "Someone moved Oxbow to Installation first.")
    assert page.fields["moves.from_stage"] == "Installation"


async def test_the_boards_script_hears_204_or_why_not(ines: Player, oxbow: Row) -> None:
    at = ines.at(f"/clients/{oxbow['id']}/moves")
    script = {"HX-Request": "true"}
    sent = {"from_stage": "Onboarding", "to_stage": "Live"}
    assert (await ines.post(at, data=sent, headers=script)).status_code == 204
    late = await ines.post(at, data={**sent, "to_stage": "Audit"}, headers=script)
    assert (late.status_code, "Someone moved Oxbow to Live first." in Page(late).faults[""]) == (
        409,
        True,
    )


async def test_an_admins_word_by_the_form(ines: Player, tom: Player, oxbow: Row) -> None:
    await a(ines, "tasks", oxbow, name="Call", due_date="2020-01-01")
    assert "Mark as healthy" not in (await look(tom, oxbow)).text
    assert "Mark as healthy" in (await look(ines, oxbow)).text
    await send(ines, oxbow, "/health-override", reason="All is well", days="3")
    page = await look(tom, oxbow)
    assert ("All is well" in page.text, "Called healthy by an admin until" in page.text) == (True, True)
    await send(ines, oxbow, "/health-override/removal")
    assert (await shown(ines, oxbow))["health_status"] == "yellow"


async def test_archiving_and_back_by_buttons(ines: Player, tom: Player, oxbow: Row) -> None:
    await send(tom, oxbow, "/archive")
    page = await look(tom, oxbow)
    assert ("Archived" in page.text, "An archived client stays where it is" in page.text) == (True, True)
    await send(tom, oxbow, "/reactivation")
    assert (await shown(tom, oxbow))["is_active"] is True


async def test_what_people_write_is_never_markup(ines: Player) -> None:
    bad = "<script>alert(1)</script>"
    client = await a_client(ines, bad, contact_name=bad, notes=bad, tags=[bad])
    await a(ines, "notes", client, content=bad)
    await a(ines, "tasks", client, name=bad, description=bad)
    of_client = (f"/clients/{client['id']}{tab}" for tab in ("", "/checklist", "/edit"))
    for path in (*of_client, "/clients", "/pipeline", "/my-work"):
        assert bad not in (await ines.get(ines.at(path))).text, path


async def test_one_of_the_same_name_is_told_when_a_client_was_made(ines: Player, oxbow: Row) -> None:
    made = await ines.post(ines.at("/clients"), data={"name": " OXBOW "})
    page = Page(await ines.get(made.headers["location"]))
    assert page.links["another client called OXBOW"] == ines.at(f"/clients/{oxbow['id']}")
    alone = await ines.post(ines.at("/clients"), data={"name": "Brae"})
    assert "another client" not in (await ines.get(alone.headers["location"])).text


async def test_a_scoped_member_isnt_told_of_one_they_dont_see(mia: Player, oxbow: Row) -> None:
    made = await mia.post(mia.at("/clients"), data={"name": "Oxbow"})
    assert "twin" not in made.headers["location"]


async def test_a_moment_is_told_by_how_long_ago_and_exactly_on_hover(ines: Player, oxbow: Row) -> None:
    answer = await ines.get(ines.at(f"/clients/{oxbow['id']}"))
    moved = answer.text.partition('id="history"')[2].partition("</section>")[0]
    assert re.search(r'<time-ago><time datetime="[^"]+" title="\d+ \w{3} \d{4}, \d\d:\d\d">', moved)
