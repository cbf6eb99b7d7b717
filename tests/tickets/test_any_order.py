"""Whatever people do to a ticket and in whatever order: the same is computed by hand beside the product."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.cast import Player, Stage
from tests.clients.given import Row, a_client, listed
from tests.clients.given import shown as shown_client
from tests.tickets.given import a_ticket

WAYS = {
    "new": {"in_progress", "waiting_client"},
    "in_progress": {"waiting_client"},
    "waiting_client": {"in_progress"},
    "resolved": set[str](),
}
"""Where a transition leads, said again: resolving and reopening have nouns of their own."""

Result = TypeVar("Result")
statuses = st.sampled_from(list(WAYS))


class Tickets(RuleBasedStateMachine):
    """One ticket of a client; an admin and a member who move, resolve, reopen, note, time, delete and restore it."""

    loop: asyncio.AbstractEventLoop
    admin: Player
    member: Player

    def __init__(self) -> None:
        super().__init__()
        self.client: Row = self.do(a_client(self.admin, "Oxbow"))
        self.number = self.do(a_ticket(self.admin, self.client))["number"]
        self.status, self.priority = "new", "medium"
        self.minutes: dict[str, int] = {}
        self.notes, self.reopened, self.deleted = 0, 0, False

    def do(self, doing: Coroutine[Any, Any, Result]) -> Result:
        """In the loop of the fixtures, between two steps of which nothing runs."""
        return self.loop.run_until_complete(doing)

    def post(self, noun: str, by_admin: bool = False, **body: Any) -> Any:
        """Something done to it."""
        player = self.admin if by_admin else self.member
        return self.do(player.post(f"/v1/tickets/{self.number}/{noun}", json=body))

    @rule(to=statuses)
    def move(self, to: str) -> None:
        """By the API; the status that it has is no error."""
        answer = self.post("transitions", to_status=to)
        fine = to == self.status or to in WAYS[self.status]
        assert answer.status_code == (404 if self.deleted else 200 if fine else 409), answer.text
        if answer.is_success:
            self.status = to

    @rule(to=statuses, note=st.booleans())
    def move_many(self, to: str, note: bool) -> None:
        """With others at once, which also resolves and reopens."""
        body = {
            "numbers": [self.number],
            "kind": "status",
            "to_status": to,
            "final_note": "x" if note else None,
        }
        answer = self.do(self.member.post("/v1/ticket-changes", json=body))
        if to == "resolved" and not note:
            assert answer.status_code == 422
            return
        told = answer.json()["tickets"][0]["outcome"]
        allowed = to in WAYS[self.status] or (self.status, to) in {
            ("in_progress", "resolved"),
            ("waiting_client", "resolved"),
            ("resolved", "in_progress"),
        }
        expected = (
            "refused"
            if self.deleted
            else "unchanged"
            if to == self.status
            else "changed"
            if allowed
            else "refused"
        )
        assert told == expected, answer.text
        if told == "changed":
            self.follow(to, reason=note)

    def follow(self, to: str, *, reason: bool) -> None:
        """What a change of many did beside the status."""
        if self.status == "resolved":
            self.reopened += 1
            self.notes += 1 + reason
        self.status = to

    @rule(minutes=st.integers(0, 500))
    def resolve(self, minutes: int) -> None:
        """With time that it took, or none."""
        answer = self.post("resolution", final_note="Done", time_spent_minutes=minutes)
        fine = self.status in ("in_progress", "waiting_client")
        assert answer.status_code == (404 if self.deleted else 200 if fine else 409), answer.text
        if answer.is_success:
            self.status = "resolved"
            if minutes:
                self.minutes[f"resolved {len(self.minutes)}"] = minutes

    @rule(reason=st.booleans())
    def reopen(self, reason: bool) -> None:
        """Its final note goes into the log, and so does the reason."""
        answer = self.post("reopenings", reason="Again" if reason else None)
        fine = self.status == "resolved"
        assert answer.status_code == (404 if self.deleted else 200 if fine else 409), answer.text
        if answer.is_success:
            self.status = "in_progress"
            self.reopened += 1
            self.notes += 1 + reason

    @rule(internal=st.booleans())
    def note(self, internal: bool) -> None:
        """An entry of the log."""
        answer = self.post("notes", content="Called", is_internal=internal)
        assert answer.status_code == (404 if self.deleted else 201)
        self.notes += answer.is_success

    @rule(minutes=st.integers(-5, 100_005))
    def log(self, minutes: int) -> None:
        """Minutes, as far as they are some."""
        answer = self.post("time-entries", minutes=minutes)
        fine = 1 <= minutes <= 99_999
        assert answer.status_code == (422 if not fine else 404 if self.deleted else 201), answer.text
        if answer.is_success:
            self.minutes[answer.json()["id"]] = minutes

    @rule()
    def take_time_back(self) -> None:
        """The member's own."""
        mine = [key for key in self.minutes if not key.startswith("resolved")]
        if mine and not self.deleted:
            answer = self.do(self.member.delete(f"/v1/tickets/{self.number}/time-entries/{mine[0]}"))
            assert answer.status_code == 204
            del self.minutes[mine[0]]

    @rule(priority=st.sampled_from(["low", "medium", "high"]))
    def press(self, priority: str) -> None:
        """Another priority."""
        if not self.deleted:
            now = self.do(self.admin.get(f"/v1/tickets/{self.number}")).json()
            body = {"priority": priority}
            answer = self.do(
                self.member.patch(f"/v1/tickets/{self.number}", json=body, version=now["version"])
            )
            assert answer.status_code == 200
            self.priority = priority

    @rule(by_admin=st.booleans())
    def delete(self, by_admin: bool) -> None:
        """Only admins delete."""
        answer = self.do((self.admin if by_admin else self.member).delete(f"/v1/tickets/{self.number}"))
        assert answer.status_code == (404 if self.deleted else 204 if by_admin else 403)
        self.deleted = self.deleted or by_admin

    @rule(by_admin=st.booleans())
    def restore(self, by_admin: bool) -> None:
        """Only admins bring back."""
        answer = self.post("restoration", by_admin=by_admin)
        assert answer.status_code == (200 if by_admin else 403)
        self.deleted = self.deleted and not by_admin

    @invariant()
    def it_is_as_computed(self) -> None:
        """The ticket, its log, the sum of its time, and what its client is told by it."""
        answer = self.do(self.member.get(f"/v1/tickets/{self.number}"))
        is_open = not self.deleted and self.status != "resolved"
        client = self.do(shown_client(self.admin, self.client))
        watched = is_open and self.priority == "high"
        assert client["health_status"] == ("yellow" if watched else "green"), client["health_reasons"]
        if self.deleted:
            assert answer.status_code == 404
            return
        now = answer.json()
        assert (now["status"], now["reopened_count"]) == (self.status, self.reopened)
        assert now["time_spent_minutes"] == sum(self.minutes.values())
        assert (now["resolved_at"] is None) == (self.status != "resolved")
        assert len(self.do(listed(self.member, f"/v1/tickets/{self.number}/notes", limit=100))) == self.notes


@pytest.fixture
async def players(stage: Stage) -> tuple[asyncio.AbstractEventLoop, Player, Player]:
    """Whoever acts, and the loop in which the product runs."""
    admin = await stage.owner()
    return asyncio.get_running_loop(), admin, await stage.member(admin, "Tom Baker")


def test_a_ticket_is_always_where_the_rules_say(
    players: tuple[asyncio.AbstractEventLoop, Player, Player],
) -> None:
    loop, admin, member = players
    machine = type("Machine", (Tickets,), {"loop": loop, "admin": admin, "member": member})
    run_state_machine_as_test(  # pyright: ignore[reportUnknownMemberType]
        machine,
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            database=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
