"""What every form that changes something shares: which version it was drawn from, and both sides of a collision."""

from __future__ import annotations

import msgspec

from audienceos.platform.web.forms import Form, from_values


class Version(Form):
    """Which version the form was drawn from."""

    version: int


class Draft(msgspec.Struct, frozen=True):
    """A form as it is drawn: what stands in its fields, what is there now, and what was wrong."""

    values: dict[str, str]
    now: dict[str, str]
    version: int
    """What it will say that it was drawn from."""
    faults: dict[str, str] = {}
    saved_first: bool = False
    """Somebody saved while this was being typed."""

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
        return Draft(refusal.given, now, version, saved_first=True)
    read = refusal.given.get("version", "")
    return Draft(refusal.given, now, int(read) if read.isdecimal() else version, refusal.faults)
