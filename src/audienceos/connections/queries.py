"""Reads about connections."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import Text, Uuid, bindparam, func, select
from sqlalchemy import cast as as_type

from audienceos.agency.access import require_admin
from audienceos.agency.queries import PEOPLE
from audienceos.connections.access import mailboxes_seen, seen
from audienceos.connections.forms import (
    AdAccountView,
    AppView,
    IntegrationView,
    MailboxView,
    RunView,
    State,
)
from audienceos.connections.health import RUNS, Health, Standing, health_of
from audienceos.connections.models import AdAccount, Integration, IntegrationApp, Mailbox, SyncRun
from audienceos.connections.ports import Provider, providers, sync_of
from audienceos.connections.vault import installation_has
from audienceos.platform import clock
from audienceos.platform.actor import Sight
from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Key, Paged

SEE_ACCOUNTS = "see whose the ad accounts are"
FAILED_AFTER = 3
"""Failures in a row from which on a connection is shown as broken."""
ROW = bindparam("row_id", type_=Uuid())


class Kept(msgspec.Struct, frozen=True):
    """A row of `integration`, without what is sealed."""

    id: UUID
    provider: str
    is_connected: bool
    token_expires_at: datetime | None
    last_sync_at: datetime | None
    config: Json | None
    account_name: str | None
    scopes: list[str]
    connected_at: datetime | None
    checked_at: datetime | None
    failures: int
    last_error: str | None
    lost_at: datetime | None


class _Outcome(msgspec.Struct, frozen=True):
    integration_id: UUID
    outcome: str


class LostGrant(msgspec.Struct, frozen=True):
    """A connection that its service ended."""

    id: UUID
    provider: str
    account_name: str | None
    lost_at: datetime


class Outlet(msgspec.Struct, frozen=True):
    """Through what somebody may write: a mailbox of the agency or their own, or a connection of the agency."""

    kind: Literal["slack", "gmail", "mailbox"]
    id: UUID
    address: str
    """Of a mailbox its address, of a workspace its id there."""
    name: str
    user_id: UUID | None
    """Whose own it is; none where it is the agency's."""
    is_lost: bool
    """Its service took the grant back."""


_OUTLETS = """
select case kind when 'gmail' then 'gmail' else 'mailbox' end, id, address, address, user_id,
       kind = 'gmail' and state = 'failing' and token_expires_at is null from mailbox
 where agency_id = $1 and (user_id is null or user_id = $2)
union all
select provider, id, coalesce(account_id, ''), coalesce(account_name, provider), null, not is_connected from integration
 where agency_id = $1 and provider in ('slack', 'gmail') and (is_connected or lost_at is not null)
 order by 3, 2"""
_ADDRESSES = """
select address_key from mailbox where agency_id = $1
union select lower(account_id) from integration where agency_id = $1 and provider = 'gmail' and account_id is not null"""
_NAMED_ACCOUNTS = """
select client_id, name from ad_account where agency_id = $1 and client_id is not null order by client_id, id"""


async def outlets(lane: Lane) -> list[Outlet]:
    """Through what the reader may write."""
    rows = await lane.raw.fetch(_OUTLETS, lane.actor.agency_id, lane.actor.user_id)
    return [Outlet(*row) for row in rows]


async def mail_addresses(lane: Lane) -> set[str]:
    """The addresses of all the agency's mailboxes, whosever they are, as addresses are compared."""
    return {row[0] for row in await lane.raw.fetch(_ADDRESSES, lane.actor.agency_id)}


async def ad_account_names(lane: Lane) -> list[tuple[UUID, str]]:
    """What the clients' ad accounts are called."""
    rows = await lane.raw.fetch(_NAMED_ACCOUNTS, lane.actor.agency_id)
    return [(row[0], row[1]) for row in rows]


def _kept(sight: Sight) -> Question:
    return seen(Integration).with_only_columns(
        *(getattr(Integration, name) for name in Kept.__struct_fields__)
    )


def _outcomes(sight: Sight) -> Question:
    row = SyncRun
    place = func.row_number().over(partition_by=row.integration_id, order_by=row.started_at.desc())
    newest = (
        select(row.integration_id, row.outcome, row.started_at, place.label("place"))
        .where(row.agency_id == AGENCY, row.integration_id.is_not(None))
        .subquery()
    )
    return (
        select(newest.c.integration_id, newest.c.outcome)
        .where(newest.c.place <= RUNS)
        .order_by(newest.c.integration_id, newest.c.place)
    )


def _lost(sight: Sight) -> Question:
    row = Integration
    columns = (row.id, row.provider, row.account_name, row.lost_at)
    return seen(row).with_only_columns(*columns).where(row.lost_at.is_not(None))


def _apps(sight: Sight) -> Question:
    return (
        seen(IntegrationApp)
        .with_only_columns(*(getattr(IntegrationApp, name) for name in AppView.__struct_fields__))
        .order_by(IntegrationApp.vendor)
    )


def _mailboxes(sight: Sight, *, everyone: bool = False) -> Question:
    made = {"owner": as_type(None, Text).label("owner")}
    columns = (
        made[name] if name in made else getattr(Mailbox, name) for name in MailboxView.__struct_fields__
    )
    return mailboxes_seen(all_of_them=everyone).with_only_columns(*columns)


def _ad_accounts(sight: Sight) -> Question:
    return seen(AdAccount).with_only_columns(
        *(getattr(AdAccount, name) for name in AdAccountView.__struct_fields__)
    )


def _one_mailbox(sight: Sight, *, everyone: bool = False) -> Question:
    return _mailboxes(sight, everyone=everyone).where(Mailbox.id == ROW)


def _one_ad_account(sight: Sight) -> Question:
    return _ad_accounts(sight).where(AdAccount.id == ROW)


def _runs(sight: Sight) -> Question:
    columns = (getattr(SyncRun, name) for name in RunView.__struct_fields__)
    return seen(SyncRun).with_only_columns(*columns).where(SyncRun.integration_id == ROW)


KEPT = Read(Kept, _kept)
OUTCOMES = Read(_Outcome, _outcomes)
LOST = Read(LostGrant, _lost)
APPS = Read(AppView, _apps)
MAILBOX = Read(MailboxView, _one_mailbox)
AD_ACCOUNT = Read(AdAccountView, _one_ad_account)
MAILBOXES = Paged(
    "mailboxes", MailboxView, _mailboxes, {"address": (Key(Mailbox.address_key),)}, unique=Mailbox.id
)
AD_ACCOUNTS = Paged(
    "ad accounts", AdAccountView, _ad_accounts, {"name": (Key(AdAccount.name),)}, unique=AdAccount.id
)
SYNC_RUNS = Paged(
    "sync runs", RunView, _runs, {"newest": (Key(SyncRun.started_at, descending=True),)}, unique=SyncRun.id
)


async def integrations(lane: Lane) -> list[IntegrationView]:
    """How the agency stands with every service there is, connected or not."""
    kept = {row.provider: row for row in await KEPT.all(lane)}
    own = {app.vendor: app for app in await APPS.all(lane)}
    outcomes: dict[UUID, list[str]] = {}
    for one in await OUTCOMES.all(lane):
        outcomes.setdefault(one.integration_id, []).append(one.outcome)
    return [
        _view(
            service,
            kept.get(service.name),
            outcomes,
            can_connect=service.vendor in own or installation_has(service.vendor),
        )
        for service in providers()
    ]


async def integration_view(lane: Lane, integration_id: UUID) -> IntegrationView:
    """How the agency stands with one. Raises `NotFound`."""
    for one in await integrations(lane):
        if one.id == integration_id:
            return one
    raise NotFound("integration")


async def mailboxes_of(lane: Lane, found: list[MailboxView]) -> list[MailboxView]:
    """The same with their owners' names."""
    names = {person.id: person.name for person in await PEOPLE.all(lane)}
    return [
        msgspec.structs.replace(one, owner=names.get(one.user_id) if one.user_id else None) for one in found
    ]


async def mailbox_view(lane: Lane, mailbox_id: UUID) -> MailboxView:
    """One mailbox. Raises `NotFound`, also for another's own and who is no admin."""
    found = await MAILBOX.one(lane, {ROW.key: mailbox_id}, everyone=lane.actor.is_admin)
    if found is None:
        raise NotFound("mailbox")
    return (await mailboxes_of(lane, [found]))[0]


async def ad_account_view(lane: Lane, ad_account_id: UUID) -> AdAccountView:
    """One ad account. Raises `NotFound`, and `Forbidden` for who is no admin: it names its client."""
    require_admin(lane.actor, SEE_ACCOUNTS)
    found = await AD_ACCOUNT.one(lane, {ROW.key: ad_account_id})
    if found is None:
        raise NotFound("ad account")
    return found


def state_of(row: Kept | None, outcomes: list[str]) -> State:
    """In one word."""
    if row is None or not (row.is_connected or row.lost_at):
        return "disconnected"
    if row.lost_at is not None or row.failures >= FAILED_AFTER:
        return "error"
    return "syncing" if outcomes[:1] == ["running"] else "connected"


def _view(
    service: Provider, row: Kept | None, outcomes: dict[UUID, list[str]], *, can_connect: bool
) -> IntegrationView:
    mine = outcomes.get(row.id, []) if row else []
    is_on = row is not None and (row.is_connected or row.lost_at is not None)
    health = _health(service, row, mine) if row is not None and is_on else None
    return IntegrationView(
        id=row.id if row else None,
        provider=service.name,
        name=service.words,
        state=state_of(row, mine),
        account_name=row.account_name if row and is_on else None,
        has_token=row is not None and row.is_connected,
        scopes=list(row.scopes) if row else [],
        config=row.config or {} if row else {},
        expires_at=row.token_expires_at if row and service.ends_quietly else None,
        connected_at=row.connected_at if row and is_on else None,
        checked_at=row.checked_at if row else None,
        last_sync_at=row.last_sync_at if row else None,
        health_score=health.score if health else None,
        health_reasons=list(health.reasons) if health else [],
        last_error=row.last_error if row else None,
        can_connect=can_connect,
        can_sync=sync_of(service.name) is not None,
    )


def _health(service: Provider, row: Kept, outcomes: list[str]) -> Health:
    standing = Standing(
        is_lost=row.lost_at is not None,
        ends_quietly=service.ends_quietly,
        expires_at=row.token_expires_at,
        last_success=row.last_sync_at,
        outcomes=outcomes,
    )
    return health_of(standing, clock.now())
