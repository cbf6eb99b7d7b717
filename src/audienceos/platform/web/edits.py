"""What every form that changes something shares: which version it was drawn from, and both sides of a collision."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

import msgspec
from msgspec import Meta

from audienceos.platform.errors import Invalid, Stale
from audienceos.platform.web.forms import Form, from_values

WAS, PICK = "was.", "pick."
"""In front of a field's name: what the form was drawn with, and whether mine or theirs is to be kept."""


class Version(Form):
    """Which version the form was drawn from."""

    version: int


class Clash(msgspec.Struct, frozen=True):
    """A field that somebody else saved first and that was typed over, too."""

    name: str
    mine: str
    theirs: str


class Draft(msgspec.Struct, frozen=True):
    """A form as it is drawn: what stands in its fields, what is there now, and what was wrong."""

    values: dict[str, str]
    now: dict[str, str]
    version: int
    """What it will say that it was drawn from."""
    faults: dict[str, str] = {}
    saved_first: bool = False
    """Somebody saved while this was being typed."""
    was: dict[str, str] = {}
    """What the form that came back was drawn with."""

    @property
    def clashes(self) -> list[Clash]:
        """The fields of which one of two has to be chosen, after a collision."""
        if not self.saved_first:
            return []
        names = [name for name in self.values if not name.startswith((WAS, PICK)) and name != "version"]
        pairs = ((name, self.values[name].strip(), self.now.get(name, "")) for name in names)
        return [
            Clash(name, mine, theirs)
            for name, mine, theirs in pairs
            if mine != theirs and theirs != self.was.get(name, "")
        ]

    @property
    def status(self) -> int:
        """As which it is answered."""
        return 412 if self.saved_first else 422 if self.faults else 200

    def theirs(self, name: str) -> str:
        """What somebody else left in the field, where that isn't what was typed."""
        if not self.saved_first or self.now.get(name, "") == self.values.get(name, "").strip():
            return ""
        return f"Now: {self.now[name]}" if self.now.get(name) else "Now empty"


class Refusal(msgspec.Struct, frozen=True):
    """A form that came back: what was typed, and what was wrong; without a fault somebody saved first."""

    given: dict[str, str]
    faults: dict[str, str] = {}


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """Which one of the facts a script asks for, and whether as it stands or as the field that changes it."""

    fact: Annotated[str, Meta(max_length=100)] | None = None
    shown: bool = False


async def refusal_of(
    given: dict[str, str],
    save: Callable[[int], Awaitable[object]],
    now: Callable[[], Awaitable[tuple[dict[str, str], int]]] | None = None,
) -> Refusal | None:
    """Save what was typed, upon the version that the form was drawn from; gives the form to show again, if any.

    With `now`, which gives what is there and its version, who changed one thing alone is in nobody's way who changed
    another meanwhile. Raises what `save` raises, but for `Invalid` and `Stale`.
    """
    try:
        version = version_in(given)
        try:
            await save(version)
        except Stale:
            if now is None:
                raise
            there, version = await now()
            if draft(there, version, Refusal(given)).clashes:
                raise
            await save(version)
    except Invalid as wrong:
        return Refusal(given, wrong.by_field)
    except Stale:
        return Refusal(given)
    return None


def settled(given: dict[str, str]) -> dict[str, str]:
    """What a form means to save: without the fields of which what is there now was chosen."""
    left = {
        name.removeprefix(PICK)
        for name, which in given.items()
        if name.startswith(PICK) and which == "theirs"
    }
    return {
        name: text for name, text in given.items() if name not in left and not name.startswith((WAS, PICK))
    }


def rebased(given: dict[str, str], now: dict[str, str]) -> dict[str, str]:
    """The same after somebody else saved: what was not typed over is as they left it, and nothing is lost of the rest.

    Only a form that said what it was drawn with (`was.`) tells these apart.
    """
    if not any(name.startswith(WAS) for name in given):
        return given
    kept = {name: text for name, text in given.items() if not name.startswith((WAS, PICK))}
    untouched = [
        name for name, text in kept.items() if text == given.get(WAS + name, "") and name != "version"
    ]
    return kept | {name: now.get(name, "") for name in untouched}


def version_in(given: dict[str, str]) -> int:
    """Which version the form was drawn from. Raises `Invalid`."""
    return from_values(Version, {"version": given.get("version", "")}, strict=False).version


def draft(now: dict[str, str], version: int, refusal: Refusal | None) -> Draft:
    """The form with what is there now or, after a refusal, with what was typed.

    After a collision it says the present version: saving again is then meant. After a fault it still says the
    version that was read, so that a collision is not missed.
    """
    if refusal is None:
        return Draft(now, now, version)
    if not refusal.faults:
        was = {name.removeprefix(WAS): text for name, text in refusal.given.items() if name.startswith(WAS)}
        return Draft(rebased(refusal.given, now), now, version, saved_first=True, was=was)
    read = refusal.given.get("version", "")
    return Draft(
        refusal.given, now, int(read) if read.isdecimal() and len(read) < 10 else version, refusal.faults
    )
