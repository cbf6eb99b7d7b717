"""The judgement of a thread: it is read turn by turn, and what is still open at its end is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, tzinfo

from msgspec import structs

from audienceos.inbox.waiting.dates import due_in
from audienceos.inbox.waiting.folding import fold
from audienceos.inbox.waiting.messages import (
    CONTENT,
    FIRM,
    STRONG,
    answers,
    from_them,
    gives,
    hands_over,
    sentence_that,
)
from audienceos.inbox.waiting.reading import Read, names, read
from audienceos.inbox.waiting.shapes import Code, Override, Promise, Reason, Side, Turn, Verdict

OF_LISTS = frozenset({"newsletter", "bulk", "list"})


def judge(turns: Sequence[Turn], *, now: datetime, zone: tzinfo, override: Override | None = None) -> Verdict:
    """Who waits for whom. `turns` in any order; `zone` is the agency's. Never raises, whatever the text."""
    ordered = sorted(turns, key=lambda turn: turn.at)
    thread = _Thread(ordered, zone)
    said = override
    for turn in ordered:
        if said and turn.at > said.at:
            thread.decide(said)
            said = None
        thread.hear(turn)
    if said:
        thread.decide(said)
    return thread.verdict(now, override)


class _Thread:
    """What is open after each turn."""

    def __init__(self, turns: Sequence[Turn], zone: tzinfo) -> None:
        self._zone = zone
        human = [turn for turn in turns if turn.automatic is None]
        self._names = {
            side: frozenset[str]().union(*(names(turn.author) for turn in human if turn.inbound == side))
            for side in (True, False)
        }
        self._names[False] |= _mentioned(human) - self._names[True]
        self._asked: list[tuple[Turn, Reason]] = []
        self._promises: list[Promise] = []
        self._last: Reason | None = None
        self._decided: Override | None = None
        self._begun = False
        self._answered = False
        self._latest: Turn | None = None

    def hear(self, turn: Turn) -> None:
        """One more turn."""
        if turn.automatic is not None:
            code: Code = "bulk" if turn.automatic in OF_LISTS else "automatic_reply"
            self._last = Reason(code=code, quote="", turn_id=turn.id)
            return
        reads, aside = read(
            turn.text, self._names[turn.inbound], self._names[not turn.inbound], names(turn.author)
        )
        if turn.inbound:
            self._hear_them(turn, reads, aside)
        else:
            self._hear_us(turn, reads, aside)
        self._begun = True

    def _hear_them(self, turn: Turn, reads: list[Read], aside: bool) -> None:
        if not turn.addressed:
            self._last = Reason(code="only_in_copy", quote="", turn_id=turn.id)
            return
        self._decided = None
        self._latest = turn
        code, quote = from_them(reads, aside, self._begun, self._answered)
        reason = Reason(code=code, quote=quote, turn_id=turn.id)
        self._last = reason
        if code == "withdrawn":
            self._asked.clear()
            self._settle("us", "replaced")
        elif code in STRONG or code in CONTENT:
            self._asked.append((turn, reason))
        self._promised(turn, "them", reads, of_substance=code in CONTENT or hands_over(reads))

    def _hear_us(self, turn: Turn, reads: list[Read], aside: bool) -> None:
        if aside and not reads:
            return
        if self._decided and self._decided.needs_reply:
            self._decided = None
        of_substance = answers(reads)
        wanted = any(was.code == "requests_action" for _, was in self._asked)
        accepts = sentence_that(reads, {"accepts"}) if wanted else None
        promised = self._promised(turn, "us", reads, of_substance=of_substance, accepts=accepts)
        self._answered = not any(one.sentence.asks for one in reads)
        if of_substance or (not promised and not any(was.code in STRONG for _, was in self._asked)):
            done = sentence_that(reads, {"asks"})
            code: Code = "we_asked" if done and not promised else "answered"
            if not promised:  # a part of an answer leaves the rest open
                self._asked.clear()
            self._last = Reason(
                code=code, quote=done or (reads[0].sentence.said if reads else ""), turn_id=turn.id
            )

    def _promised(
        self, turn: Turn, by: Side, reads: list[Read], *, of_substance: bool, accepts: str | None = None
    ) -> bool:
        """Keep what is promised in the turn; whether anything is."""
        awaited = bool(self._asked) if by == "us" else self._begun
        promising = FIRM if awaited else {"promises"}
        firm = [was for was in reads if was.does in promising]
        soft = [was for was in reads if was.does == "holding"] if by == "us" else []
        said = [(one.sentence.said, self._due(turn, one)) for one in firm or soft[:1]]
        said = [one for one in said if one[1]] or said[-1:]
        if not said and not of_substance:
            quote = accepts or (sentence_that(reads, {"accepts"}) if by == "them" and self._begun else None)
            said = [(quote, None)] if quote else []
        if of_substance and (not said or gives(reads)):
            self._settle(by, "kept")
        elif said:
            self._settle(by, "replaced")
        self._promises += [_promise(turn, by, quote, due) for quote, due in said]
        return bool(said)

    def _due(self, turn: Turn, one: Read) -> date | None:
        return due_in(one.sentence.words, one.sentence.said, turn.at, self._zone, one.begins)

    def _settle(self, by: Side, how: str) -> None:
        changed = {how: True}
        self._promises = [
            structs.replace(one, **changed) if one.by == by and one.is_open else one for one in self._promises
        ]

    def decide(self, override: Override) -> None:
        """What a person said goes for all that came before."""
        self._decided = override
        if not override.needs_reply:
            self._asked.clear()
            self._settle("us", "replaced")

    def verdict(self, now: datetime, override: Override | None) -> Verdict:
        """What is open in the end."""
        ours = [one for one in self._promises if one.by == "us" and one.is_open]
        theirs = [one for one in self._promises if one.by == "them" and one.is_open]
        forced = self._decided is not None and self._decided.needs_reply
        first = self._asked[0][0] if self._asked else None
        since = (first.at, first.id) if first else (ours[0].said_at, ours[0].turn_id) if ours else None
        if forced and not since:
            assert self._decided is not None
            since = (self._latest.at, self._latest.id) if self._latest else (self._decided.at, None)
        reasons = [Reason(code="person_said", quote="", turn_id=None)] if self._decided else []
        reasons += [reason for _, reason in self._asked]
        reasons += [Reason(code="we_promised", quote=one.quote, turn_id=one.turn_id) for one in ours]
        reasons += [Reason(code="they_promised", quote=one.quote, turn_id=one.turn_id) for one in theirs]
        if self._last and self._last not in reasons:
            reasons.append(self._last)
        today = now.astimezone(self._zone).date()
        return Verdict(
            needs_reply=since is not None,
            since=since[0] if since else None,
            turn_id=since[1] if since else None,
            reasons=tuple(reasons),
            promises=tuple(self._promises),
            overdue=any(one.due is not None and one.due < today for one in ours),
        )


def _mentioned(turns: Sequence[Turn]) -> frozenset[str]:
    """Whom people outside call by an @."""
    said = " ".join(turn.text for turn in turns if turn.inbound and "@" in turn.text)
    return frozenset(word[1:] for word in fold(said).split() if word.startswith("@") and len(word) > 2)


def _promise(turn: Turn, by: Side, quote: str, due: date | None) -> Promise:
    return Promise(
        by=by,
        owner=turn.author,
        person=turn.person,
        quote=quote,
        due=due,
        said_at=turn.at,
        turn_id=turn.id,
        kept=False,
    )
