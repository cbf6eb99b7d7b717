"""What alerts need from other rooms: rules with the facts that they judge, and ways to act on what was found.

Rooms on the same floor don't know this one; `app.py` and `worker.py` put them together.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Any, Literal, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from audienceos.agency.pipeline import Pipeline
from audienceos.platform.clock import days_between
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db
from audienceos.platform.findings import Detection

AlertType = Literal["risk_detected", "kpi_drop", "inactivity", "disconnect"]


class Ground(msgspec.Struct, frozen=True):
    """By what facts are judged: the moment, the agency's days and its stages with their limits."""

    now: datetime
    zone: ZoneInfo
    pipeline: Pipeline

    @property
    def today(self) -> date:
        """The moment's date on the wall of the agency's zone."""
        return self.now.astimezone(self.zone).date()

    def days_since(self, moment: datetime) -> int:
        """Midnights in the agency's zone that have passed since then."""
        return days_between(moment, self.now, self.zone)


Facts = Sequence[Any]
Reader = Callable[[Lane, Ground], Awaitable[Facts]]
"""All facts of a kind in an agency, for every client at once: one statement."""
Look = Callable[[Facts, Ground], list[Detection]]
"""A pure function: no database, no clock, no network."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One way of seeing that something is wrong."""

    name: str
    words: str
    """What it is called beside an alert."""
    meaning: str
    """When it speaks, with its limits."""
    type: AlertType
    facts: str
    """The kind of fact that it judges: rules that share one read it once."""
    look: Look
    restates: str | None = None
    """The reason of health that says the same by itself, by its key, if there is one."""


class OpenTicket(Protocol):
    """A ticket that isn't resolved, as rules about tickets judge it."""

    @property
    def id(self) -> UUID: ...
    @property
    def number(self) -> int: ...
    @property
    def client_id(self) -> UUID: ...
    @property
    def client_name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def priority(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def due_date(self) -> date | None: ...


class Doing(Protocol):
    """Do what was suggested, as the person who said yes; tells what came of it. Raises what the act itself raises."""

    async def __call__(self, db: Db, client_id: UUID, params: dict[str, str], /) -> dict[str, str]: ...


_readers: dict[str, Reader] = {}
_past: dict[str, Reader] = {}
_rules: dict[str, Rule] = {}
_doings: dict[str, Doing] = {}


def answer_facts(kind: str, reader: Reader) -> None:
    """Register who knows the facts of a kind; a later registration replaces an earlier one."""
    _readers[kind] = reader


def answer_past(kind: str, reader: Reader) -> None:
    """Register who knows the facts of a kind as they stood at a past moment, the ground's; likewise replaced."""
    _past[kind] = reader


def register(*rules: Rule) -> None:
    """Register rules, each once a process. One whose kind of facts nobody knows stays silent."""
    _rules.update({rule.name: rule for rule in rules})


def answer_doing(kind: str, doing: Doing) -> None:
    """Register who does what is suggested under that name; a later registration replaces an earlier one."""
    _doings[kind] = doing


def reader_of(kind: str) -> Reader | None:
    """Who knows the facts of a kind."""
    return _readers.get(kind)


def past_of(kind: str) -> Reader | None:
    """Who knows the facts of a kind as they stood at a past moment; None where they aren't kept."""
    return _past.get(kind)


def rules_known() -> list[Rule]:
    """Every rule whose facts somebody knows, in the order in which they were registered."""
    return [rule for rule in _rules.values() if rule.facts in _readers]


def doing_of(kind: str) -> Doing | None:
    """Who does what is suggested under that name."""
    return _doings.get(kind)
