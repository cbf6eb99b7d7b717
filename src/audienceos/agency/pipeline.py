"""The agency's stages and what each is for. Pure: no database, no clock."""

from __future__ import annotations

from itertools import takewhile
from typing import Literal

import msgspec

StageRole = Literal["initial", "live", "support", "terminal"]
BACK_AT_MOST = 2  # further back needs an admin who says so (product rule)
GUARDED: frozenset[StageRole] = frozenset({"support", "terminal"})


class Thresholds(msgspec.Struct, frozen=True):
    """Whole local days at which a clock turns amber, then red. A limit trips on the day it is reached."""

    yellow: int = 7
    red: int = 14


class Refusal(msgspec.Struct, frozen=True):
    """Why a move may not be made. `admin_may` says that an admin can insist."""

    code: str
    reason: str
    admin_may: bool = False


class Pipeline(msgspec.Struct, frozen=True):
    """Stages in their order, and the role of those that have one."""

    stages: tuple[str, ...]
    roles: dict[str, StageRole]
    thresholds: Thresholds = Thresholds()
    stuck_after_days: int = 4

    @property
    def initial(self) -> str:
        """Where a new client starts."""
        return next((s for s in self.stages if self.roles.get(s) == "initial"), self.stages[0])

    @property
    def onboarding(self) -> tuple[str, ...]:
        """Where a client is while it is taken on: the initial stage and the next, as long as neither is live."""
        rest = self.stages[self.stages.index(self.initial) :]
        before_live = takewhile(lambda stage: self.roles.get(stage) in (None, "initial"), rest)
        return tuple(before_live)[:2]

    def role(self, stage: str) -> StageRole | None:
        """What the stage is for, if anything special."""
        return self.roles.get(stage)

    def runs_a_clock(self, stage: str) -> bool:
        """Whether time in this stage is judged: not once live, nor at the end."""
        return self.role(stage) not in ("live", "terminal")

    def is_guarded(self, stage: str) -> bool:
        """Whether a person is asked to confirm, with a reason if they like, before a client goes there."""
        return self.role(stage) in GUARDED

    def refusal(self, from_stage: str, to_stage: str, *, is_active: bool = True) -> Refusal | None:
        """Why a client may not go from one stage to the other, or None. Forward may skip; back is counted."""
        if to_stage not in self.stages:
            return Refusal("no_such_stage", f"There is no stage {to_stage!r} any more.")
        if not is_active:
            return Refusal("archived", "An archived client stays where it is. Bring it back first.")
        if from_stage not in self.stages:
            return None
        back = self.stages.index(from_stage) - self.stages.index(to_stage)
        if back > BACK_AT_MOST:
            reason = f"{back} stages back is more than {BACK_AT_MOST}. An admin can insist."
            return Refusal("too_far_back", reason, admin_may=True)
        return None

    def shut(self, to_stage: str) -> dict[str, str]:
        """From which stages this one takes nobody, and why: what a board needs to refuse a drop at once."""
        refused = {stage: self.refusal(stage, to_stage) for stage in self.stages}
        return {stage: refusal.reason for stage, refusal in refused.items() if refusal}
