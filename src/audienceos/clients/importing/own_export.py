"""Our own file of clients, coming back: its columns are known, and so are its ids."""

from __future__ import annotations

import re

import msgspec

from audienceos.clients.exporting import HEADER
from audienceos.clients.importing.shapes import CUSTOM, SKIP, ColumnChoice, Mapping

OWN_SOURCE = "audienceos"
_TARGETS = {
    "Id": "external_id",
    "Name": "name",
    "Stage": "stage",
    "In stage since": "stage_since",
    "Owner": "owner",
    "Contact name": "contact_name",
    "Contact e-mail": "contact_email",
    "Domain": "domain",
    "Tags": "tags",
    "Install date": "install_date",
    "Lifetime value": "lifetime_value",
    "Total spend": "total_spend",
    "Last activity": "last_activity",
    "Notes": "notes",
}
_LEFT_OUT = {
    "Days in stage": "Counted anew here, from “In stage since”.",
    "Health": "Judged anew here.",
    "Archived": "A new client comes in active; archive it then.",
    "Created": "A new client counts as created when it comes in.",
}
_TWIN = re.compile(r"(.+) \(\d+\)")
"""How an own field's column is called when a column of ours has its name."""


def is_own_export(mapping: Mapping) -> bool:
    """Whether the file has all columns that our file of clients has."""
    return set(HEADER) <= {column.header for column in mapping.columns}


def as_own_export(mapping: Mapping) -> Mapping:
    """The mapping of our own file: every column as it was written."""
    return msgspec.structs.replace(
        mapping, source=OWN_SOURCE, columns=[_known(column) for column in mapping.columns]
    )


def _known(column: ColumnChoice) -> ColumnChoice:
    if column.header in _LEFT_OUT:
        return msgspec.structs.replace(column, target=SKIP, confidence=1.0, remark=_LEFT_OUT[column.header])
    if column.header in _TARGETS:
        empty = not column.samples
        target = SKIP if empty and column.header != "Stage" else _TARGETS[column.header]
        return msgspec.structs.replace(column, target=target, confidence=1.0)
    twin = _TWIN.fullmatch(column.header)
    name = twin[1] if twin and twin[1] in HEADER else column.custom_name
    target = CUSTOM if column.samples else SKIP
    return msgspec.structs.replace(column, target=target, custom_name=name, confidence=1.0)
