"""Slack: workspaces with people, channels, threads and an app of ours, as its API shows them; and what it tells by itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import time
from typing import Any

from tests.fakes.server import Answerer, Asked, Cut, Fake, Said
from tests.fakes.slack_team import Team

SECRET, SIGNING = "shh-app-secret", "shh-signing-secret"
_numbers = itertools.count(1)
HIDDEN = ("metadata",)


def signed(body: bytes, secret: str = SIGNING, *, at: float | None = None) -> dict[str, str]:
    """The headers under which Slack sends a body."""
    moment = str(int(time.time() if at is None else at))
    mark = hmac.new(secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": f"v0={mark}",
    }


class FakeSlack(Fake):
    """Workspaces with an app; the latest is the one that the next consent is about. `rotates` gives tokens that end."""

    def __init__(self) -> None:
        super().__init__()
        self.workspace = Team("Northlight")
        self.scope = "channels:read,channels:history,chat:write,users:read,team:read"
        self.rotates = False
        self.good: set[str] = set()
        self.refreshes: set[str] = set()
        self.teams: dict[str, Team] = {}
        self.most = 1000
        """Items of a page, at most."""
        self.cuts: list[str] = []
        """Methods that are done the next time, and whose answer is lost."""

    def routes(self) -> dict[tuple[str, str], Answerer]:
        told = {
            "auth.test": self._test,
            "auth.revoke": self._revoke,
            "team.info": self._team,
            "users.info": self._user,
            "users.list": self._users,
            "conversations.list": self._channels,
            "conversations.info": self._channel,
            "conversations.join": self._join,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "chat.postMessage": self._post,
        }
        return {
            ("GET", "/oauth/v2/authorize"): self.consent,
            ("POST", "/api/oauth.v2.access"): self._access,
            **{("POST", f"/api/{name}"): self._known(answer) for name, answer in told.items()},
        }

    def answer(self, asked: Asked) -> Said | Cut:
        said = super().answer(asked)
        if asked.path in self.cuts:
            self.cuts.remove(asked.path)
            return Cut()
        return said

    def calls(self, path: str) -> list[Asked]:
        """What was asked there; a method by its name."""
        return super().calls(path if path.startswith("/") else f"/api/{path}")

    def _known(self, answer: Answerer) -> Answerer:
        def known(asked: Asked) -> Said:
            if asked.bearer not in self.good:
                return no("token_revoked")
            return answer(asked)

        return known

    def _mine(self, asked: Asked) -> Team:
        return self.teams[asked.bearer]

    def _access(self, asked: Asked) -> Said:
        basic = asked.headers.get("authorization", "").removeprefix("Basic ")
        own = asked.given.get("client_secret") or base64.b64decode(basic).decode().partition(":")[2]
        if own != SECRET:
            return no("bad_client_secret")
        if asked.given.get("grant_type") == "refresh_token":
            if asked.given["refresh_token"] not in self.refreshes:
                return no("invalid_refresh_token")
            self.refreshes.discard(asked.given["refresh_token"])
        elif self.codes.pop(asked.given.get("code", ""), None) is None:
            return no("invalid_code")
        token = f"xoxb-canary-{next(_numbers)}"
        self.good.add(token)
        self.teams[token] = self.workspace
        team = {"id": self.workspace.id, "name": self.workspace.name}
        said: dict[str, Any] = {"access_token": token, "scope": self.scope, "team": team}
        if self.rotates:
            said |= {"refresh_token": f"xoxe-canary-{next(_numbers)}", "expires_in": 43200}
            self.refreshes.add(said["refresh_token"])
        return yes(**said)

    def _test(self, asked: Asked) -> Said:
        team = self._mine(asked)
        return yes(team=team.name, team_id=team.id, user_id=team.bot_user, bot_id=team.bot)

    def _revoke(self, asked: Asked) -> Said:
        self.good.discard(asked.bearer)
        return yes(revoked=True)

    def _team(self, asked: Asked) -> Said:
        team = self._mine(asked)
        return yes(team={"id": team.id, "name": team.name})

    def _user(self, asked: Asked) -> Said:
        found = self._mine(asked).users.get(given(asked)["user"])
        return yes(user=found) if found else no("user_not_found")

    def _users(self, asked: Asked) -> Said:
        return self._paged(asked, "members", list(self._mine(asked).users.values()))

    def _channels(self, asked: Asked) -> Said:
        kinds = given(asked).get("types", "public_channel").split(",")
        rows = [
            one.row
            for one in self._mine(asked).channels.values()
            if ("private_channel" if one.is_private else "public_channel") in kinds and not one.is_archived
        ]
        return self._paged(asked, "channels", rows)

    def _channel(self, asked: Asked) -> Said:
        found = self._mine(asked).channels.get(given(asked)["channel"])
        return yes(channel=found.row) if found else no("channel_not_found")

    def _join(self, asked: Asked) -> Said:
        found = self._mine(asked).channels.get(given(asked)["channel"])
        if found is None or found.is_private:
            return no("channel_not_found")
        if found.is_archived:
            return no("is_archived")
        found.is_member = True
        return yes(channel=found.row)

    def _history(self, asked: Asked) -> Said:
        said = given(asked)
        found = self._mine(asked).channels.get(said["channel"])
        if found is None or not found.is_member:
            return no("not_in_channel" if found else "channel_not_found")
        oldest, latest = said.get("oldest", "0"), said.get("latest", "9999999999")
        items = [one for one in found.roots() if float(oldest) < float(one["ts"]) < float(latest)]
        return self._paged(asked, "messages", [_shown(one, said) for one in reversed(items)])

    def _replies(self, asked: Asked) -> Said:
        said = given(asked)
        found = self._mine(asked).channels.get(said["channel"])
        items = found.thread(said["ts"], said.get("oldest", "0")) if found and found.is_member else []
        return (
            self._paged(asked, "messages", [_shown(one, said) for one in items])
            if items
            else no("thread_not_found")
        )

    def _post(self, asked: Asked) -> Said:
        said = given(asked)
        team = self._mine(asked)
        found = team.channels.get(said["channel"])
        if found is None:
            return no("channel_not_found")
        wrong = found.wrong(said["text"])
        if wrong:
            return no(wrong)
        more = {name: said[name] for name in ("metadata",) if name in said}
        ts = found.say(team.bot_user, said["text"], thread=said.get("thread_ts"), bot_id=team.bot, **more)
        return yes(channel=found.id, ts=ts, message=found.at(ts))

    def _paged(self, asked: Asked, name: str, rows: list[Any]) -> Said:
        said = given(asked)
        begin = int(said.get("cursor") or 0)
        end = begin + min(int(said.get("limit") or 100), self.most)
        more = end < len(rows)
        cursor = {"next_cursor": str(end) if more else ""}
        return yes(**{name: rows[begin:end]}, has_more=more, response_metadata=cursor)


def given(asked: Asked) -> dict[str, Any]:
    """What a method was given, in the address or as JSON."""
    is_json = "json" in asked.headers.get("content-type", "")
    return {**asked.given, **(json.loads(asked.body) if is_json and asked.body else {})}


def yes(**said: Any) -> Said:
    """An answer."""
    return Said(200, {"ok": True, **said})


def no(error: str) -> Said:
    """A refusal."""
    return Said(200, {"ok": False, "error": error})


def _shown(item: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    is_asked = str(said.get("include_all_metadata", "0")).lower() in ("1", "true")
    return {name: value for name, value in item.items() if is_asked or name not in HIDDEN}
