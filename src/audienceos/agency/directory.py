"""What `platform/auth` asks about agencies, answered. Every statement says its agency: no claims wall it in."""

from __future__ import annotations

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Select, select, update

from audienceos.agency.models import Agency, ApiToken, User
from audienceos.agency.people import actor_in, name_of
from audienceos.agency.slugs import place_at
from audienceos.platform.actor import Role, system_of
from audienceos.platform.auth.emails import email_key
from audienceos.platform.auth.ports import Place, Seat
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db
from audienceos.platform.events.recording import record


class AgencyDirectory:
    """Implements `platform.auth.ports.Directory`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def at(self, slug: str) -> Place | None:
        """The agency that has, or once had, this address."""
        async with self._database.serving() as db:
            return await place_at(db, slug)

    async def seats(self, db: Db, account_id: UUID) -> list[Seat]:
        """Where the person may enter today, by the agencies' names."""
        return await seats_of(db, account_id)

    async def tell(self, db: Db, account_id: UUID, name: str, subject_type: str, subject_id: UUID) -> None:
        """Record an event about the person in each agency that they may enter."""
        for user in (await db.scalars(_seated(account_id).where(User.is_active))).all():
            await record(db, name, subject_type, subject_id, actor=actor_in(user), user_id=user.id)

    async def address_verified(self, db: Db, account_id: UUID, at: datetime) -> None:
        """Copy to every seat that the person's address is proven."""
        for user in (await db.scalars(_seated(account_id))).all():
            user.email_verified_at = at
            await record(db, "user.verified", "user", user.id, actor=actor_in(user))

    async def address_changed(self, db: Db, account_id: UUID, email: str, at: datetime) -> None:
        """Copy to every seat that the person has another address, proven at that moment."""
        for user in (await db.scalars(_seated(account_id))).all():
            before = {"email": user.email}
            user.email, user.email_key, user.email_verified_at = email, email_key(email), at
            user.version += 1
            after, actor = {"email": email}, actor_in(user)
            await record(
                db,
                "user.email_changed",
                "user",
                user.id,
                name=name_of(user),
                before=before,
                after=after,
                actor=actor,
            )

    async def close_seats(self, db: Db, account_id: UUID) -> None:
        """Shut every seat that the person has, though no admin may be left; an admin may open it again."""
        for user in (await db.scalars(_seated(account_id).where(User.is_active))).all():
            user.is_active, user.version = False, user.version + 1
            by, name = system_of(user.agency_id), name_of(user)
            why = "somebody else proved the address"
            await record(db, "user.deactivated", "user", user.id, actor=by, name=name, why=why)

    async def end_tokens(self, db: Db, account_id: UUID, at: datetime) -> None:
        """End every API token that the person holds, in all their agencies."""
        for user in (await db.scalars(_seated(account_id))).all():
            ended = await db.scalars(
                update(ApiToken)
                .where(ApiToken.agency_id == user.agency_id, ApiToken.user_id == user.id)
                .where(ApiToken.ended_at.is_(None))
                .values(ended_at=at)
                .returning(ApiToken.id)
            )
            for token_id in ended.all():
                await record(db, "token.ended", "token", token_id, actor=actor_in(user), user_id=user.id)


async def seats_of(db: Db, account_id: UUID) -> list[Seat]:
    """Where the person may enter today, by the agencies' names. The service login's."""
    rows = await db.execute(
        select(User, Agency.slug, Agency.name)
        .join(Agency, Agency.id == User.agency_id)
        .where(User.account_id == account_id, User.deleted_at.is_(None), User.is_active)
        .order_by(Agency.name, Agency.id)
    )
    return [
        Seat(
            agency_id=user.agency_id,
            user_id=user.id,
            slug=slug,
            agency_name=agency_name,
            role=cast("Role", user.role),
            name=name_of(user),
        )
        for user, slug, agency_name in rows.all()
    ]


def _seated(account_id: UUID) -> Select[User]:
    return (
        select(User).where(User.account_id == account_id, User.deleted_at.is_(None)).order_by(User.agency_id)
    )
