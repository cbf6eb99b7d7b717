"""The facts that this room reads itself, and the rules that come with it. One statement a kind, for a whole agency."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select

from audienceos.alerts.detectors.clients import inactive, overdue_tasks, stuck
from audienceos.alerts.detectors.machinery import UnsentMail, failed_imports, lost_connections, unsent_mails
from audienceos.alerts.detectors.tickets import backlogs, critical_tickets, overdue_tickets, rushes
from audienceos.alerts.ports import Facts, Ground, Rule, answer_facts, answer_past, register
from audienceos.clients.queries.history import clients_at, overdue_at
from audienceos.clients.queries.watched import FAILED_IMPORTS, OVERDUE, WATCHED
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read
from audienceos.platform.mail.delivering import ATTEMPTS
from audienceos.platform.mail.models import AgencyMail

QUIET = timedelta(hours=23)
"""No limit is shorter than a day: evidence is looked for only where one may trip. Some days have 23 hours."""
IMPORTS_TOLD = timedelta(days=7)
"""An import that failed is told of for so long; whoever needs its clients has brought them in by then."""


class _Unsent(msgspec.Struct, frozen=True):
    id: UUID
    kind: str
    attempts: int


def _unsent(sight: Sight) -> Question:
    waiting = (AgencyMail.sent_at.is_(None), AgencyMail.failed_at.is_not(None))
    columns = (AgencyMail.id, AgencyMail.kind, AgencyMail.attempts)
    return select(*columns).where(AgencyMail.agency_id == AGENCY, *waiting)


UNSENT = Read(_Unsent, _unsent)


async def clients(lane: Lane, ground: Ground) -> Facts:
    """Every client that is worked for, and how time stands for it."""
    return await WATCHED.all(lane, {"quiet_since": ground.now - QUIET})


async def tasks(lane: Lane, ground: Ground) -> Facts:
    """Every open task that was due before today."""
    return await OVERDUE.all(lane, {"today": ground.today})


async def imports(lane: Lane, ground: Ground) -> Facts:
    """Imports of the last days that brought in less than they should have."""
    return await FAILED_IMPORTS.all(lane, {"since": ground.now - IMPORTS_TOLD})


async def mails(lane: Lane, ground: Ground) -> Facts:
    """The agency's mail that failed to leave."""
    rows = await UNSENT.all(lane)
    return [UnsentMail(row.id, row.kind, row.attempts, row.attempts >= ATTEMPTS) for row in rows]


async def past_clients(lane: Lane, ground: Ground) -> Facts:
    """Every client that was worked for then, as it stood."""
    return await clients_at(lane, ground.now)


async def past_tasks(lane: Lane, ground: Ground) -> Facts:
    """Every task that was open then and due before that day."""
    return await overdue_at(lane, ground.now, ground.today)


RULES = (
    Rule(
        name="stuck",
        words="Stuck",
        meaning="A client stands in a stage for as long as the agency's limits; from the second limit on it is high.",
        type="risk_detected",
        facts="clients",
        look=stuck,
        restates="stage",
    ),
    Rule(
        name="inactivity",
        words="Inactivity",
        meaning="Nobody has done anything with a client for more than 7 days; after more than 14 it is high.",
        type="inactivity",
        facts="clients",
        look=inactive,
        restates="silence",
    ),
    Rule(
        name="overdue_tasks",
        words="Missed deadline",
        meaning="Open tasks of a client were due before today; from 7 days late on it is high.",
        type="risk_detected",
        facts="tasks",
        look=overdue_tasks,
        restates="tasks",
    ),
    Rule(
        name="overdue_tickets",
        words="Late tickets",
        meaning="Open tickets of a client were due before today; from 7 days late on it is high.",
        type="risk_detected",
        facts="tickets",
        look=overdue_tickets,
        restates="tickets.overdue",
    ),
    Rule(
        name="critical_tickets",
        words="Critical ticket",
        meaning="A critical ticket of a client has been open for more than 4 hours.",
        type="risk_detected",
        facts="tickets",
        look=critical_tickets,
        restates="tickets.critical",
    ),
    Rule(
        name="backlog",
        words="Ticket backlog",
        meaning="A client has more than 5 open tickets; with more than 10 it is high.",
        type="risk_detected",
        facts="tickets",
        look=backlogs,
    ),
    Rule(
        name="ticket_rush",
        words="Ticket rush",
        meaning="More than 20 tickets that are open came within the last hour; with more than 40 it is high. For admins.",
        type="risk_detected",
        facts="tickets",
        look=rushes,
    ),
    Rule(
        name="failed_imports",
        words="Import failed",
        meaning="An import of the last 7 days ended early, or refused a fifth of its lines. For admins.",
        type="risk_detected",
        facts="imports",
        look=failed_imports,
    ),
    Rule(
        name="unsent_mail",
        words="Mail stuck",
        meaning="The agency's mail couldn't be sent in 3 attempts, or was given up. For admins.",
        type="disconnect",
        facts="mails",
        look=unsent_mails,
    ),
    Rule(
        name="lost_connection",
        words="Connection lost",
        meaning="A service took back the grant by which the agency is connected with it. For admins.",
        type="disconnect",
        facts="grants",
        look=lost_connections,
    ),
)


def answer_own() -> None:
    """Register this room's own facts and rules, once a process. Facts of tickets come from their room."""
    for kind, reader in (("clients", clients), ("tasks", tasks), ("imports", imports), ("mails", mails)):
        answer_facts(kind, reader)
    answer_past("clients", past_clients)
    answer_past("tasks", past_tasks)
    register(*RULES)
