"""What was newly written in a mail's text, told from the history below it and the signature.

When in doubt a line was said: a fold that hides an answer costs more than one that shows an old mail again.
"""

from __future__ import annotations

import re
from typing import Final

from audienceos.platform.mail.reading.announcing import announcement, is_divider
from audienceos.platform.mail.reading.shapes import Folded

_DELIMITERS: Final = frozenset(["-- ", "--", "—"])
_SIGNATURE_LINES = 20
_APP_LINES = 3
_APP: Final = re.compile(
    r"(?:Sent (?:from|via|with) (?:my |Yahoo |Proton|Outlook|Gmail|Mail|Samsung|the ).{0,60}"
    r"|Get Outlook for .{0,60}|Sent from \w+"
    r"|Von (?:meinem|meiner|unterwegs) .{0,40}gesendet|Gesendet (?:von|mit|über) .{0,60}|Outlook für .{0,40}"
    r"|Envoyé (?:de|depuis|à partir de) .{0,60}|Télécharger Outlook .{0,60}|Obtenez Outlook .{0,60}"
    r"|Enviado (?:desde|do|de|via|a partir) .{0,60}|Obtener Outlook .{0,60}|Obter o Outlook .{0,60}"
    r"|(?:Verstuurd|Verzonden) (?:vanaf|vanuit|met|via) .{0,60}|Outlook voor .{0,40}"
    r"|Inviato (?:da|dal|dall['’]|con) ?.{0,60}|Scarica Outlook .{0,60})\.?",
    re.IGNORECASE,
)


def fold(text: str) -> Folded:
    """The text in three; see `Folded`. Looks at each line a few times, however many there are."""
    lines = text.splitlines(keepends=True)
    bare = [line.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029") for line in lines]
    below = _signature_below(bare)
    history = _history(bare, below)
    if history < below < len(lines):
        return Folded(
            said="".join(lines[:history]),
            quoted="".join(lines[history:below]),
            signature="".join(lines[below:]),
        )
    signature = _signature(bare, history)
    return Folded(
        said="".join(lines[:signature]),
        quoted="".join(lines[history:]),
        signature="".join(lines[signature:history]),
        is_signed_above=signature < history,
    )


def _history(lines: list[str], end: int) -> int:
    """Where the history begins; `len(lines)` if there is none."""
    run = _last_run(lines, end)
    for at in range(len(lines)):
        if at == run or is_divider(lines, at):
            return at
        count = announcement(lines, at)
        if count and _holds_only_history(lines, at + count, run):
            return at
    return len(lines)


def _last_run(lines: list[str], end: int) -> int:
    """Where the marked lines begin that go on to the end; a number beyond every line if there are none."""
    start = -1
    for at in range(end - 1, -1, -1):
        if lines[at].startswith(">"):
            start = at
        elif lines[at].strip():
            break
    return start if start >= 0 else len(lines) + 1


def _holds_only_history(lines: list[str], at: int, run: int) -> bool:
    """Nothing was said below an announcement: what it announces has no marks at all, or is the last marked run."""
    following = next((n for n in range(at, len(lines)) if lines[n].strip()), len(lines))
    return following == run or following == len(lines) or not lines[following].startswith(">")


def _signature_below(lines: list[str]) -> int:
    """Where a signature begins that stands below marked lines; `len(lines)` if there is none."""
    at = _signature(lines, len(lines))
    above = next((n for n in range(at - 1, -1, -1) if lines[n].strip()), -1)
    return at if above >= 0 and lines[above].startswith(">") else len(lines)


def _signature(lines: list[str], end: int) -> int:
    """Where the signature begins that ends at `end`; `end` if there is none."""
    filled = 0
    found = end
    for at in range(end - 1, max(-1, end - 4 * _SIGNATURE_LINES), -1):
        line = lines[at]
        if line.startswith(">") or filled > _SIGNATURE_LINES:
            break
        if line in _DELIMITERS:
            return at
        if line.strip():
            filled += 1
            if filled <= _APP_LINES and len(line) < 120 and _APP.fullmatch(line.strip()):
                found = at
    return found
