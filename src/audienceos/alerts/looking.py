"""Look at one agency: read its facts, ask the rules, and change what isn't as they say.

Facts are read in one read-only transaction. What changes is written in several short ones, a few clients each, so that
nobody who works with one of them waits for long; each asks again what stands there now.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from audienceos.agency.queries import here
from audienceos.alerts.actions.looking import Looked, Seen, keep_doubts, note_same, settle, watch_on
from audienceos.alerts.ports import Facts, Ground, reader_of, rules_known
from audienceos.alerts.queries.known import KNOWN, switched_off
from audienceos.alerts.rules import COOL_DOWN, OPEN, SURE_ENOUGH, Plan, planned
from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.db.database import Database, Lane
from audienceos.platform.db.sessions import Claims

BATCH = 20
"""Clients of a transaction, whose rows it holds."""


async def look_at(database: Database, actor: Actor) -> int:
    """Look at the actor's agency. Gives how many clients' alerts were changed, the agency's own counting as one."""
    async with database.reading(Claims(actor)) as lane:
        looked, doubts, plan = await seen_in(lane)
    for start in range(0, len(plan.clients), BATCH):
        async with database.acting(Claims(actor)) as db:
            for client_id in plan.clients[start : start + BATCH]:
                await settle(db, client_id, looked)
    async with database.acting(Claims(actor)) as db:
        await note_same(db, plan.same)
        await keep_doubts(db, doubts)
        await watch_on(db)
    return len(plan.clients)


async def seen_in(lane: Lane) -> tuple[Looked, list[Seen], Plan]:
    """What the rules see in the agency now, what of it isn't sure, and what is to be changed. Writes nothing."""
    at, off = await here(lane), await switched_off(lane)
    ground = Ground(clock.now(), ZoneInfo(at.timezone), at.pipeline)
    rules = [rule for rule in rules_known() if rule.name not in off]
    facts: dict[str, Facts] = {}
    for kind in dict.fromkeys(rule.facts for rule in rules):
        reader = reader_of(kind)
        facts[kind] = await reader(lane, ground) if reader else ()
    seen = [Seen(rule, found) for rule in rules for found in rule.look(facts[rule.facts], ground)]
    asked = frozenset(rule.name for rule in rules)
    known = await KNOWN.all(lane, {"quiet_since": ground.now - COOL_DOWN})
    mine = [one for one in known if one.status not in OPEN or one.rule in asked | off]
    plan = planned([one.found for one in seen], mine, ground.now)
    sure = {one.found.key: one for one in seen if one.found.confidence >= SURE_ENOUGH}
    doubts = [one for one in seen if one.found.confidence < SURE_ENOUGH]
    return Looked(sure, asked, frozenset(off)), doubts, plan
