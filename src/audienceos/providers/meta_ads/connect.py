"""Meta: how a person's ad accounts let us in. Its tokens live for 60 days and are renewed by themselves, not by another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from audienceos.connections.ports import (
    Account,
    App,
    Asking,
    ListedAccount,
    MissingScopes,
    Permanent,
    ProviderName,
    Returned,
    Tokens,
    Transient,
    Vendor,
)
from audienceos.platform import clock
from audienceos.platform.http.client import Answer, NoAnswer, ask
from audienceos.platform.sealing import Secret
from audienceos.platform.settings import Settings

SCOPES = ("ads_read", "business_management")
LIVES = timedelta(days=60)
"""Of a long-lived token, where Meta doesn't say."""
REVOKE_SECONDS = 5.0
PAGES = 20
BUSY = {1, 2, 4, 17, 32, 341, 613, 80000, 80003, 80004}
"""Codes of an error that says: not now."""


class MetaAdsConnect:
    """The way into ad accounts."""

    name: ProviderName = "meta_ads"
    words = "Meta Ads"
    vendor: Vendor = "meta"
    is_exclusive = False
    ends_quietly = True

    def __init__(self, settings: Settings) -> None:
        self._dialog = settings.meta_url.rstrip("/")
        self._graph = settings.meta_graph_url.rstrip("/")

    def address(self, app: App, asking: Asking) -> str:
        """Meta's page of consent."""
        given = {
            "client_id": app.client_id,
            "redirect_uri": asking.redirect,
            "response_type": "code",
            "scope": ",".join(SCOPES),
            "state": asking.state,
        }
        return f"{self._dialog}/dialog/oauth?{urlencode(given)}"

    async def exchange(self, app: App, returned: Returned) -> Tokens:
        """A short-lived token for the code, and a long-lived one for that."""
        given = {"code": returned.code.reveal(), "redirect_uri": returned.redirect}
        short = Tokens(Secret(str((await self._token(app, given)).get("access_token"))))
        granted = await self._granted(short)
        missing = [scope for scope in SCOPES if scope not in granted]
        if missing:
            raise MissingScopes(missing)
        return await self._longer(app, Tokens(short.access, scopes=granted))

    async def refresh(self, app: App, tokens: Tokens) -> Tokens:
        """The token, for another 60 days."""
        return await self._longer(app, tokens)

    async def revoke(self, app: App, tokens: Tokens) -> None:
        """Take the app out of the person's account."""
        await self._ask("DELETE", "me/permissions", tokens, seconds=REVOKE_SECONDS)

    async def identify(self, app: App, tokens: Tokens) -> Account:
        """The person who granted it."""
        said = await self._ask("GET", "me", tokens, {"fields": "id,name"})
        return Account(str(said.get("id")), str(said.get("name") or said.get("id")))

    async def accounts(self, app: App, tokens: Tokens, config: dict[str, Any]) -> list[ListedAccount]:
        """Every ad account, page by page."""
        found: list[ListedAccount] = []
        given = {"fields": "account_id,name,currency", "limit": "100"}
        for _ in range(PAGES):
            said = await self._ask("GET", "me/adaccounts", tokens, given)
            rows: list[dict[str, Any]] = said.get("data") or []
            for one in rows:
                number = str(one["account_id"])
                found.append(ListedAccount(number, str(one.get("name") or number), one.get("currency")))
            paging: dict[str, Any] = said.get("paging") or {}
            cursors: dict[str, Any] = paging.get("cursors") or {}
            if not paging.get("next") or not cursors.get("after"):
                break
            given = given | {"after": str(cursors["after"])}
        return found

    async def _granted(self, tokens: Tokens) -> tuple[str, ...]:
        said = await self._ask("GET", "me/permissions", tokens)
        rows: list[dict[str, Any]] = said.get("data") or []
        return tuple(str(row["permission"]) for row in rows if row.get("status") == "granted")

    async def _longer(self, app: App, tokens: Tokens) -> Tokens:
        given = {"grant_type": "fb_exchange_token", "fb_exchange_token": tokens.access.reveal()}
        said = await self._token(app, given)
        seconds = said.get("expires_in")
        lives = timedelta(seconds=int(seconds)) if seconds else LIVES
        access = Secret(str(said.get("access_token")))
        return Tokens(access, expires_at=clock.now() + lives, scopes=tokens.scopes)

    async def _token(self, app: App, given: dict[str, str]) -> dict[str, Any]:
        own = {"client_id": app.client_id, "client_secret": app.client_secret.reveal()}
        return await _tried("POST", f"{self._graph}/oauth/access_token", data=own | given)

    async def _ask(
        self, method: str, path: str, tokens: Tokens, params: dict[str, str] | None = None, **more: Any
    ) -> dict[str, Any]:
        bearer = {"Authorization": f"Bearer {tokens.access.reveal()}"}
        return await _tried(method, f"{self._graph}/{path}", params=params, headers=bearer, **more)


async def _tried(method: str, url: str, **given: Any) -> dict[str, Any]:
    try:
        answer = await ask(method, url, **given)
        said = answer.json()
    except NoAnswer:
        raise Transient("Meta doesn't answer") from None
    if not answer.ok or "error" in said:
        raise _told(answer, said.get("error") or {})
    return said


def _told(answer: Answer, error: Any) -> Transient | Permanent:
    code = int(error.get("code") or 0) if isinstance(error, dict) else 0  # pyright: ignore[reportUnknownMemberType,reportUnknownArgumentType]
    if answer.status == 429 or answer.status >= 500 or code in BUSY:
        return Transient("Meta asks for a pause" if code in BUSY else "Meta has trouble", answer.retry_after)
    return Permanent("Meta doesn't accept the grant any more", str(code))
