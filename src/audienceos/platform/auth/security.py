"""The log of what belongs to no agency: who signed in, who failed to, what was refused."""

from __future__ import annotations

from uuid import UUID

from audienceos.platform.auth.models import SecurityLog
from audienceos.platform.auth.secrets import hash_of
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import request_id


def note(db: Db, name: str, *, account_id: UUID | None = None, email_key: str | None = None) -> None:
    """Write a line with this transaction (the service login's). Of the e-mail only a hash is kept."""
    db.add(
        SecurityLog(
            name=name,
            account_id=account_id,
            email_hash=hash_of(email_key) if email_key is not None else None,
            request_id=request_id.get(),
        )
    )
