"""The first visit is light: page, style sheet and scripts, as they travel."""

from __future__ import annotations

import gzip
import re

import pytest

from tests.cast import Player

MOST_BYTES = 100 * 1024


@pytest.mark.parametrize("page", ["/pipeline", "/clients", "/account"])
async def test_a_first_visit_stays_under_its_budget(ines: Player, page: str) -> None:
    html = (await ines.get(ines.at(page))).text
    files = set(re.findall(r'(?:href|src)="(/static/[\w.]+\.(?:css|js))"', html))
    assert len(files) >= 3
    sent = [html.encode(), *[(await ines.get(file)).content for file in files]]
    assert sum(len(gzip.compress(content)) for content in sent) < MOST_BYTES
