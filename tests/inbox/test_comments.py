"""Comments for the team beside a conversation: who reads, edits and removes them, whom they tell, where they stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from audienceos.inbox.models import InboxSource
from audienceos.platform.clock import stopped_at
from tests.cast import Player
from tests.clients.given import Row, only_assigned
from tests.inbox.given import MONDAY, Inbox, mail
from tests.inbox.test_pages import NILS, sent, shown, the_one
from tests.notifications.given import rows_of, told, worked


async def comments(player: Player, inbox: Inbox) -> str:
    """The address of the only conversation's comments."""
    (one,) = await inbox.conversations()
    return f"/v1/conversations/{one.id}/comments"


async def said(player: Player, inbox: Inbox, content: str) -> Row:
    """A comment of that person's."""
    answer = await player.post(await comments(player, inbox), json={"content": content})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("content", "status"), [("x" * 5000, 201), ("x" * 5001, 422), (" \n ", 422), ("", 422)]
)
async def test_a_comment_has_up_to_5000_characters(
    ines: Player, inbox: Inbox, thornfield: Row, content: str, status: int
) -> None:
    await inbox.take(mail("a"))
    answer = await ines.post(await comments(ines, inbox), json={"content": content})
    assert answer.status_code == status


async def test_it_stands_at_its_moment_among_the_messages(
    ines: Player, tom: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(first := mail("a", "Number one?"))
    with stopped_at(MONDAY + timedelta(hours=1)):
        await said(tom, inbox, "She sounds cross")
    await inbox.take(mail("b", "Number two?", after=2, references=(first.message_id,)))
    page = await shown(ines, await the_one(inbox))
    thread = page[page.index('id="thread-') :]
    assert (
        thread.index("Number one?</div>")
        < thread.index("She sounds cross")
        < thread.index("Number two?</div>")
    )
    assert "Comment of Tom Baker, for the team alone" in page


async def test_on_each_part_of_a_long_thread_stand_the_comments_of_its_time(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    first = mail("m0")
    hours = ((at, (first.message_id,) if at else ()) for at in range(130))
    await inbox.take(
        *(mail(f"m{at}", f"Number {at}?", after=at, references=r) for at, r in hours), quietly=True
    )
    for hour in (-0.5, 10.5, 29.5, 60.5, 129.5):
        with stopped_at(MONDAY + timedelta(hours=hour)):
            await said(ines, inbox, f"Said at {hour}")
    at = await the_one(inbox)
    latest = await shown(ines, f"{at}?messages=100")
    (earlier,) = [part for part in latest.split('"') if "earlier=" in part]
    older = (await ines.get(earlier.replace("&amp;", "&"))).text
    told_in = [[f"Said at {hour}<" in page for page in (older, latest)] for hour in (-0.5, 10.5, 29.5, 60.5)]
    assert told_in == [[True, False], [True, False], [True, False], [False, True]]
    assert ["Said at 129.5<" in page for page in (older, latest)] == [False, True]


async def test_it_changes_nothing_about_who_waits(ines: Player, inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(mail("a"))
    (before,) = await inbox.conversations()
    await said(ines, inbox, "I look at it tomorrow")
    (after,) = await inbox.conversations()
    for name in ("needs_reply", "waiting_since", "message_count", "last_message_at", "snippet", "version"):
        assert getattr(before, name) == getattr(after, name)
    assert len(await inbox.messages()) == 1


async def test_whoever_is_named_is_told(ines: Player, tom: Player, inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(mail("a"))
    await said(ines, inbox, "@Tom could you look?")
    await worked(inbox.database, tom)
    (row,) = await rows_of(inbox.database, tom)
    assert row.kind == "mentions"
    assert row.words == "Ines Aalto mentioned you in the inbox, about Thornfield Hearing Centres"
    opened = await tom.post(tom.at(f"/notifications/{row.id}/opening"))
    assert opened.headers["location"] == tom.at(await the_one(inbox))


async def test_who_does_not_see_the_conversation_is_not_told_though_named(
    ines: Player, tom: Player, mia: Player, inbox: Inbox
) -> None:
    await only_assigned(inbox.database, ines)
    await inbox.take(mail("a", sender=NILS))
    await said(ines, inbox, "@Mia and @Tom, whose is this?")
    assert all("mentioned" not in words for words in await told(inbox.database, mia))


async def test_beside_mail_of_somebodys_own_mailbox_nobody_is_told(
    ines: Player, tom: Player, inbox: Inbox
) -> None:
    async with inbox.database.acting(inbox.claims) as db:
        own = {"external_id": "tom", "name": "Tom", "user_id": tom.user_id}
        db.add(InboxSource(kind="mailbox", platform="gmail", **own))
    await inbox.take(mail("a", sender=NILS))
    await said(tom, inbox, "@Ines is this ours?")
    assert all("mentioned" not in words for words in await told(inbox.database, ines))
    names = await tom.get(tom.at(f"{await the_one(inbox)}/names"))
    assert "<li" not in names.text


async def test_its_author_edits_it_within_a_day(
    ines: Player, tom: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(mail("a"))
    mine = await said(tom, inbox, "Tomorow")
    path = f"{await comments(tom, inbox)}/{mine['id']}"
    assert (await ines.patch(path, json={"content": "Mine"}, version=1)).status_code == 403
    changed = await tom.patch(path, json={"content": "Tomorrow"}, version=1)
    assert (changed.status_code, changed.json()["content"], changed.json()["version"]) == (200, "Tomorrow", 2)
    assert changed.json()["edited_at"] is not None
    assert (await tom.patch(path, json={"content": "Again"}, version=1)).status_code == 412
    with stopped_at(datetime.now(UTC) + timedelta(hours=25)):
        assert (await tom.patch(path, json={"content": "Late"}, version=2)).status_code == 403


async def test_its_author_or_an_admin_removes_it(
    ines: Player, tom: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(mail("a"))
    path = await comments(tom, inbox)
    mine, first, second = (
        await said(ines, inbox, "Mine"),
        await said(tom, inbox, "One"),
        await said(tom, inbox, "Two"),
    )
    assert (await tom.delete(f"{path}/{mine['id']}")).status_code == 403
    assert (await tom.delete(f"{path}/{first['id']}")).status_code == 204
    assert (await ines.delete(f"{path}/{second['id']}")).status_code == 204
    assert [one["content"] for one in (await tom.get(path)).json()["items"]] == ["Mine"]


async def test_forms_without_scripts_write_change_and_remove_one(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(mail("a"))
    at = await the_one(inbox)
    back = await sent(ines, f"{at}/comments?view=mine", content="She <b>waits</b>")
    assert back.headers["location"] == ines.at(f"{at}?view=mine")
    (one,) = (await ines.get(await comments(ines, inbox))).json()["items"]
    assert "She &lt;b&gt;waits&lt;/b&gt;" in await shown(ines, at)
    assert "She &lt;b&gt;waits" in await shown(ines, f"{at}/comments/{one['id']}/edit")
    await sent(ines, f"{at}/comments/{one['id']}/edit", content="He waits", version="1")
    assert "He waits" in await shown(ines, at)
    await sent(ines, f"{at}/comments/{one['id']}/removal")
    assert "He waits" not in await shown(ines, at)


async def test_what_is_too_long_comes_back_with_its_fault(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(mail("a"))
    answer = await ines.post(
        ines.at(f"{await the_one(inbox)}/comments"), data={"content": "Long " + "x" * 5000}
    )
    assert answer.status_code == 422
    assert "Long xxx" in answer.text
    assert 'aria-describedby="e-content"' in answer.text


async def test_a_stranger_is_told_of_none(ines: Player, cleo: Player, inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(mail("a"))
    mine = await said(ines, inbox, "Ours alone")
    path = await comments(ines, inbox)
    for there in (path, f"{path}/{mine['id']}"):
        assert (await cleo.get(there)).status_code == 404
    assert (await cleo.post(path, json={"content": "Hello"})).status_code == 404


async def test_two_conversations_that_are_one_keep_the_comments_of_both(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(first := mail("a", subject="One"), second := mail("b", subject="Two", after=1))
    for one in await inbox.conversations():
        await ines.post(f"/v1/conversations/{one.id}/comments", json={"content": f"Of {one.subject}"})
    both = (first.message_id, second.message_id)
    await inbox.take(mail("c", subject="Both", after=2, references=both))
    items = (await ines.get(await comments(ines, inbox))).json()["items"]
    assert sorted(one["content"] for one in items) == ["Of One", "Of Two"]
