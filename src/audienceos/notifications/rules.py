"""Who is told of what: one line each. What no line names is told to nobody.

A line is read: when this happens (and, of what it says, this is so), these people are told, of this kind, so urgently,
in these words. Of several lines that would tell one person of the same event the first does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple, cast
from uuid import UUID

from audienceos.platform.db.base import Json

Kind = Literal["work", "messages", "clients", "tickets", "alerts", "mentions", "agency", "test"]
Urgency = Literal["normal", "critical"]
Words = Mapping[str, tuple[str, str]]

KINDS: dict[Kind, tuple[str, str]] = {
    "work": (
        "Work that is given to you",
        "A client to look after, a task, a reminder, an answer of yours that wasn't sent.",
    ),
    "messages": (
        "Messages that wait for you",
        "A client of yours wrote and needs a reply; a conversation is given to you.",
    ),
    "clients": ("Clients that you look after or watch", "One is at risk, or stands in a stage for too long."),
    "tickets": (
        "Tickets that are yours or that you watch",
        "Given to you, moved, answered, resolved, escalated.",
    ),
    "alerts": ("Alerts", "About clients that you look after or watch."),
    "mentions": ("Mentions", "Somebody writes @ and your name in a note or a comment."),
    "agency": ("Imports and people", "An import that you began has ended; somebody accepted an invitation."),
}
"""What a person can have mailed or not, in the order of the settings: what it is called, and an example."""


class Named(NamedTuple):
    """The one whose id stands in the event under this name."""

    field: str


THE_ONE, WHO_DOES_IT, ASSIGNEE = Named("user_id"), Named("assigned_to"), Named("assignee_id")
AUTHOR = Named("author_id")

Group = Literal["carers", "followers", "mentioned", "admins", "beginner", "answerers", "helpers"]
CARERS: Group = "carers"
"""Who looks after the client, and who watches it."""
FOLLOWERS: Group = "followers"
"""Who sees to the ticket, and who watches it or its client."""
MENTIONED: Group = "mentioned"
ADMINS: Group = "admins"
BEGINNER: Group = "beginner"
"""Whoever began (`begun_by`) what has ended by itself meanwhile: the one case of somebody who is told of what they did."""
ANSWERERS: Group = "answerers"
"""Who is to answer the conversation; where nobody is, the client's owner."""
HELPERS: Group = "helpers"
"""Who helps the client's owner, as far as they wish to hear of what isn't theirs."""
WAITS, WROTE = {"needs_reply": True}, "{client} wrote and waits for a reply"


class Rule(NamedTuple):
    """One line of the table. Its words may hold what the event says, and the names of its `actor` and `client`."""

    event: str
    whom: Named | Group
    kind: Kind
    urgency: Urgency | Literal["its own"]
    """Its own: critical where the event says so of its subject, by `priority` or `severity`."""
    words: str
    so: Mapping[str, str | bool | tuple[str, ...] | None] = {}
    """What must be so of the event: by a value's name, what it is or what is among it; of several any."""
    changed: str = ""
    """The field that must have changed."""
    once: str = ""
    """What is told once of its subject as long as this stays what it is, however often it happens."""

    def holds(self, data: Json, after: Iterable[str]) -> bool:
        """Whether what happened is what the line means."""
        said = all(
            any(one in _all_of(data.get(name)) for one in _all_of(wanted)) for name, wanted in self.so.items()
        )
        return said and (not self.changed or self.changed in after)

    def urgency_of(self, data: Json) -> Urgency:
        """How urgent it is this time."""
        if self.urgency != "its own":
            return self.urgency
        return "critical" if "critical" in (data.get("priority"), data.get("severity")) else "normal"


RED = {"now": "red"}
STUCK = {"now": "yellow", "keys": "stage"}
AUTHOR_GONE = {"code": ("author_gone", "not_seen")}
NOBODYS = {"assigned_to": None}
NO_CLIENTS = {"scope": "agency"}
GRAVE = {"severity": ("medium", "high", "critical")}

# fmt: off
RULES: tuple[Rule, ...] = (
    Rule("client.assigned", THE_ONE, "work", "normal", "{actor} asked you to look after {client}"),
    Rule("client.health_changed", CARERS, "clients", "normal", "{client} is at risk: {why}", so=RED),
    Rule("client.health_changed", CARERS, "clients", "normal", "{client} is stuck: {why}", so=STUCK),
    Rule("client.note_added", MENTIONED, "mentions", "normal", "{actor} mentioned you in a note on {client}"),
    Rule("conversation.commented", MENTIONED, "mentions", "normal", "{actor} mentioned you in the inbox", so=NO_CLIENTS),
    Rule("conversation.commented", MENTIONED, "mentions", "normal", "{actor} mentioned you in the inbox, about {client}"),
    Rule("task.created", WHO_DOES_IT, "work", "normal", "{actor} gave you a task for {client}: {name}"),
    Rule("task.changed", WHO_DOES_IT, "work", "normal", "{actor} gave you a task for {client}: {name}", changed="assigned_to"),
    Rule("task.reminded", WHO_DOES_IT, "work", "normal", "Reminder for {client}: {name}"),
    Rule("task.reminded", CARERS, "work", "normal", "Reminder for {client}, which nobody does yet: {name}", so=NOBODYS),
    Rule("ticket.created", ASSIGNEE, "tickets", "its own", "{actor} opened ticket #{number} of {client} for you: {name}"),
    Rule("ticket.created", CARERS, "tickets", "its own", "{actor} opened ticket #{number} of {client}: {name}"),
    Rule("ticket.assigned", ASSIGNEE, "tickets", "its own", "{actor} gave you ticket #{number} of {client}: {name}"),
    Rule("ticket.note_added", MENTIONED, "mentions", "normal", "{actor} mentioned you on ticket #{number} of {client}: {name}"),
    Rule("ticket.note_added", FOLLOWERS, "tickets", "normal", "{actor} wrote on ticket #{number} of {client}: {name}"),
    Rule("ticket.moved", FOLLOWERS, "tickets", "normal", "{actor} moved ticket #{number} of {client} to {now}: {name}"),
    Rule("ticket.resolved", FOLLOWERS, "tickets", "normal", "{actor} resolved ticket #{number} of {client}: {name}"),
    Rule("ticket.reopened", FOLLOWERS, "tickets", "normal", "{actor} reopened ticket #{number} of {client}: {name}"),
    Rule("ticket.escalated", FOLLOWERS, "tickets", "critical", "Ticket #{number} of {client} has waited for too long: {name}"),
    Rule("alert.raised", CARERS, "alerts", "its own", "New alert about {client}: {name}", so=GRAVE),
    Rule("alert.raised", ADMINS, "alerts", "its own", "New alert: {name}", so=GRAVE | {"scope": "agency"}),
    Rule("alert.escalated", CARERS, "alerts", "its own", "The alert about {client} is worse or was passed on: {name}"),
    Rule("conversation.received", ANSWERERS, "messages", "normal", WROTE, so=WAITS, once="waiting_since"),
    Rule("conversation.received", HELPERS, "messages", "normal", WROTE, so=WAITS, once="waiting_since"),
    Rule("conversation.assigned", ASSIGNEE, "messages", "normal", "{actor} gave you a conversation to answer", so=NO_CLIENTS),
    Rule("conversation.assigned", ASSIGNEE, "messages", "normal", "{actor} gave you a conversation with {client} to answer"),
    Rule("answer.cancelled", AUTHOR, "work", "normal", "Your answer to {client} wasn't sent: {reason}"),
    Rule("answer.held", AUTHOR, "work", "normal", "Your answer to {client} is held back: {reason}"),
    Rule("answer.failed", AUTHOR, "work", "normal", "Your answer to {client} wasn't sent: {reason}"),
    Rule("answer.failed", CARERS, "clients", "normal", "An answer to {client} wasn't sent: {reason}", so=AUTHOR_GONE),
    Rule("answer.unsure", AUTHOR, "work", "normal", "Your answer to {client} may have been sent or not: {reason}"),
    Rule("import.finished", BEGINNER, "agency", "normal", "Your import of {file_name} is done"),
    Rule("import.failed", BEGINNER, "agency", "normal", "Your import has failed: {reason}"),
    Rule("mailbox.lost", THE_ONE, "work", "critical", "Google took back how {address} is read: connect it again"),
    Rule("mailbox.lost", ADMINS, "agency", "normal", "{address} isn't read any more: its owner has to connect it again"),
    Rule("invitation.accepted", ADMINS, "agency", "normal", "{actor} accepted the invitation and is here"),
)
"""The table."""
# fmt: on


def lines_for(event: str, data: Json, after: Iterable[str] = (), client_id: UUID | None = None) -> list[Rule]:
    """The lines that what happened falls under, in their order. Its `scope` is a client, or the agency."""
    names, said = tuple(after), data | {"scope": "agency" if client_id is None else "client"}
    return [rule for rule in RULES if rule.event == event and rule.holds(said, names)]


def _all_of(value: Any) -> list[Any]:
    return list(cast("list[Any]", value)) if isinstance(value, (list, tuple)) else [value]
