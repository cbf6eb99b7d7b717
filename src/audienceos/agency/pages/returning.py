"""A form that was refused comes back as it was typed, with what is wrong beside each field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response

from audienceos.platform.errors import (
    AppError,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    Stale,
    TooMany,
    Unauthenticated,
)
from audienceos.platform.web.forms import typed
from audienceos.platform.web.scopes import PEOPLE_ONLY
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]
SIGNED_IN: dict[str, Any] = {PEOPLE_ONLY: True}
"""Of handlers that no program reaches, whatever its token's scope."""
REFUSALS = (Invalid, Conflict, Forbidden, Gone, Stale, TooMany, Unauthenticated)
"""What a form shows. Anything else, a stranger's id among it, is a page of its own."""


class Returned(msgspec.Struct, frozen=True):
    """A form on its way back; of a page with several, `form` says which."""

    form: str = ""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    """By field; under the empty name what concerns the whole."""
    status: int = 200
    code: str = ""
    extra: Mapping[str, object] = {}
    retry_after: int = 0

    def of(self, form: str) -> Returned:
        """This, for the form that it is of; nothing for the others."""
        return self if self.form == form else NOTHING


NOTHING = Returned()


async def returned(
    request: Asked, problem: AppError, form: str = "", names: Mapping[str, str] | None = None
) -> Returned:
    """What was typed and what is wrong. `names` gives the form's names of fields that are called otherwise."""
    told = problem.by_field if isinstance(problem, Invalid) else {"": problem.detail or problem.title}
    return Returned(
        form=form,
        values=dict(await typed(request)),
        faults={(names or {}).get(name, name): message for name, message in told.items()},
        status=problem.status,
        code=problem.code,
        extra=problem.extra,
        retry_after=problem.retry_after if isinstance(problem, TooMany) else 0,
    )


def form_page(request: Asked, template: str, back: Returned, **context: Any) -> Response[str]:
    """Draw a page that has forms, one of which may have come back."""
    answer = page(request, template, status=back.status, back=back, **context)
    if back.retry_after:
        answer.headers["Retry-After"] = str(back.retry_after)
    return answer


def go(request: Asked, name: str, *, done: str = "", **parts: Any) -> Response[None]:
    """On to a page by its name, which says in `done` what was done."""
    to = request.app.route_reverse(name, **{key: str(part) for key, part in parts.items()})
    return Response(None, status_code=303, headers={"Location": f"{to}?done={done}" if done else to})
