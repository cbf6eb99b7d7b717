"""Every handler of this room."""

from __future__ import annotations

from typing import Any

from audienceos.providers.slack import webhook

HANDLERS: list[Any] = webhook.HANDLERS
