"""Files that came with messages are fetched from where they are when somebody asks, and only downloaded."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from audienceos.inbox.actions.fetching import answer_files
from audienceos.inbox.pages.files import safe_name
from audienceos.inbox.ports import Attached
from audienceos.providers.mailbox.files import MailboxFiles
from tests.cast import Player
from tests.clients.given import Row
from tests.fakes.imap import Post
from tests.inbox.given import Inbox, mail
from tests.inbox.test_mailboxes import box, read, servers

__all__ = ["box", "servers"]

PAGE = b"<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def near() -> Iterator[None]:
    """An installation that lets mail servers lie on this machine."""
    answer_files("mailbox", MailboxFiles(private=True))
    yield
    answer_files("mailbox", MailboxFiles(private=False))


def with_file(key: str = "a", name: str = "Report März.html") -> bytes:
    """A mail with a file that a browser would like to run."""
    whole = EmailMessage()
    for line, value in (
        ("From", "Maya <maya@thornfield.example>"),
        ("To", "desk@northlight.example"),
        ("Subject", "The report"),
        ("Message-ID", f"<{key}@thornfield.example>"),
    ):
        whole[line] = value
    whole.set_content("Here it is.")
    whole.add_attachment(PAGE, maintype="text", subtype="html", filename=name)
    return whole.as_bytes()


async def asked(inbox: Inbox, player: Player, which: int = 0) -> httpx.Response:
    """The download of the latest message's file."""
    message = (await inbox.messages() or await inbox.triage())[-1]
    return await player.get(player.at(f"/inbox/messages/{message.id}/file"), params={"n": which})


async def test_it_is_fetched_from_the_mailbox_and_only_downloaded(
    inbox: Inbox, ines: Player, thornfield: Row, servers: tuple[Post, Any], box: Row
) -> None:
    servers[0].put(with_file())
    await read(inbox, box)
    answer = await asked(inbox, ines)
    assert (answer.status_code, answer.content.strip()) == (200, PAGE)
    heads = {
        name: answer.headers[name]
        for name in (
            "content-type",
            "content-disposition",
            "x-content-type-options",
            "content-security-policy",
        )
    }
    assert heads == {
        "content-type": "application/octet-stream",
        "content-disposition": "attachment; filename*=UTF-8''Report%20M%C3%A4rz.html",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
    }


async def test_the_conversation_leads_to_it(
    inbox: Inbox, ines: Player, thornfield: Row, servers: tuple[Post, Any], box: Row
) -> None:
    servers[0].put(with_file())
    await read(inbox, box)
    (one,), (message,) = await inbox.conversations(), await inbox.messages()
    page = (await ines.get(ines.at(f"/inbox/{one.id}"))).text
    assert f'href="{ines.at(f"/inbox/messages/{message.id}/file")}"' in page


async def test_who_does_not_see_the_conversation_is_told_nothing(
    inbox: Inbox, mia: Player, cleo: Player, thornfield: Row, servers: tuple[Post, Any], box: Row
) -> None:
    servers[0].put(with_file())
    await read(inbox, box)
    assert [(await asked(inbox, player)).status_code for player in (mia, cleo)] == [404, 404]


async def test_a_file_that_is_not_there_is_none(
    inbox: Inbox, ines: Player, thornfield: Row, servers: tuple[Post, Any], box: Row
) -> None:
    servers[0].put(with_file())
    await read(inbox, box)
    assert (await asked(inbox, ines, 1)).status_code == 404


async def test_what_was_deleted_there_is_told_in_words(
    inbox: Inbox, ines: Player, thornfield: Row, servers: tuple[Post, Any], box: Row
) -> None:
    servers[0].put(with_file())
    await read(inbox, box)
    servers[0].folders["INBOX"].clear()
    answer = await asked(inbox, ines)
    assert (answer.status_code, "isn&#39;t where it was" in answer.text) == (409, True)


async def test_another_mail_under_the_same_number_gives_nothing_away(
    inbox: Inbox, ines: Player, thornfield: Row, servers: tuple[Post, Any], box: Row
) -> None:
    number = servers[0].put(with_file())
    await read(inbox, box)
    servers[0].folders["INBOX"][number] = with_file("another")
    assert (await asked(inbox, ines)).status_code == 409


async def test_a_mailbox_that_lets_nobody_in_is_told_in_words(
    inbox: Inbox, ines: Player, thornfield: Row, servers: tuple[Post, Any], box: Row
) -> None:
    servers[0].put(with_file())
    await read(inbox, box)
    servers[0].password = "another"
    answer = await asked(inbox, ines)
    assert (answer.status_code, "isn&#39;t connected any more" in answer.text) == (409, True)


async def test_a_server_that_breaks_off_is_away_for_a_moment(
    inbox: Inbox, ines: Player, thornfield: Row, servers: tuple[Post, Any], box: Row
) -> None:
    servers[0].put(with_file())
    await read(inbox, box)
    servers[0].breaks_after = 0
    assert (await asked(inbox, ines)).status_code == 503


async def test_what_an_archive_brought_has_no_link_and_says_why(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    await inbox.take(mail("a", attachments=(Attached(name="a.pdf", media_type="a/b", size=9, ref="2"),)))
    (one,) = await inbox.conversations()
    page = (await ines.get(ines.at(f"/inbox/{one.id}"))).text
    assert ("This file isn’t kept here" in page, "/file" in page) == (True, False)
    assert (await asked(inbox, ines)).status_code == 409


async def test_more_than_is_fetched_is_refused_before_anything_is(
    inbox: Inbox, ines: Player, thornfield: Row
) -> None:
    large = Attached(name="a.mov", media_type="video/mp4", size=26 * 1024 * 1024, ref="2")
    await inbox.take(mail("a", attachments=(large,), origin={"mailbox": "x", "folder": "INBOX", "uid": 1}))
    answer = await asked(inbox, ines)
    assert (answer.status_code, "larger than 25 MB" in answer.text) == (409, True)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\a.exe", "a.exe"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
        ("gnp\u202etxt.exe", "gnptxt.exe"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("a" * 300 + ".pdf", "a" * 147 + ".pdf"),
    ],
)
def test_a_files_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe
