"""Every handler of this room."""

from __future__ import annotations

from typing import Any

from audienceos.providers.gmail import push

HANDLERS: list[Any] = [*push.HANDLERS]
