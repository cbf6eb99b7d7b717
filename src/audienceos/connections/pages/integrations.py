"""The page of all that the agency is connected with. Everybody sees how it stands, admins act."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from audienceos.agency.queries import shell
from audienceos.connections.actions.ad_accounts import AD_PROVIDERS
from audienceos.connections.actions.starting import return_address
from audienceos.connections.forms import SETTINGS, AdAccountView, AppView
from audienceos.connections.pages.endings import endings
from audienceos.connections.pages.words import APP_FIELDS, CALLED, GLYPHS, LOSES, MEANT, SETUPS
from audienceos.connections.ports import ClientName, client_names, provider_of, providers
from audienceos.connections.queries import AD_ACCOUNTS, APPS, MAILBOXES, integrations, mailboxes_of
from audienceos.connections.vault import installation_has
from audienceos.platform.db.database import Lane
from audienceos.platform.web.paging import Listed
from audienceos.platform.web.requests import reading, settings_of
from audienceos.platform.web.sent import Sent
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]
PAGE = "integrations"
ALL = Listed(limit=100)
"""Mailboxes and ad accounts on the page; the API has the rest."""


@get("/{slug:str}/integrations", name=PAGE, include_in_schema=False)
async def show_integrations(request: Asked) -> Response[str]:
    """Services, mailboxes and ad accounts."""
    return await draw_page(request)


async def draw_page(request: Asked, sent: Sent = Sent()) -> Response[str]:  # noqa: B008  frozen
    """The page, with a form that came back."""
    async with reading(request) as lane:
        rows = await integrations(lane)
        boxes = await MAILBOXES.page(lane, ALL, sort="address", everyone=lane.actor.is_admin)
        accounts, clients = await _accounts(lane)
        own: list[AppView] = await APPS.all(lane) if lane.actor.is_admin else []
        context: dict[str, Any] = {
            "rows": rows,
            "mailboxes": await mailboxes_of(lane, boxes.items),
            "endings": endings(rows, boxes.items),
            "accounts": accounts,
            "clients": clients,
            "apps": {app.vendor: app for app in own},
            "vendors": _vendors(),
            "vendor_of": {one.name: one.vendor for one in providers()},
            "returns": {one.name: return_address(settings_of(request), one.name) for one in providers()},
            "hears": {"slack": settings_of(request).url.rstrip("/") + _events(request)},
            "can_list": [row for row in rows if row.provider in AD_PROVIDERS and row.has_token],
            "settings": SETTINGS,
            "glyphs": GLYPHS,
            "meant": MEANT,
            "loses": LOSES,
            "words_of": {one.name: provider_of(one.name).words for one in providers()},
            "sent": sent,
            **await shell(lane, PAGE),
        }
        return page(request, "connections/integrations.html", status=sent.status, **context)


def _events(request: Asked) -> str:
    """Where the agency's own app at Slack tells what happens."""
    return request.app.route_reverse("slack-events-own", slug=request.path_params["slug"])


async def _accounts(lane: Lane) -> tuple[list[AdAccountView], list[ClientName]]:
    if not lane.actor.is_admin:
        return [], []
    found = (await AD_ACCOUNTS.page(lane, ALL, sort="name")).items
    return found, await client_names(lane) if found else []


def _vendors() -> dict[str, dict[str, Any]]:
    """What there is to say of each vendor's app."""
    found: dict[str, dict[str, Any]] = {}
    for service in providers():
        vendor = service.vendor
        found[vendor] = {
            "words": CALLED[vendor],
            "fields": APP_FIELDS[vendor],
            "setup": SETUPS[vendor],
            "is_given": installation_has(vendor),
        }
    return found


HANDLERS = [show_integrations]
