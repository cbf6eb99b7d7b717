"""Variables in answers: `Hello {{contact.first_name}}`. Pure: values go in, the text comes out.

The list is closed, so that a slip is told when a template is saved. What has no value stays as it was written, and an
answer that still has such a place doesn't leave.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from audienceos.inbox.firewall.shapes import Variable

_OF: dict[str, dict[str, str]] = {
    "client": {"name": "the client's name"},
    "contact": {
        "name": "who wrote last, or the client's contact",
        "first_name": "the first name of the same",
    },
    "me": {"name": "who sends it", "first_name": "the first name of the same"},
    "agency": {"name": "the agency's name"},
    "conversation": {"subject": "what the conversation is about"},
}
VARIABLES: dict[str, str] = {
    f"{of}.{name}": words for of, names in _OF.items() for name, words in names.items()
}
"""Every variable there is, and what it stands for."""
_OF_A_CLIENT = ("client", "contact", "conversation")
_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


class Filled(msgspec.Struct, frozen=True):
    """A template's text for one conversation."""

    text: str
    variables: list[Variable]
    """What was put in, and whose it is."""
    missing: list[str]
    """Variables that have no value here: they stand in the text as they were written."""


def unknown_in(text: str) -> list[str]:
    """What stands in double braces and is no variable, each once."""
    return [name for name in _named(text) if name not in VARIABLES]


def left_open(text: str) -> list[str]:
    """Variables that still stand in a text, each once. Other words in braces are somebody's own."""
    return [name for name in _named(text) if name in VARIABLES]


def is_of_client(name: str) -> bool:
    """Whether the variable's value is a client's own."""
    return name.partition(".")[0] in _OF_A_CLIENT


def fill(text: str, values: Mapping[str, Variable]) -> Filled:
    """Put the values in the variables' places. One that is empty is as good as none."""
    used = {name: values[name] for name in _named(text) if name in values and values[name].value}

    def said(place: re.Match[str]) -> str:
        one = used.get(place[1])
        return place[0] if one is None else one.value

    missing = [name for name in _named(text) if name not in used]
    return Filled(_PLACE.sub(said, text), list(used.values()), missing)


def first_name(name: str) -> str:
    """The first word of a name; of an address nothing."""
    return "" if "@" in name else name.partition(" ")[0]


def _named(text: str) -> list[str]:
    return list(dict.fromkeys(place[1] for place in _PLACE.finditer(text)))
