"""An answer made ready: through what, to whom, beneath which message; looked at by the door."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec import structs

from audienceos.inbox.answering.door import Hit, Words, look
from audienceos.inbox.answering.forms import PersonIn, Written, correspondents
from audienceos.inbox.answering.parents import Answered, Recipients, answered_in, usual_recipients
from audienceos.inbox.answering.talks import Talk, talk_of
from audienceos.inbox.answering.ways import Way, way_for
from audienceos.inbox.firewall.addresses import address_key
from audienceos.inbox.ports import Correspondent
from audienceos.platform import clock
from audienceos.platform.db.database import Lane
from audienceos.platform.errors import AppError, FieldFault, Invalid
from audienceos.platform.mail.writing.headers import ascii_domain

FARTHEST = timedelta(days=366)
"""So far ahead an answer may be scheduled."""
UNDO = timedelta(seconds=10)
"""So long an answer waits before it leaves."""

NAME = 200
"""Characters of a recipient's name."""


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it would leave."""

    talk: Talk
    way: Way
    answered: Answered
    to: Sequence[Correspondent]
    cc: Sequence[Correspondent]
    hits: Sequence[Hit]
    """What the firewall says."""


async def prepared(lane: Lane, conversation_id: UUID, data: Written) -> Ready:
    """The answer as it would leave. Raises `NotFound`, `Conflict` where nobody can answer just now, and `Invalid` with
    every field that is wrong.
    """
    one = await talk_of(lane, conversation_id)
    way = await way_for(lane, one, data.account_kind, data.account_id)
    answered = await answered_in(lane, one, data.message_id)
    faults = [] if data.text.strip() else [FieldFault("text", "Write something first")]
    goes = await _recipients(lane, answered, data) if one.platform == "gmail" else Recipients()
    faults += _wrong(goes, by_mail=one.platform == "gmail")
    if faults:
        raise Invalid(faults)
    quoted = answered.parent.text if data.has_quotes else ""
    words = Words(people=(*goes.to, *goes.cc), text=data.text, quoted=quoted, variables=data.variables)
    hits = await look(lane, one, words)
    return Ready(talk=one, way=way, answered=answered, to=goes.to, cc=goes.cc, hits=hits)


def leaving_at(asked: datetime | None) -> datetime:
    """When it leaves: at that moment, or once the time to take it back is over. Raises `Invalid`."""
    now = clock.now()
    if asked is None:
        return now + UNDO
    if not now < asked <= now + FARTHEST:
        raise Invalid.at("leaves_at", "Choose a time that is still to come, within a year")
    return asked


async def _recipients(lane: Lane, answered: Answered, data: Written) -> Recipients:
    usual = Recipients()
    if data.to is None or data.cc is None:
        usual = await usual_recipients(lane, answered, to_all=data.is_to_all)
    to = usual.to if data.to is None else correspondents(data.to)
    cc = usual.cc if data.cc is None else correspondents(data.cc)
    return Recipients(to=_once(to), cc=_once(cc, to))


def _once(people: Iterable[Correspondent], but: Iterable[Correspondent] = ()) -> tuple[Correspondent, ...]:
    named = {address_key(one.address) for one in but}
    found = {key: one for one in people if (key := address_key(one.address)) not in named}
    return tuple(structs.replace(one, name=one.name[:NAME]) for one in found.values())


def _wrong(goes: Recipients, *, by_mail: bool) -> list[FieldFault]:
    if not by_mail:
        return []
    faults = [] if goes.to else [FieldFault("to", "Choose somebody to send this to")]
    for field, people in (("to", goes.to), ("cc", goes.cc)):
        for one in people:
            try:
                ascii_domain(one.address, field)
            except AppError as wrong:
                faults += wrong.faults
    return faults


def people_of(people: Iterable[Correspondent]) -> list[PersonIn]:
    """The same as a form has them."""
    return [PersonIn(name=one.name, address=one.address) for one in people]
