"""The rules of moves, whatever people do and in whatever order: the same is computed by hand beside the product."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.cast import Player, Stage
from tests.clients.given import Row, a_client, of_client

STAGES = ("Onboarding", "Installation", "Audit", "Live", "Needs Support", "Off-Boarding")
BACK_AT_MOST = 2

Result = TypeVar("Result")
stages = st.sampled_from(STAGES)


class Moves(RuleBasedStateMachine):
    """One client; an admin and a member who move, archive, delete and bring it back."""

    loop: asyncio.AbstractEventLoop
    admin: Player
    member: Player

    def __init__(self) -> None:
        super().__init__()
        self.client: Row = self.do(a_client(self.admin, "Oxbow"))
        self.at = "Onboarding"
        self.entered: list[tuple[str | None, str]] = [(None, "Onboarding")]
        self.active, self.deleted, self.went_live = True, False, False

    def do(self, doing: Coroutine[Any, Any, Result]) -> Result:
        """In the loop of the fixtures, between two steps of which nothing runs."""
        return self.loop.run_until_complete(doing)

    @property
    def path(self) -> str:
        return f"/v1/clients/{self.client['id']}"

    @rule(to=stages, seen=stages, by_admin=st.booleans(), insists=st.booleans(), looked=st.booleans())
    def move(self, to: str, seen: str, by_admin: bool, insists: bool, looked: bool) -> None:
        """By the API. Who looked names the stage where the client is."""
        player = self.admin if by_admin else self.member
        seen = self.at if looked else seen
        body = {"from_stage": seen, "to_stage": to, "override": insists}
        answer = self.do(player.post(f"{self.path}/moves", json=body))
        assert answer.status_code == self.expected(to, seen, by_admin, insists), answer.text
        if answer.is_success:
            self.enter(to)

    def expected(self, to: str, seen: str, by_admin: bool, insists: bool) -> int:
        """The rule, said again."""
        if self.deleted:
            return 404
        if to == self.at:
            return 200
        if seen != self.at or not self.active:
            return 409
        if STAGES.index(self.at) - STAGES.index(to) <= BACK_AT_MOST:
            return 200
        if not insists:
            return 409
        return 200 if by_admin else 403

    @rule(to=stages)
    def move_by_the_form(self, to: str) -> None:
        """By the page's form, without a script."""
        body = {"from_stage": self.at, "to_stage": to}
        at = self.member.at(f"/clients/{self.client['id']}/moves")
        answer = self.do(self.member.post(at, data=body))
        expected = self.expected(to, self.at, by_admin=False, insists=False)
        assert answer.status_code == {200: 303}.get(expected, expected)
        if answer.status_code == 303:
            self.enter(to)

    @rule(active=st.booleans(), by_admin=st.booleans())
    def set_active(self, active: bool, by_admin: bool) -> None:
        """Archive, or bring back from there."""
        player = self.admin if by_admin else self.member
        noun = "reactivation" if active else "archive"
        answer = self.do(player.post(player.at(f"/clients/{self.client['id']}/{noun}")))
        assert answer.status_code == (404 if self.deleted else 303)
        if not self.deleted:
            self.active = active

    @rule(stage=stages)
    def edit_the_stage(self, stage: str) -> None:
        """A stage changes by moves alone."""
        if not self.deleted:
            answer = self.do(self.admin.patch(self.path, json={"stage": stage}, version=1))
            assert answer.status_code == 422

    @rule(by_admin=st.booleans())
    def delete(self, by_admin: bool) -> None:
        """Only admins delete."""
        answer = self.do((self.admin if by_admin else self.member).delete(self.path))
        assert answer.status_code == (404 if self.deleted else 204 if by_admin else 403)
        self.deleted = self.deleted or by_admin

    @rule(by_admin=st.booleans())
    def restore(self, by_admin: bool) -> None:
        """Only admins bring back; it is where it was."""
        answer = self.do((self.admin if by_admin else self.member).post(f"{self.path}/restoration"))
        assert answer.status_code == (200 if by_admin else 403)
        self.deleted = self.deleted and not by_admin

    def enter(self, to: str) -> None:
        """The client was let in."""
        if to != self.at:
            self.entered.append((self.at, to))
        self.at = to
        self.went_live = self.went_live or to == "Live"

    @invariant()
    def each_change_left_one_event(self) -> None:
        """The history is exactly the changes, each from where the one before ended."""
        if self.deleted:
            return
        moves = self.do(of_client(self.admin, "moves", self.client))
        assert [(row["from_stage"], row["to_stage"]) for row in reversed(moves)] == self.entered

    @invariant()
    def the_client_is_where_it_should_be(self) -> None:
        """And its first day live is kept."""
        shown = self.do(self.admin.get(self.path))
        assert shown.status_code == (404 if self.deleted else 200)
        if not self.deleted:
            now = shown.json()
            assert (now["stage"], now["is_active"]) == (self.at, self.active)
            assert (now["install_date"] is not None) == self.went_live


@pytest.fixture
async def players(stage: Stage) -> tuple[asyncio.AbstractEventLoop, Player, Player]:
    """Whoever acts, and the loop in which the product runs."""
    admin = await stage.owner()
    return asyncio.get_running_loop(), admin, await stage.member(admin, "Tom Baker")


def test_moves_keep_their_rules(players: tuple[asyncio.AbstractEventLoop, Player, Player]) -> None:
    loop, admin, member = players
    machine = type("Machine", (Moves,), {"loop": loop, "admin": admin, "member": member})
    run_state_machine_as_test(  # pyright: ignore[reportUnknownMemberType]
        machine,
        settings=settings(
            max_examples=6,
            stateful_step_count=25,
            database=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
