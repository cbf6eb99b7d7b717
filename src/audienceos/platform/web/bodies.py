"""JSON bodies, before any handler sees them: the right media type, whole, not too deep, of text that can be kept.

One guard for every handler that takes `data`. Litestar decodes a body whatever its Content-Type says, and a
body that is too deep or not UTF-8 would be a fault of ours; here each is the caller's, told as such.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.enums import RequestEncodingType
from litestar.exceptions import SerializationException
from litestar.handlers import BaseRouteHandler
from litestar.params import BodyKwarg

from audienceos.platform.errors import BadRequest, FieldFault, Invalid, WrongMedia
from audienceos.platform.web.forms import NUL, UNSTORABLE

Asked = Request[Any, Any, Any]

ESCAPED_NUL = b"\\u0000"  # JSON lets NUL in by no other door: a bare one is malformed


async def body_guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Read the body of a handler that takes JSON.

    Raises `TooLarge`, `WrongMedia`, `BadRequest` for what isn't JSON, `Invalid` naming text that can't be kept.
    """
    if not takes_json(handler):
        return
    request = cast("Asked", connection)
    body = await request.body()
    if body and not _says_json(request):
        raise WrongMedia("Send JSON, with Content-Type: application/json.")
    try:
        given = await request.json()
    except (SerializationException, UnicodeDecodeError) as problem:
        why = str(problem).partition(" - at `")[0]
        raise BadRequest(f"The body isn't JSON: {why}", code="bad_json") from None
    except RecursionError:
        raise BadRequest("The body is nested too deeply.", code="bad_json") from None
    if ESCAPED_NUL in body:
        unfit = [FieldFault(field, UNSTORABLE) for field in _unfit(given)]
        if unfit:
            raise Invalid(unfit)


def takes_json(handler: BaseRouteHandler) -> bool:
    """Whether the handler's `data` is a JSON body (and not a form)."""
    field = handler.parsed_data_field
    if field is None:
        return False
    how = field.kwarg_definition
    return not isinstance(how, BodyKwarg) or how.media_type == RequestEncodingType.JSON


def _says_json(request: Asked) -> bool:
    media = request.content_type[0].lower()
    return media == "application/json" or (media.startswith("application/") and media.endswith("+json"))


def _unfit(value: Any, at: str = "") -> Iterator[str]:
    """Where in the body a text holds a NUL: `tags.0`, `custom.size`."""
    if isinstance(value, str):
        if NUL in value:
            yield at
        return
    inside: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inside = list(cast("dict[str, Any]", value).items())
    elif isinstance(value, list):
        inside = list(enumerate(cast("list[Any]", value)))
    for key, part in inside:
        if isinstance(key, str) and NUL in key:
            yield at
        else:
            yield from _unfit(part, f"{at}.{key}" if at else str(key))
