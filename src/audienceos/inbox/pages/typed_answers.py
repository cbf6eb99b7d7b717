"""What a composer's form says: an answer as it was typed, and what its author decided of what the firewall says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar.datastructures import FormMultiDict
from msgspec import structs

from audienceos.inbox.answering.door import Hit
from audienceos.inbox.answering.forms import Override, PersonIn, VariableIn, Written, typed_people
from audienceos.inbox.firewall.addresses import address_key
from audienceos.inbox.models.answers import LONGEST
from audienceos.platform.errors import Invalid
from audienceos.platform.web.forms import from_values

OVER, REASON = "over.", "reason."
"""In front of a stop's key: that it is meant, and why."""


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that comes back: as it was typed, with what was wrong."""

    written: Written
    version: int | None = None
    faults: Mapping[str, str] = {}
    hits: Sequence[Hit] = ()
    reasons: Mapping[str, str] = {}
    """What was typed as the reason of each override."""
    meant: frozenset[str] = frozenset()
    """The overrides that were ticked."""
    meanwhile: str = ""
    """What happened in the conversation since it was begun."""
    leaves_at: str = ""
    status: int = 422


def answer_in(form: FormMultiDict) -> Written:
    """The answer that was typed. Raises `Invalid`."""
    kind, _, account = _said(form, "way").partition(":")
    values: dict[str, Any] = {
        "text": _said(form, "text").replace("\r\n", "\n"),
        "to": msgspec.to_builtins(_people(form, "to")),
        "cc": msgspec.to_builtins(_people(form, "cc")),
        "message_id": _said(form, "message_id") or None,
        "is_to_all": _said(form, "is_to_all") == "true",
        "has_quotes": _said(form, "has_quotes") == "true",
        "account_kind": kind or None,
        "account_id": account or None,
        "variables": _variables(form),
    }
    if not values["to"]:  # the usual ones, and in a channel nobody by name
        values["to"] = values["cc"] = None
    return from_values(Written, values, strict=False)


def as_typed(form: FormMultiDict) -> Written:
    """The same for a form that comes back, whatever is wrong with it: nothing that was typed is lost."""
    try:
        return answer_in(form)
    except Invalid:
        return Written(
            text=_said(form, "text")[: 2 * LONGEST], to=_people(form, "to"), cc=_people(form, "cc")
        )


def version_in(form: FormMultiDict) -> int | None:
    """Which version of the draft the form was drawn from; None where there was none."""
    said = _said(form, "version")
    return int(said) if said.isdecimal() and 0 < len(said) < 10 and int(said) else None


def overrides_in(form: FormMultiDict) -> list[Override]:
    """What the author means all the same, each with its reason."""
    keys = [name.removeprefix(OVER) for name in form if name.startswith(OVER)]
    given = [{"stop": key, "reason": _said(form, REASON + key)} for key in keys]
    return [from_values(Override, one, strict=False) for one in given]


def without(written: Written, address: str) -> Written:
    """The answer without that recipient."""
    gone = address_key(address)
    to = [one for one in written.to or () if address_key(one.address) != gone]
    cc = [one for one in written.cc or () if address_key(one.address) != gone]
    return structs.replace(written, to=to, cc=cc)


def with_text(written: Written, more: str, variables: Sequence[VariableIn] = ()) -> Written:
    """The answer with more below it."""
    begun = written.text.rstrip()
    known = {one.name: one for one in (*written.variables, *variables)}
    text = f"{begun}\n\n{more}" if begun else more
    return structs.replace(written, text=text[:LONGEST], variables=list(known.values()))


def _people(form: FormMultiDict, field: str) -> list[PersonIn]:
    names = [str(name) for name in form.getall(f"{field}_name", [])]
    addresses = [str(address) for address in form.getall(field, [])]
    listed = [PersonIn(address=a, name=n) for a, n in zip(addresses, names, strict=False)]
    return [*listed, *typed_people(_said(form, f"more_{field}"))]


def _variables(form: FormMultiDict) -> list[Any]:
    """What templates put in and still stands there."""
    try:
        given = msgspec.json.decode(_said(form, "variables") or "[]", type=list[VariableIn])
    except msgspec.MsgspecError:
        return []
    text = _said(form, "text")
    return [msgspec.to_builtins(one) for one in given if one.value in text]


def _said(form: FormMultiDict, name: str) -> str:
    return str(form.get(name) or "")


def id_in(form: FormMultiDict, name: str) -> UUID | None:
    """An id that a field holds; None where it holds none."""
    try:
        return UUID(_said(form, name))
    except ValueError:
        return None
