"""The manners of every request, in the order in which they apply: what `app.py` hangs on the whole application.

Each says no before the next one works: first what costs nothing to know, last what reads the body.
"""

from __future__ import annotations

from litestar import Litestar

from audienceos.platform.settings import Settings
from audienceos.platform.web.bodies import body_guard
from audienceos.platform.web.idempotency import key_guard
from audienceos.platform.web.limits import Guard, Limits, limit_guard
from audienceos.platform.web.logs import AccessLog
from audienceos.platform.web.parameters import address_guard
from audienceos.platform.web.scopes import people_guard
from audienceos.platform.web.security import Gate, same_site_guard


def guards(limits: Limits | None = None) -> list[Guard]:
    """What every handler is guarded by."""
    pace = limit_guard(Limits() if limits is None else limits)
    return [pace, people_guard, address_guard, same_site_guard, body_guard, key_guard]


def enclose(app: Litestar, settings: Settings) -> Litestar:
    """Put the gate and the log around everything, addresses that no route has among it.

    Middleware would not do: Litestar runs it for known routes alone, so a 404 would pass by the gate.
    """
    app.asgi_handler = Gate(AccessLog(app.asgi_handler), settings)
    return app
