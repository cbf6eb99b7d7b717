"""The composer under a conversation: what stands in it, to whom and through what it goes, and what waits to leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec

from audienceos.inbox.answering.forms import PersonIn, Written
from audienceos.inbox.answering.parents import Answered, answered_in, usual_recipients
from audienceos.inbox.answering.preparing import people_of
from audienceos.inbox.answering.talks import Talk, talk_of
from audienceos.inbox.answering.ways import Way, Ways, ways
from audienceos.inbox.pages.typed_answers import Refused
from audienceos.inbox.queries.answers import AnswerView, DraftView, draft_of
from audienceos.inbox.queries.listing import ConversationView
from audienceos.inbox.queries.templates import TEMPLATES, AnswerTemplateView, uses_of
from audienceos.inbox.words import begins, cut
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import AppError
from audienceos.platform.web.paging import LONGEST_PAGE, Listed

_CLICKS = UUID("6f6e652d-636c-6963-6b2d-6f6e652d6d61")
THREAD = 60
"""Characters of the message that a thread is named by."""
TOLD = ("waiting", "sending", "failed", "held", "unsure")
"""Answers that stand below the messages: what has left is one of them."""
OWN_WILL = ("taken_back", "cancelled")
"""Why an answer ended that nobody needs to be told of."""


class Person(msgspec.Struct, frozen=True):
    """A recipient as it is drawn."""

    name: str
    address: str
    stop: str
    """What the firewall says of them; empty where nothing."""
    is_grave: bool

    @property
    def called(self) -> str:
        """What stands in their tag."""
        return self.name or self.address


class Composer(msgspec.Struct, frozen=True, kw_only=True):
    """All that the form of an answer is drawn from. Without `way` nobody can answer, and `ways` says why."""

    ways: Ways
    way: Way | None = None
    written: Written = msgspec.field(default_factory=Written)
    to: Sequence[Person] = ()
    cc: Sequence[Person] = ()
    version: int | None = None
    set_aside: str | None = None
    saved_at: datetime | None = None
    generation: str = ""
    """Names the field that is typed into: another one is empty, or holds what came back."""
    click_id: UUID | None = None
    upto: str = ""
    """What was there when it was drawn, so that sending can tell what came since."""
    thread: str = ""
    """How the message begins in whose thread it goes."""
    templates: Sequence[AnswerTemplateView] = ()
    refused: Refused = msgspec.field(default_factory=lambda: Refused(written=Written(), status=200))

    @property
    def variables(self) -> str:
        """What templates put in, as a field carries it."""
        return msgspec.json.encode(self.written.variables).decode()

    def called(self, address: str) -> str:
        """What the recipient of that address is called here."""
        return next((one.called for one in (*self.to, *self.cc) if one.address == address), address)

    @property
    def is_stopped(self) -> bool:
        """Whether the firewall keeps it back."""
        return any(hit.severity == "stop" for hit in self.refused.hits)


async def composer_of(
    lane: Lane,
    one: ConversationView,
    answers: Sequence[AnswerView],
    fresh: str | None,
    refused: Refused | None,
) -> Composer:
    """The composer of that conversation for the reader, with what came back of a form that was refused."""
    talk = await talk_of(lane, one.id)
    found = await ways(lane, talk)
    if not found.ways:
        return Composer(ways=found)
    draft = await draft_of(lane, one.id)
    written = refused.written if refused else _written(draft)
    answered = await _answered(lane, talk, written.message_id)
    to, cc = await _recipients(lane, talk, answered, written)
    own = [answer for answer in answers if answer.author_id == lane.actor.user_id]
    return Composer(
        ways=found,
        way=_chosen(found, written),
        written=written,
        to=_drawn(to, refused),
        cc=_drawn(cc, refused),
        version=refused.version if refused else draft and draft.version,
        set_aside=draft and draft.set_aside,
        saved_at=draft and draft.updated_at,
        generation=_generation(own, fresh),
        click_id=uuid5(_CLICKS, f"{lane.actor.user_id} {one.id} {_generation(own, None)}"),
        upto=upto_of(one, answers, lane.actor.user_id),
        thread=cut(begins(answered.began_with), THREAD) if answered else "",
        templates=await _templates(lane, one),
        refused=refused or Refused(written=written, status=200),
    )


def shown_answers(answers: Sequence[AnswerView]) -> list[AnswerView]:
    """Answers that stand below the messages, the oldest first: those that haven't left, and the newest where it won't."""
    newest = answers[:1]
    gave_up = [one for one in newest if one.status == "cancelled" and one.reason_code not in OWN_WILL]
    return [one for one in reversed(answers) if one.status in TOLD or one in gave_up]


def upto_of(one: ConversationView, answers: Sequence[AnswerView], user_id: UUID | None) -> str:
    """What others have said so far: the last that they wrote, and the last answer of a colleague."""
    theirs = next((answer.id for answer in answers if answer.author_id != user_id), "")
    heard = one.last_inbound_at.isoformat() if one.last_inbound_at else ""
    return f"{heard} {theirs}"


def _generation(own: Sequence[AnswerView], fresh: str | None) -> str:
    newest = own[0] if own else None
    ended = "-back" if newest and newest.status == "cancelled" else ""
    return f"{newest.id if newest else 'first'}{ended}{f'-{fresh}' if fresh else ''}"


def _written(draft: DraftView | None) -> Written:
    if draft is None:
        return Written()
    has_people = bool(draft.to_people)
    return Written(
        text=draft.text,
        to=people_of(draft.to_people) if has_people else None,
        cc=people_of(draft.cc_people) if has_people else None,
        message_id=draft.message_id,
        is_to_all=draft.is_to_all,
        has_quotes=draft.has_quotes,
        account_kind=draft.account_kind,
        account_id=draft.account_id,
        variables=draft.variables,
    )


async def _answered(lane: Lane, talk: Talk, message_id: UUID | None) -> Answered | None:
    """The message that is answered; the newest where that one is gone, none where all are."""
    for wanted in (message_id, None):
        try:
            return await answered_in(lane, talk, wanted)
        except AppError:
            continue
    return None


async def _recipients(
    lane: Lane, talk: Talk, answered: Answered | None, written: Written
) -> tuple[Sequence[PersonIn], Sequence[PersonIn]]:
    if talk.platform != "gmail" or answered is None:
        return (), ()
    if written.to is not None:
        return written.to, written.cc or ()
    usual = await usual_recipients(lane, answered, to_all=written.is_to_all)
    return people_of(usual.to), people_of(usual.cc)


def _chosen(found: Ways, written: Written) -> Way:
    same = [way for way in found.ways if way.account_id == written.account_id]
    return same[0] if same else found.ways[0]


def _drawn(people: Sequence[PersonIn], refused: Refused | None) -> list[Person]:
    hits = {hit.what: hit for hit in refused.hits if hit.where == "recipient"} if refused else {}
    return [
        Person(one.name, one.address, hit.sentence if hit else "", hit is not None and hit.severity == "stop")
        for one in people
        for hit in (hits.get(one.address),)
    ]


async def _templates(lane: Lane, one: ConversationView) -> list[AnswerTemplateView]:
    listed, binds = Listed(limit=LONGEST_PAGE), uses_of(one.platform)
    found: Any = await TEMPLATES.page(lane, listed, sort="name", binds=binds, only="those")
    return found.items
