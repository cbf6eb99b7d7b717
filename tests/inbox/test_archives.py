"""A mailbox's archive comes into the inbox: looked through first, then each of its messages once."""

from __future__ import annotations

from pathlib import Path

import pytest

from audienceos.inbox.actions import receiving
from audienceos.inbox.archives import walking
from audienceos.platform.db.database import Database
from audienceos.platform.settings import Settings
from tests.cast import Player
from tests.clients.given import Row
from tests.inbox import archived
from tests.inbox.archived import ARCHIVES, DESK, answer_to, letter, mailbox
from tests.inbox.given import Inbox


def files_in(settings: Settings, player: Player) -> list[Path]:
    """What the storage holds of this player's agency."""
    return list((settings.data_dir / "files").glob(f"*/{player.agency_id}/*"))


async def becomes(owner: Player, player: Player, role: str) -> None:
    """The owner changes what somebody may."""
    at = f"/v1/users/{player.user_id}"
    version = (await owner.get(at)).json()["version"]
    assert (await owner.patch(at, json={"role": role}, version=version)).status_code == 200


async def test_a_look_tells_what_is_in_it(database: Database, ines: Player, thornfield: Row) -> None:
    stranger = letter("s@x.example", sender="ops@hexley-it.example", day=12)
    spam = letter("spam@x.example", more="X-Gmail-Labels: Spam\n")
    view = await archived.looked(database, ines, mailbox() + stranger + spam)
    found = view["found"]
    assert (view["kind"], view["status"], view["total"]) == ("mbox", "looked", 6)
    assert (found["messages"], found["unknown"], found["passed"]) == (5, 1, {"spam": 1})
    assert found["clients"] == [{"client_id": thornfield["id"], "messages": 4}]
    assert (found["first"][:10], found["last"][:10]) == ("2026-11-12", "2026-11-17")


async def test_a_look_takes_nothing_in(database: Database, ines: Player, inbox: Inbox) -> None:
    await archived.looked(database, ines, mailbox())
    assert await inbox.conversations() == []


async def test_whose_mailbox_it_is_gets_guessed(database: Database, ines: Player) -> None:
    view = await archived.looked(database, ines, mailbox())
    assert (view["own_address"], view["found"]["addresses"][0]) == (DESK, DESK)


async def test_another_address_has_it_looked_through_again(database: Database, ines: Player) -> None:
    view = await archived.looked(database, ines, mailbox())
    again = await archived.correct(ines, view, own_address="Kay@Other.example")
    assert (again["status"], again["found"], again["own_address"]) == ("looking", None, "kay@other.example")


async def test_it_comes_in_as_conversations(
    database: Database, ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    view = await archived.brought_in(database, ines, mailbox())
    assert (view["status"], view["taken"]["created"], view["position"]) == ("done", 4, 4)
    found = await inbox.conversations()
    assert {str(one.client_id) for one in found} == {thornfield["id"]}
    assert sorted(one.message_count for one in found) == [1, 1, 2]
    ours = [one for one in await inbox.messages() if not one.is_inbound]
    assert [one.sender_email for one in ours] == [DESK]


async def test_the_same_archive_again_creates_nothing(
    database: Database, ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    await archived.brought_in(database, ines, mailbox())
    again = await archived.looked(database, ines, mailbox())
    assert again["found"]["kept"] == 4
    await archived.start(ines, again)
    again = await archived.work(database, ines, again)
    assert (again["taken"]["created"], again["taken"]["skipped"]) == (0, 4)
    assert len(await inbox.messages()) == 4


async def test_a_killed_run_goes_on_where_it_ended(
    database: Database, ines: Player, inbox: Inbox, thornfield: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "BATCH", 3)
    view = await archived.looked(database, ines, mailbox(8))
    await archived.start(ines, view)
    with pytest.raises(archived.Killed):
        await archived.work(database, ines, view, archived.ends_after(3))
    cut_off = await archived.show(ines, view)
    assert (cut_off["status"], cut_off["position"], len(await inbox.messages())) == ("running", 3, 3)
    view = await archived.work(database, ines, view)
    assert (view["status"], view["position"], view["taken"]["created"]) == ("done", 9, 9)
    assert len(await inbox.messages()) == 9


async def test_a_batch_is_never_more_than_one_transaction_takes() -> None:
    assert walking.BATCH <= receiving.BATCH


async def test_what_cant_be_read_is_named_and_the_rest_comes_in(
    database: Database, ines: Player, thornfield: Row
) -> None:
    broken = b"From 1@xxx Mon Nov 16 09:00:00 +0000 2026\nX-Nothing: 1\n\n\n"
    view = await archived.brought_in(database, ines, mailbox() + broken)
    assert view["found"]["unread"] == [{"where": "a mail", "reason": "it has no sender, no date and no id"}]
    assert (view["taken"]["created"], view["taken"]["failed"]) == (4, 1)


async def test_mail_between_colleagues_stays_out(database: Database, ines: Player) -> None:
    inward = letter("in@n.example", sender=DESK, to=DESK)
    view = await archived.brought_in(
        database, ines, letter("o@t.example") + inward + answer_to("o@t.example")
    )
    assert view["found"]["inward"] == 1
    assert (view["taken"]["created"], view["taken"]["skipped"]) == (2, 1)


@pytest.mark.proof
async def test_a_mail_of_twenty_megabytes_comes_in_short(
    database: Database, ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    long = letter("long@t.example", text=("A line of a very long report.\n" * 700_000))
    view = await archived.brought_in(database, ines, mailbox(1) + long)
    assert view["taken"]["created"] == 3
    assert max(len(one.content) for one in await inbox.messages()) <= 500_000


NO_ARCHIVE = {
    "a list": (b"Name,Domain\nOxbow,oxbow.example\n", "This is no mailbox"),
    "a single mail": (b"Subject: a\nTo: c@d.example\n\nHello\n", "This is no mailbox"),
    "nothing": (b"", "Choose a file with something in it"),
    "a zip of nothing": (b"PK\x05\x06" + bytes(18), "no export from Slack"),
    "a broken zip": (b"PK\x03\x04 and no more", "This is no zip file"),
}


@pytest.mark.parametrize("name", NO_ARCHIVE)
async def test_what_is_no_archive_is_refused_and_not_kept(
    ines: Player, settings: Settings, name: str
) -> None:
    content, said = NO_ARCHIVE[name]
    answer = await ines.post(ARCHIVES, content=content)
    assert answer.status_code == 422
    assert said in answer.json()["errors"][0]["message"]
    assert files_in(settings, ines) == []


async def test_only_admins_bring_archives(ines: Player, tom: Player) -> None:
    view = await archived.bring(ines, mailbox())
    assert (await tom.post(ARCHIVES, content=mailbox())).status_code == 403
    assert (await tom.get(f"{ARCHIVES}/{view['id']}")).status_code == 403
    assert (await tom.post(f"{ARCHIVES}/{view['id']}/run")).status_code == 403


async def test_whoever_is_no_admin_any_more_brings_nothing_in(
    database: Database, ines: Player, tom: Player, inbox: Inbox
) -> None:
    await becomes(ines, tom, "admin")
    view = await archived.looked(database, tom, mailbox())
    await archived.start(tom, view)
    await becomes(ines, tom, "user")
    await archived.run(database, tom, view)
    assert (await archived.show(ines, view))["status"] == "failed"
    assert await inbox.conversations() == []


async def test_a_file_that_is_gone_ends_it_in_words(
    database: Database, ines: Player, settings: Settings
) -> None:
    view = await archived.looked(database, ines, mailbox())
    (kept,) = files_in(settings, ines)
    kept.unlink()
    await archived.start(ines, view)
    view = await archived.work(database, ines, view)
    assert view["status"] == "failed"
    assert view["error"].startswith("The file is no longer here: files are kept for 7 days.")


async def test_nothing_starts_before_it_was_looked_through(ines: Player) -> None:
    view = await archived.bring(ines, mailbox())
    refused = await ines.post(f"{ARCHIVES}/{view['id']}/run")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_looked")


async def test_removed_it_leaves_its_messages(
    database: Database, ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    view = await archived.brought_in(database, ines, mailbox())
    assert (await ines.delete(f"{ARCHIVES}/{view['id']}")).status_code == 204
    assert (await ines.get(f"{ARCHIVES}/{view['id']}")).status_code == 404
    assert len(await inbox.messages()) == 4
