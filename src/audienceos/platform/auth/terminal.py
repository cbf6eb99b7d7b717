"""On a machine of one's own, where no mail leaves, the terminal shows the link that proves an address."""

from __future__ import annotations

import re
from uuid import UUID

from sqlalchemy import select

from audienceos.platform.auth.entry import Auth
from audienceos.platform.mail.models import AccountMail


async def show_verification(auth: Auth, account_id: UUID) -> None:
    """Print the person's latest verification link, if nobody but this machine's user can be meant by it."""
    settings = auth.settings
    if settings.smtp_url or not settings.is_loopback:
        return
    async with auth.database.serving() as db:
        mail = await db.scalar(
            select(AccountMail)
            .where(AccountMail.account_id == account_id, AccountMail.kind == "verify")
            .order_by(AccountMail.created_at.desc(), AccountMail.id.desc())
            .limit(1)
        )
    link = mail and re.search(rf"{re.escape(settings.url)}/verify/\w+", mail.body)
    if mail and link:
        print(f"To confirm {mail.to_email}, open {link[0]}", flush=True)
