"""What tests of connections begin with, each made by the product's own doors and the fakes' own pages."""

from __future__ import annotations

import html
import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import msgspec

from audienceos.connecting import tell_connections
from audienceos.connections.models import LEASE
from audienceos.platform.db.base import Base
from audienceos.platform.db.database import Database
from audienceos.platform.settings import Settings
from tests.cast import Player
from tests.fakes.gmail import FakeGmail
from tests.fakes.server import Fake
from tests.fakes.slack import SECRET, SIGNING, FakeSlack
from tests.fakes.vendors import CLIENT, FakeMeta

Row = dict[str, Any]
LINK = r'<a href="([^"]+)">{}</a>'


class Vendors(NamedTuple):
    """The fakes."""

    slack: FakeSlack
    google: FakeGmail
    meta: FakeMeta

    def of(self, provider: str) -> Fake:
        """Whose service it is."""
        return {"slack": self.slack, "meta_ads": self.meta}.get(provider, self.google)


@contextmanager
def played(settings: Settings) -> Generator[Vendors]:
    """Every vendor's fake, and the installation's own apps at them. Afterwards all is as it was."""
    slack, google, meta = FakeSlack(), FakeGmail(), FakeMeta()
    with slack.listening(), google.listening(), meta.listening():
        told = msgspec.structs.replace(
            settings,
            slack_url=slack.url,
            google_accounts_url=google.url,
            google_oauth_url=google.url,
            gmail_url=google.url,
            google_certs_url=f"{google.url}/oauth2/v1/certs",
            google_ads_url=google.url,
            meta_url=meta.url,
            meta_graph_url=meta.url,
            slack_client_id=CLIENT,
            slack_client_secret=SECRET,
            slack_signing_secret=SIGNING,
            google_client_id=CLIENT,
            google_client_secret=SECRET,
            google_ads_developer_token="developer-canary",
            meta_client_id=CLIENT,
            meta_client_secret=SECRET,
        )
        tell_connections(told)
        yield Vendors(slack, google, meta)
    tell_connections(settings)


async def begun(player: Player, provider: str = "slack") -> str:
    """Where the admin is sent to grant access."""
    answer = await player.post("/v1/authorisations", json={"provider": provider})
    assert answer.status_code == 201, answer.text
    return answer.json()["address"]


async def decided(address: str, choice: str = "Allow") -> str:
    """What the vendor's page leads back to, without the host."""
    async with httpx.AsyncClient() as browser:
        found = re.search(LINK.format(choice), (await browser.get(address)).text)
    assert found is not None
    return html.unescape(found[1]).partition(".local")[2]


async def connected(player: Player, provider: str = "slack") -> Row:
    """Connect a service through its own page of consent; gives how the agency stands with it then."""
    back = await player.get(await decided(await begun(player, provider)))
    assert back.status_code == 303, back.text
    return await standing(player, provider)


async def standing(player: Player, provider: str = "slack") -> Row:
    """How the agency stands with that service."""
    items = (await player.get("/v1/integrations")).json()["items"]
    return next(one for one in items if one["provider"] == provider)


async def toasted(player: Player) -> str:
    """What the next page says at its edge."""
    text = (await player.get(player.at("/integrations"))).text
    found = re.search(r'<div class="pop toast" data-kind="\w+" data-key.*?</div>', text, re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))) if found else ""


async def sealed_of(database: Database, table: str, row_id: str) -> Row:
    """What stands in a row, sealed columns too."""
    columns = Base.metadata.tables[table].c
    wanted = [
        name for name in ("access_token", "refresh_token", "password", "client_secret") if name in columns
    ]
    async with database.serving() as db:
        query = f'select {", ".join(wanted)} from "{table}" where id = $1'
        found = await (await db.raw()).fetchrow(query, UUID(row_id))
    assert found is not None
    return {name: found[at] for at, name in enumerate(wanted)}


async def ends_at(database: Database, row_id: str, moment: str) -> None:
    """Have a grant end then, as if so much time had passed."""
    async with database.serving() as db:
        text = f"update integration set token_expires_at = {moment}, {LEASE} = null where id = $1"
        await (await db.raw()).execute(text, UUID(row_id))
