"""Fakes of the vendors, which the product is told of in the place of the real ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar import Litestar

from audienceos.app import Parts
from audienceos.connecting import tell_connections
from tests.connections.given import Vendors
from tests.fakes.mail import mail_servers
from tests.fakes.vendors import CLIENT, SECRET, FakeGoogle, FakeMeta, FakeSlack


@pytest.fixture
def vendors(parts: Parts) -> Iterator[Vendors]:
    """Every vendor's fake, and the installation's own apps at them. Afterwards all is as it was."""
    slack, google, meta = FakeSlack(), FakeGoogle(), FakeMeta()
    with slack.listening(), google.listening(), meta.listening():
        told = msgspec.structs.replace(
            parts.settings,
            slack_url=slack.url,
            google_accounts_url=google.url,
            google_oauth_url=google.url,
            gmail_url=google.url,
            google_ads_url=google.url,
            meta_url=meta.url,
            meta_graph_url=meta.url,
            slack_client_id=CLIENT,
            slack_client_secret=SECRET,
            google_client_id=CLIENT,
            google_client_secret=SECRET,
            google_ads_developer_token="developer-canary",
            meta_client_id=CLIENT,
            meta_client_secret=SECRET,
        )
        tell_connections(told)
        yield Vendors(slack, google, meta)
    tell_connections(parts.settings)


@pytest.fixture
def at_home(app: Litestar) -> Iterator[None]:
    """An installation that lets mailboxes lie on this machine."""
    kept = app.state.settings
    app.state.settings = msgspec.structs.replace(kept, private_mail_hosts=True)
    yield
    app.state.settings = kept


@pytest.fixture
def servers(at_home: None) -> Iterator[dict[str, Any]]:
    """A mailbox's two servers, as its form names them."""
    with mail_servers() as named:
        yield named
