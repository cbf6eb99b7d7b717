"""The judgement of a thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from audienceos.inbox.waiting.shapes import Override, Reason, Turn, Verdict


def judge(turns: Sequence[Turn], *, now: datetime, zone: tzinfo, override: Override | None = None) -> Verdict:
    """Who waits for whom. `turns` in any order; `zone` is the agency's. Never raises, whatever the text."""
    first: Turn | None = None
    for turn in sorted(turns, key=lambda turn: turn.at):
        if turn.automatic is None and turn.addressed:
            first = (first or turn) if turn.inbound else None
    if override and not any(turn.inbound and turn.at > override.at and not turn.automatic for turn in turns):
        said = Reason(code="person_said", quote="", turn_id=None)
        waits = override.needs_reply
        return Verdict(
            needs_reply=waits,
            since=(first.at if first else override.at) if waits else None,
            turn_id=first.id if first and waits else None,
            reasons=(said,),
            promises=(),
        )
    return Verdict(
        needs_reply=first is not None,
        since=first and first.at,
        turn_id=first and first.id,
        reasons=(Reason(code="new_content", quote="", turn_id=first.id),) if first else (),
        promises=(),
    )
