"""`/v1/alert-rules`: which rules watch over the agency."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, patch
from litestar.params import JSONBody

from audienceos.alerts.actions.switching import switch_rule
from audienceos.alerts.forms import SwitchIn
from audienceos.alerts.queries.receipts import Period, receipts_of
from audienceos.alerts.queries.replays import Replay, ReplayQuery, replay
from audienceos.alerts.queries.rules import RuleView, rules_here
from audienceos.alerts.receipts import Receipt
from audienceos.platform.web.paging import Page
from audienceos.platform.web.parameters import filters_from
from audienceos.platform.web.requests import Transaction, lane_of, reading

Asked = Request[Any, Any, Any]


@get("/v1/alert-rules")
async def list_rules(request: Asked) -> Page[RuleView]:
    """Every rule, when it speaks, and whether it does in this agency."""
    async with reading(request) as lane:
        return Page(await rules_here(lane))


@patch("/v1/alert-rules")
async def switch(db: Transaction, data: JSONBody[SwitchIn]) -> Page[RuleView]:
    """Switch a rule on or off. Only for admins."""
    await switch_rule(db, data)
    return Page(await rules_here(await lane_of(db)))


@get("/v1/alert-receipts", opt={"query": Period})
async def list_receipts(request: Asked) -> Page[Receipt]:
    """How each rule has fared over some days: what was raised, how much of it was right, what it foresaw. For admins."""
    async with reading(request) as lane:
        return Page(await receipts_of(lane, filters_from(request, Period)))


@get("/v1/alert-replay", opt={"query": ReplayQuery})
async def show_replay(request: Asked) -> Replay:
    """What a rule would have raised on the agency's past days, as they stood, with today's limits. For admins."""
    async with reading(request) as lane:
        return await replay(lane, filters_from(request, ReplayQuery))


HANDLERS = [list_rules, switch, list_receipts, show_replay]
