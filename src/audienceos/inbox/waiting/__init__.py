"""Who waits for whom in a thread, judged from what was written. Pure: no database, no clock, no network.

verdict = judge(turns, now=now, zone=ZoneInfo("Europe/Berlin"))
verdict.needs_reply, verdict.since, verdict.reasons, verdict.promises
"""

from audienceos.inbox.waiting.judging import judge
from audienceos.inbox.waiting.shapes import Code, Override, Promise, Reason, Side, Turn, Verdict

__all__ = ["Code", "Override", "Promise", "Reason", "Side", "Turn", "Verdict", "judge"]
