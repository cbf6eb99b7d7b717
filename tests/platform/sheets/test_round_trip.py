"""What we write we read back unchanged, for every text; and what others write we read as they meant it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audienceos.platform.sheets.guard import guarded, unguarded
from audienceos.platform.sheets.reading import read_sheet
from audienceos.platform.sheets.writing import csv_lines
from tests.platform.sheets.files import cells_of, written

DANGEROUS = "=+-@\t\r"
anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
nasty = st.text(st.sampled_from("'=+-@\t\r\n\",;| |ab^~é漢"), max_size=12)
texts = st.one_of(anything, nasty)
quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)


@given(texts)
def test_the_guard_comes_off_for_every_text(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(texts)
def test_nothing_guarded_begins_a_formula(text: str) -> None:
    assert guarded(text)[:1] not in tuple(DANGEROUS)


@given(texts, texts)
def test_two_texts_never_become_one(one: str, other: str) -> None:
    assert (guarded(one) == guarded(other)) == (one == other)


def test_only_dangerous_texts_change() -> None:
    assert [guarded(text) for text in ("=1", "'=1", "'Neill", "a=1", "", "''-")] == [
        "'=1", "''=1", "'Neill", "a=1", "", "'''-",
    ]  # fmt: skip


@quick
@given(st.lists(st.lists(texts, min_size=3, max_size=3), min_size=1, max_size=6), st.booleans())
def test_export_then_import_is_the_identity(tmp_path: Path, rows: list[list[str]], mark: bool) -> None:
    numbered = [[str(number), *row] for number, row in enumerate(rows)]
    content = b"".join(csv_lines(["Id", "=a;b", "c|d", "e"], numbered, mark=mark))
    sheet = read_sheet(written(tmp_path, content))
    assert sheet.header == ["Id", "=a;b", "c|d", "e"]
    assert [row.cells for row in sheet.rows] == numbered


@quick
@given(texts.filter(lambda text: bool(text.strip())))
def test_a_single_column_is_the_identity_too(tmp_path: Path, text: str) -> None:
    assert cells_of(written(tmp_path, b"".join(csv_lines(["Only"], [[text]])))) == [[text]]


def test_the_file_is_what_spreadsheets_expect() -> None:
    content = b"".join(csv_lines(["Name", "Value"], [["=1+1", Decimal("-5.50")], ["O'Neill", None]]))
    assert content == '\ufeff"Name","Value"\r\n"\'=1+1","-5.50"\r\n"O\'Neill",""\r\n'.encode()


def test_numbers_and_dates_are_written_for_programs_and_people() -> None:
    row = [3, Decimal("1E+3"), True, date(2024, 3, 4), datetime(2024, 3, 4, 9, 30, tzinfo=UTC)]
    content = b"".join(csv_lines(["a", "b", "c", "d", "e"], [row], mark=False)).decode()
    assert content.splitlines()[1] == '"3","1000","TRUE","2024-03-04","2024-03-04 09:30:00+00:00"'


def test_writing_streams() -> None:
    """The first piece comes before the last row is asked for."""
    asked: list[int] = []

    def endless() -> Iterator[list[str]]:
        while True:
            asked.append(1)
            yield ["x" * 100]

    next(csv_lines(["a"], endless()))
    assert len(asked) < 1000


plain_texts = st.text(st.sampled_from('abc xyz,;\t|"\né'), max_size=10)


@quick
@given(
    st.sampled_from([",", ";", "\t", "|"]),
    st.lists(st.lists(plain_texts, min_size=4, max_size=4), min_size=2, max_size=8),
    st.sampled_from(["\r\n", "\n"]),
)
def test_other_programs_files_are_understood(
    tmp_path: Path, delimiter: str, rows: list[list[str]], end: str
) -> None:
    """Whatever stands in the cells, as long as the header is plain."""
    held = io.StringIO()
    numbered = [[str(number), *row] for number, row in enumerate(rows)]
    writer = csv.writer(held, delimiter=delimiter, lineterminator=end)
    writer.writerow(["Id", "Name", "City", "Notes", "Tags"])
    writer.writerows(numbered)
    sheet = read_sheet(written(tmp_path, held.getvalue().encode()))
    assert sheet.delimiter == delimiter
    assert [row.cells for row in sheet.rows] == numbered
