"""Words for people, for what the inbox keeps as names."""

from __future__ import annotations

from audienceos.inbox.forms import View
from audienceos.inbox.queries.filters import ConversationFilters

VIEWS: tuple[tuple[View, str], ...] = (
    ("needs_reply", "Needs reply"),
    ("mine", "Mine"),
    ("unassigned", "Unassigned"),
    ("snoozed", "Snoozed"),
    ("triage", "Triage"),
    ("all", "All"),
)
SOURCES = (("slack", "Slack", "hash"), ("gmail", "Mail", "mail"))
"""Where a message comes from: as it is kept, its word and its glyph."""
REASONS: dict[str, str] = {
    "asks_question": "Asks a question",
    "requests_action": "Asks for something to be done",
    "complaint": "Complains",
    "new_thread": "Began a conversation",
    "new_content": "Wrote something new",
    "we_promised": "We promised something",
    "acknowledgement_only": "Only says thanks",
    "for_information": "Only tells something",
    "withdrawn": "Took the question back",
    "among_themselves": "They talk among themselves",
    "only_in_copy": "We only got a copy",
    "automatic_reply": "Written by a machine",
    "bulk": "Sent to many",
    "we_asked": "We asked, and it is their turn",
    "they_promised": "They promised something",
    "answered": "Somebody answered",
    "person_said": "Somebody decided so",
}
"""Why a conversation waits or doesn't, by the code of the judgement."""
_NOTHING: dict[View, tuple[str, str]] = {
    "needs_reply": (
        "Nobody waits for a reply",
        "Whoever writes and needs one stands here, the longest waiting first.",
    ),
    "mine": ("Nothing waits for you", "Conversations that are yours to answer stand here."),
    "unassigned": ("Nothing is left lying", "Everything that waits is somebody’s to answer."),
    "snoozed": (
        "Nothing is put aside",
        "What you snooze rests here until its time comes or somebody writes.",
    ),
    "triage": ("Nothing to sort", "Messages of people whom no client is known by stand here."),
    "all": ("No conversations", "Messages with clients stand here, the newest first."),
}


def nothing(asked: ConversationFilters) -> tuple[str, str]:
    """What a view says where it holds nothing: a heading, and what will be there."""
    return _NOTHING[asked.view]


def is_narrowed(asked: ConversationFilters) -> bool:
    """Whether more than a view is asked for."""
    return bool(asked.platform or asked.client or asked.assignee or asked.words or asked.q)
