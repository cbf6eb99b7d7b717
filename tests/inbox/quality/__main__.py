"""Measures how well the inbox judges and writes it into `docs/quality.md`. `make quality` calls it."""

from __future__ import annotations

from tests.inbox.quality.page import PAGE, replaced

if __name__ == "__main__":
    PAGE.write_text(replaced(PAGE.read_text()))
    print(PAGE.read_text())
