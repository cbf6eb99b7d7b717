"""What was tried, and where the wall has a gap."""

from __future__ import annotations

import msgspec


class Report(msgspec.Struct):
    """Counts of what was tried, by kind, and a line for each gap. No gap with nothing tried is a gap itself."""

    tried: dict[str, int] = {}
    gaps: list[str] = []

    def note(self, what: str, count: int = 1) -> None:
        """Something of this kind was tried."""
        self.tried[what] = self.tried.get(what, 0) + count

    def gap(self, where: str, why: str) -> None:
        """The wall does not hold there."""
        self.gaps.append(f"{where}: {why}")

    def expect(self, holds: bool, where: str, why: str) -> None:
        """A gap unless it holds."""
        if not holds:
            self.gap(where, why)

    @property
    def stands(self) -> bool:
        """Whether everything held."""
        return not self.gaps

    def lines(self) -> list[str]:
        """The report, for a terminal."""
        told = [f"{count:>7,}  {what}" for what, count in self.tried.items()]
        if self.stands:
            return [*told, "The wall stands."]
        return [*told, "", f"The wall has {len(self.gaps)} gaps:", *(f"  {gap}" for gap in self.gaps)]
