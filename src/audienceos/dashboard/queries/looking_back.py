"""The key figures as they stood on days that have passed, as far as what happened since tells them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from audienceos.agency.queries import Here
from audienceos.clients.queries.installs import INSTALLS
from audienceos.clients.queries.looking_back import clients_then
from audienceos.dashboard.kpis import Metric
from audienceos.dashboard.queries.figures import hours_of, resting, rounded
from audienceos.platform.db.database import Lane
from audienceos.tickets.queries.looking_back import tickets_then


class Then(NamedTuple):
    """One figure at the end of one day."""

    metric: Metric
    day: date
    value: float


async def figures_then(lane: Lane, at: Here, days: Sequence[date]) -> list[Then]:
    """Each figure at the end of each of these days; a figure that nobody can tell any more is left out.

    Clients' figures are told by when they came, moved and changed colour, installs by first days live (on days of which
    it is known who was a client), tickets and hours by what was opened, resolved and logged. A statement each, and one
    a day for installs.
    """
    found: list[Then] = []
    for one in await clients_then(lane, days, at.pipeline.onboarding):
        counts: dict[Metric, float] = {
            "total_clients": one.total,
            "active_onboardings": one.in_stages,
            "at_risk_clients": one.at_risk,
            "clients_needing_attention": one.attention,
        }
        installs = (await INSTALLS.all(lane, {"resting": resting(at.pipeline), "today": one.day}))[0]
        if (mean := rounded(installs.days)) is not None:
            counts["avg_install_time_days"] = mean
        found += [Then(name, one.day, value) for name, value in counts.items()]
    for then in await tickets_then(lane, days):
        found.append(Then("open_tickets", then.day, then.open))
        found.append(Then("support_hours_week", then.day, hours_of(then.minutes)))
    return found
