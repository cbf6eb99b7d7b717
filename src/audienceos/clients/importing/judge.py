"""What becomes of a row: a client, or every reason why not. Pure: the same row is judged the same, always."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from audienceos.clients.importing.cells import READERS, Context, CustomValue, Unfit, custom_value
from audienceos.clients.importing.duplicates import Duplicates
from audienceos.clients.importing.fields import FIELDS
from audienceos.clients.importing.shapes import (
    CUSTOM,
    LINE_CHARS,
    NAME_CHARS,
    NOTES_CHARS,
    SKIP,
    Failed,
    ImportedClient,
    Judgement,
    Lookups,
    Mapping,
    Ready,
)
from audienceos.clients.words import TAGS_AT_MOST, split_tags
from audienceos.platform.errors import FieldFault
from audienceos.platform.sheets.shapes import Row, Sheet


def judge_sheet(sheet: Sheet, mapping: Mapping, lookups: Lookups) -> Iterator[Judgement]:
    """Every row judged, in the file's order; one that repeats an earlier ready one fails and names it.

    The mapping must have passed `check_mapping`. Raises `SheetError` where the file is broken or too long.
    """
    duplicates = Duplicates()
    for row in sheet.rows:
        judged = judge(row, mapping, lookups)
        yield duplicates.judged(judged) if isinstance(judged, Ready) else judged


def judge(row: Row, mapping: Mapping, lookups: Lookups) -> Judgement:
    """The row by itself, whatever other rows hold."""
    if row.fault:
        return Failed(row.line, _name_in(row, mapping), [FieldFault("row", f"The row {row.fault}.")])
    draft = _Draft()
    for column, cell in zip(mapping.columns, row.cells, strict=True):
        text = cell.strip()
        if column.target != SKIP and (text or column.target == "stage"):
            draft.take(text, Context(column, mapping, lookups))
    client = draft.client(mapping)
    if draft.reasons or client is None:
        return Failed(row.line, _name_in(row, mapping), draft.reasons)
    return Ready(row.line, client, draft.remarks)


def _name_in(row: Row, mapping: Mapping) -> str:
    """What the row calls its client, as far as that can be told: for a list of what failed."""
    cells = zip(mapping.columns, row.cells, strict=False)
    return next(
        (" ".join(cell.split())[:NAME_CHARS] for column, cell in cells if column.target == "name"), ""
    )


class _Draft:
    """A client while its row is read, cell by cell."""

    def __init__(self) -> None:
        self.reasons: list[FieldFault] = []
        self.remarks: list[FieldFault] = []
        self._values: dict[str, list[Any]] = {}
        self._custom: dict[str, CustomValue] = {}
        self._kept: dict[str, str] = {}

    def take(self, text: str, context: Context) -> None:
        """Read one cell into its field, or note why it can't be."""
        header, target = context.column.header, context.column.target
        try:
            if target == CUSTOM:
                value = custom_value(text, context)
                if value is not None:
                    self._custom[header] = value
                return
            taken = READERS[FIELDS[target].kind](text, context)
        except Unfit as reason:
            self.reasons.append(FieldFault(header, str(reason)))
            return
        if taken.value is not None:
            self._values.setdefault(target, []).append(taken.value)
        if taken.kept:
            self._kept[header] = taken.kept
        if taken.remark:
            self.remarks.append(FieldFault(header, taken.remark))

    def client(self, mapping: Mapping) -> ImportedClient | None:
        """The client that the cells make together; None, with the reason noted, when they make none."""
        headers = {column.target: column.header for column in reversed(mapping.columns)}
        values = {target: found[0] for target, found in self._values.items()} | self._joined()
        faulty = {fault.field for fault in self.reasons}
        if "name" not in values and headers.get("name") not in faulty:
            self._refuse(headers.get("name", "row"), "The name is missing.")
        if len(values.get("contact_name", "")) > LINE_CHARS:
            self._refuse(headers["contact_name"], f"Longer than {LINE_CHARS} characters.")
        if len(values.get("notes", "")) > NOTES_CHARS:
            self._refuse(headers["notes"], f"Longer than {NOTES_CHARS:,} characters.")
        if len(values.get("tags", [])) > TAGS_AT_MOST:
            self._refuse(headers["tags"], f"More than {TAGS_AT_MOST} tags.")
        return None if self.reasons else ImportedClient(**values, custom=self._custom, kept=self._kept)

    def _joined(self) -> dict[str, Any]:
        """What several columns may give together: the parts of a name, notes one below the other, all tags."""
        joined: dict[str, Any] = {}
        for target, between in (("contact_name", " "), ("notes", "\n\n")):
            if target in self._values:
                joined[target] = between.join(self._values[target])
        if "tags" in self._values:
            joined["tags"] = split_tags(tag for tags in self._values["tags"] for tag in tags)
        return joined

    def _refuse(self, header: str, message: str) -> None:
        self.reasons.append(FieldFault(header, message))
