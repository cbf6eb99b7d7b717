"""What nobody should send, in each field of a body or of a form: nothing breaks, and what is refused is told in words.

Bodies are written as text, since no encoder makes half a character or a number without end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

import httpx

from tests.cast import Player

LONG = 900_000
"""Characters: nearly all that a body may hold."""
VALUES = {
    "nothing": "null",
    "an object": '{"a": 1}',
    "without end": "1e400",
    "a fraction": "1.5",
    "below nought": "-1",
    "no day": '"2026-02-30"',
    "the last day": '"9999-12-31"',
    "the first day": '"0001-01-01"',
    "a nul": '"x\\u0000"',
    "half a character": '"\\ud800"',
}
BODIES = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"x"',
    "cut off": b'{"a": ',
    "no utf-8": b'{"a": "\xff"}',
    "deep": b"[" * 20_000,
    "too long": b'{"a": "' + b"x" * 10**6 + b'"}',
}
TEXTS = {
    "a nul": "x%00",
    "half a character": "%ED%A0%80",
    "no day": "2026-02-30",
    "the last day": "9999-12-31",
    "the first day": "0001-01-01",
    "without end": "1e400",
    "many digits": "9" * 5000,
}
FAULT = re.compile(r'class="(?:err|banner)[^>]*>(.*?)</p>|(Some fields need a change)', re.DOTALL)
OF_DAYS = ("no day", "the last day", "the first day")
"""Ways in which only what is meant as a day is spoiled."""
DAYS = ("date", "day", "until", "since", "from", "to", "time", "start")
"""How the names of such fields end."""
MACHINE_WORDS = ("`", "Expected", "msgspec", "Traceback", "RFC")


def ways(name: str, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Those of the values that can spoil a field of that name."""
    return [(way, value) for way, value in values.items() if way not in OF_DAYS or name.endswith(DAYS)]


async def spoiled_bodies(player: Player, method: str, path: str, body: Mapping[str, object]) -> list[str]:
    """What was wrong in the answers to that body with each of its fields spoiled in each way; nothing is right."""
    kept = {name: json.dumps(value) for name, value in body.items()}
    cases = {f"{name} is {way}": {name: value} for name in kept for way, value in ways(name, VALUES)}
    cases["a long text"] = {next(iter(kept)): f'"{"x" * LONG}"'}
    cases["an unknown key"] = {"no_such_field": "1"}
    wrong: list[str] = []
    for case, spoiled in cases.items():
        answer = await _send(player, method, path, _object(kept | spoiled))
        if fault := _unclear(answer):
            wrong.append(f"{case}: {fault}")
        if case == "an unknown key" and (answer.status_code, "no_such_field" in answer.text) != (422, True):
            wrong.append(f"{case}: {answer.status_code} {answer.text[:300]}")
    return wrong


async def no_bodies(player: Player, method: str, path: str) -> list[str]:
    """What was wrong in the answers to what is no body of that noun at all."""
    wrong: list[str] = []
    for case, sent in BODIES.items():
        answer = await _send(player, method, path, sent)
        if fault := "taken" if answer.status_code < 400 else _unclear(answer):
            wrong.append(f"{case}: {fault}")
    return wrong


async def spoiled_forms(
    player: Player, path: str, fields: Mapping[str, str], typed: Iterable[str] = ()
) -> list[str]:
    """The same of a page's form. Where it comes back, all of the fields `typed` still hold what stands in `fields`."""
    wrong: list[str] = []
    for name in fields:
        for way, value in ways(name, TEXTS):
            rest = urlencode({other: text for other, text in fields.items() if other != name})
            answer = await _post(player, path, f"{rest}&{quote(name)}={value}")
            kept = [fields[other] for other in typed if other != name]
            if fault := _lost(answer, kept):
                wrong.append(f"{name} is {way}: {fault}")
    return wrong


async def overlong(player: Player, path: str, fields: Mapping[str, str], name: str) -> str:
    """What was wrong in the answer to a form of which that field is as long as a form can be; nothing is right."""
    answer = await _post(player, path, urlencode(dict(fields) | {name: "x" * LONG}))
    return "taken" if answer.status_code < 400 else _lost(answer, ["x" * LONG])


def _object(values: Mapping[str, str]) -> bytes:
    return ("{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in values.items()) + "}").encode()


async def _send(player: Player, method: str, path: str, content: bytes) -> httpx.Response:
    headers = {"Content-Type": "application/json", "If-Match": '"1"'}
    return await player.send(method, path, content=content, headers=headers)


async def _post(player: Player, path: str, content: str) -> httpx.Response:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return await player.post(player.at(path), content=content, headers=headers)


def _unclear(answer: httpx.Response) -> str:
    if answer.status_code < 400:
        return ""
    if answer.status_code >= 500 or "problem+json" not in answer.headers["content-type"]:
        return f"{answer.status_code} {answer.text[:200]}"
    said = answer.json()
    words = [said.get("detail") or said["title"], *(fault["message"] for fault in said.get("errors", ()))]
    bad = [one for one in words if any(word in one for word in MACHINE_WORDS)]
    return f"{answer.status_code} {bad}" if bad else ""


def _lost(answer: httpx.Response, kept: list[str]) -> str:
    """What a form's answer has lost of what was typed; a page without the form must at least say what was wrong."""
    if answer.status_code in (200, 303):
        return ""
    if answer.status_code not in (409, 412, 422):
        return f"{answer.status_code} {answer.text[:300]}"
    said = " ".join("".join(parts) for parts in FAULT.findall(answer.text))
    gone = [text[:40] for text in kept if text not in answer.text]
    machine = [word for word in MACHINE_WORDS if word in said]
    return "" if said and not gone and not machine else f"said: {said[:300]}, gone: {gone}"
