"""What is known of an agency's alerts when it is looked at anew."""

from __future__ import annotations

import msgspec
from sqlalchemy import DateTime, bindparam, or_, select

from audienceos.alerts.access import rules_switched
from audienceos.alerts.models import Alert, AlertRule
from audienceos.alerts.rules import Known
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, Question, Read


class Switch(msgspec.Struct, frozen=True):
    """What an admin said of a rule."""

    rule: str
    is_on: bool


def _known(sight: Sight) -> Question:
    since = bindparam("quiet_since", type_=DateTime(timezone=True))
    columns = (getattr(Alert, name) for name in Known.__struct_fields__)
    return select(*columns).where(
        Alert.agency_id == AGENCY, or_(Alert.closed_at.is_(None), Alert.closed_at > since)
    )


def _switches(sight: Sight) -> Question:
    return rules_switched(sight).with_only_columns(AlertRule.rule, AlertRule.is_on)


KNOWN = Read(Known, _known)
"""Every open alert, and those that were closed since `:quiet_since`."""
SWITCHES = Read(Switch, _switches)


async def switched_off(lane: Lane) -> set[str]:
    """The rules that don't speak in this agency."""
    return {row.rule for row in await SWITCHES.all(lane) if not row.is_on}
