"""Fakes of the vendors, which the product is told of in the place of the real ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar import Litestar

from audienceos.app import Parts
from tests.connections.given import Vendors, played
from tests.fakes.mail import mail_servers


@pytest.fixture
def vendors(parts: Parts) -> Iterator[Vendors]:
    """Every vendor's fake, in the place of the real ones."""
    with played(parts.settings) as fakes:
        yield fakes


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
