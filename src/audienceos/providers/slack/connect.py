"""Slack: how a workspace lets us in (OAuth v2, a bot's token), by Slack's own client.

Slack's answers come with 200 and `ok: false`; what it says there tells whether another try helps.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from audienceos.connections.ports import (
    Account,
    App,
    Asking,
    MissingScopes,
    Permanent,
    ProviderName,
    Returned,
    Tokens,
    Transient,
    Vendor,
)
from audienceos.platform import clock
from audienceos.platform.sealing import Secret
from audienceos.platform.settings import Settings
from audienceos.providers.slack.calling import Refused, called

NEEDED = ("channels:read", "channels:history", "chat:write", "users:read", "team:read")
WISHED = ("channels:join", "groups:read", "groups:history", "users:read.email")
"""Beside them: private channels to which it is invited, and colleagues known by their address."""
ENDED = "Slack doesn't accept the grant any more"


class SlackConnect:
    """The way into a workspace."""

    name: ProviderName = "slack"
    words = "Slack"
    vendor: Vendor = "slack"
    is_exclusive = True
    ends_quietly = False

    def __init__(self, settings: Settings) -> None:
        self._base = settings.slack_url.rstrip("/")

    def address(self, app: App, asking: Asking) -> str:
        """Slack asks for a confidential app's secret at the exchange instead of a verifier."""
        given = {
            "client_id": app.client_id,
            "scope": ",".join((*NEEDED, *WISHED)),
            "redirect_uri": asking.redirect,
            "state": asking.state,
        }
        return f"{self._base}/oauth/v2/authorize?{urlencode(given)}"

    async def exchange(self, app: App, returned: Returned) -> Tokens:
        """Tokens of the bot."""
        said = await self._ask(
            lambda slack: slack.oauth_v2_access(
                client_id=app.client_id,
                client_secret=app.client_secret.reveal(),
                code=returned.code.reveal(),
                redirect_uri=returned.redirect,
            )
        )
        tokens = _tokens(said)
        missing = [scope for scope in NEEDED if scope not in tokens.scopes]
        if missing:
            raise MissingScopes(missing)
        return tokens

    async def refresh(self, app: App, tokens: Tokens) -> Tokens:
        """Fresh tokens, where the app rotates them."""
        held = tokens.refresh
        if held is None:
            raise Permanent("Slack gave nothing to renew the grant with", "no_refresh_token")
        said = await self._ask(
            lambda slack: slack.oauth_v2_access(
                client_id=app.client_id,
                client_secret=app.client_secret.reveal(),
                grant_type="refresh_token",
                refresh_token=held.reveal(),
            )
        )
        return _tokens(said, tokens)

    async def revoke(self, app: App, tokens: Tokens) -> None:
        """Take the bot's token back."""
        await self._ask(lambda slack: slack.auth_revoke(), tokens.access)

    async def identify(self, app: App, tokens: Tokens) -> Account:
        """The workspace."""
        said = await self._ask(lambda slack: slack.auth_test(), tokens.access)
        return Account(str(said["team_id"]), str(said.get("team") or said["team_id"]))

    async def _ask(self, call: Callable[[Any], Any], token: Secret | None = None) -> dict[str, Any]:
        """One call. What Slack refuses in words that are new to us may pass."""
        try:
            return await called(self._base, call, token)
        except Refused as problem:
            if problem.code == "missing_scope":
                raise Permanent(ENDED, problem.code) from None
            raise Transient("Slack has trouble") from None


def _tokens(said: dict[str, Any], before: Tokens | None = None) -> Tokens:
    seconds = said.get("expires_in")
    refresh = said.get("refresh_token")
    scopes = tuple(str(said.get("scope") or "").split(",")) if said.get("scope") else ()
    return Tokens(
        access=Secret(str(said["access_token"])),
        refresh=Secret(str(refresh)) if refresh else before.refresh if before else None,
        expires_at=clock.now() + timedelta(seconds=int(seconds)) if seconds else None,
        scopes=scopes or (before.scopes if before else ()),
    )
