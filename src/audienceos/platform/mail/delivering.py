"""Waiting mails leave: each is claimed, handed to the mailer, and marked.

A claim is a compare-and-set on the number of attempts, in a short transaction of its own, so no row stays
locked while a mail server thinks and two workers never send the same attempt. A worker that dies between
sending and marking leaves the claim, and the mail is sent again later with the same Message-ID. So a mail is
sent at least once, and almost always once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, func, or_, select, update

from audienceos.platform import clock
from audienceos.platform.db.database import Database
from audienceos.platform.mail.mailer import Mailer, MailError, Outgoing
from audienceos.platform.mail.models import AccountMail, AgencyMail

ATTEMPTS = 10  # the pauses between them add up to nearly a day
FIRST_PAUSE, LONGEST_PAUSE = 60, 14_400  # seconds; each pause is twice the one before
SENDING = "was being sent when the program stopped"

Finish = Callable[[Outgoing], Outgoing]
"""The last touch to a mail as it leaves, by its kind: what nobody may read while it waits."""
Table = type[AgencyMail] | type[AccountMail]


class Delivered(msgspec.Struct, frozen=True):
    """What one round did."""

    sent: int
    failed: int


class _Claim(msgspec.Struct, frozen=True):
    table: Table
    agency_id: UUID | None
    kind: str
    attempts: int
    mail: Outgoing

    @property
    def row(self) -> ColumnElement[bool]:
        """Its row, as long as nobody else has taken it since."""
        mine = (self.table.id == self.mail.id) & (self.table.attempts == self.attempts)
        return mine if self.table is AccountMail else mine & (AgencyMail.agency_id == self.agency_id)


async def deliver(
    database: Database, mailer: Mailer, finishing: Mapping[str, Finish], *, at_most: int = 100
) -> Delivered:
    """Send what is due of both tables, at most so many of each. A mailer that keeps mail sends nothing."""
    sent = failed = 0
    if not mailer.delivers:
        return Delivered(0, 0)
    for table in (AccountMail, AgencyMail):
        for waiting in await _due(database, table, at_most):
            claim = await _claimed(database, waiting)
            if claim is None:
                continue
            problem = await _send(mailer, finishing, claim)
            await _mark(database, claim, problem)
            sent, failed = sent + (problem is None), failed + (problem is not None)
    return Delivered(sent, failed)


async def _due(database: Database, table: Table, at_most: int) -> list[_Claim]:
    async with database.serving() as db:
        rows = (await db.execute(_waiting(table).limit(at_most))).all()
    return [
        _Claim(
            table, agency_id, kind, attempts, Outgoing(id=mail_id, to_email=to, subject=subject, body=body)
        )
        for mail_id, kind, attempts, to, subject, body, agency_id in rows
    ]


def _waiting(table: Table) -> Select[UUID, str, int, str, str, str, UUID]:
    pause = func.least(LONGEST_PAUSE, FIRST_PAUSE * func.power(2, table.attempts - 1))
    over = table.failed_at + func.make_interval(0, 0, 0, 0, 0, 0, pause) <= clock.now()
    whose = AgencyMail.agency_id if table is AgencyMail else AccountMail.account_id
    return (
        select(table.id, table.kind, table.attempts, table.to_email, table.subject, table.body, whose)
        .where(table.sent_at.is_(None), table.attempts < ATTEMPTS, or_(table.failed_at.is_(None), over))
        .order_by(table.created_at)
    )


async def _claimed(database: Database, waiting: _Claim) -> _Claim | None:
    attempts = waiting.attempts + 1
    taken = {"attempts": attempts, "failed_at": clock.now(), "last_error": SENDING}
    async with database.serving() as db:
        mine = await db.scalar(
            update(waiting.table)
            .where(waiting.row, waiting.table.sent_at.is_(None))
            .values(taken)
            .returning(waiting.table.id)
        )
    return msgspec.structs.replace(waiting, attempts=attempts) if mine else None


async def _send(mailer: Mailer, finishing: Mapping[str, Finish], claim: _Claim) -> MailError | None:
    finish = finishing.get(claim.kind)
    mail = finish(claim.mail) if finish else claim.mail
    try:
        await mailer.send(mail)
    except MailError as problem:
        return problem
    return None


async def _mark(database: Database, claim: _Claim, problem: MailError | None) -> None:
    if problem is None:
        # Its links are credentials: once it has left, nobody needs to find them here.
        after: dict[str, Any] = {"sent_at": clock.now(), "failed_at": None, "last_error": None, "body": ""}
    else:
        attempts = ATTEMPTS if problem.permanent else claim.attempts
        after = {"attempts": attempts, "last_error": str(problem)[:1000]}
    async with database.serving() as db:
        await db.execute(update(claim.table).where(claim.row).values(after))


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A mail to a person that hasn't left, for the operator on the machine."""

    id: UUID
    kind: str
    to_email: str
    subject: str
    body: str
    attempts: int
    last_error: str | None


async def outbox(database: Database, *, at_most: int = 100) -> list[Waiting]:
    """Mails to persons that haven't left, the newest first. They may open accounts: for the operator alone."""
    async with database.serving() as db:
        rows = await db.scalars(
            select(AccountMail)
            .where(AccountMail.sent_at.is_(None))
            .order_by(AccountMail.created_at.desc())
            .limit(at_most)
        )
        return [
            Waiting(
                id=m.id,
                kind=m.kind,
                to_email=m.to_email,
                subject=m.subject,
                body=m.body,
                attempts=m.attempts,
                last_error=m.last_error,
            )
            for m in rows.all()
        ]
