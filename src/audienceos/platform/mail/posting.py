"""`post`: put a mail beside the change that causes it, in the same transaction. It leaves later (`delivering`)."""

from __future__ import annotations

from uuid import UUID

import msgspec
from sqlalchemy import Select, literal, select
from sqlalchemy.dialects.postgresql import insert

from audienceos.platform import clock
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.sessions import Db
from audienceos.platform.mail.models import AccountMail, AgencyMail

SUBJECT_LENGTH = 200


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be read: plain text. `kind` names it for the outbox and for whoever finishes it."""

    kind: str
    subject: str
    body: str


def post_for_agency(
    db: Db, to_email: str, letter: Letter, *, about_id: UUID | None = None, mail_id: UUID | None = None
) -> UUID:
    """A mail that the acting agency sends; its admins may read it while it waits. Gives its id.

    Whoever gives the id makes the mail one: the database refuses a second, and a mail server knows it again.
    """
    mail_id = mail_id or uuid7()
    db.add(
        AgencyMail(
            id=mail_id,
            about_id=about_id,
            kind=letter.kind,
            to_email=to_email,
            subject=one_line(letter.subject),
            body=letter.body,
        )
    )
    return mail_id


async def post_to_account(db: Db, person: Select[UUID, str], letter: Letter) -> bool:
    """A mail to the person whom the query finds (account id, address), by the service login.

    One statement whether it finds somebody or not, so that its time tells no stranger who has an account.
    Gives whether it found somebody.
    """
    found = person.subquery()
    account_id, email = found.c
    posted = await db.scalar(
        insert(AccountMail)
        .from_select(
            ["id", "account_id", "to_email", "kind", "subject", "body", "created_at"],
            select(
                literal(uuid7()),
                account_id,
                email,
                literal(letter.kind),
                literal(one_line(letter.subject)),
                literal(letter.body),
                literal(clock.now()),
            ),
            include_defaults=False,
        )
        .returning(AccountMail.id)
    )
    return posted is not None


def one_line(text: str) -> str:
    """A subject: a line break in it would begin another header."""
    line = " ".join(text.split())
    return line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1] + "…"
