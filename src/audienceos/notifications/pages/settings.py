"""What one wants to be told by mail, and when: one's own page of the settings."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from msgspec import Meta

from audienceos.agency.preferences import (
    DigestMode,
    Preferences,
    PreferencesPatch,
    preferences_of,
    save_preferences,
    zone_choices,
)
from audienceos.agency.queries import shell
from audienceos.clients.queries.names import NAMES
from audienceos.connections.access import connection_to
from audienceos.notifications.actions.delivering import send_test
from audienceos.notifications.deciding import DAYS as WEEK
from audienceos.notifications.ports import Outlet, outlets_of
from audienceos.notifications.rules import KINDS
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import Invalid, Unavailable
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.requests import acting, database_of, lane_of, reading, settings_of
from audienceos.platform.web.sent import Nothing, Sent, refused
from audienceos.platform.web.templating import page, told
from audienceos.platform.web.toasts import Toast

Asked = Request[Any, Any, Any]
PAGE = "settings-notifications"
DAYS = tuple((day, day.capitalize()) for day in WEEK)
PREFIX = "notifications."
PATIENCE = 2.0
"""Seconds that the page waits for the channels of a workspace."""


class KindsForm(Form):
    """Which kinds are mailed: those that are ticked. And whether one hears of messages of clients that one helps with."""

    kinds: list[str] = []
    shared_messages: bool = False

    @property
    def patch(self) -> PreferencesPatch:
        """The same as preferences."""
        wanted = {f"{PREFIX}email_{kind}": kind in self.kinds for kind in KINDS}
        wanted[f"{PREFIX}shared_messages"] = self.shared_messages
        return msgspec.convert(wanted, PreferencesPatch)


class TimesForm(Form):
    """When it is mailed. An empty time goes back to its default, an empty zone to the agency's."""

    digest_mode: DigestMode = "none"
    digest_time: str | None = None
    digest_days: Annotated[list[str], Meta(max_length=7)] = []
    quiet_hours_enabled: bool = False
    quiet_hours_start: str | None = None
    quiet_hours_end: str | None = None
    timezone: str | None = None

    @property
    def patch(self) -> PreferencesPatch:
        """The same as preferences. Raises `Invalid` for days that are none."""
        days = [day for day, _ in DAYS if day in self.digest_days]
        return PreferencesPatch(
            digest_mode=self.digest_mode,
            digest_time=self.digest_time,
            digest_days=msgspec.convert(days, list[Any]) if days else None,
            quiet_hours_enabled=self.quiet_hours_enabled,
            quiet_hours_start=self.quiet_hours_start,
            quiet_hours_end=self.quiet_hours_end,
            timezone=self.timezone,
        )


class MuteForm(Form):
    """A client to be muted, or to be heard of again."""

    client_id: UUID
    muted: bool = False


class SlackForm(Form):
    """The channel in which one is told, too; empty for none."""

    slack_channel_id: Annotated[str, Meta(max_length=100)] | None = None


@get("/{slug:str}/settings/notifications", name=PAGE, include_in_schema=False)
async def show_settings(request: Asked) -> Response[str]:
    """Kinds, times and muted clients, each with its own form."""
    return await _page(request)


@post("/{slug:str}/settings/notifications/kinds", name="notification-kinds", include_in_schema=False)
async def save_kinds(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Keep which kinds are mailed."""
    form = await from_form(request, KindsForm)
    await _save(request, form.patch)
    return _done(request, "Saved what is mailed to you")


@post("/{slug:str}/settings/notifications/times", name="notification-times", include_in_schema=False)
async def save_times(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Keep when it is mailed; what is wrong comes back beside what was typed."""
    try:
        form = await from_form(request, TimesForm)
        await _save(request, form.patch)
    except Invalid as problem:
        return await _page(request, await refused(request, "times", _plainly(problem)))
    return _done(request, "Saved when it is mailed to you")


@post("/{slug:str}/settings/notifications/mutes", name="notification-mutes", include_in_schema=False)
async def save_mute(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Mute one client, or hear of it again. Of a stranger's client nothing is told but that it can't be."""
    try:
        form = await from_form(request, MuteForm)
        async with acting(request) as db:
            lane = await lane_of(db)
            present = (await preferences_of(lane, "notifications")).muted_clients
            seen = {client.id for client in await NAMES.all(lane)}
            kept = [one for one in present if one in seen and one != form.client_id]
            muted = [*kept, form.client_id] if form.muted else kept
            await save_preferences(db, lane, PreferencesPatch(muted_clients=muted))
    except Invalid as problem:
        return await _page(request, await refused(request, "mutes", _plainly(problem)))
    return _done(request, "Muted" if form.muted else "You hear of it again")


@post("/{slug:str}/settings/notifications/slack", name="notification-slack", include_in_schema=False)
async def save_slack(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Keep in which channel one is told, too: one of those that are offered."""
    try:
        form = await from_form(request, SlackForm)
        offered, _ = await _outlets(request)
        if form.slack_channel_id and form.slack_channel_id not in {one.address for one in offered or []}:
            raise Invalid.at("slack_channel_id", "Choose one of the channels in the list")
        await _save(request, PreferencesPatch(slack_channel_id=form.slack_channel_id))
    except Invalid as problem:
        return await _page(request, await refused(request, "slack", _plainly(problem)))
    told_there = "You are told in Slack, too" if form.slack_channel_id else "You are told in Slack no more"
    return _done(request, told_there)


@post("/{slug:str}/settings/notifications/test", name="notification-test", include_in_schema=False)
async def test(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Send oneself a test."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        await send_test(db, settings_of(request).url)
        wishes = await preferences_of(await lane_of(db), "notifications")
        in_slack = wishes.slack_channel_id is not None and await connection_to(db, "slack") is not None
    also = " and in your Slack channel in a moment" if in_slack else ""
    if settings_of(request).smtp_url:
        return _done(request, f"A test is in your inbox here{also}, and on its way by mail")
    why = "No mail server is set, so its mail waits for an admin"
    return _done(request, f"A test is in your inbox here{also}. {why}")


async def _save(request: Asked, patch: PreferencesPatch) -> None:
    async with acting(request) as db:
        await save_preferences(db, await lane_of(db), patch)


async def _outlets(request: Asked) -> tuple[list[Outlet] | None, bool]:
    """Channels to choose from, None where none are connected; and whether they can't be told just now."""
    async with reading(request) as lane:
        agency_id = lane.actor.agency_id
    try:
        async with asyncio.timeout(PATIENCE):
            return await outlets_of(database_of(request), agency_id), False
    except (Unavailable, TimeoutError):
        return [], True


async def _page(request: Asked, sent: Sent = Sent()) -> Response[str]:  # noqa: B008  frozen
    outlets, away = await _outlets(request)
    async with reading(request) as lane:
        wishes = await preferences_of(lane, "notifications")
        context = {
            "outlets": outlets,
            "outlets_away": away,
            "sent": sent,
            "wishes": wishes,
            "given": sent.values_of("times") or _given(wishes),
            "days_on": wishes.digest_days,
            "kinds": KINDS,
            "days": DAYS,
            "zones": zone_choices(),
            "clients": await NAMES.all(lane),
            "muted": await _muted(lane, wishes),
            "here": PAGE,
            "done": "",
            **await shell(lane, "settings"),
        }
    return page(request, "notifications/settings.html", status=sent.status, **context)


async def _muted(lane: Lane, wishes: Preferences) -> list[Any]:
    return [client for client in await NAMES.all(lane) if client.id in wishes.muted_clients]


def _given(wishes: Preferences) -> dict[str, Any]:
    """The wishes as the form shows them."""
    names = (
        "digest_mode",
        "digest_time",
        "quiet_hours_enabled",
        "quiet_hours_start",
        "quiet_hours_end",
        "timezone",
    )
    return {name: getattr(wishes, name) for name in names}


def _plainly(problem: Invalid) -> Invalid:
    """The faults under the names of the form's fields, which are the keys without their category."""
    return Invalid(
        [msgspec.structs.replace(fault, field=fault.field.removeprefix(PREFIX)) for fault in problem.faults]
    )


def _done(request: Asked, words: str) -> Response[Any]:
    to = request.app.route_reverse(PAGE, slug=request.path_params["slug"])
    return told(request, Response(None, status_code=303, headers={"Location": to}), Toast(words))


HANDLERS = [show_settings, save_kinds, save_times, save_mute, save_slack, test]
