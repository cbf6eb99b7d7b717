"""The first steps of a new agency are put away, for good and for oneself."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from audienceos.agency.pages.returning import SIGNED_IN, go
from audienceos.agency.preferences import PreferencesPatch, save_preferences
from audienceos.platform.web.forms import Form, from_form
from audienceos.platform.web.requests import acting, lane_of

Asked = Request[Any, Any, Any]


class Nothing(Form):
    """A form of one button."""


@post("/{slug:str}/welcome/removal", name="welcome-removal", include_in_schema=False, opt=SIGNED_IN)
async def dismiss(request: Asked, slug: FromPath[str]) -> Response[Any]:
    """Don't show them again. What was dismissed comes back by the preference `display.welcome_dismissed` alone."""
    await from_form(request, Nothing)
    async with acting(request) as db:
        await save_preferences(db, await lane_of(db), PreferencesPatch(welcome_dismissed=True))
    return go(request, "pipeline", slug=slug)


HANDLERS = [dismiss]
