"""What rows are decided by: the agency's people, stages and own fields, and what a person chose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from audienceos.agency.pipeline import Pipeline
from audienceos.agency.queries import PEOPLE, Here, Person, here
from audienceos.clients.importing.kept import ImportRecord, Options
from audienceos.clients.importing.shapes import (
    CUSTOM,
    NAME_CHARS,
    CustomType,
    Lookups,
    Mapping,
    OwnerRef,
)
from audienceos.clients.importing.values import match_owner
from audienceos.clients.queries.fields import FIELDS, FieldView
from audienceos.clients.words import name_key
from audienceos.platform.auth.emails import email_key
from audienceos.platform.db.database import Lane


class OwnField(msgspec.Struct, frozen=True):
    """A field of the agency's own that a column fills. Without an id it is made when the import starts."""

    id: UUID | None
    name: str
    kind: CustomType
    options: list[str] = []

    @property
    def key(self) -> str:
        """Under which a client's value is kept; a field that doesn't exist yet has none."""
        return str(self.id) if self.id else f"new {name_key(self.name)}"


class People(msgspec.Struct, frozen=True):
    """Who can be given a client: the agency's active people."""

    by_email: dict[str, UUID]
    by_name: dict[str, list[UUID]]
    chosen: dict[str, UUID | None]

    def match(self, owner: OwnerRef) -> UUID | None:
        """Whom the file means: as chosen, else by address, else by name."""
        if owner.text in self.chosen:
            return self.chosen[owner.text]
        return match_owner(owner, self.by_email, self.by_name)


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides about a row besides the row and the client who is here already."""

    source: str
    pipeline: Pipeline
    zone: ZoneInfo
    now: datetime
    people: People
    fields: dict[str, OwnField]
    """By the header of the column that fills it."""
    keeps: dict[str, OwnField]
    """Where a text goes that its own field can't take, by header: an owner who is nobody here, a shared website."""
    headers: dict[str, list[str]]
    """The columns that fill a field of the client, by the field's name."""
    overwrite: frozenset[str]
    move_stages: bool

    def overwrites(self, target: str) -> bool:
        """Whether the field changes on clients who are here already."""
        return any(header in self.overwrite for header in self.headers.get(target, ()))


async def rules_for(lane: Lane, record: ImportRecord, now: datetime) -> Rules:
    """The rules as the agency stands now."""
    agency = await here(lane)
    fields = await FIELDS.all(lane)
    people = await PEOPLE.all(lane)
    return Rules(
        source=record.mapping.source,
        pipeline=agency.pipeline,
        zone=ZoneInfo(agency.timezone),
        now=now,
        people=people_of(people, record.options),
        fields=own_fields(record.mapping, fields, record.options.fields),
        keeps=keeps_of(record.mapping, fields),
        headers=headers_of(record.mapping),
        overwrite=frozenset(record.options.overwrite),
        move_stages=record.options.move_stages,
    )


def lookups_of(agency: Here, now: datetime) -> Lookups:
    """What cells are read by."""
    return Lookups(agency.pipeline, ZoneInfo(agency.timezone), now, agency.currency)


def people_of(people: Iterable[Person], options: Options) -> People:
    """The agency's active people, by address and by name; someone chosen who has left since is nobody."""
    active = [person for person in people if person.is_active]
    by_name: dict[str, list[UUID]] = {}
    for person in active:
        by_name.setdefault(" ".join(person.name.split()).casefold(), []).append(person.id)
    known = {person.id for person in active}
    chosen = {text: person if person in known else None for text, person in options.owners.items()}
    return People({email_key(person.email): person.id for person in active}, by_name, chosen)


def own_fields(
    mapping: Mapping, fields: Iterable[FieldView], started: dict[str, UUID]
) -> dict[str, OwnField]:
    """For each column of the agency's own its field: as noted at the start, else the one of that name."""
    by_name = {name_key(field.name): field for field in fields}
    by_id = {field.id: field for field in by_name.values()}
    found: dict[str, OwnField] = {}
    for column in mapping.columns:
        if column.target == CUSTOM:
            there = by_id.get(started.get(column.header, _NOBODY)) or by_name.get(
                name_key(column.custom_name)
            )
            new = OwnField(None, column.custom_name, column.custom_type or "text", column.options)
            found[column.header] = _as_own(there, column.options) if there else new
    return found


def keeps_of(mapping: Mapping, fields: Iterable[FieldView]) -> dict[str, OwnField]:
    """A text field for each column of a field that can't take every text, called like the column."""
    by_name = {name_key(field.name): field for field in fields}
    taken = {name_key(column.custom_name) for column in mapping.columns if column.target == CUSTOM}
    found: dict[str, OwnField] = {}
    for column in mapping.columns:
        if column.target not in _LEAVES_TEXTS:
            continue
        for name in _names_for(column.header):
            there = by_name.get(name_key(name))
            if name_key(name) not in taken and (there is None or there.kind == "text"):
                found[column.header] = _as_own(there) if there else OwnField(None, name, "text")
                taken.add(name_key(name))
                break
    return found


def headers_of(mapping: Mapping) -> dict[str, list[str]]:
    """The columns of each field."""
    headers: dict[str, list[str]] = {}
    for column in mapping.columns:
        headers.setdefault(column.target, []).append(column.header)
    return headers


_LEAVES_TEXTS = frozenset({"owner", "domain"})
_NOBODY = UUID(int=0)


def _names_for(header: str) -> list[str]:
    """The column's own name, and others for where that is taken by a field of another kind."""
    short = header[: NAME_CHARS - 12].strip()
    return [header[:NAME_CHARS].strip(), f"{short} (text)", *(f"{short} (text {n})" for n in range(2, 10))]


def _as_own(field: FieldView, more: Sequence[str] = ()) -> OwnField:
    """A field to choose from will have the file's choices too."""
    options = [*field.options, *more] if field.kind == "select" else []
    return OwnField(field.id, field.name, field.kind, options)
