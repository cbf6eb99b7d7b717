"""One cell read as its column's kind of value, or the reason why it can't be, in words for who made the file."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from audienceos.clients.importing.amounts import is_in, parse_amount
from audienceos.clients.importing.dates import Moment, parse_moment, start_of
from audienceos.clients.importing.fields import Kind
from audienceos.clients.importing.shapes import (
    CUSTOM_CHARS,
    EXTERNAL_ID_CHARS,
    LINE_CHARS,
    PHONE_CHARS,
    ColumnChoice,
    Lookups,
    Mapping,
    OwnerRef,
)
from audienceos.clients.importing.stages import match_stage
from audienceos.clients.importing.values import (
    is_nothing,
    is_shared_host,
    parse_email,
    parse_owner,
)
from audienceos.clients.words import MONEY_BELOW, TAG_LENGTH, domain_of, split_tags

CustomValue = str | Decimal | date
Value = str | Decimal | date | datetime | OwnerRef | list[str]

_CENT = Decimal("0.01")
_QUOTED_CHARS = 40
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SHORTENED_ID = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)
"""What a spreadsheet makes of a long id that it took for a number; its last digits are gone."""


class Unfit(ValueError):
    """Why a cell can't be taken, as a sentence."""


class Taken(NamedTuple):
    """What a cell gives its field; besides, what the field couldn't hold, and what the person should know."""

    value: Value | None
    kept: str = ""
    remark: str = ""


class Context(NamedTuple):
    """What a cell is read by."""

    column: ColumnChoice
    mapping: Mapping
    lookups: Lookups


def custom_value(text: str, context: Context) -> CustomValue | None:
    """A value for a field of the agency's own; None for nothing. Raises `Unfit`."""
    if context.column.custom_type == "number":
        amount = None if is_nothing(text) else parse_amount(text, context.column.decimal_mark)
        if amount is None and not is_nothing(text):
            raise Unfit(_no(text, "number"))
        return amount.value if amount else None
    if context.column.custom_type == "date":
        moment = _moment(text, context)
        return moment.day if moment else None
    if len(text) > CUSTOM_CHARS:
        raise Unfit(f"Longer than {CUSTOM_CHARS:,} characters; choose Notes for this column, or shorten it.")
    return text


def _line(text: str, context: Context) -> Taken:
    line = " ".join(text.split())
    is_id = context.column.target == "external_id"
    most = EXTERNAL_ID_CHARS if is_id else LINE_CHARS
    if len(line) > most:
        raise Unfit(f"{_quoted(line)} is longer than {most} characters.")
    if _CONTROL.search(line):
        raise Unfit(f"{_quoted(line)} holds a control character.")
    if is_id and _SHORTENED_ID.fullmatch(line):
        raise Unfit(
            f"{_quoted(line)} was shortened by a spreadsheet. Make the column text there and export again."
        )
    return Taken(line)


def _email(text: str, context: Context) -> Taken:
    if is_nothing(text):
        return Taken(None)
    address = parse_email(text)
    if address is None and text.count("@") > 1:
        raise Unfit(f"{_quoted(text)} holds more than one e-mail address.")
    if address is None:
        raise Unfit(_no(text, "e-mail address"))
    return Taken(address)


def _domain(text: str, context: Context) -> Taken:
    if is_nothing(text):
        return Taken(None)
    domain = domain_of(text)
    if domain is None:
        raise Unfit(_no(text, "web address or domain"))
    if is_shared_host(domain):
        remark = f"Many have a page at {domain}, so it can't tell clients apart; kept as a field of your own."
        return Taken(None, kept=text[:CUSTOM_CHARS], remark=remark)
    return Taken(domain)


def _phone(text: str, context: Context) -> Taken:
    number = " ".join(text.split())
    if len(number) > PHONE_CHARS:
        raise Unfit(f"{_quoted(number)} is longer than {PHONE_CHARS} characters.")
    return Taken(None if is_nothing(number) else number)


def _stage(text: str, context: Context) -> Taken:
    pipeline = context.lookups.pipeline
    stage = match_stage(text, pipeline, context.mapping.stages)
    if stage is None and text:
        return Taken(
            None, remark=f"{_quoted(text)} is no stage of yours; a new client starts at {pipeline.initial}."
        )
    return Taken(stage)


def _owner(text: str, context: Context) -> Taken:
    if len(text) > CUSTOM_CHARS:
        raise Unfit(f"{_quoted(text)} is too long for an owner.")
    return Taken(parse_owner(text))


def _date(text: str, context: Context) -> Taken:
    moment = _moment(text, context)
    return Taken(moment.day if moment else None)


def _past_moment(text: str, context: Context) -> Taken:
    moment = _moment(text, context)
    if moment is None:
        return Taken(None)
    at = moment.at or start_of(moment.day, context.lookups.zone)
    if at > context.lookups.now:
        raise Unfit(f"{_quoted(text)} lies in the future.")
    return Taken(at)


def _money(text: str, context: Context) -> Taken:
    if is_nothing(text):
        return Taken(None)
    amount = parse_amount(text, context.column.decimal_mark)
    if amount is None:
        raise Unfit(_no(text, "amount of money"))
    if not is_in(amount.currency, context.lookups.currency):
        raise Unfit(f"{_quoted(text)} is not in {context.lookups.currency}, the agency's currency.")
    if amount.value < 0:
        raise Unfit(f"{_quoted(text)} is less than zero.")
    if amount.value >= MONEY_BELOW - 1:
        raise Unfit(f"{_quoted(text)} is more than can be kept.")
    cents = amount.value.quantize(_CENT, ROUND_HALF_UP)
    return Taken(cents, remark="" if cents == amount.value else f"{_quoted(text)} was rounded to {cents}.")


def _tags(text: str, context: Context) -> Taken:
    tags = split_tags([text])
    for tag in tags:
        if len(tag) > TAG_LENGTH:
            raise Unfit(f"The tag {_quoted(tag)} is longer than {TAG_LENGTH} characters.")
    return Taken(tags)


def _notes(text: str, context: Context) -> Taken:
    return Taken(text)


READERS: dict[Kind, Callable[[str, Context], Taken]] = {
    "line": _line,
    "email": _email,
    "domain": _domain,
    "phone": _phone,
    "stage": _stage,
    "owner": _owner,
    "date": _date,
    "moment": _past_moment,
    "money": _money,
    "tags": _tags,
    "notes": _notes,
}


def _moment(text: str, context: Context) -> Moment | None:
    if is_nothing(text):
        return None
    moment = parse_moment(text, context.column.date_order, context.lookups.zone)
    if moment is None:
        raise Unfit(_no(text, "date"))
    return moment


def _no(text: str, what: str) -> str:
    hint = " It is a formula; put its value there." if text.startswith("=") else ""
    article = "an" if what[0] in "aeiou" else "a"
    return f"{_quoted(text)} can't be read as {article} {what}.{hint}"


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= _QUOTED_CHARS else text[:_QUOTED_CHARS] + '…'}”"
