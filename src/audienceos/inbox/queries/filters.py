"""Which conversations are asked for: what the address says, as conditions and their values."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    String,
    Text,
    Uuid,
    any_,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from audienceos.clients.access import clients_beside
from audienceos.inbox.forms import View
from audienceos.inbox.models import Conversation
from audienceos.inbox.models.beside import ConversationTerm
from audienceos.inbox.ports import Platform
from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, PERSON
from audienceos.platform.terms import sought_in, up_to

MANY = 2_000
"""Of how many conversations a word that more of them hold is asked of each in turn, until a page is full."""
_COMMON = """
select w.at from unnest($2::text[], $3::text[]) with ordinality as w(word, up_to, at)
 where (select count(*) from (
         select from conversation_term f
          where f.agency_id = $1 and f.term >= w.word and f.term <= w.up_to limit $4 + 1) held) > $4"""
IN_ADDRESS = ("view", "platform", "client", "assignee", "q")


class ConversationFilters(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What the address asks for; all of it holds."""

    view: View = "needs_reply"
    """`triage` waits for a client; of the others `all` alone shows what needs no reply or is put aside."""
    platform: Platform | None = None
    client: list[UUID] = []
    assignee: list[UUID] = []
    q: str | None = None
    """Words of subjects, senders, messages or the client's name: all of them, each by its beginning."""

    @cached_property
    def words(self) -> list[str]:
        """What `q` asks for."""
        return sought_in(self.q or "")

    @cached_property
    def form(self) -> frozenset[str]:
        """The kinds of condition in use: the shape of the statement."""
        used = {f"view {self.view}"} | {name for name in ("client", "assignee") if getattr(self, name)}
        if self.platform:
            used.add("platform")
        if self.q and self.q.strip():
            used |= {f"word {at}" for at in range(len(self.words))} or {"nothing"}
        return frozenset(used)

    @cached_property
    def binds(self) -> dict[str, Any]:
        """Their values."""
        found: dict[str, Any] = {
            "client": self.client,
            "assignee": self.assignee,
            "platform": self.platform,
        }
        for at, word in enumerate(self.words):
            like = word.replace("_", "\\_")  # a word has neither of the other signs that LIKE reads
            found |= {f"word_{at}": word, f"up_to_{at}": up_to(word), f"like_{at}": f"%{like}%"}
        return found

    @property
    def in_address(self) -> dict[str, object]:
        """What stands in the address for these filters, defaults left out."""
        given = {name: getattr(self, name) for name in IN_ADDRESS}
        return {name: value for name, value in given.items() if value and value != "needs_reply"}


async def form_of(lane: Lane, asked: ConversationFilters) -> frozenset[str]:
    """The same as its `form`, with words that stand in many conversations told from others. One statement, if any."""
    form, words = asked.form, asked.words
    if not words:
        return form
    ends = [up_to(word) for word in words]
    rows = await lane.raw.fetch(_COMMON, lane.actor.agency_id, words, ends, MANY)
    common = {row[0] - 1 for row in rows}
    return form - {f"word {at}" for at in common} | {f"common {at}" for at in common}


def conditions(form: frozenset[str], sight: Sight) -> list[ColumnElement[bool]]:
    """A condition for each kind in `form`: all of them hold for a conversation that matches."""
    made: list[ColumnElement[bool]] = []
    for kind in sorted(form):
        name, _, rest = kind.partition(" ")
        if name == "word":
            made.append(_word(rest, sight))
        elif name == "common":
            made.append(_common(rest, sight))
        elif name == "view":
            made += in_view(rest)
        else:
            made.append(_CONDITIONS[name]())
    return made


def in_view(view: str) -> list[ColumnElement[bool]]:
    """Which conversations a view shows."""
    return [] if view == "all" else _VIEWS[view]()


def waits() -> ColumnElement[bool]:
    """It needs a reply of ours and isn't put aside, said as the partial index says it."""
    return Conversation.needs_reply & ~is_snoozed()


def is_snoozed() -> ColumnElement[bool]:
    """It is put aside until a moment that is still to come."""
    return func.coalesce(Conversation.snoozed_until > func.now(), false())


def has_client() -> ColumnElement[bool]:
    """Somebody's, not in triage."""
    return Conversation.client_id.is_not(None)


def _word(at: str, sight: Sight) -> ColumnElement[bool]:
    """The conversations that a word finds, each way by an index of its own."""
    found = select(ConversationTerm.conversation_id).where(*_stands(at))
    there = aliased(Conversation)
    ours = select(there.id).where(there.agency_id == AGENCY, there.client_id.in_(_named(at, sight)))
    return Conversation.id.in_(union_all(found, ours))


def _common(at: str, sight: Sight) -> ColumnElement[bool]:
    """Whether a word finds the conversation at hand: of many, finding them all to show a few costs more."""
    there = select(true()).where(*_stands(at), ConversationTerm.conversation_id == Conversation.id).limit(1)
    return or_(func.coalesce(there.scalar_subquery(), false()), Conversation.client_id.in_(_named(at, sight)))


def _stands(at: str) -> tuple[ColumnElement[bool], ...]:
    term, end = (bindparam(f"{name}_{at}", type_=String()) for name in ("word", "up_to"))
    return ConversationTerm.agency_id == AGENCY, ConversationTerm.term >= term, ConversationTerm.term <= end


def _named(at: str, sight: Sight) -> Select[UUID]:
    """The clients whose names hold it."""
    client = clients_beside(sight)
    like = client.c.name_key.like(bindparam(f"like_{at}", type_=Text()), escape="\\")
    return select(client.c.id).where(like)


def _one_of(column: Any, name: str) -> ColumnElement[bool]:
    return column == any_(bindparam(name, type_=ARRAY(Uuid())))


_VIEWS: dict[str, Any] = {
    "needs_reply": lambda: [waits(), has_client()],
    "mine": lambda: [waits(), Conversation.assignee_id == PERSON],
    "unassigned": lambda: [waits(), has_client(), Conversation.assignee_id.is_(None)],
    "snoozed": lambda: [Conversation.snoozed_until > func.now()],  # as its partial index says it
    "triage": lambda: [~has_client()],
}
_CONDITIONS: dict[str, Any] = {
    "client": lambda: _one_of(Conversation.client_id, "client"),
    "assignee": lambda: _one_of(Conversation.assignee_id, "assignee"),
    "platform": lambda: Conversation.platform == bindparam("platform", type_=Text()),
    "nothing": lambda: or_(false()),
}
