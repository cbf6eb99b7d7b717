"""Whatever is recorded has words: the log that admins read tells nobody's code names."""

from __future__ import annotations

import ast
import re

from litestar import Litestar

from audienceos.agency.events import PUBLISHED as AGENCY
from audienceos.alerts.events import PUBLISHED as ALERTS
from audienceos.clients.events import PUBLISHED as CLIENTS
from audienceos.clients.ports import told_activity
from audienceos.connections.events import PUBLISHED as CONNECTIONS
from audienceos.dashboard.events import PUBLISHED as DASHBOARD
from audienceos.inbox.events import PUBLISHED as INBOX
from audienceos.notifications.events import PUBLISHED as NOTIFICATIONS
from audienceos.tickets.events import PUBLISHED as TICKETS
from tests.laws.source import modules

WORDS = {**AGENCY, **CLIENTS, **TICKETS, **INBOX, **ALERTS, **NOTIFICATIONS, **DASHBOARD, **CONNECTIONS}
TOPICS = {name.partition(".")[0] for name in WORDS}
NAME = re.compile(r"[a-z_]+\.(?!id$)[a-z_]+")
TELLING = ("record", "tell", "_tell")


def _told() -> set[str]:
    """Every name that is given to a function that records, and every other text that is built like one of ours."""
    found: set[str] = set()
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value):
                found |= {node.value} if node.value.partition(".")[0] in TOPICS else set()
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in TELLING:
                texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
                found |= {text for text in texts if isinstance(text, str) and NAME.fullmatch(text)}
    return found


def test_every_event_that_is_recorded_has_words() -> None:
    told = _told()
    assert len(told) > 60
    assert sorted(told - set(WORDS)) == []


def test_words_are_for_people_and_no_two_events_are_called_alike() -> None:
    names = [name for name, _ in WORDS.values()]
    assert [name for name in names if not name[:1].isupper() or "_" in name or name.endswith(".")] == []
    assert [meaning for _, meaning in WORDS.values() if not meaning.endswith(".")] == []
    assert sorted(names) == sorted(set(names))


def test_what_rooms_above_tell_of_a_client_can_be_said_though_it_is_old_and_says_little(
    app: Litestar,
) -> None:
    above = told_activity()
    assert len(above) > 5
    assert [name for name, say in above.items() if name not in WORDS or not say({})] == []
