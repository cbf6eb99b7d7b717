"""Reading a mail account from where the last reading ended: some mails a transaction, the place with them.

The first reading goes through the window that the agency chose, page by page; from then on Gmail's history tells what
came. Where it no longer knows our place, the window is gone through again: what is known is kept once. A reading takes
so much and no more, and leaves the rest to another job; one that is cut off goes on at its last commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from audienceos.connections.actions.mail_accounts import MailAccount
from audienceos.inbox.actions.receiving import take_in
from audienceos.inbox.actions.sources import SourceKind, place_read, source_of
from audienceos.inbox.ports import Incoming, Platform, Taken
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.auth.emails import email_key
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Claims
from audienceos.providers.gmail.mails import (
    Ignored,
    NotRead,
    ignored_labels,
    ignored_senders,
    message_of,
)
from audienceos.providers.gmail.wire import Line

BATCH = 50
"""Mails of a transaction."""
AT_ONCE = 5
"""Mails fetched side by side."""
MOST = 200
"""Mails of one reading; what is left is another's, a minute later: so a mailbox keeps within what Google lets it have in
a minute, which is 15,000 units, and 6,000 where the project is younger than May 2026
(https://developers.google.com/workspace/gmail/api/reference/quota).
"""
DAYS = 30
HISTORY, WINDOW = "history", "window"
"""Parts of a source's place: where in the history we are; how far through the window."""
END_OF_SPAM = frozenset(("SPAM", "TRASH"))


class Reading:
    """One reading of one account."""

    def __init__(self, database: Database, line: Line, taken: Taken, *, most: int = MOST) -> None:
        self._database = database
        self._line = line
        self._left = most
        self.taken = taken

    async def run(self) -> bool:
        """Read on; whether all is read. Raises `Transient`, `Permanent`, and what `take_in` raises."""
        place = await self._place()
        ignored = await self._ignored()
        if HISTORY in place and WINDOW not in place:
            done = await self._through_history(str(place[HISTORY]["id"]), ignored)
            if done is not None:
                return done
            place = await self._begin_window(is_first=False)
        elif WINDOW not in place:
            place = await self._begin_window(is_first=True)
        return await self._through_window(place[WINDOW], ignored)

    async def _through_history(self, since: str, ignored: Ignored) -> bool | None:
        """Whether all is read; None where Gmail no longer knows the place."""
        page = ""
        while True:
            said = await self._line.history(since, page)
            if said is None:
                return None
            records = cast("list[dict[str, Any]]", said.get("history") or [])
            for records_of, last in _chunks(records):
                if self._left <= 0:
                    return False
                await self._take(records_of, ignored, {HISTORY: {"id": last}}, quietly=False)
                since = last
            # From the last record's place Gmail goes on by itself; a page without any has to be turned.
            page = "" if records else str(said.get("nextPageToken") or "")
            if not said.get("nextPageToken"):
                end = str(said.get("historyId") or since)
                if int(end) > int(since):
                    await self._take([], ignored, {HISTORY: {"id": end}}, quietly=False)
                return True

    async def _begin_window(self, *, is_first: bool) -> Json:
        """The window, with the history's present end: what comes while it is gone through isn't missed."""
        profile = await self._line.get("/profile")
        days = int(self._line.account.config.get("history_days") or DAYS)
        since = int((clock.now() - timedelta(days=days)).timestamp())
        window: Json = {"since": since, "end": str(profile["historyId"]), "is_first": is_first}
        await self._take([], Ignored(), {WINDOW: window}, quietly=True)
        return {WINDOW: window}

    async def _through_window(self, window: Json, ignored: Ignored) -> bool:
        """Whether all is read. A page that Gmail no longer knows begins the window anew."""
        quietly = bool(window["is_first"])
        while self._left > 0:
            asked = {"q": f"after:{window['since']}", "maxResults": str(BATCH)}
            said = await self._line.listing(asked, str(window.get("page") or ""))
            if said is None:  # Gmail no longer knows the page: what is known is passed over
                window = {name: value for name, value in window.items() if name != "page"}
                continue
            ids = [str(one["id"]) for one in cast("list[dict[str, Any]]", said.get("messages") or [])]
            following = said.get("nextPageToken")
            if not following:
                done: Json = {HISTORY: {"id": window["end"]}, WINDOW: None}
                await self._take(ids, ignored, done, quietly=quietly)
                return await self._through_history(str(window["end"]), ignored) is not False
            window = window | {"page": str(following)}
            await self._take(ids, ignored, {WINDOW: window}, quietly=quietly)
        return False

    async def _take(self, ids: Sequence[str], ignored: Ignored, places: Json, *, quietly: bool) -> None:
        """Fetch these mails, keep them, and with them how far we are."""
        messages = await self._fetched(ids, ignored)
        self._left -= len(ids)
        async with self._database.acting(Claims(system_of(self._line.account.agency_id))) as db:
            source = await source_of(db, *named(self._line.account))
            for at in range(0, len(messages), BATCH):
                self.taken.add(await take_in(db, source, messages[at : at + BATCH], quietly=quietly))
            for part, place in places.items():
                await place_read(db, source, part, place)

    async def _fetched(self, ids: Sequence[str], ignored: Ignored) -> list[Incoming]:
        """Those of the mails that are read and still there. Of their bytes a few are held at a time."""
        gate, account = asyncio.Semaphore(AT_ONCE), self._line.account

        async def fetch(mail_id: str) -> Incoming | NotRead:
            async with gate:
                found = await self._line.mail(mail_id)
                if found is None:
                    return "left_out"
                return await asyncio.to_thread(message_of, account, found, ignored, clock.now())

        tasks = [asyncio.create_task(fetch(one)) for one in dict.fromkeys(ids)]
        try:
            found = await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self.taken.skipped += found.count("left_out")
        self.taken.failed += found.count("unreadable")
        return [one for one in found if isinstance(one, Incoming)]

    async def _place(self) -> Json:
        async with self._database.acting(Claims(system_of(self._line.account.agency_id))) as db:
            return places(await source_of(db, *named(self._line.account)))

    async def _ignored(self) -> Ignored:
        config = self._line.account.config
        names = ignored_labels(config)
        if not names:
            return Ignored(ignored_senders(config))
        said = await self._line.get("/labels")
        labels = cast("list[dict[str, Any]]", said.get("labels") or [])
        known = {str(one.get("name") or "").casefold(): str(one["id"]) for one in labels}
        return Ignored(ignored_senders(config), frozenset(known[name] for name in names if name in known))


def named(account: MailAccount) -> tuple[SourceKind, Platform, str, str, UUID | None]:
    """The account's source, as `source_of` takes it: the same as for the same mailbox by IMAP."""
    return "mailbox", "gmail", email_key(account.address), account.address, account.user_id


def places(source: Any) -> Json:
    """How far an account was read; parts that are done are left out."""
    said: Json = source.watermark or {}
    return {part: place for part, place in said.items() if place is not None}


def _chunks(records: Iterable[dict[str, Any]]) -> Iterable[tuple[list[str], str]]:
    """The mails that came, some at a time, each with the place in the history that is reached with them."""
    ids: list[str] = []
    last = ""
    for record in records:
        last = str(record["id"])
        ids += _came(record)
        if len(ids) >= BATCH:
            yield list(dict.fromkeys(ids)), last
            ids = []
            last = ""
    if last:
        yield list(dict.fromkeys(ids)), last


def _came(record: dict[str, Any]) -> list[str]:
    """Mails that were added, or moved back from where they aren't read."""
    added = cast("list[dict[str, Any]]", record.get("messagesAdded") or [])
    freed = [
        one
        for one in cast("list[dict[str, Any]]", record.get("labelsRemoved") or [])
        if END_OF_SPAM & set(map(str, one.get("labelIds") or ()))
    ]
    return [str(one["message"]["id"]) for one in (*added, *freed)]
