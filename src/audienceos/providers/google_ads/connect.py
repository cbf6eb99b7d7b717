"""Google Ads: how its accounts let us in, and which there are.

Beside the grant Google wants a developer token, which belongs to the app, and for accounts under a manager's the
manager's own number (`login_customer_id`).
"""

from __future__ import annotations

import re
from typing import Any

from audienceos.connections.ports import (
    Account,
    App,
    Asking,
    ListedAccount,
    Permanent,
    ProviderName,
    Returned,
    Tokens,
    Vendor,
)
from audienceos.platform.settings import Settings
from audienceos.providers.google import Google, as_object, told, tried

SCOPES = ("https://www.googleapis.com/auth/adwords",)
CUSTOMER = re.compile(r"customers/(\d+)")
MOST = 200
"""Accounts that are asked for their names, each with a call of its own."""
NAMED = "SELECT customer.id, customer.descriptive_name, customer.currency_code FROM customer LIMIT 1"


class GoogleAdsConnect:
    """The way into ad accounts."""

    name: ProviderName = "google_ads"
    words = "Google Ads"
    vendor: Vendor = "google"
    is_exclusive = False
    ends_quietly = False

    def __init__(self, settings: Settings) -> None:
        self._google = Google(settings)
        self._base = settings.google_ads_url.rstrip("/")

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
        """Give the grant back."""
        await self._google.revoke(tokens)

    async def identify(self, app: App, tokens: Tokens) -> Account:
        """The accounts that the grant reaches, as one: it has no name of its own."""
        ids = await self._reached(app, tokens)
        words = f"{len(ids)} ad account{'' if len(ids) == 1 else 's'}"
        return Account(ids[0] if ids else "none", words)

    async def accounts(self, app: App, tokens: Tokens, config: dict[str, Any]) -> list[ListedAccount]:
        """Each account with its name and currency; one that doesn't tell them keeps its number for a name."""
        headers = _headers(app, tokens)
        if config.get("login_customer_id"):
            headers["login-customer-id"] = str(config["login_customer_id"]).replace("-", "")
        found: list[ListedAccount] = []
        for one in (await self._reached(app, tokens))[:MOST]:
            answer = await tried(
                "POST",
                f"{self._base}/customers/{one}/googleAds:search",
                json={"query": NAMED},
                headers=headers,
            )
            rows: list[Any] = as_object(answer).get("results") or [] if answer.ok else []
            said: dict[str, Any] = rows[0].get("customer", {}) if rows else {}
            found.append(
                ListedAccount(one, str(said.get("descriptiveName") or one), said.get("currencyCode"))
            )
        return found

    async def _reached(self, app: App, tokens: Tokens) -> list[str]:
        answer = await tried(
            "GET", f"{self._base}/customers:listAccessibleCustomers", headers=_headers(app, tokens)
        )
        if not answer.ok:
            raise told(answer)
        names = map(str, as_object(answer).get("resourceNames") or [])
        return [found[1] for name in names if (found := CUSTOMER.fullmatch(name))]


def _headers(app: App, tokens: Tokens) -> dict[str, str]:
    if app.developer_token is None:
        raise Permanent("Google Ads needs the app's developer token", "no_developer_token")
    return {
        "Authorization": f"Bearer {tokens.access.reveal()}",
        "developer-token": app.developer_token.reveal(),
    }
