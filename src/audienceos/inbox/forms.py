"""What may come in about conversations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from audienceos.platform.web.forms import Form

View = Literal["needs_reply", "mine", "unassigned", "snoozed", "triage", "all"]
Teach = Literal["nothing", "address", "domain"]
UsedFor = Literal["slack", "mail", "both"]
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]
TemplateText = Annotated[str, Meta(min_length=1, max_length=10_000, pattern=r"\S")]
Comment = Annotated[str, Meta(min_length=1, max_length=5000, pattern=r"\S")]


class DecisionIn(Form):
    """Whether a conversation needs a reply, whatever was judged. It holds until the next message comes in."""

    needs_reply: bool


class ConversationAssignmentIn(Form):
    """Who is to answer; null for nobody."""

    assignee_id: UUID | None


class SnoozeIn(Form):
    """Until when it is put aside; null takes it up again. A new message ends it sooner."""

    until: datetime | None


class MatchIn(Form):
    """Whose client's the conversation is, and what that teaches about mail to come from the same sender."""

    client_id: UUID
    teach: Teach = "nothing"


class CommentIn(Form):
    """What one says to colleagues beside a conversation. It is never sent to anybody."""

    content: Comment


class CommentPatch(Form):
    """A change of a comment by its author, within a day."""

    content: Comment | UnsetType = UNSET


class AnswerTemplateIn(Form):
    """An answer that is given often. What stands in double braces is a variable, such as {{contact.first_name}}."""

    name: Name
    content: TemplateText
    used_for: UsedFor = "both"


class AnswerTemplatePatch(Form):
    """A change of a template: what is absent stays."""

    name: Name | UnsetType = UNSET
    content: TemplateText | UnsetType = UNSET
    used_for: UsedFor | UnsetType = UNSET


class ChannelIn(Form):
    """A channel in which the agency talks with the client."""

    place: Annotated[str, Meta(min_length=1, max_length=100)]
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    label: Annotated[str, Meta(max_length=50)] | None = None


class ChannelPatch(Form):
    """What a channel is for; null for nothing."""

    label: Annotated[str, Meta(max_length=50)] | None


class InboxLimitsPatch(Form):
    """For how many business hours a client may wait before it is worth watching, and before it is a risk. Absent leaves."""

    watch_hours: Annotated[int, Meta(ge=1, le=1000)] | UnsetType = UNSET
    risk_hours: Annotated[int, Meta(ge=1, le=1000)] | UnsetType = UNSET


class SourcePatch(Form):
    """What is kept of a source. Absent leaves; `keep_days` null keeps its messages for good."""

    is_indexed: bool | UnsetType = UNSET
    keep_days: Annotated[int, Meta(ge=1, le=36500)] | UnsetType | None = UNSET
    sure: bool = False
    """That messages may be deleted for it, where some are older."""


class EmptyingIn(Form):
    """The source's name, typed by whoever means it."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
