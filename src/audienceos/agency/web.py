"""Every handler of this room."""

from __future__ import annotations

from typing import Any

from audienceos.agency.pages import entry

HANDLERS: list[Any] = [*entry.HANDLERS]
