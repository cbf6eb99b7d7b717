"""Other tickets that a ticket's description names by their numbers, such as the one that it follows."""

from __future__ import annotations

import re
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Integer, any_, bindparam

from audienceos.platform.actor import Sight
from audienceos.platform.db.database import Lane
from audienceos.platform.db.read import Question, Read
from audienceos.tickets.access import NUMBERS, tickets_seen
from audienceos.tickets.forms import Status
from audienceos.tickets.models import Ticket

MOST = 10
"""So many are shown: a longer list in a description is a list already."""
_MESSAGES = re.compile(r"/messages/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\w-])")
_NAMED = re.compile(r"(?<![\w#&/])#(\d{1,10})(?!\w)", re.ASCII)


class Referred(msgspec.Struct, frozen=True):
    """A ticket that another names."""

    number: int
    title: str
    status: Status


def _referred(sight: Sight) -> Question:
    numbers = bindparam("numbers", type_=ARRAY(Integer()))
    return (
        tickets_seen(sight)
        .where(Ticket.number == any_(numbers))
        .with_only_columns(Ticket.number, Ticket.title, Ticket.status)
        .order_by(Ticket.number)
    )


REFERRED = Read(Referred, _referred)


def messages_in(text: str) -> list[UUID]:
    """The messages whose addresses stand in it, such as the one that it was opened from; the first few."""
    return list(dict.fromkeys(UUID(one) for one in _MESSAGES.findall(text)))[:MOST]


def numbers_in(text: str) -> list[int]:
    """The numbers that stand after a # in it, the first few."""
    found = dict.fromkeys(int(one) for one in _NAMED.findall(text))
    return [number for number in found if number in NUMBERS][:MOST]


async def referred_in(lane: Lane, text: str, but: int) -> list[Referred]:
    """The tickets that the text names and the reader may see, without that one itself."""
    numbers = [number for number in numbers_in(text) if number != but]
    return await REFERRED.all(lane, {"numbers": numbers}) if numbers else []
