"""A form that comes back with its page: which one of the page's it was, what was typed, what was wrong."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request

from audienceos.platform.errors import Conflict, Invalid
from audienceos.platform.web.forms import Form, typed

Asked = Request[Any, Any, Any]


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


async def refused(request: Asked, form: str, wrong: Invalid | Conflict) -> Sent:
    """What was sent, with what was wrong."""
    if isinstance(wrong, Invalid):
        return Sent(form, await typed(request), wrong.by_field, 422)
    return Sent(form, await typed(request), {"": wrong.detail}, 409)
