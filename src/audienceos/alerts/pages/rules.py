"""The page of the rules: what each watches for, whether it speaks here, and how often it was right."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from audienceos.agency.queries import shell
from audienceos.alerts.queries.receipts import Period, doubts_of, receipts_of
from audienceos.alerts.queries.replays import ReplayQuery, replay, replayable
from audienceos.alerts.queries.rules import rules_here, words_of_rules
from audienceos.platform.db.database import Lane
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import reading
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]
PERIODS = (30, 90, 365)
SPANS = (30, 60, 90)


@get("/{slug:str}/alerts/rules", name="alert-rules", include_in_schema=False, opt={"query": Period})
async def show_rules(request: Asked) -> Response[str]:
    """Every rule, and for admins what came of its alerts."""
    period = filters_from(request, Period)
    async with reading(request) as lane:
        frame = await shell(lane, "alerts")
        return page(request, "alerts/rules.html", **await _rules(lane, period), **frame)


async def _rules(lane: Lane, period: Period) -> dict[str, Any]:
    is_admin = lane.actor.is_admin
    records = {one.rule: one for one in await receipts_of(lane, period)} if is_admin else {}
    return {
        "rules": await rules_here(lane),
        "records": records,
        "doubts": await doubts_of(lane, period) if is_admin else {},
        "period": period,
        "replayable": replayable(),
        "periods": PERIODS,
    }


@get(
    "/{slug:str}/alerts/rules/replay",
    name="alert-replay",
    include_in_schema=False,
    opt={"query": ReplayQuery},
)
async def show_replay(request: Asked) -> Response[str]:
    """What a rule would have raised on past days. For admins."""
    asked = filters_from(request, ReplayQuery)
    async with reading(request) as lane:
        told = await replay(lane, asked)
        words = words_of_rules()
        frame = await shell(lane, "alerts")
        return page(request, "alerts/replay.html", told=told, words=words, spans=SPANS, **frame)


HANDLERS = [show_rules, show_replay]
