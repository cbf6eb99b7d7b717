"""Mail at Gmail is read from where the last reading ended, whatever Gmail does meanwhile."""

from __future__ import annotations

import pytest

from tests.cast import Player
from tests.clients.given import Row, listed
from tests.fakes.gmail import ME
from tests.inbox.given import MAYA, Inbox
from tests.providers.gmail.given import Gmail, letter


async def test_the_first_reading_goes_thirty_days_back(gmail: Gmail, inbox: Inbox, thornfield: Row) -> None:
    gmail.box.put(letter("new", days_ago=29))
    gmail.box.put(letter("old", days_ago=31))
    taken = await gmail.read()
    assert (taken.created, taken.failed) == (1, 0)
    assert [one.message_id for one in await inbox.messages()] == ["new@thornfield.example"]
    assert (await gmail.standing())["last_sync_at"] is not None


async def test_fewer_days_are_read_where_the_agency_says_so(
    gmail: Gmail, ines: Player, thornfield: Row
) -> None:
    path = f"/v1/integrations/{gmail.account['id']}/configuration"
    assert (await ines.send("PUT", path, json={"history_days": 7})).status_code == 200
    gmail.box.put(letter("a", days_ago=6))
    gmail.box.put(letter("b", days_ago=8))
    assert (await gmail.read()).created == 1


async def test_many_pages_are_all_read_and_each_mail_once(
    gmail: Gmail, inbox: Inbox, thornfield: Row
) -> None:
    gmail.vendors.google.page_size = 7
    for at in range(20):
        gmail.box.put(letter(f"m{at}", days_ago=at))
    assert (await gmail.read()).created == 20
    assert (await gmail.read()).fetched == 0
    assert len(await inbox.messages()) == 20


async def test_what_comes_afterwards_is_told_by_the_history_alone(gmail: Gmail, thornfield: Row) -> None:
    gmail.box.put(letter("a"))
    await gmail.read()
    gmail.vendors.google.page_size = 2
    for at in range(5):
        gmail.box.put(letter(f"b{at}"))
    before = len(gmail.vendors.google.calls(f"{ME}/messages"))
    assert (await gmail.read()).created == 5
    assert len(gmail.vendors.google.calls(f"{ME}/messages")) == before


async def test_a_page_of_the_history_that_holds_nothing_is_turned(gmail: Gmail, thornfield: Row) -> None:
    await gmail.read()
    gmail.vendors.google.is_hollow = True
    gmail.box.put(letter("a"))
    assert (await gmail.read()).created == 1


async def test_reading_again_after_our_answer_keeps_it(gmail: Gmail, ines: Player, thornfield: Row) -> None:
    box = gmail.box
    first = box.put(letter("a", days_ago=1))
    sent: Row = {"From": gmail.address, "To": MAYA.address, "In_Reply_To": "<a@thornfield.example>"}
    box.put(letter("b", "Done.", **sent), "SENT", thread=box.mails[first].thread)
    await gmail.read()
    box.forget()
    again = await gmail.read()
    assert (again.created, again.skipped) == (0, 2)
    (one,) = await listed(ines, "/v1/conversations", view="all")
    assert (one["message_count"], one["needs_reply"]) == (2, False)
    (answered, asked) = (await ines.get(f"/v1/conversations/{one['id']}/messages")).json()["items"]
    assert (asked["replied_at"], answered["is_inbound"]) == (answered["received_at"], False)


async def test_a_new_mail_after_our_answer_needs_a_reply_in_whatever_order_they_come(
    gmail: Gmail, ines: Player, thornfield: Row
) -> None:
    box = gmail.box
    thread = box.mails[box.put(letter("c", "And the second one?", days_ago=1))].thread
    sent: Row = {"From": gmail.address, "To": MAYA.address}
    box.put(letter("b", "Done.", days_ago=2, **sent), "SENT", thread=thread)
    box.put(letter("a", days_ago=3), thread=thread)
    await gmail.read()
    (one,) = await listed(ines, "/v1/conversations", view="all")
    assert (one["message_count"], one["needs_reply"]) == (3, True)


@pytest.mark.parametrize(
    "fields",
    [
        {"List_Unsubscribe": "<mailto:off@thornfield.example>"},
        {"Auto_Submitted": "auto-replied"},
        {"From": "MAILER-DAEMON@thornfield.example", "Return_Path": "<>"},
        {"From": "no-reply@thornfield.example"},
    ],
)
async def test_what_no_human_wrote_needs_no_reply(
    gmail: Gmail, ines: Player, thornfield: Row, fields: Row
) -> None:
    gmail.box.put(letter("a", **fields))
    await gmail.read()
    found = await listed(ines, "/v1/conversations", view="all")
    found += await listed(ines, "/v1/conversations", view="triage")
    assert {one["needs_reply"] for one in found} == {False}


@pytest.mark.parametrize("label", ["SPAM", "TRASH", "DRAFT", "CHAT"])
async def test_spam_bin_drafts_and_chats_are_left_where_they_are(
    gmail: Gmail, inbox: Inbox, thornfield: Row, label: str
) -> None:
    await gmail.read()
    gmail.box.put(letter("a"), label)
    taken = await gmail.read()
    assert (taken.created, taken.skipped) == (0, 1)
    assert await inbox.messages() == []


async def test_what_is_taken_out_of_the_spam_comes_in(gmail: Gmail, inbox: Inbox, thornfield: Row) -> None:
    mail = gmail.box.put(letter("a"), "SPAM")
    await gmail.read()
    gmail.box.move(mail, to="INBOX", out_of="SPAM")
    assert (await gmail.read()).created == 1


async def test_what_was_read_stays_when_it_is_deleted_there(
    gmail: Gmail, inbox: Inbox, thornfield: Row
) -> None:
    mail = gmail.box.put(letter("a"))
    await gmail.read()
    gmail.box.move(mail, to="TRASH", out_of="INBOX")
    gmail.box.delete(mail)
    await gmail.read()
    (kept,) = await inbox.messages()
    assert (kept.content.strip(), kept.removed_at) == ("Could you look at the form?", None)


async def test_one_that_is_gone_before_it_is_fetched_is_passed_over(gmail: Gmail, thornfield: Row) -> None:
    await gmail.read()
    gmail.box.delete(gmail.box.put(letter("a")))
    gmail.box.put(letter("b"))
    taken = await gmail.read()
    assert (taken.created, taken.skipped, taken.failed) == (1, 1, 0)


async def test_ignored_senders_and_labels_are_not_read(gmail: Gmail, ines: Player, thornfield: Row) -> None:
    said = {"ignored_senders": "billing@thornfield.example, news.example", "ignored_labels": "newsletters"}
    path = f"/v1/integrations/{gmail.account['id']}/configuration"
    assert (await ines.send("PUT", path, json=said)).status_code == 200
    gmail.box.put(letter("a", From="Billing <BILLING@thornfield.example>"))
    gmail.box.put(letter("b", From="editor@daily.news.example"))
    gmail.box.put(letter("c"), "INBOX", "Label_1")
    gmail.box.put(letter("d"))
    taken = await gmail.read()
    assert (taken.created, taken.skipped) == (1, 3)


async def test_a_mail_that_cannot_be_read_is_counted_and_the_others_come_in(
    gmail: Gmail, ines: Player, thornfield: Row
) -> None:
    gmail.box.put(b"")
    gmail.box.put(letter("b"))
    taken = await gmail.read()
    assert (taken.created, taken.failed) == (1, 1)
    (run,) = (await ines.get(f"/v1/integrations/{gmail.account['id']}/syncs")).json()["items"]
    assert (run["outcome"], run["failed"]) == ("partial", 1)
