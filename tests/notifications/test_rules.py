"""The table of who is told of what."""

from __future__ import annotations

from string import Formatter
from uuid import UUID, uuid4

import pytest

from audienceos.agency.events import PUBLISHED as AGENCY
from audienceos.agency.preferences import Preferences
from audienceos.alerts.events import PUBLISHED as ALERTS
from audienceos.clients.events import PUBLISHED as CLIENTS
from audienceos.connections.events import PUBLISHED as CONNECTIONS
from audienceos.inbox.events import PUBLISHED as INBOX
from audienceos.notifications.rules import BEGINNER, KINDS, RULES, Rule, lines_for
from audienceos.tickets.events import PUBLISHED as TICKETS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.event)
def test_each_line_is_about_an_event_that_some_room_publishes(rule: Rule) -> None:
    assert rule.event in AGENCY | CLIENTS | TICKETS | ALERTS | INBOX | CONNECTIONS


def test_each_kind_can_be_turned_off_and_is_on_until_then() -> None:
    assert {f"email_{kind}" for kind in KINDS} == {
        name for name in Preferences.__struct_fields__ if name.startswith("email_")
    }
    assert all(getattr(Preferences(), f"email_{kind}") for kind in KINDS)


def test_each_line_has_a_kind_of_the_settings_and_words_that_name_what_it_is_about() -> None:
    for rule in RULES:
        assert rule.kind in KINDS
        names = {name for _, name, _, _ in Formatter().parse(rule.words) if name}
        assert names or rule.whom == BEGINNER, rule


def test_of_several_lines_about_one_event_the_sharper_stands_first() -> None:
    assert [line.whom for line in lines_for("ticket.note_added", {})] == ["mentioned", "followers"]


def test_health_is_told_where_it_turned_red_or_a_client_is_stuck() -> None:
    def said(now: str, *keys: str) -> list[str]:
        return [line.words for line in lines_for("client.health_changed", {"now": now, "keys": list(keys)})]

    assert said("red", "stage") == ["{client} is at risk: {why}"]
    assert said("yellow", "silence", "stage") == ["{client} is stuck: {why}"]
    assert said("yellow", "silence") == said("green") == []


def test_an_edited_task_is_told_only_where_somebody_else_is_to_do_it() -> None:
    assert lines_for("task.changed", {}, ["name"]) == []
    assert len(lines_for("task.changed", {}, ["name", "assigned_to"])) == 1


def test_a_ticket_is_as_urgent_as_its_priority_and_an_escalation_always_critical() -> None:
    opened, escalated = lines_for("ticket.created", {})[0], lines_for("ticket.escalated", {})[0]
    assert opened.urgency_of({"priority": "critical"}) == "critical"
    assert opened.urgency_of({"priority": "high"}) == "normal"
    assert escalated.urgency_of({"priority": "low"}) == "critical"


def test_a_grave_alert_is_told_to_the_clients_people_and_one_about_the_agency_to_its_admins() -> None:
    def whom(severity: str, client_id: UUID | None) -> list[object]:
        lines = lines_for("alert.raised", {"severity": severity}, client_id=client_id)
        return [line.whom for line in lines]

    assert whom("medium", uuid4()) == ["carers"]
    assert whom("critical", None) == ["carers", "admins"]
    assert whom("low", None) == []
