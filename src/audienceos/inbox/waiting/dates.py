"""The day that a promise names: `by Friday`, `tomorrow`, `am 14. März`, `d'ici jeudi`, `binnen twee dagen`.

A weekday is the next such day, never the day itself; with `next` it lies in the week after. The end of a week is its
Friday. A day without a year is the next such day.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

from audienceos.inbox.waiting.folding import listed

FRIDAY = 4
HALF_YEAR = 180
"""Days by which a date may lie back and still mean this year: it was late already when it was said."""


def _table(lines: str) -> dict[str, int]:
    """The words of each line, numbered by their lines."""
    return {word: at for at, line in enumerate(lines.strip().splitlines()) for word in line.split()}


WEEKDAYS = _table("""
monday mondays mon montag lundi lunes maandag
tuesday tues tue dienstag mardi martes dinsdag
wednesday wed mittwoch mercredi miercoles woensdag
thursday thurs thu donnerstag jeudi jueves donderdag
friday fri freitag vendredi viernes vrijdag
saturday sat samstag sonnabend samedi sabado zaterdag
sunday sonntag dimanche domingo zondag
""")
MONTHS = _table("""
january jan januar janvier enero januari
february feb februar fevrier febrero februari
march mar marz mars marzo maart
april apr avril abril
may mai mayo mei
june jun juni juin junio
july jul juli juillet julio
august aug aout agosto augustus
september sep sept septembre septiembre
october oct oktober octobre octubre
november nov novembre noviembre
december dec dezember decembre diciembre
""")
NUMBERS = _table("""
zero
one a an ein einem einer eine un une una een
two couple zwei deux dos twee
three drei trois tres drie
four vier quatre cuatro
five funf cinq cinco vijf
six sechs seis zes
seven sieben sept siete zeven
eight acht huit ocho
nine neun neuf nueve negen
ten zehn dix diez tien
""")
TODAY = listed("today tonight eod heute aujourd'hui hoy vandaag vanmiddag vanavond afternoon soir apres-midi")
TOMORROW = listed("tomorrow tmrw tmr morgen demain manana")
OVERMORROW = listed("ubermorgen overmorgen")
NEXT = listed("next nachste nachsten nachster kommende kommenden prochain prochaine proximo proxima volgende")
WEEK = listed("week woche semaine semana")
MONTH = listed("month monat monats mois mes maand")
END = listed("end ende fin finales final eind einde close")
HOURS = listed("hours hour hrs h stunden stunde heures heure horas hora uur")
DAYS = listed("days day tagen tage tag jours jour dias dia dagen dag")
WEEKS = listed("weeks week wochen woche semaines semaine semanas semana weken")
WORKING = listed(
    "working business werktagen werktage arbeitstagen ouvres ouvrables habiles laborables werkdagen"
)
WITHIN = listed("in within innerhalb binnen dans sous en")
PAST = listed("since last seit letzten depuis dernier desde pasado sinds vorige afgelopen for")
BEFORE_A_DATE = listed("by on until till before am bis zum le el op au du der den the ab vor tegen")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|e|er)?")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_NUMERIC = re.compile(r"\b(?:by|on|until|before|am|bis|zum|le|el|op|au|den) (\d{1,2})[./](\d{1,2})(?![\d%])")


def due_in(words: Sequence[str], said: str, at: datetime, zone: tzinfo, begins: int = 0) -> date | None:
    """The last day of what the sentence names, reckoned from when it was said; None where it names none.

    `begins` is the place of the promise: what is named from there on comes before what is named earlier. At -1 nobody
    knows, and what is named last counts.
    """
    try:
        day = at.astimezone(zone).date()
        written = _written(said, day)
        if written:
            return written
        places = (
            [*range(begins, len(words)), *range(begins)] if begins >= 0 else range(len(words) - 1, -1, -1)
        )
        return next((found for place in places if (found := _named(words, place, at, zone))), None)
    except (OverflowError, ValueError):
        return None


def names_a_day(words: Sequence[str]) -> bool:
    """Whether the words name a day to come."""
    return any(
        word in TODAY or word in TOMORROW or word in OVERMORROW or word in WEEKDAYS or word in WEEK
        for word, before in zip(words, ("", *words), strict=False)
        if before not in PAST
    )


def _written(said: str, day: date) -> date | None:
    if found := _ISO.search(said):
        return date(*(int(part) for part in found.groups()))
    if found := _NUMERIC.search(said.lower()):
        return _coming(day, int(found[2]), int(found[1]))
    return None


def _named(words: Sequence[str], place: int, at: datetime, zone: tzinfo) -> date | None:
    """The day that is named by the word at that place and those around it."""
    day = at.astimezone(zone).date()
    word, before = words[place], words[place - 1] if place else ""
    if (
        word in TODAY
        or (word == "midi" and before.endswith("apres"))
        or (word in END and words[place + 1 : place + 3] in (("of", "day"), ("of", "business")))
    ):
        return day
    if word in TOMORROW and before not in ("guten", "goeden", "la", "after"):
        return day + timedelta(days=2 if before in ("after", "apres", "pasado") else 1)
    if word in OVERMORROW or (word in TOMORROW and before == "after"):
        return day + timedelta(days=2)
    if word in WEEKDAYS:
        return (
            None
            if PAST & set(_just_before(words, place))
            else _weekday(day, WEEKDAYS[word], _is_next(words, place))
        )
    if word in WEEK or word in MONTH:
        return _period(words, place, day)
    if word in WITHIN:
        return _within(words, place, at, zone)
    return _dated(words, place, day)


def _just_before(words: Sequence[str], place: int) -> Sequence[str]:
    """The word before, and the one before that where it only says `next`."""
    return (
        words[max(0, place - 2) : place]
        if place and words[place - 1] in NEXT
        else words[max(0, place - 1) : place]
    )


def _is_next(words: Sequence[str], place: int) -> bool:
    return bool(NEXT & set(words[max(0, place - 1) : place + 2]))


def _weekday(day: date, wanted: int, in_next_week: bool) -> date:
    if in_next_week:
        return day + timedelta(days=7 - day.weekday() + wanted)
    return day + timedelta(days=(wanted - day.weekday() - 1) % 7 + 1)


def _period(words: Sequence[str], place: int, day: date) -> date | None:
    """The end of this week or month or of the next; a week by itself ends on its Friday too."""
    near = set(words[max(0, place - 4) : place + 2])
    following = bool(NEXT & near)
    if words[place] in WEEK:
        if not near & (END | NEXT | {"this", "diese", "dieser", "cette", "esta", "deze"}):
            return None
        friday = _weekday(day - timedelta(days=1), FRIDAY, False)
        return friday + timedelta(days=7) if following else friday
    if not near & END:
        return None
    first = day.replace(day=1) if not following else (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _within(words: Sequence[str], place: int, at: datetime, zone: tzinfo) -> date | None:
    """In two days, within 48 hours, innerhalb von drei Werktagen."""
    for number in range(place + 1, min(place + 5, len(words))):
        count = _number(words[number])
        if count is None or words[number + 1 : number + 2] == ("couple",):
            continue
        units = words[number + 1 : number + 4]
        working = any(unit in WORKING for unit in units)
        for unit in units:
            if unit in HOURS:
                return (at + timedelta(hours=count)).astimezone(zone).date()
            if unit in DAYS or (unit in WORKING and unit.endswith(("tagen", "tage", "dagen"))):
                return _later(at.astimezone(zone).date(), count, working)
            if unit in WEEKS:
                return at.astimezone(zone).date() + timedelta(weeks=count)
    return None


def _number(word: str) -> int | None:
    if word.isascii() and word.isdigit() and len(word) <= 3:
        return int(word)
    return NUMBERS.get(word)


def _later(day: date, count: int, working: bool) -> date:
    if not working:
        return day + timedelta(days=count)
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() <= FRIDAY
    return day


def _dated(words: Sequence[str], place: int, day: date) -> date | None:
    """14 March, March 14th, 14. März, le 14 mars, el 14 de marzo, on the 16th."""
    number = _ORDINAL.fullmatch(words[place])
    if number is None:
        return None
    named = int(number[1])
    after = [word for word in words[place + 1 : place + 3] if word not in ("of", "de")][:1]
    before = words[place - 1] if place else ""
    month = MONTHS.get(after[0]) if after else None
    if month is None and place:
        month = MONTHS.get(before)
    if month is not None:
        return _coming(day, month + 1, named)
    if number[0] != number[1] and before in BEFORE_A_DATE and words[place].endswith(("st", "nd", "rd", "th")):
        return _day_of_month(day, named)
    return None


def _day_of_month(day: date, named: int) -> date | None:
    for ahead in range(1, 63):
        found = day + timedelta(days=ahead)
        if found.day == named:
            return found
    return None


def _coming(day: date, month: int, named: int) -> date:
    """That day of this year, or of the next if it is long past."""
    found = date(day.year, month, named)
    return found.replace(year=day.year + 1) if (day - found).days > HALF_YEAR else found
