"""Lists about people: who is here, who is asked to come, and the mails that wait for a way to leave."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta
from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    Text,
    Uuid,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from audienceos.agency.access import invitations_seen, users_seen
from audienceos.agency.forms import InvitationState, InvitationView, UserView
from audienceos.agency.models import Invitation, User
from audienceos.platform import clock
from audienceos.platform.actor import Role, Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.mail.delivering import ATTEMPTS
from audienceos.platform.mail.models import AgencyMail
from audienceos.platform.settings import Settings
from audienceos.platform.web.paging import Key, Listed, Page, Paged

UserSort = Literal["name", "-name", "email", "-email", "last_active_at", "-last_active_at", "created_at"]
MAILS_SHOWN = 100

NOW = bindparam("now", type_=DateTime(timezone=True))
MAILING = bindparam("mailing", type_=Boolean())
LIKE = bindparam("q", type_=Text())
STATE = bindparam("state", type_=Text())


class UserQuery(Listed, frozen=True, kw_only=True):
    """What the list of people can be asked."""

    q: Annotated[str, Meta(max_length=100, description="Text in name, nickname or e-mail")] | None = None
    role: Role | None = None
    is_active: bool | None = None
    sort: UserSort = "name"

    @property
    def form(self) -> frozenset[str]:
        """The kinds of condition in use: the shape of the statement."""
        return frozenset(name for name in ("q", "role", "is_active") if getattr(self, name) is not None)

    @property
    def binds(self) -> dict[str, Any]:
        """Their values."""
        return {"q": f"%{_escaped(self.q or '')}%", "role": self.role, "is_active": self.is_active}

    @property
    def in_address(self) -> dict[str, object]:
        """What stands in the address for these filters."""
        active = None if self.is_active is None else str(self.is_active).lower()
        given = {"q": self.q, "role": self.role, "is_active": active}
        return {name: value for name, value in given.items() if value}


class InvitationQuery(Listed, frozen=True, kw_only=True):
    """What the list of invitations can be asked."""

    state: InvitationState | None = None


class MailRow(msgspec.Struct, frozen=True):
    """A mail of the agency that has not left."""

    id: UUID
    kind: str
    to_email: str
    subject: str
    body: str
    attempts: int
    last_error: str | None
    created_at: datetime


def _name() -> ColumnElement[str]:
    return func.concat_ws(" ", User.first_name, User.last_name)


def _users(sight: Sight, *, form: frozenset[str]) -> Question:
    query = users_seen()
    conditions: dict[str, ColumnElement[bool]] = {
        "q": or_(
            *(column.ilike(LIKE, escape="\\") for column in (_name(), User.nickname, User.email)),
        ),
        "role": User.role == bindparam("role", type_=Text()),
        "is_active": User.is_active == bindparam("is_active", type_=Boolean()),
    }
    for kind in sorted(form):
        query = query.where(conditions[kind])
    return query.with_only_columns(*_user_columns())


def _user(sight: Sight) -> Question:
    return users_seen().where(User.id == bindparam("id", type_=Uuid())).with_only_columns(*_user_columns())


def _user_columns() -> list[Any]:
    made = {"email_verified": User.email_verified_at.is_not(None), "name": _name()}
    return [
        made[name].label(name) if name in made else getattr(User, name).expression
        for name in UserView.__struct_fields__
    ]


USERS = Paged(
    "users",
    UserView,
    _users,
    {
        "name": (Key(func.lower(_name())),),
        "-name": (Key(func.lower(_name()), descending=True),),
        "email": (Key(User.email_key),),
        "-email": (Key(User.email_key, descending=True),),
        "last_active_at": (Key(User.last_active_at, nullable=True),),
        "-last_active_at": (Key(User.last_active_at, descending=True, nullable=True),),
        "created_at": (Key(User.created_at),),
    },
    unique=User.id,
)
"""Everybody in the agency who wasn't removed."""
USER = Read(UserView, _user)


async def user_view(lane: Lane, user_id: UUID) -> UserView:
    """One person of the agency. Raises `NotFound`."""
    found = await USER.one(lane, {"id": user_id})
    if found is None:
        raise NotFound("person")
    return found


def _invitations(sight: Sight, *, state: bool = False, one: bool = False) -> Question:
    inviter = aliased(User)
    query = invitations_seen().join(
        inviter, (inviter.agency_id == Invitation.agency_id) & (inviter.id == Invitation.invited_by)
    )
    made: dict[str, Any] = {
        "inviter": func.concat_ws(" ", inviter.first_name, inviter.last_name),
        "state": _state(),
        "email_status": _of_its_mail(_email_status()),
        "email_error": _of_its_mail(AgencyMail.last_error),
    }
    if state:
        query = query.where(_state() == STATE)
    if one:
        query = query.where(Invitation.id == bindparam("id", type_=Uuid()))
    return query.with_only_columns(
        *(
            made[name].label(name) if name in made else getattr(Invitation, name).expression
            for name in InvitationView.__struct_fields__
        )
    )


def _state() -> ColumnElement[str]:
    return case(
        (Invitation.accepted_at.is_not(None), "accepted"),
        (Invitation.cancelled_at.is_not(None), "cancelled"),
        (Invitation.expires_at <= NOW, "expired"),
        else_="pending",
    )


def _email_status() -> ColumnElement[str]:
    return case(
        (AgencyMail.sent_at.is_not(None), "sent"),
        (AgencyMail.attempts >= ATTEMPTS, "failed"),
        (MAILING, "queued"),
        else_="kept",
    )


def _of_its_mail(column: Any) -> Any:
    """Of the invitation's latest mail: a resent one has several."""
    return (
        select(column)
        .where(AgencyMail.agency_id == AGENCY, AgencyMail.about_id == Invitation.id)
        .order_by(AgencyMail.created_at.desc(), AgencyMail.id.desc())
        .limit(1)
        .scalar_subquery()
    )


INVITATIONS = Paged(
    "invitations",
    InvitationView,
    _invitations,
    {"-created_at": (Key(Invitation.created_at, descending=True),)},
    unique=Invitation.id,
)
"""Every invitation, the newest first."""
INVITATION = Read(InvitationView, _invitations)


async def invitations_of(lane: Lane, settings: Settings, asked: InvitationQuery) -> Page[InvitationView]:
    """A page of them. For admins: the caller has asked."""
    binds = _judged(settings) | {"state": asked.state}
    return await INVITATIONS.page(lane, asked, sort="-created_at", binds=binds, state=asked.state is not None)


async def invitation_view(lane: Lane, settings: Settings, invitation_id: UUID) -> InvitationView:
    """One of them. Raises `NotFound`."""
    found = await INVITATION.one(lane, _judged(settings) | {"id": invitation_id}, one=True)
    if found is None:
        raise NotFound("invitation")
    return found


def _judged(settings: Settings) -> dict[str, Any]:
    return {"now": clock.now(), "mailing": bool(settings.smtp_url)}


def _mails(sight: Sight) -> Question:
    younger = aliased(AgencyMail)
    resent = exists().where(
        younger.agency_id == AGENCY,
        younger.about_id == AgencyMail.about_id,
        younger.created_at > AgencyMail.created_at,
    )
    ended = exists().where(
        Invitation.agency_id == AGENCY, Invitation.id == AgencyMail.about_id, _state() != "pending"
    )
    return (
        select(*(getattr(AgencyMail, name) for name in MailRow.__struct_fields__))
        .where(AgencyMail.agency_id == AGENCY, AgencyMail.sent_at.is_(None), ~resent, ~ended)
        .order_by(AgencyMail.created_at.desc(), AgencyMail.id)
        .limit(MAILS_SHOWN)
    )


async def mails_of(lane: Lane) -> list[MailRow]:
    """The agency's mails that have not left, the newest first; the database shows them to admins alone.

    A mail whose link is void is left out: of an invitation that has ended, or that was sent again since.
    """
    return await MAILS.all(lane, {"now": clock.now()})


MAILS = Read(MailRow, _mails)


def _escaped(text: str) -> str:
    """The text as LIKE takes it literally."""
    return text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
