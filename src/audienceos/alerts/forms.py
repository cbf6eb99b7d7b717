"""What may come in about an alert."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from audienceos.alerts.rules import Reason
from audienceos.platform.web.forms import Form

Said = Annotated[str, Meta(max_length=1000)]
Which = Annotated[int, Meta(ge=1, le=20)]


class SnoozeIn(Form):
    """For how long it is put off: `preset` (an hour, a day, a week), which counts before `until`, a time to come."""

    preset: Literal["1h", "1d", "1w"] | None = None
    until: datetime | None = None


class DismissalIn(Form):
    """Why nothing need be done. For another reason than those of the list, `text` says which."""

    reason: Reason
    text: Said | None = None


class EndIn(Form):
    """What was done about it."""

    note: Said | None = None


class EscalationIn(Form):
    """What whoever takes it on should know."""

    note: Said | None = None


class DecisionIn(Form):
    """Which of its suggestions is decided on, counted from 1."""

    action: Which


class SwitchIn(Form):
    """Whether a rule speaks in this agency."""

    rule: Annotated[str, Meta(min_length=1, max_length=50)]
    is_on: bool = False
