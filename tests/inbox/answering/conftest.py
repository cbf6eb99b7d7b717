"""An agency that answers by a mailbox, and a courier that counts."""

from __future__ import annotations

import pytest

from audienceos.inbox import ports
from tests.inbox.answering.given import Desk, FakeCourier
from tests.inbox.given import Inbox


@pytest.fixture
def courier(monkeypatch: pytest.MonkeyPatch) -> FakeCourier:
    """Who takes answers, by mail and in channels."""
    made = FakeCourier()
    for kind in ("mailbox", "slack"):
        monkeypatch.setitem(ports._COURIERS, kind, made)
    return made


@pytest.fixture
async def desk(inbox: Inbox, courier: FakeCourier) -> Desk:
    """Hers, with the agency's mailbox."""
    made = Desk(inbox, courier)
    await made.mailbox()
    return made
