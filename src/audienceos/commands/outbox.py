"""`audienceos outbox`: mails to persons that have not left. Their links open accounts, so only who runs the
machine reads them.
"""

from __future__ import annotations

import argparse

from audienceos.commands.running import database_served
from audienceos.platform.db.database import Database
from audienceos.platform.mail.delivering import Waiting, outbox
from audienceos.platform.settings import Settings


async def run(settings: Settings, given: argparse.Namespace) -> None:
    """Print them, the newest last, where the eye is."""
    async with database_served(settings) as there:
        database = Database(there, pool_size=2)
        try:
            waiting = await outbox(database)
        finally:
            await database.close()
    print("\n".join(_told(mail) for mail in reversed(waiting)) or "No mail is waiting.")


def _told(mail: Waiting) -> str:
    trouble = f"Tried {mail.attempts} times: {mail.last_error}\n" if mail.last_error else ""
    return f"To: {mail.to_email}\nSubject: {mail.subject}\n{trouble}\n{mail.body}\n{'-' * 72}"
