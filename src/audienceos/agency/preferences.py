"""What each person sets for themselves in an agency. The table is the truth; what isn't set has a typed default.

A key is its category and its name with a dot between, as in `notifications.digest_mode`. Nobody reads or writes
another's: the database says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, cast
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType, field
from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from audienceos.agency.forms import WORKDAYS, Day
from audienceos.agency.models import UserPreference
from audienceos.agency.people import tried
from audienceos.agency.profile import checked_clock, in_week_order
from audienceos.agency.zones import checked_zone, zones
from audienceos.platform import clock
from audienceos.platform.actor import Sight
from audienceos.platform.db.base import Json, uuid7
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, PERSON, Question, Read
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import FieldFault, Invalid
from audienceos.platform.events.recording import record
from audienceos.platform.realtime.ports import visible_of
from audienceos.platform.web.forms import Form

DigestMode = Literal["none", "daily", "weekly"]
Tone = Literal["professional", "casual", "technical"]
Length = Literal["brief", "detailed", "comprehensive"]
Theme = Literal["system", "light", "dark"]
View = Literal["home", "board", "list"]
"""Where one begins: at home, which is an admin's dashboard and anybody else's work, or at the clients."""
Columns = Annotated[list[Annotated[str, Meta(max_length=50)]], Meta(max_length=30)]
Clock = Annotated[str, Meta(max_length=5, description="HH:MM")]
Days = Annotated[list[Day], Meta(min_length=1, max_length=7)]
Clients = Annotated[list[UUID], Meta(max_length=1000)]
Channel = Annotated[str, Meta(max_length=100)]
Zone = Annotated[str, Meta(max_length=50, description="An IANA name; the agency's unless set")]

DIGEST, ZONE = "notifications.digest_mode", "notifications.timezone"
QUIET_START, QUIET_END = "notifications.quiet_hours_start", "notifications.quiet_hours_end"
MUTED = "notifications.muted_clients"


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for a person: what they set, and the default of everything else."""

    email_alerts: bool = field(default=True, name="notifications.email_alerts")
    email_tickets: bool = field(default=True, name="notifications.email_tickets")
    email_mentions: bool = field(default=True, name="notifications.email_mentions")
    email_work: bool = field(default=True, name="notifications.email_work")
    email_clients: bool = field(default=True, name="notifications.email_clients")
    email_agency: bool = field(default=True, name="notifications.email_agency")
    email_messages: bool = field(default=True, name="notifications.email_messages")
    shared_messages: bool = field(default=False, name="notifications.shared_messages")
    """To hear of messages of clients that one helps with, too."""
    slack_channel_id: Channel | None = field(default=None, name="notifications.slack_channel_id")
    digest_mode: DigestMode = field(default="none", name=DIGEST)
    digest_time: Clock = field(default="08:00", name="notifications.digest_time")
    digest_days: Days = field(default_factory=lambda: list(WORKDAYS), name="notifications.digest_days")
    quiet_hours_enabled: bool = field(default=False, name="notifications.quiet_hours_enabled")
    quiet_hours_start: Clock = field(default="22:00", name=QUIET_START)
    quiet_hours_end: Clock = field(default="08:00", name=QUIET_END)
    muted_clients: Clients = field(default_factory=list[UUID], name=MUTED)
    timezone: Zone = field(default="UTC", name=ZONE)
    tone: Tone | None = field(default=None, name="ai.tone")
    response_length: Length | None = field(default=None, name="ai.response_length")
    theme: Theme = field(default="system", name="display.theme")
    sidebar_collapsed: bool = field(default=False, name="display.sidebar_collapsed")
    default_view: View = field(default="home", name="display.default_view")
    list_columns: Columns = field(default_factory=list[str], name="display.list_columns")
    """Columns of the list of clients, in their order; none said: the usual ones."""
    mine_first: bool = field(default=False, name="display.mine_first")
    welcome_dismissed: bool = field(default=False, name="display.welcome_dismissed")
    """The first steps of a new agency are shown no more."""
    """Whether one's own clients stand first in each stage of the board."""


_KNOWN = msgspec.structs.fields(Preferences)
"""Looked up once: what a struct's fields are called is read from its source anew at every asking."""


class PreferencesPatch(Form):
    """A change of one's preferences: what is absent stays, null goes back to the default."""

    email_alerts: bool | UnsetType | None = field(default=UNSET, name="notifications.email_alerts")
    email_tickets: bool | UnsetType | None = field(default=UNSET, name="notifications.email_tickets")
    email_mentions: bool | UnsetType | None = field(default=UNSET, name="notifications.email_mentions")
    email_work: bool | UnsetType | None = field(default=UNSET, name="notifications.email_work")
    email_clients: bool | UnsetType | None = field(default=UNSET, name="notifications.email_clients")
    email_agency: bool | UnsetType | None = field(default=UNSET, name="notifications.email_agency")
    email_messages: bool | UnsetType | None = field(default=UNSET, name="notifications.email_messages")
    shared_messages: bool | UnsetType | None = field(default=UNSET, name="notifications.shared_messages")
    slack_channel_id: Channel | UnsetType | None = field(default=UNSET, name="notifications.slack_channel_id")
    digest_mode: DigestMode | bool | UnsetType | None = field(default=UNSET, name=DIGEST)
    digest_time: Clock | UnsetType | None = field(default=UNSET, name="notifications.digest_time")
    digest_days: Days | UnsetType | None = field(default=UNSET, name="notifications.digest_days")
    quiet_hours_enabled: bool | UnsetType | None = field(
        default=UNSET, name="notifications.quiet_hours_enabled"
    )
    quiet_hours_start: Clock | UnsetType | None = field(default=UNSET, name=QUIET_START)
    quiet_hours_end: Clock | UnsetType | None = field(default=UNSET, name=QUIET_END)
    muted_clients: Clients | UnsetType | None = field(default=UNSET, name=MUTED)
    timezone: Zone | UnsetType | None = field(default=UNSET, name=ZONE)
    tone: Tone | UnsetType | None = field(default=UNSET, name="ai.tone")
    response_length: Length | UnsetType | None = field(default=UNSET, name="ai.response_length")
    theme: Theme | UnsetType | None = field(default=UNSET, name="display.theme")
    sidebar_collapsed: bool | UnsetType | None = field(default=UNSET, name="display.sidebar_collapsed")
    default_view: View | UnsetType | None = field(default=UNSET, name="display.default_view")
    list_columns: Columns | UnsetType | None = field(default=UNSET, name="display.list_columns")
    mine_first: bool | UnsetType | None = field(default=UNSET, name="display.mine_first")
    welcome_dismissed: bool | UnsetType | None = field(default=UNSET, name="display.welcome_dismissed")


class Set(msgspec.Struct, frozen=True):
    """One that a person set."""

    category: str
    key: str
    value: Any


def _own(sight: Sight, *, category: str | None = None) -> Question:
    mine = (UserPreference.agency_id == AGENCY) & (UserPreference.user_id == PERSON)
    query = select(UserPreference.category, UserPreference.key, UserPreference.value).where(mine)
    return query if category is None else query.where(UserPreference.category == category)


OWN = Read(Set, _own)
"""What the reader set. `category` narrows it to one."""


async def preferences_of(lane: Lane, category: str | None = None) -> Preferences:
    """What holds for the reader. With a `category`, only that one is looked up: the others are defaults."""
    return merged(await OWN.all(lane, category=category), lane.actor.zone)


def merged(given: Iterable[Set], zone: str) -> Preferences:
    """The defaults with what was set laid over them. What no longer fits its key counts as not set."""
    kept = {f"{one.category}.{one.key}": one.value for one in given}
    values: Json = {ZONE: zone}
    for known in _KNOWN:
        name = known.encode_name
        if name in kept:
            try:
                values[name] = msgspec.convert(_read(name, kept[name]), known.type)
            except msgspec.ValidationError:
                continue
    return msgspec.convert(values, Preferences)


async def save_preferences(db: Db, lane: Lane, patch: PreferencesPatch) -> None:
    """Lay the given ones over the acting person's, in one statement for those set and one for those reset.

    `lane` reads in the same transaction. Raises `Invalid` with every wrong one.
    """
    present = msgspec.to_builtins(await preferences_of(lane))
    given = _given(patch)
    await _check(lane, present, given)
    reset = [tuple(name.split(".")) for name, value in given.items() if value is None]
    kept = {name: value for name, value in given.items() if value is not None}
    mine = (UserPreference.agency_id == db.actor.agency_id) & (UserPreference.user_id == db.actor.person)
    if reset:
        which = tuple_(UserPreference.category, UserPreference.key).in_(reset)
        await db.execute(delete(UserPreference).where(mine, which))
    if kept:
        await _upsert(db, kept)
    if given:
        # Their values are their owner's alone; the log is the admins' to read.
        await record(db, "preference.changed", "user", db.actor.person, keys=sorted(given))


def zone_choices() -> tuple[str, ...]:
    """Every zone that a person can live in, by its IANA name."""
    return zones()


def _given(patch: PreferencesPatch) -> Json:
    names = {known.name: known.encode_name for known in msgspec.structs.fields(PreferencesPatch)}
    found = {name: value for name, value in msgspec.structs.asdict(patch).items() if value is not UNSET}
    return {names[name]: msgspec.to_builtins(_read(names[name], value)) for name, value in found.items()}


def _read(name: str, value: Any) -> Any:
    """Older programs said only whether there is a digest; it was daily."""
    if name == DIGEST and isinstance(value, bool):
        return "daily" if value else "none"
    return value


async def _check(lane: Lane, present: Json, given: Json) -> None:
    """Bring what is given into its kept form. Raises `Invalid` with every wrong one."""
    faults: list[FieldFault] = []
    for name in (QUIET_START, QUIET_END, "notifications.digest_time"):
        if given.get(name) is not None:
            tried(faults, checked_clock, given[name], name)
    if given.get(ZONE) is not None:
        tried(faults, checked_zone, given[ZONE], ZONE)
    days = "notifications.digest_days"
    if given.get(days) is not None:
        given[days] = in_week_order(given[days])
    defaults = {QUIET_START: Preferences().quiet_hours_start, QUIET_END: Preferences().quiet_hours_end}
    after = [given.get(name, present[name]) or defaults[name] for name in defaults]
    if after[0] == after[1]:
        at = QUIET_START if given.get(QUIET_START) else QUIET_END
        faults.append(FieldFault(at, "Quiet hours can't begin when they end"))
    faults.extend(await _unknown_clients(lane, given))
    if faults:
        raise Invalid(faults)


async def _unknown_clients(lane: Lane, given: Json) -> list[FieldFault]:
    """Somebody else's client is as unknown as none."""
    muted = {UUID(client_id) for client_id in cast("list[str]", given.get(MUTED) or [])}
    if muted - await visible_of(lane, muted):
        return [FieldFault(MUTED, "Name clients that you can see")]
    return []


async def _upsert(db: Db, kept: Json) -> None:
    now = clock.now()
    rows = [
        {
            "agency_id": db.actor.agency_id,
            "id": uuid7(),
            "user_id": db.actor.person,
            "category": name.partition(".")[0],
            "key": name.partition(".")[2],
            "value": value,
            "created_at": now,
            "updated_at": now,
        }
        for name, value in kept.items()
    ]
    statement = insert(UserPreference).values(rows)
    await db.execute(
        statement.on_conflict_do_update(
            index_elements=["agency_id", "user_id", "category", "key"],
            set_={"value": statement.excluded.value, "updated_at": func.now()},
        )
    )
