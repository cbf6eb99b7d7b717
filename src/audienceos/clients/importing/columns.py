"""Guessing what each column is, from its header and its values, and checking what a person made of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from audienceos.agency.pipeline import Pipeline
from audienceos.clients.importing.fields import FIELDS, header_key, source_of
from audienceos.clients.importing.profile import ColumnProfile
from audienceos.clients.importing.shapes import (
    CUSTOM,
    NAME_CHARS,
    SKIP,
    ColumnChoice,
    CustomType,
    DateOrder,
    DecimalMark,
    Mapping,
)
from audienceos.clients.importing.stages import propose_stages, stage_key
from audienceos.clients.words import name_key

_SURE, _STEP, _LEAST_NAMED = 0.98, 0.02, 0.6
"""Confidence by header: the most telling name, what each less telling one takes off, and where that ends."""
_BY_VALUES = 0.5
"""Confidence when only the values speak."""
_BY_REST = 0.75
"""Confidence when the header is plain and the other columns leave it only one meaning."""
_LEAST = 0.4
_MOSTLY = 0.9
_CHOICES_AT_MOST, _CHOICE_CHARS = 20, 50
_OPTIONS_AT_MOST, _OPTION_CHARS = 100, 100

_LABEL_WORDS = {
    "id",
    "zip",
    "postal",
    "postcode",
    "plz",
    "phone",
    "fax",
    "code",
    "vat",
    "iban",
    "siret",
    "tax",
}
_DATE_WORDS = {
    "date",
    "datum",
    "fecha",
    "created",
    "updated",
    "modified",
    "since",
    "day",
    "birthday",
    "until",
    "due",
}
_CREATED = {
    "create date",
    "created",
    "created at",
    "created time",
    "created date",
    "date created",
    "add time",
}


class _Guess(NamedTuple):
    confidence: float
    target: str
    column: int


def guess_mapping(
    profiles: Sequence[ColumnProfile], pipeline: Pipeline, *, from_workbook: bool = False
) -> Mapping:
    """What the columns probably are. Every column is in it: as a field, a custom field, or skipped when empty.

    `from_workbook` says that numbers came as numbers, so that their decimal mark is the point.
    """
    found = {guess.column: guess for guess in _assigned(profiles)}
    order = _order_elsewhere(profiles)
    columns = [
        _choice(profile, found.get(place), order, from_workbook=from_workbook)
        for place, profile in enumerate(profiles)
    ]
    mapping = Mapping(source=source_of([p.header for p in profiles]), columns=_own_names(columns))
    return with_stages(mapping, profiles, pipeline)


def with_stages(mapping: Mapping, profiles: Sequence[ColumnProfile], pipeline: Pipeline) -> Mapping:
    """The mapping with a stage for every value of its stage column; what was chosen before stays chosen."""
    values: list[str] = []
    for column, profile in zip(mapping.columns, profiles, strict=True):
        if column.target == "stage":
            values = [*profile.counts, *([""] if profile.blanks else [])]
    chosen = {stage_key(value): stage for value, stage in mapping.stages.items() if stage in pipeline.stages}
    proposed = propose_stages(values, pipeline)
    stages = {value: chosen.get(stage_key(value), stage) for value, stage in proposed.items()}
    return msgspec.structs.replace(mapping, stages=stages)


def _assigned(profiles: Sequence[ColumnProfile]) -> list[_Guess]:
    """Each field to its likeliest column and no column twice, the surest first."""
    guesses = [
        guess
        for place, profile in enumerate(profiles)
        if profile.filled
        for guess in (*_by_header(place, profile), *_by_values(place, profile))
        if guess.confidence >= _LEAST
    ]
    taken: list[_Guess] = []
    for guess in sorted(guesses, key=lambda guess: (-guess.confidence, guess.column)):
        if all(guess.target != other.target and guess.column != other.column for other in taken):
            taken.append(guess)
    return taken + _contact_by_rest(profiles, taken)


def _by_header(place: int, profile: ColumnProfile) -> list[_Guess]:
    key = header_key(profile.header)
    return [
        _Guess(
            max(_LEAST_NAMED, _SURE - _STEP * field.names.index(key)) * _support(target, profile),
            target,
            place,
        )
        for target, field in FIELDS.items()
        if key in field.names
    ]


def _support(target: str, profile: ColumnProfile) -> float:
    """How far the values bear the header out, from 0 to 1."""
    match FIELDS[target].kind:
        case "email":
            return profile.emails
        case "domain":
            return profile.domains
        case "date" | "moment":
            return max(profile.dates, profile.serials)
        case "money":
            return profile.numbers
        case "stage":
            return 1.0 if profile.counts else 0.0
        case _:
            return 1.0


def _by_values(place: int, profile: ColumnProfile) -> list[_Guess]:
    """Addresses speak for themselves: those that come again and again are the owners'."""
    if profile.emails >= _MOSTLY:
        again = bool(profile.counts) and profile.filled >= 3 * len(profile.counts)
        return [_Guess(_BY_VALUES * profile.emails, "owner" if again else "contact_email", place)]
    return [_Guess(_BY_VALUES * profile.domains, "domain", place)] if profile.domains >= _MOSTLY else []


def _contact_by_rest(profiles: Sequence[ColumnProfile], taken: list[_Guess]) -> list[_Guess]:
    """The contact's name where no column says so: a plain name beside the company's, or its two parts."""
    targets = {guess.target for guess in taken}
    free = {place for place, profile in enumerate(profiles) if profile.filled} - {
        guess.column for guess in taken
    }
    if "contact_name" in targets or "name" not in targets:
        return []
    keys = {header_key(profiles[place].header): place for place in free}
    for parts in (("name",), ("first name", "last name")):
        if all(part in keys for part in parts):
            return [_Guess(_BY_REST, "contact_name", keys[part]) for part in parts]
    return []


def _choice(
    profile: ColumnProfile, guess: _Guess | None, elsewhere: DateOrder | None, *, from_workbook: bool
) -> ColumnChoice:
    is_few = len(profile.counts) <= _OPTIONS_AT_MOST and profile.longest <= _OPTION_CHARS
    orders = profile.date_orders
    if profile.has_ambiguous_dates and elsewhere:
        orders = sorted(orders, key=lambda order: order != elsewhere)
    marks: list[DecimalMark] = profile.decimal_marks
    if from_workbook and "." in marks:
        marks = ["."]
    asks_mark = profile.has_ambiguous_numbers and bool(marks) and marks[0] != "."
    target, custom_type, confidence, remark = _use(profile, guess)
    return ColumnChoice(
        header=profile.header,
        target=target,
        custom_type=custom_type,
        custom_name=profile.header[:NAME_CHARS].strip(),
        options=list(profile.counts) if is_few else [],
        confidence=round(confidence, 2),
        samples=profile.samples,
        date_order=None if profile.has_ambiguous_dates or not orders else orders[0],
        date_orders=orders if profile.has_ambiguous_dates else [],
        decimal_mark=None if asks_mark or not marks else marks[0],
        decimal_marks=marks if asks_mark else [],
        remark=remark,
    )


def _use(profile: ColumnProfile, guess: _Guess | None) -> tuple[str, CustomType | None, float, str]:
    if not profile.filled:
        return SKIP, None, 1.0, "The column is empty."
    custom_type = _custom_type(profile)
    if guess:
        return guess.target, custom_type, guess.confidence, ""
    return CUSTOM, custom_type, 0.9 if custom_type == "text" else 0.8, _remark(profile, custom_type)


def _custom_type(profile: ColumnProfile) -> CustomType:
    words = set(header_key(profile.header).split())
    if words & _LABEL_WORDS:
        return "text"
    if profile.dates >= _MOSTLY or (profile.serials >= _MOSTLY and words & _DATE_WORDS):
        return "date"
    if profile.numbers == 1 and not profile.currencies:
        return "number"
    different = len(profile.counts)
    few = 0 < different <= _CHOICES_AT_MOST and profile.longest <= _CHOICE_CHARS
    return "select" if few and (profile.is_yes_or_no or profile.filled >= 2 * different) else "text"


def _remark(profile: ColumnProfile, custom_type: CustomType) -> str:
    said: list[str] = []
    if custom_type == "date" and profile.has_times:
        said.append("The time of day is left out; choose text to keep it.")
    if custom_type == "date" and max(profile.dates, profile.serials) < 1:
        said.append("Some values are no dates and their rows will fail; choose text to keep all.")
    if custom_type == "date" and header_key(profile.header) in _CREATED:
        said.append("Choose “In stage since” if the days in the stage should count from here.")
    if custom_type == "text" and profile.numbers == 1 and profile.currencies:
        said.append("Choose number to calculate with the amounts; their currency is then left out.")
    return " ".join(said)


def _order_elsewhere(profiles: Sequence[ColumnProfile]) -> DateOrder | None:
    """The order that another column of the file leaves no doubt about."""
    sure: set[DateOrder] = {profile.date_orders[0] for profile in profiles if len(profile.date_orders) == 1}
    return sure.pop() if len(sure) == 1 else None


def _own_names(columns: list[ColumnChoice]) -> list[ColumnChoice]:
    """Names for custom fields that stay different when long ones are cut."""
    taken: set[str] = set()
    named: list[ColumnChoice] = []
    for column in columns:
        name, times = column.custom_name, 1
        while name_key(name) in taken:
            times += 1
            name = f"{column.custom_name[: NAME_CHARS - 6]} ({times})"
        taken.add(name_key(name))
        named.append(msgspec.structs.replace(column, custom_name=name))
    return named
