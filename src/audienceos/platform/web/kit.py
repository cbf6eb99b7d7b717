"""The component page, at /_kit and in development alone: every part in every state, drawn by what pages draw with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

import msgspec
from litestar import Request, Response, get
from markupsafe import Markup

from audienceos.platform import clock
from audienceos.platform.settings import Settings
from audienceos.platform.web.charts import Point
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.templating import draw, page

Asked = Request[Any, Any, Any]
FAULTS = {"email": "Needs a full address, like name@firm.example", "owner": "Choose who looks after them"}
TYPED = {"name": "Halden Dental Group", "email": "jonas@halden", "notes": "Four of eleven clinics tagged"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun")
SERIES: Mapping[str, Sequence[Point]] = {
    "all": list(zip(MONTHS, (4, 7, 11, 9, 14, 18), strict=True)),
    "gap": list(zip(MONTHS, (1_250, 1_400, None, 1_310, 2_040, 1_980), strict=True)),
    "both": list(zip(MONTHS, (3, -1, 2, -2, 0, 4), strict=True)),
    "long": [(f"day {day}", day * 7 % 23) for day in range(1, 31)],
    "one": [("Jan", 5)],
    "none": [],
}
"""Figures of every kind that a chart has to bear."""


class Dress(msgspec.Struct, frozen=True):
    """How the page is shown."""

    theme: Literal["system", "light", "dark"] = "system"
    shown: int | None = None
    """Which of the samples beside the list, by its place; else none."""


class Exhibit(msgspec.Struct, frozen=True):
    """A room's own part: its template, once for each of these contexts."""

    heading: str
    template: str
    shown: Sequence[Mapping[str, Any]]


def kit_handlers(settings: Settings, exhibits: Sequence[Exhibit]) -> list[Any]:
    """The page's handler, if this is where the product is built; else none, so that the address is nobody's."""
    return [_kit_of(exhibits)] if settings.environment == "development" else []


def _kit_of(exhibits: Sequence[Exhibit]) -> Any:
    @get("/_kit", name="kit", include_in_schema=False, opt={"public": True, "query": Dress})
    async def show_kit(request: Asked) -> Response[str]:
        """Every part there is, in the theme that the address asks for."""
        drawn = [(one.heading, [_drawn(request, one, given) for given in one.shown]) for one in exhibits]
        dress = filters_from(request, Dress)
        return page(
            request,
            "web/kit.html",
            exhibits=drawn,
            theme=dress.theme,
            shown=dress.shown,
            faults=FAULTS,
            typed=TYPED,
            zone="Europe/London",
            series=SERIES,
            moments=[clock.now() - timedelta(seconds=span) for span in (5, 720, 11_000, 260_000, 2_600_000)],
        )

    return show_kit


def _drawn(request: Asked, exhibit: Exhibit, given: Mapping[str, Any]) -> Markup:
    def here(name: str, **parts: Any) -> str:
        """Samples have no pages of their own: every address is this one."""
        return request.url.path

    return Markup(draw(request, exhibit.template, url=here, **given))  # noqa: S704
