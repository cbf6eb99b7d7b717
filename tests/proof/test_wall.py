"""A hundred thousand attempts of one agency at another. What was tried is kept in `docs/proof-of-the-wall.md`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audienceos.app import Parts
from audienceos.platform.db.urls import Addresses
from tests.wall.test_attempts import attempted_by_api, attempted_by_sql

pytestmark = pytest.mark.proof

BY_SQL, BY_API, ROUND = 75_000, 25_000, 5_000
KEPT = Path(__file__).parents[2] / "docs/proof-of-the-wall.md"
ABOUT = """\
# A hundred thousand attempts at the wall

`make proof` lets one agency try to reach another: by random statements as the request login, and by random requests
of an admin, a member and a program. Each attempt is made a second time about an agency that never was, and must end
the same; no answer may hold a word or an id of the other agency; and afterwards every row of it is compared with what
it was. An attempt that tells or changes anything stops the run with its seed. This file is written by a run that
found nothing.
"""


async def test_a_hundred_thousand_attempts_find_nothing(ways: Addresses, parts: Parts) -> None:
    by_sql, by_api = dict[str, int](), dict[str, int]()
    for _ in range(BY_SQL // ROUND):
        add(by_sql, await attempted_by_sql(ways, ROUND))
    for _ in range(BY_API // ROUND):
        add(by_api, await attempted_by_api(parts, ROUND))
    assert sum(by_sql.values()) + sum(by_api.values()) == 100_000
    KEPT.write_text(told(by_sql, by_api))


def add(to: dict[str, int], more: Mapping[str, int]) -> None:
    """Add counts up."""
    for name, count in more.items():
        to[name] = to.get(name, 0) + count


def told(by_sql: Mapping[str, int], by_api: Mapping[str, int]) -> str:
    """The two tables."""
    parts = [ABOUT, f"Last run: {datetime.now(UTC):%Y-%m-%d}.\n"]
    for title, column, counts in (
        ("By SQL", "Statement, and how it ended", by_sql),
        ("By requests", "Where the other agency stood, and the answer", by_api),
    ):
        rows = "".join(f"| {name} | {counts[name]:,} |\n" for name in sorted(counts))
        parts.append(f"## {title}: {sum(counts.values()):,}\n\n| {column} | Times |\n|---|---:|\n{rows}")
    return "\n".join(parts)
