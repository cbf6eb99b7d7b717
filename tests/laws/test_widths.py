"""A class that stands for a width that the look doesn't have draws nothing, and nobody is told."""

from __future__ import annotations

import re

from tests.laws.source import SOURCE

TOKENS = SOURCE / "platform/web/assets/css/tokens.css"
USED = re.compile(r"(?<![\w-])(?:min-|max-)?(sm|md|lg|\d?xl|\d?xs):(?=[a-z\[!-])")


def test_templates_know_only_the_widths_of_the_look() -> None:
    known = set(re.findall(r"--breakpoint-([\w]+):", TOKENS.read_text()))
    used = {
        (path.name, width)
        for path in SOURCE.rglob("templates/**/*.html")
        for width in USED.findall(path.read_text())
    }
    assert {width for _, width in used} >= {"md", "lg"}
    assert {(name, width) for name, width in used if width not in known} == set()
