"""Which rules speak in an agency: said by its admins."""

from __future__ import annotations

from audienceos.agency.access import agency_for, require_admin
from audienceos.alerts.access import binds_of, rules_switched
from audienceos.alerts.forms import SwitchIn
from audienceos.alerts.models import AlertRule
from audienceos.alerts.ports import rules_known
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Invalid
from audienceos.platform.events.recording import record


async def switch_rule(db: Db, data: SwitchIn) -> None:
    """Let a rule speak, or be silent: its open alerts then end at the next look. As it is already is no error.

    Raises `Forbidden` for who is no admin, `Invalid` for a rule that isn't there.
    """
    require_admin(db.actor, "switch rules of alerts")
    if data.rule not in {rule.name for rule in rules_known()}:
        raise Invalid.at("rule", "There is no such rule")
    agency = await agency_for(db, "update")  # the rule's own row may not be there yet to be locked
    query = rules_switched().where(AlertRule.rule == data.rule).params(**binds_of(db.actor))
    switch = await db.scalar(query)
    if (switch.is_on if switch else True) == data.is_on:
        return
    switch = switch or AlertRule(rule=data.rule, version=0)
    switch.is_on, switch.changed_by = data.is_on, db.actor.person
    switch.version += 1
    db.add(switch)
    after = {"is_on": data.is_on}
    await record(
        db, "alert_rule.changed", "alert_rule", agency.id, after=after, rule=data.rule, is_on=data.is_on
    )
