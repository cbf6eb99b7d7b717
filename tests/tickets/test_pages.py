"""Tickets on pages, as a browser without scripts sees them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from audienceos.platform.clock import stopped_at
from tests.agency.browsing import Shown
from tests.cast import Player
from tests.clients.given import Row, a_client
from tests.tickets.given import a_ticket, did, moved, shown

YESTERDAY = str(datetime.now(UTC).date() - timedelta(days=1))


async def opened(player: Player, path: str) -> Shown:
    """A page of the player's agency."""
    answer = await player.get(player.at(path))
    assert answer.status_code == 200, answer.text[-500:]
    return Shown(answer)


async def sent(player: Player, path: str, **fields: object) -> str:
    """What a form to that address leads to, of which the page is given."""
    answer = await player.post(player.at(path), data=fields)
    assert answer.status_code == 303, answer.text[-500:]
    return answer.headers["location"]


async def test_the_board_has_a_column_for_each_status_with_its_cards(ines: Player, oxbow: Row) -> None:
    await a_ticket(ines, oxbow, "Fresh", priority="critical")
    await moved(ines, await a_ticket(ines, oxbow, "Begun", due_date=YESTERDAY), "in_progress")
    await moved(ines, await a_ticket(ines, oxbow, "Ended"), "in_progress", "resolved")
    text = (await ines.get(ines.at("/tickets"))).text
    for words in (
        "New, 1 ticket",
        "In Progress, 1 ticket",
        "Waiting on Client, 0 tickets",
        "Resolved, 1 ticket",
    ):
        assert f'aria-label="{words}"' in text
    assert text.index("Fresh") < text.index("Begun") < text.index("Ended")
    assert "last 30 days" in text


@pytest.mark.parametrize("at", ["/tickets", "/tickets/list"])
async def test_where_there_are_no_tickets_the_first_is_offered(ines: Player, oxbow: Row, at: str) -> None:
    offer = "Open the first ticket"
    assert offer in (await ines.get(ines.at(at))).text
    assert offer not in (await ines.get(ines.at(f"{at}?priority=high"))).text
    await a_ticket(ines, oxbow)
    assert offer not in (await ines.get(ines.at(at))).text


async def test_the_board_says_what_it_refuses_before_it_is_tried(ines: Player, oxbow: Row) -> None:
    await a_ticket(ines, oxbow)
    text = (await ines.get(ines.at("/tickets"))).text
    shut = text[text.index('data-lane="Resolved"') :][:400]
    assert "start it first" in shut


async def test_filters_stand_in_the_address(ines: Player, oxbow: Row) -> None:
    await a_ticket(ines, oxbow, "Mine", assignee_id=str(ines.user_id))
    await a_ticket(ines, oxbow, "Nobodys", priority="high")
    for path in ("/tickets", "/tickets/list"):
        assert "Nobodys" not in (await ines.get(ines.at(f"{path}?mine=true"))).text
        page = (await ines.get(ines.at(f"{path}?priority=high&q=nob"))).text
        assert ("Nobodys" in page, ">Mine</a>" in page) == (True, False)
    assert (await ines.get(ines.at("/tickets?priority=urgent"))).status_code == 400


async def test_a_ticket_is_opened_by_a_form_and_shown(ines: Player, oxbow: Row) -> None:
    page = await opened(ines, f"/tickets/new?client_id={oxbow['id']}")
    form = next(form for form in page.forms if form.action.endswith("/tickets"))
    assert form.fields["client_id"] == [oxbow["id"]]
    to = await sent(
        ines, "/tickets", client_id=oxbow["id"], title="Broken form", priority="high", category="technical"
    )
    assert to.endswith("/tickets/1")
    text = (await ines.get(to)).text
    assert ("Broken form" in text, "Oxbow" in text, "Ticket #1 is open" in text) == (True, True, True)


async def test_what_was_typed_comes_back_with_its_faults(ines: Player, oxbow: Row) -> None:
    answer = await ines.post(
        ines.at("/tickets"), data={"client_id": oxbow["id"], "title": " ", "description": "Kept"}
    )
    assert answer.status_code == 422
    assert ("Fill this in" in answer.text, "Kept" in answer.text) == (True, True)


async def test_a_ticket_goes_its_way_by_buttons(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    await sent(ines, "/tickets/1/transitions", to_stage="In Progress")
    await sent(ines, "/tickets/1/resolution", final_note="Rolled back", time_spent_minutes="15")
    now = await shown(ines, ticket)
    assert (now["status"], now["resolution_notes"], now["time_spent_minutes"]) == (
        "resolved",
        "Rolled back",
        15,
    )
    await sent(ines, "/tickets/1/reopenings", reason="Again")
    assert (await shown(ines, ticket))["status"] == "in_progress"


async def test_a_refused_move_says_why_on_the_page(ines: Player, oxbow: Row) -> None:
    await a_ticket(ines, oxbow)
    answer = await ines.post(ines.at("/tickets/1/resolution"), data={"final_note": "Done"})
    assert (answer.status_code, "start it first" in answer.text, "Done" in answer.text) == (409, True, True)


async def test_the_boards_script_hears_why_a_card_goes_back(ines: Player, oxbow: Row) -> None:
    await a_ticket(ines, oxbow)
    fragment = {"HX-Request": "true"}
    carried = {"from_stage": "New", "to_stage": "In Progress"}
    answer = await ines.post(ines.at("/tickets/1/transitions"), data=carried, headers=fragment)
    assert answer.status_code == 204
    again = {"from_stage": "In Progress", "to_stage": "New"}
    answer = await ines.post(ines.at("/tickets/1/transitions"), data=again, headers=fragment)
    assert (answer.status_code, "can&#39;t become New again" in answer.text) == (409, True)


@pytest.mark.parametrize(("value", "words"), [("true", "Internal"), ("false", "Client can see this")])
async def test_a_note_says_unmistakably_who_sees_it(ines: Player, oxbow: Row, value: str, words: str) -> None:
    await a_ticket(ines, oxbow)
    await sent(ines, "/tickets/1/notes", content="We are on it", is_internal=value)
    text = (await ines.get(ines.at("/tickets/1"))).text
    story = text[text.index("Activity") : text.index('id="add-note"')]
    assert ("We are on it" in story, words in story) == (True, True)


async def test_the_form_of_a_note_is_internal_unless_one_chooses(ines: Player, oxbow: Row) -> None:
    await a_ticket(ines, oxbow)
    page = await opened(ines, "/tickets/1")
    form = next(form for form in page.forms if form.action.endswith("/tickets/1/notes"))
    assert form.fields["is_internal"] == ["true"]


async def test_after_a_day_a_note_comes_back_with_what_was_typed(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    note = await did(ines, ticket, "notes", content="We looked")
    with stopped_at(datetime.now(UTC) + timedelta(hours=25)):
        given = {"content": "We looked twice", "is_internal": "true", "version": "1", "_csrf": ines.csrf}
        answer = await ines.post(ines.at(f"/tickets/1/notes/{note['id']}/edit"), data=given)
    assert (answer.status_code, "We looked twice" in answer.text) == (403, True)
    assert "Add another one" in answer.text


async def test_a_note_is_edited_by_its_author(ines: Player, tom: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    note = await did(ines, ticket, "notes", content="Carousel")
    path = f"/tickets/1/notes/{note['id']}/edit"
    await sent(ines, path, content="Slider", is_internal="true", version="1")
    assert "Slider" in (await ines.get(ines.at("/tickets/1"))).text
    assert (await tom.post(tom.at(path), data={"content": "x", "version": "2"})).status_code == 403
    stale = await ines.post(ines.at(path), data={"content": "Mine", "version": "1"})
    assert (stale.status_code, "Mine" in stale.text, "Slider" in stale.text) == (412, True, True)


async def test_time_is_logged_and_taken_back(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow)
    await sent(ines, "/tickets/1/time", minutes="85", day=YESTERDAY, note="Logs")
    assert "1 h 25 min" in (await ines.get(ines.at("/tickets/1"))).text
    entries = (await ines.get("/v1/tickets/1/time-entries")).json()["items"]
    await sent(ines, f"/tickets/1/time/{entries[0]['id']}/removal")
    assert (await shown(ines, ticket))["time_spent_minutes"] == 0


async def test_a_fact_is_changed_in_its_place(ines: Player, tom: Player, oxbow: Row) -> None:
    await a_ticket(ines, oxbow)
    fragment = {"HX-Request": "true"}
    part = await ines.get(ines.at("/tickets/1/edit?fact=priority"), headers=fragment)
    assert ('name="priority"' in part.text, "<main" in part.text) == (True, False)
    given = {"fact": "priority", "version": "1", "was.priority": "medium", "priority": "high"}
    answer = await ines.post(ines.at("/tickets/1/edit"), data=given, headers=fragment)
    assert (answer.status_code, "High" in answer.text) == (200, True)
    # Another fact, by somebody who read the page before that.
    given = {"fact": "assignee_id", "version": "1", "was.assignee_id": "", "assignee_id": str(tom.user_id)}
    answer = await tom.post(tom.at("/tickets/1/edit"), data=given, headers=fragment)
    assert (answer.status_code, "Tom Baker" in answer.text) == (200, True)
    given = {"fact": "priority", "version": "1", "was.priority": "medium", "priority": "low"}
    answer = await tom.post(tom.at("/tickets/1/edit"), data=given, headers=fragment)
    assert (answer.status_code, "Somebody saved" in answer.text) == (412, True)


async def test_the_form_of_editing_works_without_scripts(ines: Player, oxbow: Row) -> None:
    ticket = await a_ticket(ines, oxbow, due_date=YESTERDAY)
    page = await opened(ines, "/tickets/1/edit")
    form = next(form for form in page.forms if form.action.endswith("/tickets/1/edit"))
    await sent(ines, "/tickets/1/edit", **{**form.fields, "title": "Better words", "due_date": ""})
    now = await shown(ines, ticket)
    assert (now["title"], now["due_date"], now["priority"]) == ("Better words", None, "medium")


async def test_deleting_asks_first_and_can_be_undone(ines: Player, tom: Player, oxbow: Row) -> None:
    await a_ticket(ines, oxbow)
    assert (await tom.get(tom.at("/tickets/1/removal"))).status_code == 403
    await opened(ines, "/tickets/1/removal")
    to = await sent(ines, "/tickets/1/removal")
    assert "Undo" in (await ines.get(to)).text
    assert "#1" in (await ines.get(ines.at("/deleted-tickets"))).text
    await sent(ines, "/tickets/1/restoration")
    await opened(ines, "/tickets/1")


async def test_a_clients_tickets_stand_on_a_tab_of_theirs(ines: Player, oxbow: Row) -> None:
    await a_ticket(ines, oxbow, "Theirs")
    await a_ticket(ines, await a_client(ines, "Brae"), "Another's")
    text = (await ines.get(ines.at(f"/clients/{oxbow['id']}/tickets"))).text
    assert ("Theirs" in text, "Another" in text) == (True, False)
    assert f"/tickets/new?client_id={oxbow['id']}" in text


async def test_the_sidebar_counts_new_tickets_that_one_sees(ines: Player, mia: Player, oxbow: Row) -> None:
    await a_ticket(ines, oxbow)
    await moved(ines, await a_ticket(ines, oxbow), "in_progress")
    badge = 'id="badge-tickets"'
    text = (await ines.get(ines.at("/pipeline"))).text
    assert '<span class="n">1<span class="sr-only"> new' in text[text.index(badge) :][:400]
    text = (await mia.get(mia.at("/pipeline"))).text
    assert '<span class="n">' not in text[text.index(badge) :][:300]
    assert "1" in (await ines.get(ines.at("/tickets/badge"))).text


@pytest.mark.parametrize("sought", ["#2", "2", "carousel", "oxb"])
async def test_the_palette_finds_a_ticket(ines: Player, oxbow: Row, sought: str) -> None:
    await a_ticket(ines, oxbow, "Other")
    await a_ticket(ines, oxbow, "Broken carousel")
    answer = await ines.get(ines.at("/search"), params={"q": sought}, headers={"HX-Request": "true"})
    assert "#2 Broken carousel" in answer.text


async def test_an_admin_sets_the_limits_on_a_page_of_the_settings(ines: Player, tom: Player) -> None:
    assert (await tom.get(tom.at("/settings/tickets"))).status_code == 403
    page = await opened(ines, "/settings/tickets")
    form = next(form for form in page.forms if form.action.endswith("/settings/tickets"))
    assert (form.fields["critical"], form.fields["low"]) == (["4"], ["72"])
    await sent(ines, "/settings/tickets", **{**form.fields, "high": "6"})
    assert (await ines.get("/v1/ticket-limits")).json()["high"] == 6
    wrong = await ines.post(ines.at("/settings/tickets"), data={**form.fields, "high": "0"})
    assert (wrong.status_code, "At least 1" in wrong.text) == (422, True)
    stale = await ines.post(ines.at("/settings/tickets"), data={**form.fields, "high": "9"})
    assert (stale.status_code, "Somebody saved" in stale.text) == (412, True)
