"""The composer as a browser without scripts sees it: where an answer goes, what is kept, sent, stopped and undone."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx

from audienceos.inbox.models.answers import Outgoing
from audienceos.inbox.ports import NotLeft
from tests.cast import Player
from tests.clients.given import Row, a_client
from tests.inbox.answering.given import Desk
from tests.inbox.given import MAYA, US, Inbox, answer, known_to, mail
from tests.inbox.test_pages import shown, the_one

FIELD = re.compile(r"<(?:input|button|textarea|select)[^>]*>")


def fields(page: str) -> dict[str, Any]:
    """What the form of an answer holds, as a browser would send it without pressing anything."""
    form = page[page.index('aria-label="Answer"') :]
    form = form[: form.index("</form>")]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        is_off = given.get("type") == "checkbox" and " checked" not in tag
        if "name" in given and given["name"] != "_csrf" and not is_off:
            found.setdefault(given["name"], []).append(given.get("value", ""))
    text = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", form, re.DOTALL)
    assert text is not None
    return found | {"text": html.unescape(text[1])}


async def pressed(player: Player, at: str, act: str = "send", **more: Any) -> httpx.Response:
    """The form as it stands there, with this typed and that button pressed."""
    given = fields(await shown(player, at)) | more | {"act": act}
    return await player.post(player.at(f"{at}/answers"), data=given)


async def rows(desk: Desk) -> list[Outgoing]:
    """Every answer of the agency, the oldest first."""
    conversation = await desk.owner.get(desk.owner.at(await the_one(desk.inbox)))
    ids = re.findall(r'<li id="o-([0-9a-f-]+)"', conversation.text)
    return [await desk.row(one) for one in ids]


async def test_where_nothing_is_connected_it_says_so_and_leads_an_admin_there(
    ines: Player, tom: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(mail("a"))
    at = await the_one(inbox)
    page = await shown(ines, at)
    assert "Connect a mailbox to answer by mail." in page
    assert (f'href="{ines.at("/integrations")}" data-out' in page, 'name="act"' in page) == (True, False)
    assert f'href="{ines.at("/integrations")}" data-out' not in await shown(tom, at)


async def test_it_says_from_whom_and_to_whom_a_mail_goes(desk: Desk, ines: Player, thornfield: Row) -> None:
    await desk.inbox.take(mail("a"))
    page = await shown(ines, await the_one(desk.inbox))
    assert f"From {US.address}" in page
    assert fields(page)["to"] == [MAYA.address]


async def test_an_answer_is_sent_once_shown_at_once_and_can_be_undone(
    desk: Desk, ines: Player, thornfield: Row
) -> None:
    await desk.inbox.take(mail("a"))
    at = await the_one(desk.inbox)
    given = fields(await shown(ines, at)) | {"text": "It works again.", "act": "send"}
    for _ in range(2):
        back = await ines.post(ines.at(f"{at}/answers"), data=given)
        assert (back.status_code, back.headers["location"]) == (303, ines.at(at))
    page = await shown(ines, at)
    assert ("Leaving in a moment" in page, "It leaves in 10 seconds" in page) == (True, True)
    (row,) = await rows(desk)
    assert fields(page)["text"] == ""
    undone = await ines.post(ines.at(f"/answers/{row.id}/withdrawal?view=all"))
    assert "?view=all" in undone.headers["location"]
    assert fields(await shown(ines, at))["text"] == "It works again."
    assert (await desk.row(row.id)).status == "cancelled"


async def test_what_is_typed_is_kept_and_comes_back(desk: Desk, ines: Player, thornfield: Row) -> None:
    await desk.inbox.take(mail("a"))
    at = await the_one(desk.inbox)
    given = fields(await shown(ines, at)) | {"text": "Half a sent", "act": "keep"}
    said = await ines.post(ines.at(f"{at}/answers"), data=given, headers={"HX-Request": "true"})
    assert (said.status_code, 'data-version="1"' in said.text, "Saved " in said.text) == (200, True, True)
    page = await shown(ines, at)
    assert (fields(page)["text"], fields(page)["version"]) == ("Half a sent", ["1"])
    await pressed(ines, at, "discard")
    assert fields(await shown(ines, at))["text"] == ""


async def test_words_of_another_window_are_set_aside_and_offered(
    desk: Desk, ines: Player, thornfield: Row
) -> None:
    await desk.inbox.take(mail("a"))
    at = await the_one(desk.inbox)
    first = fields(await shown(ines, at))
    for text in ("From the desk", "From the phone"):
        await ines.post(ines.at(f"{at}/answers"), data=first | {"text": text, "act": "save"})
    page = await shown(ines, at)
    assert "In another window you had written" in page
    await pressed(ines, at, "aside:add")
    page = await shown(ines, at)
    assert fields(page)["text"] == "From the phone\n\nFrom the desk"
    assert "In another window" not in page


async def test_another_clients_recipient_is_told_marked_and_taken_out(
    desk: Desk, ines: Player, thornfield: Row
) -> None:
    halden = await a_client(ines, "Halden Dental Group")
    await known_to(ines, halden, "jonas@halden.example")
    await desk.inbox.take(mail("a"))
    at = await the_one(desk.inbox)
    back = await pressed(ines, at, text="Dear Maya", more_to="Jonas <jonas@halden.example>")
    assert back.status_code == 422
    assert "another client, Halden Dental Group" in html.unescape(back.text)
    assert 'aria-disabled="true" aria-describedby="fw"' in back.text
    assert (fields(back.text)["text"], fields(back.text)["to"]) == (
        "Dear Maya",
        [MAYA.address, "jonas@halden.example"],
    )
    assert re.search(r'class="tag on-risk"[^>]*>.*?value="jonas@halden.example"', back.text)
    cured = fields(back.text) | {"act": "without:jonas@halden.example"}
    assert (await ines.post(ines.at(f"{at}/answers"), data=cured)).status_code == 303
    assert fields(await shown(ines, at))["to"] == [MAYA.address]
    assert (await pressed(ines, at)).status_code == 303
    assert len(await rows(desk)) == 1


async def test_it_is_sent_all_the_same_with_a_reason_and_never_without(
    desk: Desk, ines: Player, thornfield: Row
) -> None:
    await a_client(ines, "Halden Dental Group")
    await desk.inbox.take(mail("a"))
    at = await the_one(desk.inbox)
    back = await pressed(ines, at, text="As we did for Halden Dental Group")
    (key,) = re.findall(r'name="over\.([0-9a-f]+)"', back.text)
    given = fields(back.text) | {"act": "send", f"over.{key}": "true"}
    again = await ines.post(ines.at(f"{at}/answers"), data=given)
    assert (again.status_code, f'name="over.{key}" value="true" checked' in again.text) == (422, True)
    said = await ines.post(ines.at(f"{at}/answers"), data=given | {f"reason.{key}": "She knows them"})
    assert said.status_code == 303
    assert "Firewall overridden" in await shown(ines, at)


async def test_a_place_that_is_not_filled_keeps_it_back(desk: Desk, ines: Player, thornfield: Row) -> None:
    await desk.inbox.take(mail("a"))
    at = await the_one(desk.inbox)
    back = await pressed(ines, at, text="Hi {{contact.first_name}}, all is well")
    assert back.status_code == 422
    assert "Fill this in first: {{contact.first_name}} has no value here" in back.text
    assert "{{contact.first_name}}, all is well" in fields(back.text)["text"]


async def test_a_template_is_put_below_what_was_typed(desk: Desk, ines: Player, thornfield: Row) -> None:
    content = "Hi {{contact.first_name}} of {{client.name}}"
    made = await ines.post("/v1/answer-templates", json={"name": "Hi", "content": content})
    await desk.inbox.take(mail("a"))
    at = await the_one(desk.inbox)
    assert (await pressed(ines, at, f"insert:{made.json()['id']}", text="First")).status_code == 303
    page = await shown(ines, at)
    assert fields(page)["text"] == "First\n\nHi Maya of Thornfield Hearing Centres"
    assert thornfield["id"] in fields(page)["variables"][0]


async def test_later_is_told_in_the_agencys_zone_and_can_be_hastened(
    desk: Desk, ines: Player, thornfield: Row
) -> None:
    await desk.inbox.take(mail("a"))
    at = await the_one(desk.inbox)
    assert (await pressed(ines, at, "send:monday", text="On Monday")).status_code == 303
    page = await shown(ines, at)
    assert "unless they write first" in page
    (row,) = await rows(desk)
    assert (row.is_scheduled, row.status) == (True, "waiting")
    await ines.post(ines.at(f"/answers/{row.id}/departure"))
    assert "Leaving in a moment" in await shown(ines, at)


async def test_a_time_that_has_passed_comes_back_with_its_fault(
    desk: Desk, ines: Player, thornfield: Row
) -> None:
    await desk.inbox.take(mail("a"))
    at = await the_one(desk.inbox)
    back = await pressed(ines, at, "send:at", text="Then", leaves_at="2001-01-01T09:00")
    assert (back.status_code, 'value="2001-01-01T09:00"' in back.text) == (422, True)
    assert "still to come" in back.text


async def test_what_others_said_meanwhile_is_read_first(
    desk: Desk, ines: Player, tom: Player, thornfield: Row
) -> None:
    await desk.inbox.take(first := mail("a"))
    at = await the_one(desk.inbox)
    begun = fields(await shown(ines, at)) | {"text": "Mine", "act": "send"}
    await desk.send(tom, text="His")
    back = await ines.post(ines.at(f"{at}/answers"), data=begun)
    assert (back.status_code, "Tom Baker has answered since you began" in back.text) == (409, True)
    await desk.inbox.take(mail("b", "One more thing?", after=2, references=(first.message_id,)))
    back = await ines.post(ines.at(f"{at}/answers"), data=fields(back.text) | {"act": "send"})
    assert "They wrote again since you began" in back.text
    assert (
        await ines.post(ines.at(f"{at}/answers"), data=fields(back.text) | {"act": "send"})
    ).status_code == 303


async def test_what_did_not_leave_says_why_and_is_tried_again_or_edited(
    desk: Desk, ines: Player, thornfield: Row
) -> None:
    await desk.inbox.take(mail("a"))
    at = await the_one(desk.inbox)
    await pressed(ines, at, text="It works again.")
    (row,) = await rows(desk)
    desk.courier.before.append(NotLeft("The mailbox is full.", for_good=True))
    await desk.leave(row.id)
    page = await shown(ines, at)
    assert "Not sent</span>: " in page or "Not sent: The mailbox is full." in page
    assert ("Try again" in page, ">Edit<" in page) == (True, True)
    await ines.post(ines.at(f"/answers/{row.id}/retry"))
    assert (await desk.leave(row.id)).status == "sent"
    assert "Not sent" not in await shown(ines, at)


async def test_an_answer_of_a_colleague_is_nobody_elses_to_take_back(
    desk: Desk, ines: Player, tom: Player, thornfield: Row
) -> None:
    await desk.inbox.take(mail("a"))
    row = await desk.send()
    back = await tom.post(tom.at(f"/answers/{row.id}/withdrawal"))
    assert back.status_code == 303
    assert "Only its author may do this." in (await tom.get(back.headers["location"])).text
    assert (await desk.row(row.id)).status == "waiting"


async def test_who_else_is_writing_is_told_to_those_who_see_it(
    desk: Desk, ines: Player, tom: Player, cleo: Player, thornfield: Row
) -> None:
    await desk.inbox.take(mail("a"))
    at = await the_one(desk.inbox)
    await pressed(tom, at, "save", text="I look at it")
    assert "Tom Baker</bdi> is writing an answer" in await shown(ines, f"{at}/writers")
    assert "is writing" not in await shown(tom, f"{at}/writers")
    assert (await cleo.get(cleo.at(f"{at}/writers"))).status_code == 404


async def test_reply_all_is_a_choice_and_names_everybody(desk: Desk, ines: Player, thornfield: Row) -> None:
    await known_to(ines, thornfield, "rob@thornfield.example")
    rob = {"name": "Rob", "address": "rob@thornfield.example"}
    message = mail("a", to=(US, type(MAYA)(**rob)))
    await desk.inbox.take(message, answer("b", message))
    await desk.inbox.take(mail("c", after=2, references=message.references, to=message.to))
    at = f"/inbox/{max(await desk.inbox.conversations(), key=lambda one: one.last_message_at).id}"
    assert fields(await shown(ines, at))["to"] == [MAYA.address]
    await pressed(ines, at, "to:all", text="To both")
    page = await shown(ines, at)
    assert fields(page)["to"] == [MAYA.address, "rob@thornfield.example"]
    assert fields(page)["text"] == "To both"
