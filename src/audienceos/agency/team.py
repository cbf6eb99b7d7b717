"""What happens to people in an agency: named, promoted, deactivated, removed. It always keeps an admin.

Each of these first locks the agency's row and then asks again who acts, so of two admins who demote each other
at once the second is told that they may not any more.
"""

from __future__ import annotations

from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import func, select, update

from audienceos.agency.access import agency_for, assignable
from audienceos.agency.models import ApiToken, User
from audienceos.agency.people import checked_https, checked_words, name_of, tried
from audienceos.agency.pictures import give_up
from audienceos.agency.ports import Held, leaving_answers
from audienceos.agency.standing import require_admin_today, require_signed_in
from audienceos.platform import clock
from audienceos.platform.actor import Role
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound, Stale
from audienceos.platform.events.recording import record

AVATAR_LENGTH = 500


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What a person may change of themselves. Left out stays; None clears."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    nickname: str | UnsetType | None = UNSET
    avatar_url: str | UnsetType | None = UNSET


async def change_profile(db: Db, user_id: UUID, profile: Profile, *, expected: int | None = None) -> User:
    """Change names, nickname or picture: one's own, or as an admin anyone's.

    `expected` is the version that was read. Raises `NotFound`, `Forbidden`, `Stale`, `Invalid`.
    """
    user = await _oneself_or_other(db, user_id, expected)
    return await _changed(db, user, _checked(profile))


async def change_picture(db: Db, user_id: UUID, address: str | None) -> User:
    """Show the picture kept at that address, or none: one's own, or as an admin anyone's.

    Raises `NotFound`, `Forbidden`.
    """
    user = await _oneself_or_other(db, user_id, None)
    return await _changed(db, user, {"avatar_url": address})


async def change_role(db: Db, user_id: UUID, role: Role, *, expected: int | None = None) -> User:
    """Make somebody else an admin, or a user again.

    Raises `Forbidden`, `NotFound`, `Stale`, `Conflict` (`last_admin`).
    """
    user = await _other(db, user_id, expected)
    if user.role != role:
        if role != "admin":
            await _keep_an_admin(db, user)
        before, user.role, user.version = user.role, role, user.version + 1
        await record(
            db,
            "user.role_changed",
            "user",
            user.id,
            name=name_of(user),
            before={"role": before},
            after={"role": role},
        )
    return user


async def deactivate(
    db: Db, user_id: UUID, *, reassign_to: UUID | None = None, expected: int | None = None
) -> User:
    """Shut this agency to somebody else, from the next request on; their other agencies stay open.

    Everything stays theirs unless `reassign_to` takes it. Raises as `change_role`, and `Invalid` at `reassign_to`.
    """
    user = await _other(db, user_id, expected)
    if user.is_active:
        await _keep_an_admin(db, user)
        if reassign_to is not None:
            await _hand_over(db, user, reassign_to)
        user.is_active, user.version = False, user.version + 1
        await record(db, "user.deactivated", "user", user.id, name=name_of(user))
    return user


async def reactivate(db: Db, user_id: UUID, *, expected: int | None = None) -> User:
    """Let somebody in again who was deactivated. Raises as `change_role`."""
    user = await _other(db, user_id, expected)
    if not user.is_active:
        user.is_active, user.version = True, user.version + 1
        await record(db, "user.reactivated", "user", user.id, name=name_of(user))
    return user


async def remove(
    db: Db, user_id: UUID, *, reassign_to: UUID | None = None, expected: int | None = None
) -> None:
    """Take somebody else's seat away. History keeps naming them; their address may be invited again.

    Raises as `change_role`; `Conflict` (`reassignment_required`) with what they hold, until `reassign_to`, who is
    active here and somebody else, takes it; `Invalid` at `reassign_to`.
    """
    user = await _other(db, user_id, expected)
    await _keep_an_admin(db, user)
    if reassign_to is not None:
        await _hand_over(db, user, reassign_to)
    held = await holdings(db, user_id)
    if held:
        raise Conflict(
            f"{name_of(user)} is still responsible for {len(held)}: choose who takes over.",
            code="reassignment_required",
            extra={"held": msgspec.to_builtins(held)},
        )
    now = clock.now()
    give_up(db, user.avatar_url)
    user.avatar_url = None
    user.is_active, user.deleted_at, user.version = False, now, user.version + 1
    await db.execute(
        update(ApiToken)
        .where(ApiToken.agency_id == user.agency_id, ApiToken.user_id == user.id, ApiToken.ended_at.is_(None))
        .values(ended_at=now)
    )
    await record(db, "user.removed", "user", user.id, name=name_of(user))


async def holdings(db: Db, user_id: UUID) -> list[Held]:
    """What the person is responsible for, in every room."""
    return [held for answer in leaving_answers() for held in await answer.held(db, user_id)]


async def _hand_over(db: Db, user: User, to: UUID) -> None:
    if to == user.id:
        raise Invalid.at("reassign_to", "Choose somebody else")
    heir = await assignable(db, to, "reassign_to")
    for answer in leaving_answers():
        await answer.hand_over(db, user.id, heir.id)


async def _oneself_or_other(db: Db, user_id: UUID, expected: int | None) -> User:
    require_signed_in(db.actor, "change people")
    user = await _person(db, user_id, expected)
    if user_id != db.actor.user_id:
        await require_admin_today(db, db.actor)
    return user


async def _changed(db: Db, user: User, wanted: dict[str, str | None]) -> User:
    before = {name: getattr(user, name) for name in wanted if getattr(user, name) != wanted[name]}
    if before:
        for name in before:
            setattr(user, name, wanted[name])
        user.version += 1
        give_up(db, before.get("avatar_url"))
        after = {name: wanted[name] for name in before}
        await record(db, "user.changed", "user", user.id, name=name_of(user), before=before, after=after)
    return user


async def _other(db: Db, user_id: UUID, expected: int | None) -> User:
    actor = db.actor
    require_signed_in(actor, "change people")
    await agency_for(db, "update")
    await require_admin_today(db, actor)
    if user_id == actor.user_id:
        raise Forbidden("Nobody changes their own role or seat: ask another admin.", code="own_seat")
    return await _person(db, user_id, expected)


async def _person(db: Db, user_id: UUID, expected: int | None) -> User:
    user = await db.scalar(
        select(User)
        .where(User.agency_id == db.actor.agency_id, User.id == user_id, User.deleted_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if user is None:
        raise NotFound("person")
    if expected is not None and user.version != expected:
        raise Stale
    return user


async def _keep_an_admin(db: Db, leaving: User) -> None:
    others = await db.scalar(
        select(func.count())
        .select_from(User)
        .where(User.agency_id == leaving.agency_id, User.id != leaving.id, User.role == "admin")
        .where(User.is_active, User.deleted_at.is_(None))
    )
    if leaving.role == "admin" and not others:
        raise Conflict("An agency keeps at least one active admin.", code="last_admin")


def _checked(profile: Profile) -> dict[str, str | None]:
    faults: list[FieldFault] = []
    wanted: dict[str, str | None] = {}
    for name in ("first_name", "last_name", "nickname"):
        text = getattr(profile, name)
        if text is not UNSET:
            wanted[name] = None if text is None else tried(faults, checked_words, text, name)
    if profile.avatar_url is not UNSET:
        picture = profile.avatar_url
        wanted["avatar_url"] = picture and tried(faults, checked_https, picture, "avatar_url", AVATAR_LENGTH)
    if faults:
        raise Invalid(faults)
    return wanted
