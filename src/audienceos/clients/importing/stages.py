"""From another tool's stages to the agency's: the same name, else the same part in a client's life."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from audienceos.agency.pipeline import Pipeline, StageRole

_MEANINGS: dict[StageRole, str] = {
    "initial": """
        subscriber, lead, new, new lead, open, prospect, marketing qualified lead, mql, sales qualified lead, sql,
        sales accepted lead, opportunity, qualified, connected, attempted to contact, contacted, demo scheduled,
        proposal, negotiation, trial, onboarding, kick-off, kickoff, not started, pending, other""",
    "live": """
        customer, client, active, active client, active customer, current, live, won, closed won, evangelist,
        advocate, partner, retained, renewal, done, launched, running""",
    "support": """
        at risk, needs attention, needs support, support, escalated, issue, stuck, blocked, on hold, paused""",
    "terminal": """
        churned, churn, lost, closed lost, former customer, former client, past client, past customer, ex-client,
        cancelled, canceled, inactive, offboarding, off-boarding, off boarding, offboarded, terminated, unqualified,
        disqualified, bad timing, archived, dead""",
}
_ROLE_OF: dict[str, StageRole] = {
    " ".join(word.split()): role for role, words in _MEANINGS.items() for word in words.split(",")
}


def stage_key(value: str) -> str:
    """A stage's name folded for comparing: case and spaces don't count."""
    return " ".join(value.split()).casefold()


def match_stage(value: str, pipeline: Pipeline, chosen: Mapping[str, str]) -> str | None:
    """The agency's stage that a value means: what was chosen for it, else the one of that name, else None."""
    key = stage_key(value)
    picked = next((stage for text, stage in chosen.items() if stage_key(text) == key), None)
    if picked in pipeline.stages:
        return picked
    return next((stage for stage in pipeline.stages if stage_key(stage) == key), None)


def propose_stages(values: Iterable[str], pipeline: Pipeline) -> dict[str, str]:
    """For each value of the file a stage to begin with: of that name, of that part, else the initial one.

    A customer is proposed for the live stage, a lead for the initial one, a former client for the last.
    """
    by_role = {role: stage for stage, role in reversed(pipeline.roles.items()) if stage in pipeline.stages}
    proposed: dict[str, str] = {}
    for value in values:
        role = _ROLE_OF.get(stage_key(value), "initial")
        proposed[value] = match_stage(value, pipeline, {}) or by_role.get(role, pipeline.initial)
    return proposed
