"""Which clients a board or a list is asked for: what the address says, as conditions and their values.

Only the conditions that are used stand in the statement, so each combination is one compiled shape; there is
never a "parameter is null or ...", which no plan can use.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import msgspec
from msgspec import Meta
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Numeric,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    exists,
    func,
    not_,
    or_,
    select,
)

from audienceos.clients.models import Client, ClientAssignment, ClientSignal
from audienceos.clients.queries.installs import INSTALLED_DAYS, installed_here
from audienceos.platform.db.read import AGENCY, PERSON, TODAY, ZONE, Question

Activity = Literal["active", "archived", "all"]
BLOCKER = "blocker:"
IN_ADDRESS = (
    "q", "stage", "health", "tag", "owner", "unassigned", "mine", "blocked", "stuck", "needs_attention", "installed",
    "custom",
)  # fmt: skip
YES = ("unassigned", "mine", "blocked", "stuck", "needs_attention", "installed")


class OwnField(msgspec.Struct, frozen=True):
    """A condition on a field of the agency's own, as `asked.py` understood it."""

    field_id: UUID
    how: Literal["holds", "is", "equals", "empty"]
    """Text that it holds, the text that it is, the number that it equals, or nothing."""
    value: Any = None
    """A text or a `Decimal`, as the condition takes it."""


class Filters(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What the address asks for. Conditions of different kinds all hold; values of one kind are alternatives."""

    q: str | None = None
    """Text in name, contact, e-mail, domain or a tag."""
    stage: list[str] = []
    health: list[Literal["green", "yellow", "red"]] = []
    tag: list[str] = []
    owner: list[UUID] = []
    unassigned: bool = False
    mine: bool = False
    """Assigned to the reader, as owner or collaborator."""
    blocked: bool = False
    """By a tag that begins with `blocker:`, or by a critical ticket that is open."""
    stuck: bool = False
    needs_attention: bool = False
    """At risk or to be watched, for whichever reason."""
    installed: bool = False
    """First live within the last 30 days, after having been brought there here."""
    custom: Annotated[list[str], Meta(max_length=5)] = []
    """Of the agency's own fields, each as `<field id>:<value>`; without a value: where it is empty."""
    activity: Activity = "active"
    stuck_days: int = 4
    """The agency's limit, filled in by the room; as are the three that follow."""
    stages: list[str] = []
    resting: list[str] = []
    """Stages in which no clock runs, so that nobody is stuck there."""
    own: tuple[OwnField, ...] = ()

    not_for_callers: ClassVar[frozenset[str]] = frozenset({"stuck_days", "stages", "resting", "own"})

    @cached_property
    def form(self) -> frozenset[str]:
        """The kinds of condition in use: the shape of the statement."""
        used = {name for name in ("q", "stage", "health", "tag", "owner") if getattr(self, name)}
        used |= {name for name in YES if getattr(self, name)}
        used |= {f"own {at} {condition.how}" for at, condition in enumerate(self.own)}
        return frozenset(used | {self.activity})

    @cached_property
    def binds(self) -> dict[str, Any]:
        """Their values."""
        return {
            "q": f"%{escaped(self.q.strip())}%" if self.q else None,
            "stage": self.stage,
            "health": list(self.health),
            "tag": [tag.casefold() for tag in self.tag],
            "owner": self.owner,
            "stuck_days": self.stuck_days,
            "stages": self.stages,
            "resting": self.resting,
            **{f"own_field_{at}": str(condition.field_id) for at, condition in enumerate(self.own)},
            **{f"own_value_{at}": condition.value for at, condition in enumerate(self.own)},
        }

    @property
    def in_address(self) -> dict[str, object]:
        """What stands in the address for these filters, defaults left out."""
        given: dict[str, object] = {}
        for name in IN_ADDRESS:
            if value := getattr(self, name):
                given[name] = "true" if value is True else value
        return given | ({"activity": self.activity} if self.activity != "active" else {})

    @property
    def address(self) -> dict[str, object]:
        """All that stands in the address, but for the page."""
        return self.in_address


def escaped(text: str) -> str:
    """The text as LIKE takes it literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def filtered(query: Question, form: frozenset[str]) -> Question:
    """The query with a condition for each kind in `form`."""
    return query.where(*conditions(form))


def conditions(form: frozenset[str]) -> list[ColumnElement[bool]]:
    """A condition for each kind in `form`: all of them hold for a client that matches."""
    made = [
        _own(*kind.split()[1:]) if kind.startswith("own ") else _CONDITIONS[kind]() for kind in sorted(form)
    ]
    return [condition for condition in made if condition is not None]


def _texts(name: str) -> Any:
    return bindparam(name, type_=ARRAY(Text()))


def _text() -> ColumnElement[bool]:
    like = bindparam("q", type_=Text())
    tags = func.array_to_string(Client.tags, "\n")
    columns = (Client.name, Client.contact_name, Client.contact_email, Client.domain, tags)
    return or_(*(column.ilike(like, escape="\\") for column in columns))


def _assigned(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        ClientAssignment.agency_id == AGENCY, ClientAssignment.client_id == Client.id, *conditions
    )


def _is_owner() -> ColumnElement[bool]:
    return ClientAssignment.role == "owner"


def _blocked() -> ColumnElement[bool]:
    tag = tags_of()
    is_tagged = exists().select_from(tag).where(func.starts_with(func.lower(tag.c.tag), BLOCKER))
    return is_tagged | has_critical_ticket()


def has_critical_ticket() -> ColumnElement[bool]:
    """A critical ticket is open for the client, as the room above signals it: asked once, not for each client."""
    signalled = select(ClientSignal.client_id).where(
        ClientSignal.agency_id == AGENCY, ClientSignal.source == "tickets", ClientSignal.key == "critical"
    )
    return Client.id.in_(signalled)


def _tagged() -> ColumnElement[bool]:
    tag = tags_of()
    return exists().select_from(tag).where(func.lower(tag.c.tag) == any_(_texts("tag")))


def tags_of() -> Any:
    """The client's tags as rows of a column `tag`."""
    return func.unnest(Client.tags).table_valued("tag").render_derived(name="t")


def _stuck() -> ColumnElement[bool]:
    days = TODAY - func.date(func.timezone(ZONE, Client.stage_entered_at))
    moves = not_(Client.stage == any_(_texts("resting")))
    return moves & (days > bindparam("stuck_days", type_=Integer()))


def _own(at: str, how: str) -> ColumnElement[bool]:
    value: ColumnElement[str] = Client.custom.op("->>", return_type=Text())(
        bindparam(f"own_field_{at}", type_=Text())
    )
    name = f"own_value_{at}"
    if how == "empty":
        return value.is_(None)
    if how == "equals":
        return cast(value, Numeric()) == bindparam(name, type_=Numeric())
    if how == "is":
        return func.lower(value) == func.lower(bindparam(name, type_=Text()))
    return value.ilike(bindparam(name, type_=Text()), escape="\\")


_CONDITIONS: dict[str, Any] = {
    "q": _text,
    "stage": lambda: Client.stage == any_(_texts("stage")),
    "health": lambda: Client.health_status == any_(_texts("health")),
    "tag": _tagged,
    "owner": lambda: _assigned(
        _is_owner(), ClientAssignment.user_id == any_(bindparam("owner", type_=ARRAY(Uuid())))
    ),
    "unassigned": lambda: not_(_assigned(_is_owner())),
    "mine": lambda: _assigned(ClientAssignment.user_id == PERSON),
    "blocked": _blocked,
    "stuck": _stuck,
    "needs_attention": lambda: Client.health_status != "green",
    "installed": lambda: installed_here() & (Client.install_date > TODAY - INSTALLED_DAYS),
    "active": lambda: Client.is_active.is_(True),
    "archived": lambda: Client.is_active.is_(False),
    "all": lambda: None,
}
