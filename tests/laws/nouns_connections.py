"""Connections for the laws: a service, an app, a mailbox and an ad account, as they stand once somebody made them.

No vendor is asked: what a grant opens is kept by tests of the room itself.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from audienceos.connections.models import AdAccount, Integration, IntegrationApp, Mailbox
from audienceos.connections.ports import answer_sync
from audienceos.platform import clock

READ_BY = "probe.read"
"""A job that nobody runs: the laws want the page's button that queues it, in every agency alike."""
answer_sync("google_ads", READ_BY)


async def an_integration(world: Any) -> str:
    """A connection to a service with ad accounts, which something reads."""
    row = Integration(
        provider="google_ads", is_connected=True, config={}, account_name=f"{world.word} accounts"
    )
    return await _made(world, row)


async def an_app(world: Any) -> str:
    """The agency's own app at a vendor."""
    return await _made(world, IntegrationApp(vendor="google", app_id=f"{world.word} app", holds=[]))


async def a_mailbox(world: Any) -> str:
    """A mailbox of the owner's own, at a server that this machine doesn't let anybody reach."""
    address = f"{world.word.lower()}@mail.example"
    row = Mailbox(
        kind="imap",
        address=address,
        address_key=address,
        user_id=world.owner.user_id,
        imap_host="127.0.0.1",
        imap_port=993,
        smtp_host="127.0.0.1",
        smtp_port=465,
        state="working",
    )
    return await _made(world, row)


async def an_ad_account(world: Any) -> str:
    """An ad account, given to the agency's client."""
    row = AdAccount(
        provider="google_ads",
        account_id=f"{world.word} 1",
        name=f"{world.word} search",
        client_id=UUID(world.ids["client_id"]),
        seen_at=clock.now(),
    )
    return await _made(world, row)


async def _made(world: Any, row: Any) -> str:
    async with world.stage.parts.database.acting(world.owner.claims) as db:
        db.add(row)
        await db.flush()
        return str(row.id)


CONNECTED = {
    "integration_id": an_integration,
    "app_id": an_app,
    "mailbox_id": a_mailbox,
    "ad_account_id": an_ad_account,
}
"""In the order in which they hang together."""
