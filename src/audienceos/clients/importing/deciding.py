"""What becomes of a row that can come in: a new client, a change of one who is here, or nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast
from uuid import UUID

import msgspec

from audienceos.clients.actions.fields import normal
from audienceos.clients.importing.rules import OwnField, Rules
from audienceos.clients.importing.shapes import ImportedClient, Ready
from audienceos.platform.errors import FieldFault

ALIKE = (
    "name",
    "domain",
    "contact_name",
    "contact_email",
    "contact_phone",
    "tags",
    "notes",
    "lifetime_value",
    "total_spend",
    "install_date",
)
"""Fields whose name and meaning are the same in a file, in `Known` and in the mapping."""


class Known(msgspec.Struct, frozen=True):
    """A client as far as an import reads or changes it; also one that is about to be made."""

    id: UUID
    name: str
    stage: str
    stage_entered_at: datetime
    last_activity_at: datetime
    domain: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    install_date: date | None = None
    total_spend: Decimal | None = None
    lifetime_value: Decimal | None = None
    notes: str | None = None
    tags: list[str] = []
    custom: dict[str, Any] = {}
    owner_id: UUID | None = None
    version: int = 0
    is_active: bool = True
    deleted_at: datetime | None = None
    has_id: bool = False
    """Whether it has an id in this import's source already."""


class Difference(msgspec.Struct, frozen=True):
    """Where a file and a client who is here already don't agree."""

    header: str
    field: str
    """The field's name in `Known`, or `custom.` and the own field's key."""
    was: Any
    becomes: Any
    overwrites: bool
    """Whether the import changes it: the column was chosen for that, or stages are to move."""


class Misfit(ValueError):
    """Why a row that can be read still can't come in; the faults are for who made the file."""

    def __init__(self, header: str, message: str) -> None:
        super().__init__(message)
        self.fault = FieldFault(header, message)


class Entry(NamedTuple):
    """Where a client enters the pipeline: the stage, since when, and the day it went live."""

    stage: str
    since: datetime
    install_date: date | None


def new_client(client_id: UUID, row: Ready, rules: Rules) -> Known:
    """The client that a row makes. Raises `Misfit`."""
    client = row.client
    _check_install_date(client, rules)
    entry = _entry(client, rules)
    return Known(
        id=client_id,
        **{name: getattr(client, name) for name in ALIKE if name != "install_date"},
        stage=entry.stage,
        stage_entered_at=entry.since,
        last_activity_at=client.last_activity or rules.now,
        install_date=entry.install_date,
        custom={field.key: value for _, field, value in own_values(client, rules)},
        owner_id=rules.people.match(client.owner) if client.owner else None,
    )


def differences(row: Ready, known: Known, rules: Rules) -> list[Difference]:
    """What the row says otherwise than the client who is here; what the row doesn't say is no difference.

    Raises `Misfit`.
    """
    _check_install_date(row.client, rules)
    return [*_of_fields(row.client, known, rules), *_of_own(row.client, known, rules)]


def changed(known: Known, found: list[Difference]) -> Known:
    """The client after what is to be overwritten was."""
    given = {one.field: one.becomes for one in found if one.overwrites}
    own = {field.partition(".")[2]: value for field, value in given.items() if field.startswith("custom.")}
    plain: dict[str, Any] = {
        field: value for field, value in given.items() if not field.startswith("custom.")
    }
    if own:
        plain["custom"] = known.custom | own
    return msgspec.structs.replace(known, **plain)


def own_values(client: ImportedClient, rules: Rules) -> Iterator[tuple[str, OwnField, str]]:
    """Values of the agency's own fields as they are kept, with their header; kept texts too. Raises `Misfit`."""
    for header, value in client.custom.items():
        field = rules.fields[header]
        try:
            yield header, field, normal(field.kind, field.options, _plain(value, field.kind))
        except ValueError as problem:
            raise Misfit(header, f"{problem}.") from None
    for header, text in kept_texts(client, rules).items():
        yield header, rules.keeps[header], text


def kept_texts(client: ImportedClient, rules: Rules) -> dict[str, str]:
    """Texts that their own field can't take, by header: an owner who is nobody here, a website that many share."""
    kept = {header: text for header, text in client.kept.items() if header in rules.keeps}
    if client.owner and rules.people.match(client.owner) is None:
        header = _header(rules, "owner")
        if header in rules.keeps:
            kept[header] = client.owner.text
    return kept


def remarks_of(row: Ready, known: Known | None, rules: Rules) -> list[FieldFault]:
    """What the person should know of a row that came in."""
    said = list(row.remarks)
    stage = row.client.stage
    if stage and stage not in rules.pipeline.stages:
        said.append(FieldFault(_header(rules, "stage"), f"{stage} is no stage any more."))
    if known and rules.move_stages and not known.is_active and stage and stage != known.stage:
        said.append(
            FieldFault(_header(rules, "stage"), f"An archived client stays where it is, in {known.stage}.")
        )
    return said


def _of_fields(client: ImportedClient, known: Known, rules: Rules) -> Iterator[Difference]:
    for name in ALIKE:
        said, here = getattr(client, name), getattr(known, name)
        if said not in (None, []) and not _same(said, here):
            yield Difference(_header(rules, name), name, here, said, rules.overwrites(name))
    if client.last_activity and client.last_activity > known.last_activity_at:
        yield Difference(
            _header(rules, "last_activity"),
            "last_activity_at",
            known.last_activity_at,
            client.last_activity,
            rules.overwrites("last_activity"),
        )
    owner = rules.people.match(client.owner) if client.owner else None
    if owner and owner != known.owner_id:
        yield Difference(
            _header(rules, "owner"), "owner_id", known.owner_id, owner, rules.overwrites("owner")
        )
    yield from _of_stage(client, known, rules)


def _of_stage(client: ImportedClient, known: Known, rules: Rules) -> Iterator[Difference]:
    """Another stage in the file; with it the day of entry and, on the first time live, the day it went live."""
    if not client.stage or client.stage == known.stage or client.stage not in rules.pipeline.stages:
        return
    header, moves = _header(rules, "stage"), rules.move_stages and known.is_active
    yield Difference(header, "stage", known.stage, client.stage, moves)
    if not moves:
        return
    since = client.stage_since if client.stage_since and client.stage_since > known.stage_entered_at else None
    yield Difference(header, "stage_entered_at", known.stage_entered_at, since or rules.now, True)
    if rules.pipeline.role(client.stage) == "live" and not known.install_date and not client.install_date:
        yield Difference(header, "install_date", None, _day(since or rules.now, rules), True)


def _of_own(client: ImportedClient, known: Known, rules: Rules) -> Iterator[Difference]:
    for header, field, value in own_values(client, rules):
        here = known.custom.get(field.key)
        if value != here:
            yield Difference(header, f"custom.{field.key}", here, value, header in rules.overwrite)


def _check_install_date(client: ImportedClient, rules: Rules) -> None:
    if client.install_date and client.install_date > _day(rules.now, rules):
        raise Misfit(_header(rules, "install_date"), "The day it went live can't be ahead.")


def _entry(client: ImportedClient, rules: Rules) -> Entry:
    stage = client.stage if client.stage in rules.pipeline.stages else rules.pipeline.initial
    since = client.stage_since or rules.now
    live = client.install_date
    if live is None and rules.pipeline.role(stage) == "live":
        live = _day(since, rules)
    return Entry(stage or rules.pipeline.initial, since, live)


def _day(moment: datetime, rules: Rules) -> date:
    return moment.astimezone(rules.zone).date()


def _same(said: Any, here: Any) -> bool:
    if isinstance(said, list):
        return _folded(cast("list[str]", said)) == _folded(here)
    if isinstance(said, str) and isinstance(here, str):
        return said.split() == here.split()
    return said == here


def _folded(tags: list[str]) -> set[str]:
    return {tag.casefold() for tag in tags}


def _plain(value: str | Decimal | date, kind: str) -> str:
    if isinstance(value, str):
        return " ".join(value.split()) if kind == "select" else value
    return f"{value:f}" if isinstance(value, Decimal) else value.isoformat()


def _header(rules: Rules, target: str) -> str:
    """The column that fills the field; of several the first."""
    return next(iter(rules.headers.get(target, ())), "row")
