"""Who is in the demo and what happened to them; the clients stand in `clients.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

AGENCY = "Fernway Media"
ZONE = "Europe/London"


class Mate(msgspec.Struct, frozen=True):
    """Someone who works at the agency."""

    first_name: str
    last_name: str
    role: Literal["admin", "user"] = "user"

    @property
    def email(self) -> str:
        """Their address in the demo."""
        return f"{self.first_name.lower()}@fernway.example"


TEAM = (
    Mate("Rosa", "Lindqvist", "admin"),
    Mate("Amit", "Desai", "admin"),
    Mate("Hannah", "Brook"),
    Mate("Callum", "Reid"),
    Mate("Yuki", "Tanabe"),
)


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """One client: since when, along which stages, and how it stands."""

    name: str
    contact: str
    came: int
    """Days ago."""
    moves: tuple[tuple[int, str], ...] = ()
    """(days ago, stage), in order."""
    tags: tuple[str, ...] = ()
    notes: tuple[tuple[int, str], ...] = ()
    """(days ago, what was noted)."""
    tasks: tuple[tuple[str, int, bool], ...] = ()
    """(what, due in days from today, done)."""
    value: str | None = None
    """Lifetime value."""


LIVE = "Live"
STORIES: tuple[Story, ...] = msgspec.toml.decode(
    (Path(__file__).parent / "clients.toml").read_bytes(), type=dict[str, tuple[Story, ...]]
)["client"]
