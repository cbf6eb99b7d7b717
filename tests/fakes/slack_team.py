"""One workspace at Slack: who is in it, what was said in its channels, and the events that tell of it."""

from __future__ import annotations

import itertools
import json
import time
from typing import Any

_numbers = itertools.count(1)
BEHIND = 300_000_000
"""Microseconds by which the fake's clock is behind, so that what it says just now is old enough to be missed."""
_last = [0]


def stamp() -> str:
    """A moment of its own for each thing that happens, in order."""
    _last[0] = max(_last[0] + 1, time.time_ns() // 1000 - BEHIND)
    return f"{_last[0] // 1_000_000}.{_last[0] % 1_000_000:06d}"


class Channel:
    """A channel; `say`, `edit` and `delete` leave their events with the workspace."""

    def __init__(self, team: Team, name: str, *, is_private: bool = False, is_member: bool = True) -> None:
        self.team = team
        self.id = f"C{next(_numbers):08d}"
        self.name = name
        self.is_private = is_private
        self.is_member = is_member
        self.is_archived = False
        self.is_restricted = False
        self.messages: list[dict[str, Any]] = []

    @property
    def row(self) -> dict[str, Any]:
        """As lists show it."""
        return {
            "id": self.id,
            "name": self.name,
            "is_channel": True,
            "is_private": self.is_private,
            "is_member": self.is_member,
            "is_archived": self.is_archived,
        }

    def say(self, user: str, text: str, *, thread: str | None = None, ts: str = "", **more: Any) -> str:
        """Somebody says something; gives its `ts`."""
        ts = ts or stamp()
        item: dict[str, Any] = {"type": "message", "user": user, "text": text, "ts": ts, "team": self.team.id}
        item |= ({"thread_ts": thread} if thread else {}) | more
        self.messages.append(item)
        self.messages.sort(key=lambda one: float(one["ts"]))
        self.tell({**item, "event_ts": ts})
        return ts

    def edit(self, ts: str, text: str) -> None:
        """Its author changes it."""
        item = self.at(ts)
        before = dict(item)
        item |= {"text": text, "edited": {"user": item["user"], "ts": stamp()}}
        self.tell(
            {
                "type": "message",
                "subtype": "message_changed",
                "hidden": True,
                "message": dict(item),
                "previous_message": before,
                "ts": item["edited"]["ts"],
            }
        )

    def delete(self, ts: str) -> None:
        """Its author takes it back."""
        item = self.at(ts)
        self.messages.remove(item)
        gone = {"subtype": "message_deleted", "deleted_ts": ts, "previous_message": item, "hidden": True}
        self.tell({"type": "message", "ts": stamp(), **gone})

    def at(self, ts: str) -> dict[str, Any]:
        """The message itself."""
        return next(one for one in self.messages if one["ts"] == ts)

    def roots(self) -> list[dict[str, Any]]:
        """What stands in the channel itself, with what it says of its threads."""
        return [
            self._root(one)
            for one in self.messages
            if one.get("thread_ts") in (None, one["ts"]) or one.get("subtype") == "thread_broadcast"
        ]

    def thread(self, ts: str, oldest: str = "0") -> list[dict[str, Any]]:
        """A thread: its first message, and the answers after that moment."""
        first = [self._root(one) for one in self.messages if one["ts"] == ts]
        return [*first, *(one for one in self._answers(ts) if float(one["ts"]) > float(oldest))]

    def wrong(self, text: str) -> str:
        """Why nothing can be said in it."""
        if not self.is_member:
            return "not_in_channel"
        if self.is_archived:
            return "is_archived"
        if self.is_restricted:
            return "restricted_action"
        return "msg_too_long" if len(text) > 40_000 else ""

    def tell(self, event: dict[str, Any]) -> None:
        """Leave an event of it."""
        kind = "group" if self.is_private else "channel"
        self.team.tell({**event, "channel": self.id, "channel_type": kind})

    def _answers(self, ts: str) -> list[dict[str, Any]]:
        return [one for one in self.messages if one.get("thread_ts") == ts and one["ts"] != ts]

    def _root(self, item: dict[str, Any]) -> dict[str, Any]:
        answers = self._answers(item["ts"])
        if not answers:
            return item
        beside = {"reply_count": len(answers), "latest_reply": answers[-1]["ts"], "thread_ts": item["ts"]}
        return {**item, **beside}


class Team:
    """A workspace with our app in it."""

    def __init__(self, name: str) -> None:
        number = next(_numbers)
        self.id = f"T{number:08d}"
        self.name = name
        self.bot_user, self.bot = f"UB{number}", f"B{number}"
        self.users: dict[str, dict[str, Any]] = {}
        self.channels: dict[str, Channel] = {}
        self.events: list[dict[str, Any]] = []
        self._known(self.bot_user, "AudienceOS", is_bot=True)

    def person(self, name: str, *, is_guest: bool = False, email: str | None = None) -> str:
        """Somebody new; gives their id."""
        user = f"U{next(_numbers):08d}"
        self._known(user, name, is_restricted=is_guest, email=email)
        return user

    def channel(self, name: str, **more: bool) -> Channel:
        """A new channel."""
        made = Channel(self, name, **more)
        self.channels[made.id] = made
        return made

    def tell(self, event: dict[str, Any]) -> None:
        """Leave an event, as it is sent to us."""
        self.events.append(
            {
                "type": "event_callback",
                "token": "old",
                "team_id": self.id,
                "api_app_id": "A1",
                "event_id": f"Ev{next(_numbers):08d}",
                "event_time": int(time.time()),
                "authorizations": [{"team_id": self.id, "user_id": self.bot_user, "is_bot": True}],
                "event": event,
            }
        )

    @property
    def latest(self) -> bytes:
        """The last event as it travels."""
        return json.dumps(self.events[-1]).encode()

    def _known(
        self,
        user: str,
        name: str,
        *,
        is_bot: bool = False,
        is_restricted: bool = False,
        email: str | None = None,
    ) -> None:
        profile = {"display_name": name, "real_name": name} | ({"email": email} if email else {})
        self.users[user] = {
            "id": user,
            "team_id": self.id,
            "name": name.casefold().replace(" ", "."),
            "is_bot": is_bot,
            "is_restricted": is_restricted,
            "profile": profile,
        }
