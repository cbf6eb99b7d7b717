"""`/v1/agency`: the agency itself, show and update, and the name in its address."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, patch
from litestar.params import JSONBody

from audienceos.agency.entering import rename_slug
from audienceos.agency.forms import AddressIn, AddressView, AgencyPatch, AgencyView
from audienceos.agency.profile import change_agency
from audienceos.agency.queries import agency_view, here
from audienceos.platform.web.etags import expected_version, shown, with_etag
from audienceos.platform.web.requests import Transaction, actor_of, addresses_of, auth_of, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/agency")
async def show_agency(request: Asked) -> Response[AgencyView]:
    """The agency in which you act."""
    async with reading(request) as lane:
        agency = await agency_view(lane)
        return shown(request, agency, agency.version)


@patch("/v1/agency")
async def update_agency(request: Asked, db: Transaction, data: JSONBody[AgencyPatch]) -> Response[AgencyView]:
    """Change the agency: absent leaves, null clears. Only for admins. Stages and address are nouns of their own."""
    await change_agency(db, data, expected_version(request))
    agency = await agency_view(await lane_of(db))
    return with_etag(agency, agency.version)


@get("/v1/agency/address")
async def show_address(request: Asked) -> Response[AddressView]:
    """The name in the agency's address."""
    async with reading(request) as lane:
        at = await here(lane)
        return shown(request, AddressView(at.slug, at.version), at.version)


@patch("/v1/agency/address", opt={"people_only": True})
async def update_address(request: Asked, data: JSONBody[AddressIn]) -> Response[AddressView]:
    """Move the agency to another address. The old ones go on leading to it and are never given to another agency.
    Only for admins.
    """
    expected = expected_version(request)
    actor = await actor_of(request)
    slug = await rename_slug(auth_of(request), actor, data.slug, expected=expected)
    addresses_of(request).forget(actor.agency_id)
    async with reading(request) as lane:
        version = (await here(lane)).version
    return with_etag(AddressView(slug, version), version)


HANDLERS = [show_agency, update_agency, show_address, update_address]
