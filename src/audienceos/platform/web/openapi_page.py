"""The description as /docs draws it: operations under their nouns, with types in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import msgspec

Schema = dict[str, Any]

LEAST_MOST = (
    ("minimum", "maximum", ""),
    ("minLength", "maxLength", " characters"),
    ("minItems", "maxItems", " of them"),
)


class Line(msgspec.Struct, frozen=True):
    """A parameter or a field."""

    name: str
    kind: str
    told: str
    required: bool
    where: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What may come back."""

    status: str
    told: str
    kind: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One operation."""

    id: str
    method: str
    path: str
    summary: str
    paragraphs: list[str]
    parameters: list[Line]
    body: list[Line]
    body_kind: str
    answers: list[Answer]
    gives: list[Line]
    gives_kind: str


class Section(msgspec.Struct, frozen=True):
    """A noun and what can be done with it."""

    name: str
    entries: list[Entry]


def sections(document: Schema) -> list[Section]:
    """The whole page."""
    book = _Book(document)
    found: dict[str, list[Entry]] = {}
    for path, methods in cast("Schema", document["paths"]).items():
        for method, call in cast("Schema", methods).items():
            found.setdefault(call["tags"][0], []).append(book.entry(path, method, call))
    return [Section(name, found[name]) for name in sorted(found)]


class _Book:
    """The document, with its references looked up."""

    def __init__(self, document: Schema) -> None:
        self._document = document

    def entry(self, path: str, method: str, call: Schema) -> Entry:
        body = self._content(call.get("requestBody", {}))
        answers = [
            self._answer(status, self._looked_up(given)) for status, given in call["responses"].items()
        ]
        gives = next(
            (self._content(given) for status, given in call["responses"].items() if status < "300"), None
        )
        return Entry(
            id=call["operationId"],
            method=method.upper(),
            path=path,
            summary=call["summary"],
            paragraphs=call["description"].split("\n\n"),
            parameters=[self._parameter(self._looked_up(given)) for given in call["parameters"]],
            body=self._fields(body),
            body_kind=self.kind(body) if body else "",
            answers=answers,
            gives=self._fields(gives),
            gives_kind=self.kind(gives) if gives else "",
        )

    def kind(self, schema: Schema) -> str:
        """A type in words: `text, 1 to 100 characters`, `list of ClientRow`."""
        return ", ".join([self._base(schema), *_limits(schema)])

    def _base(self, schema: Schema) -> str:
        if "$ref" in schema:
            return cast("str", self._looked_up(schema)["title"])
        if "anyOf" in schema:
            return " or ".join(self.kind(part) for part in schema["anyOf"])
        if "enum" in schema:
            return " | ".join(map(str, schema["enum"]))
        if schema.get("type") == "array":
            return f"list of {self.kind(schema.get('items', {}))}"
        words = {"string": "text", "integer": "whole number", "boolean": "true or false", None: "anything"}
        kind = cast("str | None", schema.get("type"))
        return cast("str", schema.get("format") or words.get(kind) or kind)

    def _fields(self, schema: Schema | None) -> list[Line]:
        """The fields of a struct; of a page or a list, those of its items."""
        shape = self._looked_up(schema or {})
        if "items" in shape.get("properties", {}) and "next_cursor" in shape["properties"]:
            return self._fields(shape["properties"]["items"]["items"])
        if shape.get("type") == "array":
            return self._fields(shape["items"])
        required = shape.get("required", [])
        return [
            Line(name, self.kind(given), given.get("description", ""), name in required)
            for name, given in cast("Schema", shape.get("properties", {})).items()
        ]

    def _parameter(self, given: Schema) -> Line:
        return Line(
            given["name"],
            self.kind(given["schema"]),
            given.get("description", ""),
            given["required"],
            given["in"],
        )

    def _answer(self, status: str, given: Schema) -> Answer:
        content = self._content(given)
        return Answer(status, given["description"], self.kind(content) if content else "")

    def _content(self, given: Schema) -> Schema | None:
        for content in cast("Schema", given.get("content", {})).values():
            return cast("Schema", content.get("schema", {}))
        return None

    def _looked_up(self, schema: Schema) -> Schema:
        found = schema
        if "$ref" in schema:
            found = self._document
            for part in cast("str", schema["$ref"]).removeprefix("#/").split("/"):
                found = found[part]
        return found


def _limits(schema: Schema) -> Iterator[str]:
    for least, most, of in LEAST_MOST:
        low, high = schema.get(least), schema.get(most)
        if low is not None and high is not None:
            yield f"{low} to {high}{of}"
        elif high is not None:
            yield f"at most {high}{of}"
        elif low is not None:
            yield f"at least {low}{of}"
    default = schema.get("default")
    if default not in (None, [], {}):
        yield f"{msgspec.json.encode(default).decode()} unless given"
