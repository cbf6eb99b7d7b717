"""The days that promises name, said on Monday 2 March 2026 unless a test says otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from audienceos.inbox.waiting.dates import due_in
from audienceos.inbox.waiting.folding import sentences
from tests.inbox.quality.threads import FIRST, ZONE


def due(text: str, at: datetime = FIRST, zone: ZoneInfo = ZONE) -> date | None:
    (sentence,) = sentences(text)
    return due_in(sentence.words, sentence.said, at, zone)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by Friday", "03-06"),
        ("by end of day", "03-02"),
        ("this afternoon", "03-02"),
        ("tomorrow", "03-03"),
        ("the day after tomorrow", "03-04"),
        ("on Monday", "03-09"),
        ("next Tuesday", "03-10"),
        ("by the end of the week", "03-06"),
        ("next week", "03-13"),
        ("by the end of next week", "03-13"),
        ("by the end of the month", "03-31"),
        ("on 14 March", "03-14"),
        ("by March 14th", "03-14"),
        ("on the 16th", "03-16"),
        ("on 2026-04-01", "04-01"),
        ("within 48 hours", "03-04"),
        ("in two days", "03-04"),
        ("within five working days", "03-09"),
        ("in a couple of weeks", "03-16"),
        ("heute", "03-02"),
        ("morgen früh", "03-03"),
        ("übermorgen", "03-04"),
        ("bis Freitag", "03-06"),
        ("nächsten Dienstag", "03-10"),
        ("am 14. März", "03-14"),
        ("bis 14.3.", "03-14"),
        ("Ende der Woche", "03-06"),
        ("innerhalb von zwei Tagen", "03-04"),
        ("demain", "03-03"),
        ("après-demain", "03-04"),
        ("d'ici vendredi", "03-06"),
        ("mardi prochain", "03-10"),
        ("le 14 mars", "03-14"),
        ("à la fin du mois", "03-31"),
        ("mañana", "03-03"),
        ("pasado mañana", "03-04"),
        ("antes del viernes", "03-06"),
        ("el 14 de marzo", "03-14"),
        ("en dos días", "03-04"),
        ("vandaag", "03-02"),
        ("overmorgen", "03-04"),
        ("volgende dinsdag", "03-10"),
        ("op 14 maart", "03-14"),
        ("binnen twee dagen", "03-04"),
    ],
)
def test_a_day_is_understood(text: str, day: str) -> None:
    assert due(text) == date.fromisoformat(f"2026-{day}")


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "guten Morgen",
        "since Friday",
        "for next Tuesday",
        "last Monday",
        "30 times",
        "on 31 February",
        "3.5 %",
    ],
)
def test_what_names_no_day_is_none(text: str) -> None:
    assert due(text) is None


def test_a_day_is_reckoned_in_the_agency_s_zone() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert due("tomorrow", late, ZoneInfo("UTC")) == date(2026, 3, 3)
    assert due("tomorrow", late, ZoneInfo("Europe/Berlin")) == date(2026, 3, 4)
    assert due("tomorrow", late, ZoneInfo("America/New_York")) == date(2026, 3, 3)


def test_a_day_of_the_new_year_lies_in_it() -> None:
    assert due("on 10 January", FIRST.replace(month=12, day=20)) == date(2027, 1, 10)


def test_hours_pass_midnight() -> None:
    assert due("within 3 hours", FIRST + timedelta(hours=13)) == date(2026, 3, 3)
