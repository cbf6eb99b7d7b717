"""How long what happens may take until it leaves by mail: what the timetable adds up to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from croniter import croniter

from audienceos.clients.jobs import begin_judging, begin_reminding
from audienceos.notifications.jobs import begin_delivering
from audienceos.platform.jobs.registry import Round, registry
from audienceos.platform.mail.jobs import deliver_waiting

MORNING = datetime(2026, 7, 1, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def longest_wait(begun: Round) -> timedelta:
    """The longest time between two beginnings of it by the timetable, over a few minutes."""
    (when,) = [appointment.when for appointment in registry.timetable if appointment.round == begun]
    moments = croniter(when, MORNING)
    times: list[datetime] = [moments.get_next(datetime) for _ in range(60)]
    return max(later - earlier for earlier, later in pairwise(times))


def test_an_ordinary_mail_leaves_within_a_minute() -> None:
    wait = longest_wait(begin_delivering) + longest_wait(deliver_waiting)
    assert wait <= MINUTE * 2 / 3  # the rest is for the queue and the mail server


@pytest.mark.parametrize("begun", [begin_reminding, begin_judging])
def test_what_falls_due_by_time_is_looked_for_each_minute(begun: Round) -> None:
    assert longest_wait(begun) <= MINUTE
