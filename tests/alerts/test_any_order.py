"""An alert, whatever people and time do and in whatever order: the same is computed by hand beside the product."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from audienceos.alerts.actions.deciding import approve
from audienceos.alerts.actions.ending import dismiss, resolve, snooze, wake
from audienceos.alerts.forms import DismissalIn, EndIn, SnoozeIn
from audienceos.alerts.jobs import evaluate
from audienceos.alerts.models import Alert
from audienceos.platform import clock
from audienceos.platform.actor import system_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict
from tests.alerts.given import TODAY, alerts_of
from tests.cast import Player
from tests.clients.given import Row, a_client, aged

Result = TypeVar("Result")
Act = Callable[[Db, UUID], Awaitable[object]]
RANKS = ("", "medium", "high")
SNOOZES = {"1h": timedelta(hours=1), "1d": timedelta(days=1), "1w": timedelta(weeks=1)}


class Alerts(RuleBasedStateMachine):
    """One client that may be stuck, whose alerts are put off, dismissed, resolved and acted on while days pass."""

    loop: asyncio.AbstractEventLoop
    database: Database
    ines: Player

    def __init__(self) -> None:
        super().__init__()
        self.now = self.entered = TODAY
        self.client: Row = self.do(a_client(self.ines, "Oxbow"))
        self.rows: list[str] = []
        self.severity, self.until, self.quiet_until = "", TODAY, TODAY
        self.age(0)

    def do(self, doing: Coroutine[Any, Any, Result]) -> Result:
        """In the loop of the fixtures, at the machine's own time."""
        with clock.stopped_at(self.now):
            return self.loop.run_until_complete(doing)

    @property
    def cause(self) -> str:
        """How bad it is by the days in stage; empty where it isn't."""
        days = (self.now.date() - self.entered.date()).days
        return "high" if days >= 14 else "medium" if days >= 7 else ""

    @property
    def status(self) -> str:
        return self.rows[-1] if self.rows else ""

    @rule(hours=st.sampled_from((1, 5, 24, 24 * 6, 24 * 8)))
    def time_passes(self, hours: int) -> None:
        """And nothing else."""
        self.now += timedelta(hours=hours)

    @rule(days=st.sampled_from((0, 8, 20)))
    def age(self, days: int) -> None:
        """The client has stood where it stands for so long."""
        self.entered = self.now - timedelta(days=days)
        self.do(aged(self.database, self.ines, self.client, stage_entered_at=self.entered))

    @rule(times=st.integers(1, 3))
    def look(self, times: int) -> None:
        """As often as one likes: the first look alone changes something."""
        for _ in range(times):
            self.do(evaluate(self.database, system_of(self.ines.agency_id), {}))
        if self.status in ("active", "snoozed"):
            self.seen_again()
        elif self.cause and self.now >= self.quiet_until:
            self.rows.append("active")
            self.severity = self.cause

    def seen_again(self) -> None:
        """The rule, said again."""
        over = self.status == "snoozed" and self.until <= self.now
        if not self.cause:
            if self.status == "active" or over:
                self.rows[-1] = "resolved"
            return
        if over or RANKS.index(self.cause) > RANKS.index(self.severity):
            self.rows[-1] = "active"
        self.severity = self.cause

    @precondition(lambda self: self.rows)
    @rule(preset=st.sampled_from(("1h", "1d", "1w")))
    def put_off(self, preset: Any) -> None:
        if self.act(lambda db, alert: snooze(db, alert, SnoozeIn(preset=preset)), "snoozed"):
            self.until = self.now + SNOOZES[preset]

    @precondition(lambda self: self.rows)
    @rule()
    def rouse(self) -> None:
        self.act(wake, "active")

    @precondition(lambda self: self.rows)
    @rule(reason=st.sampled_from(("false_alarm", "known")))
    def dismiss_it(self, reason: Any) -> None:
        if self.act(lambda db, alert: dismiss(db, alert, DismissalIn(reason=reason)), "dismissed"):
            self.quiet_until = self.now + timedelta(days=7)

    @precondition(lambda self: self.rows)
    @rule()
    def call_it_over(self) -> None:
        if self.act(lambda db, alert: resolve(db, alert, EndIn()), "resolved"):
            self.quiet_until = self.now + timedelta(days=1)

    @precondition(lambda self: self.rows)
    @rule()
    def say_yes(self) -> None:
        """What is done by it ends no alert; closed ones change nothing or refuse."""
        if self.status in ("active", "snoozed"):
            self.act(lambda db, alert: approve(db, alert, 1), self.status)

    def act(self, act: Act, to: str) -> bool:
        """Done to the last alert: allowed while it is open, else refused."""
        fine = self.status in ("active", "snoozed")
        done = self.do(self.acted(act))
        assert done == fine
        if fine:
            self.rows[-1] = to
        return fine

    async def acted(self, act: Act) -> bool:
        last = (await self.there())[-1]
        try:
            async with self.database.acting(self.ines.claims) as db:
                await act(db, last.id)
        except Conflict:
            return False
        return True

    async def there(self) -> list[Alert]:
        mine = UUID(self.client["id"])
        rows = await alerts_of(self.database, self.ines)
        return [row for row in rows if row.rule == "stuck" and row.client_id == mine]

    @invariant()
    def all_is_as_computed(self) -> None:
        """Every row has the status that it should have, at most one is open, and what is closed has its end."""
        rows = self.do(self.there())
        assert [row.status for row in rows] == self.rows
        assert sum(row.closed_at is None for row in rows) <= 1
        assert all((row.closed_at is None) == (row.status in ("active", "snoozed")) for row in rows)
        if rows and self.status in ("active", "snoozed"):
            assert rows[-1].severity == self.severity
            until: datetime | None = self.until if self.status == "snoozed" else None
            assert rows[-1].snoozed_until == until


@pytest.fixture
async def setting(ines: Player) -> tuple[asyncio.AbstractEventLoop, Player]:
    """Whoever acts, and the loop in which the product runs."""
    return asyncio.get_running_loop(), ines


def test_alerts_go_by_their_rules_in_any_order(
    setting: tuple[asyncio.AbstractEventLoop, Player], database: Database
) -> None:
    loop, ines = setting
    machine = type("Machine", (Alerts,), {"loop": loop, "ines": ines, "database": database})
    few = settings(
        max_examples=6,
        stateful_step_count=20,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    run_state_machine_as_test(machine, settings=few)  # pyright: ignore[reportUnknownMemberType]
