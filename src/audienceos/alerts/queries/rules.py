"""The rules that watch over an agency, and whether they speak in it."""

from __future__ import annotations

import msgspec

from audienceos.alerts.ports import AlertType, rules_known
from audienceos.alerts.queries.known import switched_off
from audienceos.platform.db.database import Lane


class RuleView(msgspec.Struct, frozen=True):
    """One way of seeing that something is wrong: what it is called, when it speaks, and whether it does here."""

    rule: str
    words: str
    meaning: str
    type: AlertType
    is_on: bool


async def rules_here(lane: Lane) -> list[RuleView]:
    """Every rule, in the order in which they were made known."""
    off = await switched_off(lane)
    return [
        RuleView(rule.name, rule.words, rule.meaning, rule.type, rule.name not in off)
        for rule in rules_known()
    ]


def words_of_rules() -> dict[str, str]:
    """What each rule is called beside an alert."""
    return {rule.name: rule.words for rule in rules_known()}
