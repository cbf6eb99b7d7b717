"""How tests come in: by the product's own doors, each with people and agencies that nobody else has."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import select

from audienceos.agency.directory import AgencyDirectory
from audienceos.agency.entering import Founded, Founding, found_agency
from audienceos.agency.invitations import invite
from audienceos.agency.joining import Joined, Joining, accept_invitation
from audienceos.agency.letters import proving_invitations
from audienceos.platform.actor import Role
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.passwords import Passwords
from audienceos.platform.auth.recovery import post_verification, verify
from audienceos.platform.auth.secrets import hash_of
from audienceos.platform.auth.sessions import Opened
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Credential
from audienceos.platform.mail.mailer import Outgoing
from audienceos.platform.mail.models import AccountMail
from audienceos.platform.settings import Settings

PASSWORD = "seven green bicycles"


def auth_of(database: Database, settings: Settings) -> Auth:
    """What signing in stands on, without a web process around it."""
    return Auth(database, settings, Passwords(settings), AgencyDirectory(database))


def fresh_email(name: str = "ada") -> str:
    """An address that nobody has yet."""
    return f"{name}.{uuid4().hex[:12]}@example.com"


async def found(
    auth: Auth, *, email: str | None = None, name: str = "Lighthouse", proven: bool = True
) -> Founded:
    """A new person and their new agency; their address is proven unless told otherwise."""
    founding = Founding(
        name=name, first_name="Ada", last_name="Quist", email=email or fresh_email(), password=PASSWORD
    )
    founded = await found_agency(auth, founding)
    if proven:
        await prove(auth, founded.account_id)
    return founded


async def prove(auth: Auth, account_id: UUID) -> None:
    """Read the mail that verifies the person's address, and follow it."""
    async with auth.database.serving() as db:
        await post_verification(auth, db, account_id)
    await verify(auth, await mailed(auth.database, account_id, "verify"), account_id)


async def mailed(database: Database, account_id: UUID, kind: str) -> str:
    """The secret in the person's latest mail of a kind."""
    async with database.serving() as db:
        body = await db.scalar(
            select(AccountMail.body)
            .where(AccountMail.account_id == account_id, AccountMail.kind == kind)
            .order_by(AccountMail.created_at.desc(), AccountMail.id.desc())
        )
    assert body, f"no {kind} mail"
    return next(line for line in body.splitlines() if f"/{kind}/" in line).rpartition("/")[2]


def door(founded: Founded | Joined) -> Credential:
    """The transaction of the person who came in."""
    assert founded.session is not None
    return door_of(founded.agency_id, founded.session)


def door_of(agency_id: UUID, session: Opened) -> Credential:
    """The transaction of somebody with that session, in that agency."""
    return Credential(agency_id, "session", hash_of(session.token))


async def joined(
    auth: Auth, host: Founded, role: Role = "user", *, email: str | None = None, by_mail: bool = True
) -> Joined:
    """A new colleague in the host's agency, by the mailed link or by the copied one."""
    async with auth.database.acting(door(host)) as db:
        sent = await invite(db, auth.settings, email or fresh_email("bo"), role)
    link = as_mailed(auth, sent.email, sent.link) if by_mail else sent.link
    joining = Joining(first_name="Bo", last_name="Lund", password=PASSWORD)
    return await accept_invitation(auth, link.rpartition("/")[2], joining)


def as_mailed(auth: Auth, to_email: str, link: str) -> str:
    """The link as it looks in the invited person's mailbox."""
    mail = Outgoing(id=uuid4(), to_email=to_email, subject="", body=link)
    return proving_invitations(auth.settings)(mail).body
