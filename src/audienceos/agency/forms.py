"""What may come in about an agency and its people, and the shapes given out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from audienceos.agency.pipeline import StageRole, Thresholds
from audienceos.platform.actor import ActorKind, Role, Scope, Sight
from audienceos.platform.web.forms import Form

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WORKDAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri")
GivenRole = Literal["live", "support", "terminal"]
"""What a stage can be made; the first one is the initial one by its place."""
InvitationState = Literal["pending", "accepted", "expired", "cancelled"]
EmailStatus = Literal["kept", "queued", "sent", "failed"]

Days = Annotated[int, Meta(ge=1, le=365)]
Word = Annotated[str, Meta(max_length=256)]
StageName = Annotated[str, Meta(min_length=1, max_length=50)]


class BusinessHours(Form):
    """When the agency works, in its own zone. An end before the start lies on the next day."""

    start: Annotated[str, Meta(description="HH:MM")]
    end: Annotated[str, Meta(description="HH:MM; not the start")]
    days: Annotated[list[Day], Meta(min_length=1, max_length=7)] = msgspec.field(
        default_factory=lambda: list(WORKDAYS)
    )


class Limits(Form):
    """Whole days at which a clock turns amber, then red; yellow comes before red."""

    yellow: Days
    red: Days


class AgencyPatch(Form):
    """A change of the agency: what is absent stays, null clears."""

    name: Annotated[str, Meta(min_length=1, max_length=100)] | UnsetType = UNSET
    logo_url: Annotated[str, Meta(max_length=500)] | UnsetType | None = UNSET
    domain: Annotated[str, Meta(max_length=100)] | UnsetType | None = UNSET
    timezone: Annotated[str, Meta(max_length=50, description="An IANA name")] | UnsetType = UNSET
    currency: Annotated[str, Meta(max_length=3, description="An ISO 4217 code")] | UnsetType = UNSET
    business_hours: BusinessHours | UnsetType | None = UNSET
    client_visibility: Sight | UnsetType = UNSET
    health_thresholds: Limits | UnsetType = UNSET
    stuck_after_days: Days | UnsetType = UNSET


class AgencyView(msgspec.Struct, frozen=True):
    """The agency's own fields. Stages and address are changed by nouns of their own."""

    id: UUID
    name: str
    slug: str
    logo_url: str | None
    domain: str | None
    timezone: str
    currency: str
    business_hours: BusinessHours | None
    client_visibility: Sight
    pipeline_stages: list[str]
    stage_roles: dict[str, StageRole]
    health_thresholds: Thresholds
    stuck_after_days: int
    created_at: datetime
    updated_at: datetime
    version: int


class AddressIn(Form):
    """Another name in the agency's address; the old ones go on leading to it."""

    slug: Annotated[str, Meta(max_length=50)]


class AddressView(msgspec.Struct, frozen=True):
    """The name in the agency's address."""

    slug: str
    version: int


class StageIn(Form):
    """A new stage. Without a position it comes last."""

    name: StageName
    role: GivenRole | None = None
    position: Annotated[int, Meta(ge=1, le=20, description="Counted from one")] | None = None


class StagePatch(Form):
    """A change of a stage. Its clients and tasks follow it to its new name."""

    name: StageName | UnsetType = UNSET
    role: GivenRole | UnsetType | None = UNSET


class StageView(msgspec.Struct, frozen=True):
    """A stage of the pipeline. `version` is the agency's: stages are edited one at a time."""

    name: str
    position: int
    role: StageRole | None
    version: int


class StageOrder(Form):
    """Every stage, once, in the order that they shall have."""

    stages: list[StageName]


class StageOrderView(msgspec.Struct, frozen=True):
    """The stages in their order."""

    stages: list[str]
    version: int


class UserPatch(Form):
    """A change of somebody's seat: what is absent stays, null clears."""

    first_name: Word | UnsetType = UNSET
    last_name: Word | UnsetType = UNSET
    nickname: Word | UnsetType | None = UNSET
    avatar_url: Annotated[str, Meta(max_length=500)] | UnsetType | None = UNSET
    role: Role | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    reassign_to: UUID | None = None
    """Who takes over what somebody who is deactivated is responsible for; left out, it stays theirs."""


class UserView(msgspec.Struct, frozen=True):
    """Somebody in the agency."""

    id: UUID
    email: str
    email_verified: bool
    first_name: str
    last_name: str
    name: str
    nickname: str | None
    avatar_url: str | None
    role: Role
    is_active: bool
    last_active_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


class EmailChangeIn(Form):
    """Another e-mail address for one's account, in all its agencies."""

    email: Word
    current_password: Annotated[str, Meta(min_length=1, max_length=1000)]


class PictureView(msgspec.Struct, frozen=True):
    """A picture that was just taken in."""

    address: str
    """What `avatar_url` or `logo_url` says now; another picture has another."""


class InvitationIn(Form):
    """An invitation to somebody who isn't here yet."""

    email: Word
    role: Role = "user"
    message: Annotated[str, Meta(max_length=1000)] | None = None


class InvitationView(msgspec.Struct, frozen=True):
    """An invitation and what became of it. Its link was shown once, to whoever sent it."""

    id: UUID
    email: str
    role: Role
    message: str | None
    inviter: str
    state: InvitationState
    email_status: EmailStatus
    """`kept`: no mail server is set, so the link must be handed on by hand."""
    email_error: str | None
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    cancelled_at: datetime | None


class InvitationLine(Form):
    """One of a list."""

    email: Word
    role: Role = "user"


class InvitationBatchIn(Form):
    """People to be asked in, at most a hundred; looked at only, or sent as well."""

    invitations: Annotated[list[InvitationLine], Meta(min_length=1, max_length=100)]
    dry: Annotated[bool, Meta(description="Tell what would become of each, and send nothing")] = False


class TokenIn(Form):
    """A token to be made: writing includes reading, and it ends by itself."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=2)] = msgspec.field(
        default_factory=lambda: list[Scope](["read"])
    )
    days: Days = 90


class SessionRow(msgspec.Struct, frozen=True):
    """A signed-in browser of the person who asks."""

    id: UUID
    user_agent: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    is_present: bool
    """The one that asks."""


class Whereabouts(msgspec.Struct, frozen=True):
    """The agency in which somebody acts."""

    id: UUID
    name: str
    slug: str
    timezone: str


class Standing(msgspec.Struct, frozen=True):
    """By what somebody acts, and how far."""

    kind: ActorKind
    scopes: list[Scope]
