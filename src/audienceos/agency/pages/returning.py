"""A form that was refused comes back as it was typed, with what is wrong beside each field."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response

from audienceos.platform.db.sessions import Db
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
from audienceos.platform.web.forms import Form, from_form, typed
from audienceos.platform.web.requests import acting
from audienceos.platform.web.scopes import PEOPLE_ONLY
from audienceos.platform.web.templating import page

Asked = Request[Any, Any, Any]
Shape = TypeVar("Shape", bound=Form)
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

    @property
    def is_refused(self) -> bool:
        """Whether a form came back."""
        return bool(self.faults)

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


async def posted(
    request: Asked,
    shape: type[Shape],
    act: Callable[[Db, Shape], Awaitable[object]],
    form: str = "",
    names: Mapping[str, str] | None = None,
) -> Returned:
    """Do what a form asks, in one transaction. Gives the form back as it was typed where that is refused, else
    `NOTHING`. `form` and `names` are as for `returned`.
    """
    try:
        given = await from_form(request, shape)
        async with acting(request) as db:
            await act(db, given)
    except REFUSALS as problem:
        return await returned(request, problem, form, names)
    return NOTHING


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
