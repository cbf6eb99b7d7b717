"""Slack's markup as plain text: names for ids, links with their addresses, emoji as characters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from audienceos.providers.slack.emoji import EMOJI, TONES

_MOST_CHARS = 100_000
_CODE: Final = re.compile(r"```(.+?)```|`([^`\n]+)`", re.DOTALL)
_TAG: Final = re.compile(r"<([@#!]?)([^<>|\n]{1,3000})(?:\|([^<>]{0,3000}))?>")
_SHORTCODE: Final = re.compile(r":([a-z0-9_+'-]{1,60}):(?::skin-tone-([2-6]):)?")
_MARKS: Final = tuple(
    re.compile(rf"(?<![\w{mark}]){mark}(?=[^\s{mark}])([^{mark}\n]{{1,2000}})(?<=\S){mark}(?![\w{mark}])")
    for mark in (r"\*", "_", "~")
)
_HOLD, _HELD = "\ue000", re.compile("\ue000(\\d{1,6})\ue001")
"""Characters for private use stand in for what is done, so that no later step touches an address or a code."""


def plain_text(text: str, users: Mapping[str, str], channels: Mapping[str, str] | None = None) -> str:
    """The text as a person reads it in Slack, without bold and the like. `users` and `channels` are names by id; where
    a name isn't known, the one that the markup brings is taken, and at last the id."""
    held: list[str] = []

    def hold(done: str) -> str:
        held.append(done)
        return f"{_HOLD}{len(held) - 1}\ue001"

    text = text[:_MOST_CHARS].replace(_HOLD, "").replace("\ue001", "")
    text = _CODE.sub(lambda found: hold(_unescaped(_tagless(found[1] or found[2]))), text)
    text = _TAG.sub(lambda found: hold(_named(found, users, channels or {})), text)
    for mark in _MARKS:
        text = mark.sub(r"\1", text)
    text = _unescaped(_SHORTCODE.sub(_character, text))
    for _ in range(2):  # a code stands in for itself, and may have stood within a link's words
        text = _HELD.sub(lambda found: held[int(found[1])] if int(found[1]) < len(held) else "", text)
    return text


def _named(found: re.Match[str], users: Mapping[str, str], channels: Mapping[str, str]) -> str:
    sign, target, label = found[1], found[2], _unescaped(found[3] or "")
    match sign:
        case "@":
            return "@" + (users.get(target) or label.removeprefix("@") or target)
        case "#":
            return "#" + (channels.get(target) or label.removeprefix("#") or target)
        case "!":
            return _special(target, label)
        case _:
            return _link(_unescaped(target), label)


def _special(target: str, label: str) -> str:
    """`<!here>`, a group of people, a date that each reader sees in their own zone."""
    kind = target.partition("^")[0]
    if kind == "date":
        return label
    if kind == "subteam":
        return "@" + (label.removeprefix("@") or "group")
    return "@" + (label.removeprefix("@") or kind)


def _link(address: str, label: str) -> str:
    shown = address.removeprefix("mailto:").removeprefix("tel:")
    bare = shown.partition("://")[2] or shown
    is_same = not label or label.rstrip("/") in (shown.rstrip("/"), bare.rstrip("/"))
    return shown if is_same else f"{label} <{shown}>"


def _tagless(code: str) -> str:
    """Code with the addresses that Slack found in it as they were typed."""
    return _TAG.sub(lambda found: found[3] or found[2] if not found[1] else found[0], code)


def _character(found: re.Match[str]) -> str:
    character = EMOJI.get(found[1])
    if character is None:
        return found[0]
    return character + (TONES[found[2]] if found[2] else "")


def _unescaped(text: str) -> str:
    """Slack escapes these three characters and no other; the ampersand last, as it stands for itself too."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
