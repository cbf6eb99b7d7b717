"""A form that comes back with its page: which one of the page's it was, what was typed, what was wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response

from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import AppError, Conflict, Invalid
from audienceos.platform.web.forms import Form, from_form, typed
from audienceos.platform.web.requests import acting
from audienceos.platform.web.templating import told
from audienceos.platform.web.toasts import Toast

Asked = Request[Any, Any, Any]
Shape = TypeVar("Shape", bound=Form)


class Sent(msgspec.Struct, frozen=True):
    """A form that comes back, and as what its page is answered."""

    form: str = ""
    values: dict[str, str] = {}
    faults: dict[str, str] = {}
    status: int = 200

    def values_of(self, form: str) -> dict[str, str]:
        """What was typed into that form; nothing into the others."""
        return self.values if form == self.form else {}

    def faults_of(self, form: str) -> dict[str, str]:
        """What was wrong in that form."""
        return self.faults if form == self.form else {}


class Nothing(Form):
    """A form that is only a button."""


async def refused(request: Asked, form: str, wrong: AppError) -> Sent:
    """What was sent, with what was wrong."""
    faults = wrong.by_field if isinstance(wrong, Invalid) else {"": wrong.detail}
    return Sent(form, await typed(request), faults, wrong.status)


async def taken(
    request: Asked,
    form: str,
    shape: type[Shape],
    act: Callable[[Db, Shape], Awaitable[object]],
    again: Callable[[Sent], Awaitable[Response[Any]]],
    back: Response[Any],
    *,
    beside: tuple[type[AppError], ...] = (Invalid, Conflict),
) -> Response[Any]:
    """Take a form of a page: act, then go `back`; or the page `again` with what was wrong.

    Where `act` gives a `Toast`, the page that follows says it. Raises what `act` raises, but for what is told `beside`
    the form, so that nothing typed is lost: a page that draws every form's faults tells `Forbidden` there, too.
    """
    try:
        data = await from_form(request, shape)
        async with acting(request) as db:
            said = await act(db, data)
    except beside as wrong:
        return await again(await refused(request, form, wrong))
    return told(request, back, said) if isinstance(said, Toast) else back
