"""What clients need from the rooms above, which register their answers; they run in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from audienceos.platform.db.base import Json
from audienceos.platform.db.database import Lane
from audienceos.platform.db.sessions import Db


class DeleteGuard(Protocol):
    """Names what is still open for a client and so forbids deleting it, a line each; nothing to allow it."""

    async def __call__(self, db: Db, client_id: UUID, /) -> list[str]: ...


class ClientMerge(Protocol):
    """A client turned out to be another: what the room keeps about the second hangs from the first from now on.

    Asked in the transaction that merges them, with both locked; the room sets both clients' signals itself.
    """

    async def __call__(self, db: Db, stays_id: UUID, other_id: UUID, /) -> None: ...


class ClientExport(Protocol):
    """Everything that a room keeps about one client, table by table, for the client's own export."""

    async def __call__(self, lane: Lane, client_id: UUID, /) -> dict[str, list[Json]]: ...


class TabCount(Protocol):
    """How many of a room's things wait at a client, as its tab says; None where a number says nothing."""

    async def __call__(self, lane: Lane, client_id: UUID, /) -> int | None: ...


class ClientTab(NamedTuple):
    """A room's tab on the client's page. Its route takes the client's id, draws `clients/client.html` with what
    `queries.frame.client_frame` gives, and names its own partial as `part`."""

    route: str
    words: str
    place: int
    """Where it stands among the others: Overview is at 0, Tasks at 20."""
    waiting: TabCount | None = None


class Watching(Protocol):
    """Whether the reader watches a client, or one ticket of it: asked for the button on their pages."""

    async def __call__(self, lane: Lane, client_id: UUID, ticket_id: UUID | None, /) -> bool: ...


_watching: list[Watching] = []


class Told(Protocol):
    """What an event of a room's says on a client's timeline, by its data: what its actor did, for after their name."""

    def __call__(self, data: Json, /) -> str: ...


class KeepParameters(Protocol):
    """What a view keeps of a screen's parameters: known ones, with good values, defaults left out.

    Raises `Invalid` at `parameters`, naming every wrong one.
    """

    async def __call__(self, lane: Lane, given: Mapping[str, Any], /) -> Json: ...


class KeptScreen(NamedTuple):
    """A screen of which people keep views under a name. Clients are named in its parameters as `client` alone."""

    route: str
    section: str
    """Where the sidebar has it."""
    nouns: str
    """What it shows."""
    kept: KeepParameters


_guards: list[DeleteGuard] = []
_merges: list[ClientMerge] = []
_exports: list[ClientExport] = []
_tabs: list[ClientTab] = []
_told: dict[str, Told] = {}
_screens: dict[str, KeptScreen] = {}


def answer_watching(watching: Watching) -> None:
    """Register who knows what people watch; a later registration replaces an earlier one."""
    _watching[:] = [watching]


async def is_watched(lane: Lane, client_id: UUID, ticket_id: UUID | None = None) -> bool | None:
    """Whether the reader watches it; None where nobody knows, and so no button is shown."""
    return await _watching[0](lane, client_id, ticket_id) if _watching else None


def guard_deletes(guard: DeleteGuard) -> None:
    """Register a room's word on deleting a client, once a process."""
    if guard not in _guards:
        _guards.append(guard)


def delete_guards() -> list[DeleteGuard]:
    """Every room's word on deleting."""
    return _guards


def on_merge(answer: ClientMerge) -> None:
    """Register a room's answer to two clients being one, once a process."""
    if answer not in _merges:
        _merges.append(answer)


def merge_answers() -> list[ClientMerge]:
    """Every room's answer to two clients being one."""
    return _merges


def export_clients(export: ClientExport) -> None:
    """Register a room's part of a client's export, once a process."""
    if export not in _exports:
        _exports.append(export)


def add_tab(tab: ClientTab) -> None:
    """Register a room's tab, once a process."""
    if tab not in _tabs:
        _tabs.append(tab)
        _tabs.sort(key=lambda one: one.place)


def client_tabs() -> list[ClientTab]:
    """Every tab of the client's page, in order."""
    return _tabs


def client_exports() -> list[ClientExport]:
    """Every room's part of a client's export."""
    return _exports


def tell_activity(words: Mapping[str, Told]) -> None:
    """Register what a room's events say on a client's timeline, by their names; what isn't said isn't told."""
    _told.update(words)


def told_activity() -> Mapping[str, Told]:
    """What the events of the rooms above say."""
    return _told


def keep_views(screens: Mapping[str, KeptScreen]) -> None:
    """Register a room's screens whose views are kept, by the names that `saved_view.screen` has for them."""
    _screens.update(screens)


def kept_screen(name: str) -> KeptScreen:
    """The screen of that name."""
    return _screens[name]
