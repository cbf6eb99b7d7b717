"""Lines by which mail programs announce what they quote, in the languages that our clients' programs are set to."""

from __future__ import annotations

import re
from typing import Final

_LINE_CHARS = 400
"""A longer line announces nothing; it is somebody's paragraph."""
_LINES = 3
"""Announcements are wrapped like any text."""

_WROTE: Final = re.compile(
    r"On .{5,300} wrote ?:"
    r"|Am .{5,300} schrieb(?: .{1,200})? ?:|.{2,150} schrieb am .{5,150}:"
    r"|Le .{5,300} a écrit ?:"
    r"|El .{5,300} escribió ?:"
    r"|Op .{5,300} (?:schreef(?: .{1,200})?|het volgende geschreven) ?:"
    r"|Il .{5,300} ha scritto ?:"
    r"|(?:Em|No dia|A) .{5,300} escreveu ?:"
    r"|\d{4}-\d\d-\d\d .{3,100}<[^<>]{3,200}> ?:"
)
_FIRST_WORDS: Final = ("On ", "Am ", "Le ", "El ", "Op ", "Il ", "Em ", "No dia ", "A ")
_DIGIT: Final = re.compile(r"\d")

_NAMED: Final = "|".join(
    (
        *("Original Message", "Original Appointment", "Forwarded [Mm]essage", "Reply [Mm]essage"),
        *(
            "Ursprüngliche Nachricht",
            "Originalnachricht",
            "Weitergeleitete Nachricht",
            "Ursprünglicher Termin",
        ),
        *("Message d['’]origine", "Message original", "Message transféré", "Courriel original"),
        *("Mensaje original", "Mensaje reenviado", "Forwarded mail"),
        *("Oorspronkelijk bericht", "Doorgestuurd bericht", "Origineel bericht"),
        *("Messaggio originale", "Messaggio inoltrato", "Messaggio Inoltrato"),
        *("Mensagem original", "Mensagem encaminhada"),
    )
)
_RULED: Final = re.compile(rf"[-_=]{{2,40}} ?(?:{_NAMED}) ?:?(?: ?[-_=]{{2,40}})?", re.IGNORECASE)
_FORWARDED: Final = re.compile(
    r"(?:Begin forwarded message|Anfang der weitergeleiteten (?:Nachricht|E-Mail)|Début du message (?:transféré|réexpédié)"
    r"|Inicio del mensaje reenviado|Begin doorgestuurd bericht|Inizio messaggio inoltrato"
    r"|Início da mensagem (?:encaminhada|reencaminhada)) ?:",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"\*?(?:From|Von|De|Van|Da)\s?:\*? ?\S.*")
_FIELD: Final = re.compile(
    r"\*?(Sent|Date|To|Cc|Subject|Gesendet|Datum|An|Betreff|Envoyé(?: le)?|À|Objet|Enviad[oa](?: el| em)?|Fecha|Para|Asunto"
    r"|Verzonden|Aan|Onderwerp|Inviato|Data|A|Oggetto|Assunto|Kopie|CC)\s?:\*?(?:\s.*)?"
)
_BLOCK_LINES, _BLOCK_FIELDS = 8, 2
_RULE: Final = re.compile(r"[_-]{5,80}")


def announcement(lines: list[str], at: int) -> int:
    """How many lines from `at` on say that somebody wrote what follows (`On … wrote:`); 0 for none."""
    first = lines[at].strip()
    if not first.startswith(_FIRST_WORDS) and " schrieb am " not in first and not first[:4].isdecimal():
        return 0
    joined = ""
    for count in range(1, _LINES + 1):
        if at + count > len(lines) or len(joined) > _LINE_CHARS:
            return 0
        line = lines[at + count - 1].strip()
        if not line or line.startswith(">"):
            return 0
        joined = f"{joined} {line}".strip().replace("\xa0", " ").replace("\u202f", " ")
        if (
            joined.endswith(":")
            and len(joined) <= _LINE_CHARS
            and _DIGIT.search(joined)
            and _WROTE.fullmatch(joined)
        ):
            return count
    return 0


def is_divider(lines: list[str], at: int) -> bool:
    """Whether history begins here without marks of its own: a named rule, or the fields of the mail that is quoted."""
    line = lines[at].strip()
    if not line or len(line) > _LINE_CHARS:
        return False
    if _RULED.fullmatch(line) or _FORWARDED.fullmatch(line):
        return True
    if _RULE.fullmatch(line):
        below = next((n for n in range(at + 1, min(at + 3, len(lines))) if lines[n].strip()), -1)
        return below > 0 and _is_block(lines, below)
    return _is_block(lines, at)


def _is_block(lines: list[str], at: int) -> bool:
    """The fields of a quoted mail, one below the other: who sent it, and at least two of when, to whom, about what."""
    if not _FROM.fullmatch(lines[at].strip()[:_LINE_CHARS]):
        return False
    found: set[str] = set()
    for line in lines[at + 1 : at + 1 + _BLOCK_LINES]:
        if not line.strip():
            break
        field = _FIELD.fullmatch(line.strip()[:_LINE_CHARS])
        if field:
            found.add(field[1])
    return len(found) >= _BLOCK_FIELDS
