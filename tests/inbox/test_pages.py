"""The inbox as pages, as a browser without scripts sees them: the list, one conversation, and what is decided."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx

from audienceos.inbox.models import InboxSetting, InboxSource
from audienceos.inbox.ports import Correspondent
from audienceos.platform.clock import stopped_at
from tests.cast import Player
from tests.clients.given import Row, a_client, only_assigned
from tests.inbox.given import MONDAY, Inbox, answer, known_to, mail

NILS = Correspondent(name="Nils Berg", address="nils@nowhere.example")


async def shown(player: Player, path: str = "/inbox") -> str:
    """A page of the player's agency."""
    answer = await player.get(player.at(path))
    assert answer.status_code == 200, answer.text[-500:]
    return answer.text


def rows(page: str) -> list[str]:
    """The conversations in the list, in order, by their ids."""
    return re.findall(r'<li id="row-([0-9a-f-]+)"', page)


async def sent(player: Player, path: str, **fields: str) -> httpx.Response:
    """What a form to that address leads to: somewhere else."""
    answer = await player.post(player.at(path), data=fields)
    assert answer.status_code == 303, answer.text[-500:]
    return answer


async def the_one(inbox: Inbox) -> str:
    """The address of the only conversation."""
    (one,) = await inbox.conversations()
    return f"/inbox/{one.id}"


async def test_an_empty_inbox_says_what_will_be_there(ines: Player) -> None:
    assert "Nothing has come in yet" in await shown(ines)


async def test_a_view_that_holds_nothing_says_so_calmly(ines: Player, inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(asked := mail("a"), answer("b", asked))
    page = await shown(ines)
    assert "Nobody waits for a reply" in page
    assert rows(await shown(ines, "/inbox?view=all")) != []


async def test_filters_that_match_nothing_can_be_cleared(ines: Player, inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(mail("a"))
    page = await shown(ines, "/inbox?q=zebra&view=mine")
    assert "Nothing matches" in page
    assert f'href="{ines.at("/inbox?view=mine")}">Clear filters' in page


async def test_the_longest_waiting_is_first_and_all_shows_the_newest_first(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(mail("new", after=3), mail("old"))
    old, new = (str(one.id) for one in await inbox.conversations())
    assert rows(await shown(ines)) == [old, new]
    assert rows(await shown(ines, "/inbox?view=all")) == [new, old]


async def test_waiting_is_told_in_working_hours_and_limits_are_the_agencys(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    hours = {"start": "09:00", "end": "17:00", "days": ["mon", "tue", "wed", "thu", "fri"]}
    said = await ines.patch("/v1/agency", json={"business_hours": hours, "timezone": "UTC"}, version=1)
    assert said.status_code == 200, said.text
    await inbox.take(mail("a"))
    with stopped_at(MONDAY + timedelta(days=2, hours=1)):
        page = await shown(ines)
    assert re.search(r'class="[^"]*text-ink-2"[^>]*><span class="sr-only">Waits for </span>17 h', page)
    async with inbox.database.acting(inbox.claims) as db:
        setting = await db.get(InboxSetting, ines.agency_id)
        assert setting is not None
        setting.watch_hours, setting.risk_hours = 4, 16
    with stopped_at(MONDAY + timedelta(days=2, hours=1)):
        page = await shown(ines)
    assert re.search(r'is-risk font-semibold"[^>]*><span class="sr-only">Waits for </span>.*?17 h', page)


async def test_a_search_finds_by_subject_sender_text_and_client(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(mail("a", "Could you repaint the cupboard?", subject="Kitchen"))
    for word in ("kitchen", "maya", "cupboard", "thornfield"):
        assert len(rows(await shown(ines, f"/inbox?q={word}"))) == 1, word


async def test_the_list_goes_on_by_parts_and_then_by_pages(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(*(mail(f"m{at}", subject=f"Form {at}", after=at / 100) for at in range(120)))
    page = await shown(ines)
    assert (len(rows(page)), "Show more" in page) == (25, True)
    page = await shown(ines, "/inbox?rows=100")
    first = rows(page)
    (to,) = re.findall(r'href="([^"]+)">Next page', page)
    rest = rows((await ines.get(to.replace("&amp;", "&"))).text)
    assert (len(first), len(rest), set(first) & set(rest)) == (100, 20, set())


async def test_what_needs_no_reply_leaves_the_list_and_can_come_back(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(mail("a"))
    at = await the_one(inbox)
    gone = await sent(ines, f"{at}/decision", needs_reply="false")
    assert gone.headers["location"] == ines.at("/inbox")
    page = await shown(ines)
    assert rows(page) == []
    assert "Undo" in page
    back = await sent(ines, f"{at}/decision", needs_reply="true")
    assert back.headers["location"] == ines.at(at)
    assert len(rows(await shown(ines))) == 1


async def test_put_aside_it_rests_in_its_own_view(ines: Player, inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(mail("a"))
    at = await the_one(inbox)
    await sent(ines, f"{at}/snooze?view=mine", preset="monday")
    assert (rows(await shown(ines)), len(rows(await shown(ines, "/inbox?view=snoozed")))) == ([], 1)
    await sent(ines, f"{at}/snooze/removal")
    assert len(rows(await shown(ines))) == 1
    await sent(ines, f"{at}/snooze", until="2999-03-04T09:00")
    assert len(rows(await shown(ines, "/inbox?view=snoozed"))) == 1


async def test_a_time_that_has_passed_comes_back_with_its_fault(
    ines: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(mail("a"))
    at = await the_one(inbox)
    for until, fault in (("2001-01-01T09:00", "still to come"), ("soon", "Give a day and a time")):
        said = await ines.post(ines.at(f"{at}/snooze"), data={"until": until})
        assert said.status_code == 422
        assert fault in said.text
        assert f'value="{until}"' in said.text


async def test_somebody_is_to_answer_and_it_is_theirs(
    ines: Player, tom: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(mail("a"))
    at = await the_one(inbox)
    await sent(ines, f"{at}/assignment", assignee_id=str(tom.user_id))
    assert (len(rows(await shown(tom, "/inbox?view=mine"))), rows(await shown(ines, "/inbox?view=mine"))) == (
        1,
        [],
    )
    assert len(rows(await shown(ines, f"/inbox?assignee={tom.user_id}"))) == 1
    await sent(ines, f"{at}/assignment", assignee_id="")
    assert len(rows(await shown(ines, "/inbox?view=unassigned"))) == 1


async def test_an_unknown_sender_is_matched_and_remembered(ines: Player, inbox: Inbox) -> None:
    client = await a_client(ines, "Oxbow")
    await inbox.take(mail("a", sender=NILS))
    at = await the_one(inbox)
    assert "Whose is it?" in await shown(ines, at)
    await sent(ines, f"{at}/match", client_id=client["id"], teach="address")
    await inbox.take(mail("b", sender=NILS, subject="Another"))
    assert len(rows(await shown(ines, f"/inbox?client={client['id']}"))) == 2


async def test_a_domain_of_everybody_is_not_remembered_and_the_choice_is_kept(
    ines: Player, inbox: Inbox
) -> None:
    client = await a_client(ines, "Oxbow")
    await inbox.take(mail("a", sender=Correspondent(name="Nils", address="nils@gmail.com")))
    at = await the_one(inbox)
    said = await ines.post(ines.at(f"{at}/match"), data={"client_id": client["id"], "teach": "domain"})
    assert said.status_code == 422
    assert "Anybody can have an address at gmail.com" in said.text
    assert f'value="{client["id"]}" selected' in said.text


async def test_read_is_said_by_a_form_never_by_looking(ines: Player, inbox: Inbox, thornfield: Row) -> None:
    await inbox.take(mail("a"))
    at = await the_one(inbox)
    for _ in range(2):
        assert "Mark as read" in await shown(ines, at)
    await sent(ines, f"{at}/sight")
    page = await shown(ines, at)
    assert "Mark as read" not in page
    assert "data-unread" not in page.replace("group-data-unread", "")


async def test_who_sees_few_clients_sees_only_theirs_and_no_triage(
    ines: Player, mia: Player, inbox: Inbox, thornfield: Row
) -> None:
    theirs = await a_client(ines, "Oxbow")
    await known_to(ines, theirs, "nils@oxbow.example")
    await inbox.take(
        mail("a"),
        mail("b", sender=Correspondent(name="Nils", address="nils@oxbow.example"), subject="Ours"),
        mail("c", sender=NILS, subject="Whose"),
    )
    await only_assigned(inbox.database, ines)
    said = await ines.post(
        f"/v1/clients/{theirs['id']}/assignments", json={"user_id": str(mia.user_id), "role": "collaborator"}
    )
    assert said.status_code == 200, said.text
    page = await shown(mia, "/inbox?view=all")
    assert (len(rows(page)), "Oxbow" in page, "Thornfield" in page) == (1, True, False)
    assert "view=triage" not in page
    assert rows(await shown(mia, "/inbox?view=triage")) == []
    hidden = {str(one.id) for one in await inbox.conversations()} - set(rows(page))
    for one in hidden:
        assert (await mia.get(mia.at(f"/inbox/{one}"))).status_code == 404


async def test_a_stranger_is_told_of_nothing(
    ines: Player, cleo: Player, inbox: Inbox, thornfield: Row
) -> None:
    await inbox.take(mail("a"))
    at = await the_one(inbox)
    assert rows(await shown(cleo)) == []
    assert (await cleo.get(cleo.at(at))).status_code == 404
    assert (await cleo.get(ines.at("/inbox"))).status_code == 404
    said = await cleo.post(cleo.at(f"{at}/decision"), data={"needs_reply": "false"})
    assert said.status_code == 404


async def test_triage_of_somebodys_own_mailbox_is_theirs_alone(
    ines: Player, tom: Player, inbox: Inbox
) -> None:
    async with inbox.database.acting(inbox.claims) as db:
        db.add(
            InboxSource(kind="mailbox", platform="gmail", external_id="tom", name="Tom", user_id=tom.user_id)
        )
    await inbox.take(mail("a", sender=NILS))
    assert rows(await shown(ines, "/inbox?view=triage")) == []
    assert len(rows(await shown(tom, "/inbox?view=triage"))) == 1
