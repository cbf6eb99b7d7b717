"""The error tree. An error knows its status; only `platform/web/errors.py` speaks HTTP.

AppError
├── BadRequest 400        what came can't be parsed, or names an unknown parameter
├── Unauthenticated 401   nobody is signed in
├── Forbidden 403         somebody is, and may not
├── NotFound 404          not there, or not for this agency: the same answer
├── NoSuchMethod 405      the address has other methods
├── Conflict 409          the present state refuses it
├── Gone 410              it was there and has ended (a used invitation)
├── Stale 412             somebody saved first
├── TooLarge 413          beyond a limit of size
├── WrongMedia 415        the body isn't of a kind that is read here
├── Invalid 422           fields are wrong; carries one message a field
├── Unconditional 428     an edit must say which version it read
├── TooMany 429           slow down; carries the seconds to wait
└── Unavailable 503       the database or a service is away for now
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import msgspec


class FieldFault(msgspec.Struct, frozen=True):
    """What is wrong with one field, in words for the person who filled it."""

    field: str
    message: str


class AppError(Exception):
    """Base of everything that is told to the caller. `code` is for machines, the text for people."""

    status: ClassVar[int] = 500
    code: str = "internal"
    title: ClassVar[str] = "Something went wrong on our side"
    faults: list[FieldFault] = []
    """One message a field or parameter, where that is what is wrong."""

    def __init__(
        self, detail: str = "", *, code: str | None = None, extra: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.code = code or self.code
        self.extra: Mapping[str, object] = extra or {}


class BadRequest(AppError):
    status, code, title = 400, "bad_request", "The request can't be read"


class Unauthenticated(AppError):
    status, code, title = 401, "unauthenticated", "Sign in first"


class Forbidden(AppError):
    status, code, title = 403, "forbidden", "You may not do this"


class NotFound(AppError):
    """`NotFound("client")`: the noun is all that is told."""

    status, code, title = 404, "not_found", "Not found"

    def __init__(self, noun: str = "page") -> None:
        super().__init__(f"There is no such {noun}.")


class NoSuchMethod(AppError):
    status, code, title = 405, "method_not_allowed", "This address has no such method"


class Conflict(AppError):
    status, code, title = 409, "conflict", "The present state refuses this"


class Gone(AppError):
    status, code, title = 410, "gone", "This has ended"


class Stale(AppError):
    status, code, title = 412, "stale", "Someone saved first"


class TooLarge(AppError):
    status, code, title = 413, "too_large", "Too large"


class WrongMedia(AppError):
    status, code, title = 415, "unsupported_media_type", "The body isn't of a kind that is read here"


class Invalid(AppError):
    """Fields are wrong. `Invalid.at("name", "Give it a name")` for one, or pass several faults."""

    status, code, title = 422, "invalid", "Some fields need a change"

    def __init__(self, faults: list[FieldFault]) -> None:
        super().__init__("; ".join(f"{f.field}: {f.message}" for f in faults))
        self.faults = faults

    @property
    def by_field(self) -> dict[str, str]:
        """The first message of each field, as a form shows them."""
        return {fault.field: fault.message for fault in reversed(self.faults)}

    @classmethod
    def at(cls, field: str, message: str) -> Invalid:
        """One field's fault."""
        return cls([FieldFault(field, message)])


class Unconditional(AppError):
    status, code, title = 428, "if_match_required", "Say which version you read (If-Match)"


class TooMany(AppError):
    """Slow down. `retry_after` is in whole seconds, at least one."""

    status, code, title = 429, "too_many", "Too many tries"

    def __init__(self, retry_after: int, detail: str = "") -> None:
        super().__init__(detail or f"Try again in {retry_after} s.")
        self.retry_after = max(1, retry_after)


class Unavailable(AppError):
    status, code, title = 503, "unavailable", "Away for a moment"
