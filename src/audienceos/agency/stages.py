"""The agency's stages: added, named, given a role, put in order, removed. Only its admins do.

Each edit locks the agency's row, so a client moves before it or after it (moves lock it `share`). What stands in
a stage belongs to the rooms above; they carry it along in the same transaction (`ports.StageChange`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET

from audienceos.agency.access import agency_for, require_admin
from audienceos.agency.forms import StageIn, StagePatch
from audienceos.agency.models import Agency
from audienceos.agency.people import checked_words
from audienceos.agency.pipeline import StageRole
from audienceos.agency.ports import stage_answers
from audienceos.agency.profile import tell_limits_changed
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Invalid, NotFound
from audienceos.platform.events.recording import record
from audienceos.platform.web.etags import check_version

FEWEST, MOST = 3, 20
NAME_LENGTH = 50
INITIAL: StageRole = "initial"
Roles = dict[str, StageRole]


async def add_stage(db: Db, stage: StageIn) -> str:
    """Add a stage, last unless a position says where. Gives its name as it is kept.

    Raises `Forbidden` for who is no admin, `Invalid` at `name` or `position`, `Conflict` (`too_many_stages`).
    """
    agency = await _locked(db, None)
    stages, roles = list(agency.pipeline_stages), dict(agency.stage_roles)
    name = _checked_name(stage.name, stages)
    place = len(stages) if stage.position is None else stage.position - 1
    if place > len(stages):
        raise Invalid.at("position", f"There are {len(stages)} stages: give at most {len(stages) + 1}")
    stages.insert(place, name)
    if stage.role is not None:
        roles[name] = stage.role
    await _keep(db, agency, stages, roles, "agency.stage_added", stage=name)
    return name


async def change_stage(db: Db, stage: str, patch: StagePatch, expected: int) -> str:
    """Name a stage anew, which carries along what stands in it, or give it another role. Gives its name then.

    `expected` is the agency's version. Raises `Forbidden`, `NotFound`, `Stale`, `Invalid`.
    """
    agency = await _locked(db, expected)
    stages, roles = list(agency.pipeline_stages), dict(agency.stage_roles)
    at = _place_of(stage, stages)
    name = stage if patch.name is UNSET else _checked_name(patch.name, [*stages[:at], *stages[at + 1 :]])
    stages[at] = name
    role = roles.pop(stage, None)
    wanted = role if patch.role is UNSET else patch.role
    if role == INITIAL and patch.role not in (UNSET, None):
        raise Invalid.at("role", "The first stage is where clients start: it has no other role")
    if wanted is not None and role != INITIAL:
        roles[name] = wanted
    renamed = name != stage
    event = "agency.stage_renamed" if renamed else "agency.stage_changed"
    if await _keep(db, agency, stages, roles, event, stage=name, was=stage) and renamed:
        for answer in stage_answers():
            await answer.renamed(db, stage, name)
    return name


async def order_stages(db: Db, order: Sequence[str], expected: int) -> None:
    """Put the stages in this order; the first is where clients start.

    `expected` is the agency's version. Raises `Forbidden`, `Stale`, `Invalid` unless each stage is named once,
    `Conflict` (`first_has_a_role`).
    """
    agency = await _locked(db, expected)
    if sorted(order) != sorted(agency.pipeline_stages):
        raise Invalid.at("stages", f"Name each stage once: {', '.join(agency.pipeline_stages)}")
    await _keep(db, agency, list(order), dict(agency.stage_roles), "agency.stages_ordered")


async def remove_stage(db: Db, stage: str, target: str | None = None, expected: int | None = None) -> None:
    """Take a stage away; what stands in it goes to `target`.

    Raises `Forbidden`, `NotFound`, `Stale`; `Invalid` at `target`; `Conflict`: `too_few_stages`,
    `first_has_a_role`, or `stage_in_use`, which tells how many stand in it, until there is a target.
    """
    agency = await _locked(db, expected)
    stages, roles = list(agency.pipeline_stages), dict(agency.stage_roles)
    at = _place_of(stage, stages)
    if target is not None and (target == stage or target not in stages):
        raise Invalid.at("target", "Choose another stage")
    count = sum([await answer.counted(db, stage) for answer in stage_answers()])
    if count and target is None:
        verb = "is" if count == 1 else "are"
        detail = f"{count} {verb} in {stage}. Say which stage they go to."
        raise Conflict(detail, code="stage_in_use", extra={"stage": stage, "count": count})
    del stages[at]
    roles.pop(stage, None)
    await _keep(db, agency, stages, roles, "agency.stage_removed", stage=stage, target=target)
    for answer in stage_answers():
        await answer.moved(db, stage, target)


async def _locked(db: Db, expected: int | None) -> Agency:
    require_admin(db.actor, "change the stages")
    agency = await agency_for(db, "update")
    if expected is not None:
        check_version(agency, expected)
    return agency


async def _keep(db: Db, agency: Agency, stages: list[str], roles: Roles, event: str, **told: Any) -> bool:
    """Write what changed and tell it; gives whether anything did. Clocks run by roles, so they are judged anew."""
    if not FEWEST <= len(stages) <= MOST:
        few = len(stages) < FEWEST
        detail = f"At least {FEWEST} stages stay." if few else f"{MOST} stages are the most."
        raise Conflict(detail, code="too_few_stages" if few else "too_many_stages")
    roles = _begun_at(stages[0], roles)
    before: Json = {"pipeline_stages": list(agency.pipeline_stages), "stage_roles": dict(agency.stage_roles)}
    after: Json = {"pipeline_stages": stages, "stage_roles": roles}
    if before == after:
        return False
    agency.pipeline_stages, agency.stage_roles = stages, dict(roles)
    agency.version += 1
    await record(db, event, "agency", agency.id, before=before, after=after, **told)
    await db.flush()
    if before["stage_roles"] != roles:
        await tell_limits_changed(db)
    return True


def _begun_at(first: str, roles: Roles) -> Roles:
    """The roles with the first stage as the initial one. Raises `Conflict` (`first_has_a_role`)."""
    others: Roles = {stage: role for stage, role in roles.items() if role != INITIAL}
    if first in others:
        detail = f"{first!r} is the {others[first]} stage, so clients can't start there. Take that role from it first."
        raise Conflict(detail, code="first_has_a_role")
    begun: Roles = {first: INITIAL}
    return begun | others


def _checked_name(name: str, others: Sequence[str]) -> str:
    tidy = checked_words(name, "name", NAME_LENGTH)
    if "/" in tidy or not tidy.strip("."):
        raise Invalid.at("name", "It stands in addresses, so it can't hold a slash or be only dots")
    taken = next((other for other in others if other.casefold() == tidy.casefold()), None)
    if taken is not None:
        raise Invalid.at("name", f"There is a stage {taken!r} already")
    return tidy


def _place_of(stage: str, stages: Sequence[str]) -> int:
    if stage not in stages:
        raise NotFound("stage")
    return stages.index(stage)
