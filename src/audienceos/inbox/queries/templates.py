"""Templates of answers, and what their variables stand for in one conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Text, any_, bindparam, func, select

from audienceos.clients.access import clients_beside
from audienceos.clients.queries.columns import ROW, person_name
from audienceos.inbox.access import conversations_beside, templates_seen
from audienceos.inbox.filling import Filled, fill, first_name, is_of_client
from audienceos.inbox.firewall.shapes import Variable
from audienceos.inbox.forms import UsedFor
from audienceos.inbox.models import Communication, Conversation, TriageMessage
from audienceos.inbox.models.templates import AnswerTemplate
from audienceos.inbox.ports import Platform
from audienceos.inbox.queries.listing import ID
from audienceos.platform.actor import Sight
from audienceos.platform.db.base import Base
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import AGENCY, PERSON, Question, Read
from audienceos.platform.errors import NotFound
from audienceos.platform.web.paging import Key, Listed, Paged


class AnswerTemplateView(msgspec.Struct, frozen=True):
    """An answer that is given often."""

    id: UUID
    name: str
    content: str
    used_for: UsedFor
    created_by: UUID
    author: str
    created_at: datetime
    updated_at: datetime
    version: int


class AnswerTemplateQuery(Listed, frozen=True, kw_only=True):
    """For which way of answering; for any unless given."""

    platform: Platform | None = None


class _Known(msgspec.Struct, frozen=True):
    """What is known of a conversation that a template may say."""

    client_id: UUID | None
    client_name: str | None
    client_contact: str | None
    sender: str | None
    subject: str | None
    me: str | None
    agency: str | None


def _templates(sight: Sight, *, only: Literal["all", "one", "those"] = "all") -> Question:
    row = AnswerTemplate
    author = person_name(row.created_by).label("author")
    columns = [
        author if name == "author" else getattr(row, name) for name in AnswerTemplateView.__struct_fields__
    ]
    query = templates_seen(sight).with_only_columns(*columns)
    if only == "one":
        return query.where(row.id == ROW)
    if only == "those":
        return query.where(row.used_for == any_(bindparam("uses", type_=ARRAY(Text()))))
    return query


def _known(sight: Sight) -> Question:
    client, tables = clients_beside(sight), Base.metadata.tables
    agency, facts = tables["agency"], tables["client"].alias()
    contact = select(facts.c.contact_name).where(facts.c.agency_id == AGENCY, facts.c.id == client.c.id)
    return (
        conversations_beside(client, sight)
        .where(Conversation.id == ID)
        .with_only_columns(
            Conversation.client_id,
            client.c.name.label("client_name"),
            contact.scalar_subquery().label("client_contact"),
            func.coalesce(_sender(Communication), _sender(TriageMessage)).label("sender"),
            Conversation.subject,
            person_name(PERSON).label("me"),
            select(agency.c.name).where(agency.c.id == AGENCY).scalar_subquery().label("agency"),
        )
    )


def _sender(table: Any) -> Any:
    """Who of theirs wrote last."""
    return (
        select(table.sender_name)
        .where(table.agency_id == AGENCY, table.conversation_id == Conversation.id, table.is_inbound)
        .order_by(table.received_at.desc())
        .limit(1)
        .scalar_subquery()
    )


TEMPLATE = Read(AnswerTemplateView, _templates)
TEMPLATES = Paged(
    "answer templates",
    AnswerTemplateView,
    _templates,
    {"name": (Key(AnswerTemplate.name_key),)},
    unique=AnswerTemplate.id,
)
KNOWN = Read(_Known, _known)


async def template_view(lane: Lane, template_id: UUID) -> AnswerTemplateView:
    """One template. Raises `NotFound`."""
    found = await TEMPLATE.one(lane, {"row_id": template_id}, only="one")
    if found is None:
        raise NotFound("template")
    return found


def uses_of(platform: Platform) -> dict[str, list[str]]:
    """What `TEMPLATES` binds for those that can be used there."""
    return {"uses": ["both", "slack" if platform == "slack" else "mail"]}


async def filled_for(lane: Lane, template_id: UUID, conversation_id: UUID) -> Filled:
    """A template's text for that conversation, in the reader's name. Raises `NotFound`."""
    known = await KNOWN.one(lane, {"conversation_id": conversation_id})
    if known is None:
        raise NotFound("conversation")
    template = await template_view(lane, template_id)
    return fill(template.content, _values(known))


def _values(known: _Known) -> dict[str, Variable]:
    contact = known.sender or known.client_contact or ""
    contact = "" if "@" in contact else contact
    me = known.me or ""
    said: dict[str, dict[str, str | None]] = {
        "client": {"name": known.client_name},
        "contact": {"name": contact, "first_name": first_name(contact)},
        "me": {"name": me, "first_name": first_name(me)},
        "agency": {"name": known.agency},
        "conversation": {"subject": known.subject},
    }
    values = {f"{of}.{name}": value or "" for of, names in said.items() for name, value in names.items()}
    return {
        name: Variable(name=name, value=value, client_id=known.client_id if is_of_client(name) else None)
        for name, value in values.items()
    }
