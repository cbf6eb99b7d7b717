"""Gmail: how a mailbox lets us in."""

from __future__ import annotations

from contextlib import suppress

from audienceos.connections.ports import Account, App, Asking, ProviderName, Returned, Tokens, Vendor
from audienceos.platform.http.client import NoAnswer, ask
from audienceos.platform.settings import Settings
from audienceos.providers.gmail.wire import ME, refused
from audienceos.providers.google import Google, as_object, tried

STOP_SECONDS = 2.0
AT = "https://www.googleapis.com/auth/"
SCOPES = (f"{AT}gmail.readonly", f"{AT}gmail.send", f"{AT}gmail.modify")


class GmailConnect:
    """The way into a mailbox."""

    name: ProviderName = "gmail"
    words = "Gmail"
    vendor: Vendor = "google"
    is_exclusive = True
    ends_quietly = False

    def __init__(self, settings: Settings) -> None:
        self._google = Google(settings)
        self._base = settings.gmail_url.rstrip("/")
        self._has_topic = bool(settings.gmail_topic)

    def address(self, app: App, asking: Asking) -> str:
        """Google's page of consent."""
        return self._google.address(app, asking, SCOPES)

    async def exchange(self, app: App, returned: Returned) -> Tokens:
        """Tokens for the code."""
        return await self._google.exchange(app, returned, SCOPES)

    async def refresh(self, app: App, tokens: Tokens) -> Tokens:
        """Fresh ones; they live for an hour."""
        return await self._google.refresh(app, tokens)

    async def revoke(self, app: App, tokens: Tokens) -> None:
        """Give the grant back, after Gmail was told to say no more; what it says all the same is heard by nobody."""
        if self._has_topic:
            bearer = {"Authorization": f"Bearer {tokens.access.reveal()}"}
            with suppress(NoAnswer):
                await ask("POST", f"{self._base}{ME}/stop", headers=bearer, seconds=STOP_SECONDS)
        await self._google.revoke(tokens)

    async def identify(self, app: App, tokens: Tokens) -> Account:
        """The mailbox's address."""
        bearer = {"Authorization": f"Bearer {tokens.access.reveal()}"}
        answer = await tried("GET", f"{self._base}{ME}/profile", headers=bearer)
        if not answer.ok:
            raise refused(answer)
        address = str(as_object(answer).get("emailAddress") or "")
        return Account(address.lower(), address)
