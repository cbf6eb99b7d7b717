"""The same client twice in a file: by id, else by domain, else by name; the first one stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audienceos.clients.importing.duplicates import Duplicates
from audienceos.clients.importing.judge import judge_sheet
from audienceos.clients.importing.shapes import Failed, ImportedClient, Ready
from tests.clients.importing_pure.support import LOOKUPS, mapping_of, sheet_of

CASES = [
    ("1 a.example Acme", "1 b.example Beta", "id"),
    ("1 a.example Acme", "2 a.example Acme", None),
    ("1 - Acme", "2 - Acme", None),
    ("- a.example Acme", "- a.example Beta", "domain"),
    ("- a.example Acme", "- b.example Acme", None),
    ("1 a.example Acme", "- a.example Beta", "domain"),
    ("- a.example Acme", "1 a.example Beta", "domain"),
    ("- - Acme", "- - Acme", "name"),
    ("- - Acme", "- - acme", None),
    ("1 a.example Acme", "- - Acme", "name"),
    ("- - Acme", "1 a.example Acme", "name"),
    ("- a.example Acme", "1 - Acme", "name"),
    ("1 a.example Acme", "2 b.example Acme", None),
]


def _client(text: str) -> ImportedClient:
    external_id, domain, name = (None if part == "-" else part for part in text.split())
    return ImportedClient(name=name or "", external_id=external_id, domain=domain)


@pytest.mark.parametrize(("first", "second", "by"), CASES)
def test_two_rows_are_compared_by_the_surest_thing_that_both_have(
    first: str, second: str, by: str | None
) -> None:
    duplicates = Duplicates()
    assert isinstance(duplicates.judged(Ready(2, _client(first))), Ready)
    result = duplicates.judged(Ready(3, _client(second)))
    assert isinstance(result, Failed if by else Ready)
    if isinstance(result, Failed) and by:
        assert "row 2" in result.reasons[0].message
        assert f"the same {by}" in result.reasons[0].message


def test_a_row_that_failed_takes_nobodys_place(tmp_path: Path) -> None:
    mapping = mapping_of("external_id", "name", "contact_email")
    lines = ["external_id|name|contact_email", "1|Acme|wrong", "1|Acme|a@b.example", "1|Beta|", "2|Gamma|"]
    results = list(judge_sheet(sheet_of(tmp_path, *lines), mapping, LOOKUPS))
    assert [type(result).__name__ for result in results] == ["Failed", "Ready", "Failed", "Ready"]
    third = results[2]
    assert isinstance(third, Failed)
    assert (third.line, third.name) == (4, "Beta")
    assert "row 3" in third.reasons[0].message


def _are_the_same(one: ImportedClient, other: ImportedClient) -> bool:
    """The rule, said the long way."""
    if one.external_id and other.external_id:
        return one.external_id == other.external_id
    if one.domain and other.domain:
        return one.domain == other.domain
    return one.name == other.name


few = st.builds(
    ImportedClient,
    name=st.sampled_from(["Acme", "Beta"]),
    external_id=st.sampled_from([None, "1", "2", "3"]),
    domain=st.sampled_from([None, "a.example", "b.example"]),
)


@given(st.lists(few, max_size=12))
def test_it_finds_what_comparing_all_pairs_finds(clients: list[ImportedClient]) -> None:
    """Each row against all that came in before it: the surest likeness first, then the earliest row."""
    duplicates = Duplicates()
    accepted: list[tuple[int, ImportedClient]] = []
    for line, client in enumerate(clients, start=2):
        result = duplicates.judged(Ready(line, client))
        same = [before for before, other in accepted if _are_the_same(client, other)]
        assert isinstance(result, Failed) == bool(same)
        if isinstance(result, Failed):
            assert any(f"row {before}:" in result.reasons[0].message for before in same)
        else:
            accepted.append((line, client))
