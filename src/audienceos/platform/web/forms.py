"""What comes in: bodies and forms decoded into structs, with every wrong field told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.enums import RequestEncodingType

from audienceos.platform.auth.csrf import FIELD
from audienceos.platform.errors import BadRequest, FieldFault, Invalid

Shape = TypeVar("Shape", bound=msgspec.Struct)
Asked = Request[Any, Any, Any]

MOST_FIELDS = 1000
NUL = "\x00"
UNSTORABLE = "Holds a character that can't be stored: remove it"


class Form(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Base of what people send. Text is trimmed, passwords aren't; what a database can't hold is refused by name."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, str):
                text = storable(value)
                setattr(self, name, text if "password" in name else text.strip())


def storable(text: str) -> str:
    """The text itself. Raises `ValueError` for a NUL or half a character (a lone surrogate)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(UNSTORABLE) from None
    if NUL in text:
        raise ValueError(UNSTORABLE)
    return text


def from_json(shape: type[Shape], body: bytes) -> Shape:
    """Decode a JSON body. Raises `BadRequest` when it is no JSON object, `Invalid` with every wrong field."""
    try:
        given = msgspec.json.decode(body or b"null")
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise BadRequest(f"The body isn't JSON: {problem}") from None
    if not isinstance(given, dict):
        raise BadRequest("The body must be a JSON object.")
    return from_values(shape, cast("dict[str, Any]", given), strict=True)


async def from_form(request: Asked, shape: type[Shape]) -> Shape:
    """Decode a submitted HTML form. An empty field counts as left out. Raises `Invalid`."""
    sent = await form_of(request)
    known = {field.encode_name: field for field in msgspec.structs.fields(shape)}
    values: dict[str, Any] = {}
    unfit: list[FieldFault] = []
    for name in sent:
        if name == FIELD:
            continue
        given = [text for text in sent.getall(name) if text != ""]
        many = name in known and is_list(known[name].type)
        if given:
            values[name] = given if many else given[-1]
        unfit += [FieldFault(name, UNSTORABLE) for text in given if NUL in str(text)]
    if unfit:
        raise Invalid(unfit)
    return from_values(shape, values, strict=False)


async def form_of(request: Asked) -> FormMultiDict:
    """What a form sent, read once. Raises `BadRequest` for a body that is no form's.

    Litestar would keep the last thousand bodies in memory, whatever their size and with the passwords in them,
    so the usual kind of form is read here.
    """
    scope = cast("dict[str, Any]", request.scope)
    if "form" not in scope:
        try:
            if request.content_type[0] == RequestEncodingType.URL_ENCODED:
                text = (await request.body()).decode("latin-1")
                pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
                scope["form"] = FormMultiDict(pairs)
            else:
                scope["form"] = await request.form()
        except (ValueError, LookupError):
            raise BadRequest("The form can't be read.", code="bad_form") from None
    return scope["form"]


async def typed(request: Asked) -> dict[str, str]:
    """What was typed into a form that comes back with faults; passwords never come back."""
    sent = await form_of(request)
    shown = {name for name in sent if name != FIELD and "password" not in name}
    return {name: str(sent.getall(name)[-1]) for name in shown}


def from_values(shape: type[Shape], values: Mapping[str, Any], *, strict: bool) -> Shape:
    """Convert what was given. `strict` false reads numbers and booleans out of text, as forms send them."""
    try:
        return msgspec.convert(values, shape, strict=strict)
    except msgspec.ValidationError:
        raise Invalid(faults(shape, values, strict=strict)) from None


def faults(shape: type[msgspec.Struct], values: Mapping[str, Any], *, strict: bool) -> list[FieldFault]:
    """Every wrong field, judged on its own: the fast decoder stops at the first."""
    known = {field.encode_name: field for field in msgspec.structs.fields(shape)}
    found = [FieldFault(name, "There is no such field") for name in values if name not in known]
    for name, field in known.items():
        if name not in values:
            if field.required:
                found.append(FieldFault(name, "Fill this in"))
            continue
        try:
            value = msgspec.convert(values[name], field.type, strict=strict)
            if isinstance(value, str):
                storable(value)
        except msgspec.ValidationError as problem:
            found.append(FieldFault(name, said(str(problem))))
        except ValueError as problem:
            found.append(FieldFault(name, str(problem)))
    return found or [FieldFault("", "The fields don't fit together")]


# msgspec's words are for engineers; these are for the person at the form.
_WORDS = (
    ("Expected `str` of length >= 1", "Fill this in"),
    ("Expected `str` of length <= ", "Too long: at most {} characters"),
    ("Expected `str` of length >= ", "Too short: at least {} characters"),
    (r"Expected `str` matching regex '\\S'", "Fill this in"),
    (r"Expected `str` matching regex '^\\s*[^@", "Give an e-mail address such as name@company.example"),
    ("Expected `array` of length <= ", "Too many: at most {}"),
    ("Expected `int` >= ", "At least {}"),
    ("Expected `int` <= ", "At most {}"),
    ("Expected `decimal` >= ", "At least {}"),
    ("Expected `int | null`", "Give a whole number"),
    ("Expected `int`", "Give a whole number"),
    ("Invalid UUID", "That isn't an id of anything here"),
    ("Invalid RFC3339 encoded date", "Give a date as YYYY-MM-DD"),
    ("Invalid enum value ", "{} isn't one of the choices"),
    ("Invalid RFC3339 encoded datetime", "Give a moment such as 2026-03-04T09:00:00Z"),
    ("Expected `datetime` with a timezone", "Say its zone too, as in 2026-03-04T09:00:00Z"),
    ("Invalid decimal string", "Give an amount such as 1250.00"),
    ("Integer value out of range", "Too large"),
    ("Number out of range", "Too large"),
)
_KINDS = {
    "str": "Give a text",
    "bool": "Say true or false",
    "int": "Give a whole number",
    "decimal": "Give an amount such as 1250.00",
    "date": "Give a date as YYYY-MM-DD",
    "datetime": "Give a moment such as 2026-03-04T09:00:00Z",
    "uuid": "That isn't an id of anything here",
    "array": "Give a list",
    "object": "Give an object",
}
"""By the kind that msgspec expected; of several the last says most."""
_WANTED = re.compile(r"Expected `(?:\w+ \| )*?(?P<kind>\w+)(?: \| null)?`")


def said(problem: str) -> str:
    """msgspec's message in plain words, without its path."""
    message = problem.partition(" - at `$")[0]
    for theirs, ours in _WORDS:
        if message.startswith(theirs):
            return ours.format(message.removeprefix(theirs).strip())
    wanted = _WANTED.match(message)
    return _KINDS.get(wanted["kind"], message) if wanted else message


def is_list(hint: Any) -> bool:
    """Whether values of this type come several under one name."""
    how, parts = get_origin(hint), get_args(hint)
    if how is Annotated:
        return is_list(parts[0])
    if how in (UnionType, Union):
        return any(is_list(part) for part in parts)
    return hint is list or how in (list, tuple)
