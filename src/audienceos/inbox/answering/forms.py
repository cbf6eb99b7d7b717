"""What may come in about answers, and the shapes given out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from audienceos.inbox.models.answers import LONGEST
from audienceos.inbox.ports import Correspondent, CourierKind
from audienceos.platform.mail.reading.addresses import mailboxes_of
from audienceos.platform.mail.reading.charsets import Guesses
from audienceos.platform.web.forms import Form

Status = Literal["waiting", "sending", "sent", "failed", "cancelled", "held", "unsure"]
MOST = 100
"""Recipients of one kind."""


class PersonIn(Form):
    """Somebody to whom a mail goes."""

    address: Annotated[str, Meta(min_length=1, max_length=320)]
    name: Annotated[str, Meta(max_length=200)] = ""


class VariableIn(Form):
    """What a template put into the text, and whose it is; null where it is nobody's."""

    name: Annotated[str, Meta(max_length=100)]
    value: Annotated[str, Meta(max_length=5000)]
    client_id: UUID | None = None


class Override(Form):
    """The author has read what the firewall says and sends all the same."""

    stop: Annotated[str, Meta(min_length=1, max_length=64)]
    """The stop's `key`."""
    reason: Annotated[str, Meta(max_length=500)] = ""
    """Why; must be given for what stops, and may be for what only warns."""


class Written(Form):
    """An answer as its author wrote it. Without recipients it goes to those that `is_to_all` means."""

    text: Annotated[str, Meta(max_length=LONGEST)] = ""
    to: Annotated[list[PersonIn], Meta(max_length=MOST)] | None = None
    cc: Annotated[list[PersonIn], Meta(max_length=MOST)] | None = None
    message_id: UUID | None = None
    """The message that is answered; the newest that somebody wrote without it."""
    is_to_all: bool = False
    """A mail: to everybody who was written to. In a channel: beside no message, but to the channel itself."""
    has_quotes: bool = False
    """Whether the answered mail goes below."""
    account_kind: CourierKind | None = None
    account_id: UUID | None = None
    """Through what it leaves; the first of the ways without it."""
    variables: Annotated[list[VariableIn], Meta(max_length=200)] = []


class DraftIn(Written):
    """What somebody is writing. `version` is that of the draft that was read; null where there was none."""

    version: Annotated[int, Meta(ge=1)] | None = None
    is_seen: bool = False
    """The author has seen what was set aside: it is let go."""


class SendIn(Written):
    """An answer that is to leave: now, which leaves ten seconds to take it back, or at a moment within a year."""

    click_id: UUID | None = None
    """What names the click; by the API the header Idempotency-Key says it. The same one twice is one answer."""
    leaves_at: Annotated[datetime, Meta(tz=True)] | None = None
    overrides: Annotated[list[Override], Meta(max_length=100)] = []


class RetryIn(Form):
    """Try again what was not sent. What may have left already leaves again only where that is said to be meant."""

    may_leave_twice: bool = False
    overrides: Annotated[list[Override], Meta(max_length=100)] = []


def typed_people(text: str) -> list[PersonIn]:
    """The people that a line of a form names: `Maya <maya@x.example>, ops@x.example`. What is no address stays as it
    was typed, so that it can be told.
    """
    found = [PersonIn(name=one.name, address=one.address) for one in mailboxes_of([text], Guesses(), MOST)[0]]
    parts = [part.strip() for part in text.split(",") if part.strip()]
    unread = [part for part in parts if "@" not in part and not any(part in one.name for one in found)]
    return found + [PersonIn(address=part[:320]) for part in unread]


def correspondents(people: Sequence[PersonIn]) -> tuple[Correspondent, ...]:
    """The same as carriers know people."""
    return tuple(Correspondent(name=one.name, address=one.address) for one in people)
