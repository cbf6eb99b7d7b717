"""What the agency room needs from the rooms above, which register their answers; they run in the same transaction."""

from __future__ import annotations

from typing import NamedTuple, Protocol
from uuid import UUID

import msgspec

from audienceos.agency.pipeline import Pipeline
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db


class Held(msgspec.Struct, frozen=True):
    """Something that a person is responsible for, and that somebody else must take before they leave."""

    kind: str
    """`client`, and what later rooms add."""
    id: UUID
    name: str


class UserLeaving(Protocol):
    """A room whose rows have an owner or an assignee."""

    async def held(self, db: Db, user_id: UUID) -> list[Held]:
        """What the person is responsible for."""
        ...

    async def hand_over(self, db: Db, user_id: UUID, to: UUID) -> None:
        """Give all of it, and what goes with it, to somebody else; nothing held is no error."""
        ...


class StageChange(Protocol):
    """A room whose rows stand in stages. Asked in the transaction that edits them, with the agency's row locked."""

    async def renamed(self, db: Db, old: str, new: str) -> None:
        """Carry every row along. It is no move: nothing entered a stage."""
        ...

    async def counted(self, db: Db, stage: str) -> int:
        """How many rows would have to go elsewhere if the stage went."""
        ...

    async def moved(self, db: Db, old: str, target: str | None) -> None:
        """The stage goes. Move what stands in it to `target`; None where nothing was counted."""
        ...


class LimitsChange(Protocol):
    """A room that judges by the agency's day limits, its stages' roles, its hours or its time zone: judge anew."""

    async def __call__(self, db: Db, /) -> None: ...


class Workload(Protocol):
    """Who looks after how many clients, of those that the reader may see; who looks after none may be left out."""

    async def __call__(self, lane: Lane, /) -> dict[UUID, int]: ...


class Standing(Protocol):
    """How many clients stand in each stage, of those that the reader may see; empty stages may be left out."""

    async def __call__(self, lane: Lane, /) -> dict[str, int]: ...


class Outlook(NamedTuple):
    """What limits would make of the clients as they are now."""

    at_risk: int
    to_watch: int


class Foresight(Protocol):
    """What becomes of the clients that the reader may see, were they judged by this pipeline's limits now."""

    async def __call__(self, lane: Lane, pipeline: Pipeline, /) -> Outlook: ...


class Waiting(msgspec.Struct, frozen=True):
    """How many things wait behind a place, and whether something grave is among them, which a phone shows as a dot."""

    count: int
    is_grave: bool = False


class Badge(Protocol):
    """What waits behind a place of the sidebar, of what the reader may see; a plain number where nothing is grave."""

    async def __call__(self, lane: Lane, /) -> int | Waiting: ...


_leaving: list[UserLeaving] = []
_stages: list[StageChange] = []
_limits: list[LimitsChange] = []
_workload: list[Workload] = []
_standing: list[Standing] = []
_foresight: list[Foresight] = []
_badges: dict[str, Badge] = {}


def on_leaving(answer: UserLeaving) -> None:
    """Register a room's answer to somebody leaving, once a process."""
    if answer not in _leaving:
        _leaving.append(answer)


def leaving_answers() -> list[UserLeaving]:
    """Every room's answer to somebody leaving."""
    return _leaving


def on_stage_change(answer: StageChange) -> None:
    """Register a room's answer to stages being renamed and removed, once a process."""
    if answer not in _stages:
        _stages.append(answer)


def stage_answers() -> list[StageChange]:
    """Every room's answer to stages being renamed and removed."""
    return _stages


def on_limits_change(answer: LimitsChange) -> None:
    """Register a room's answer to limits, roles or the zone having changed, once a process."""
    if answer not in _limits:
        _limits.append(answer)


def limits_answers() -> list[LimitsChange]:
    """Every room's answer to limits, roles or the zone having changed."""
    return _limits


def answer_workload(workload: Workload) -> None:
    """Register who knows how many clients each person looks after; a later registration replaces an earlier one."""
    _workload[:] = [workload]


async def workload_of(lane: Lane) -> dict[UUID, int]:
    """How many clients each person looks after, of those that the reader may see."""
    return await _workload[0](lane) if _workload else {}


def answer_standing(standing: Standing) -> None:
    """Register who knows how many clients stand in each stage; a later registration replaces an earlier one."""
    _standing[:] = [standing]


async def standing_of(lane: Lane) -> dict[str, int]:
    """How many clients stand in each stage, of those that the reader may see."""
    return await _standing[0](lane) if _standing else {}


def answer_foresight(foresight: Foresight) -> None:
    """Register who judges clients by other limits; a later registration replaces an earlier one."""
    _foresight[:] = [foresight]


async def outlook_of(lane: Lane, pipeline: Pipeline) -> Outlook | None:
    """What becomes of the clients by this pipeline's limits; None where nobody judges any."""
    return await _foresight[0](lane, pipeline) if _foresight else None


def answer_badge(route: str, badge: Badge) -> None:
    """Register who counts what waits behind the place of that route; a later registration replaces an earlier one."""
    _badges[route] = badge


async def badges_of(lane: Lane) -> dict[str, Waiting]:
    """What waits behind each place that counts any."""
    found = {route: await badge(lane) for route, badge in _badges.items()}
    return {route: Waiting(one) if isinstance(one, int) else one for route, one in found.items()}
