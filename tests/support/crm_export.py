"""A CRM's export of companies, as such exports come, with what makes them hard to bring in.

UTF-8 with a byte-order mark, commas within quotes, ids that look like numbers, dates with times, a column without
a single value, blanks elsewhere, lifecycle stages that no pipeline knows, owners as `Name (address)` of whom some
work for nobody here, names beyond ASCII and names that several companies share. The same file at every call.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from random import Random

COLUMNS: tuple[str, ...] = (
    "Record ID",
    "Company name",
    "Company owner",
    "Create Date",
    "Phone Number",
    "Last Activity Date",
    "City",
    "State/Region",
    "Country/Region",
    "Industry",
    "Lifecycle Stage",
    "Company Domain Name",
)
OWNERS = ("Ines Duarte (ines@lighthouse.example)", "Tomás Ek (tomas@lighthouse.example)")
"""Owners whom a test may have in its agency."""
STRANGER = "Ruth Vance (ruth@elsewhere.example)"
"""An owner who is in no agency."""
LIFECYCLE = ("Lead", "Opportunity", "Customer", "Customer", "Customer", "Evangelist", "Other", "")
LIVE_VALUES = ("Customer", "Evangelist")
SHARED_NAME = "Harbour Supply"
"""Several companies have it, each with an id and a domain of its own."""

_FIRST_WORDS = (
    "Amber", "Birch", "Cedar", "Delta", "Elm", "Falcon", "Granite", "Harvest", "Iron", "Juniper", "Kestrel", "Linden",
    "Maple", "Northern", "Orchard", "Pioneer", "Quarry", "Ridge", "Summit", "Timber",
)  # fmt: skip
_SECOND_WORDS = (
    "Analytics", "Bakery", "Cycles", "Dental", "Electric", "Foods", "Gardens", "Holdings", "Instruments", "Joinery",
    "Kitchens", "Logistics", "Motors", "Networks", "Optics", "Partners", "Renovation", "Supply", "Textiles", "Works",
)  # fmt: skip
_BEYOND_ASCII = (
    "Müller & Söhne",
    "Estación Única",
    "O’Brien–Hale",
    "Łódź Ceramika",
    "東京ビール",
    "Cafè “Zoë”",
)
_PLACES = (
    ("Portland", "Oregon", "United States"),
    ("Austin", "Texas", "United States"),
    ("Galway", "Connacht", "Ireland"),
    ("Zürich", "", "Switzerland"),
    ("Toronto", "Ontario", "Canada"),
)
_INDUSTRIES = (
    "Hotels, Restaurants & Leisure",
    "Software",
    'Signs "made to last", Printing',
    "Health Care Equipment",
    "",
    *(f"Trade {number}" for number in range(1, 31)),
)
_FIRST_ID, _ID_STEP = 8_400_000_003, 41
_FIRST_DAY = datetime(2024, 1, 2, 8, 0)


def company_rows(count: int = 503) -> list[dict[str, str]]:
    """The export's rows as texts, all of them fit to come in."""
    chance = Random(20_240_102)
    return [_row(place, chance) for place in range(count)]


def company_export(rows: list[dict[str, str]] | None = None) -> bytes:
    """The file: those rows, or the 503 of `company_rows`."""
    held = io.StringIO()
    writer = csv.DictWriter(held, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(company_rows() if rows is None else rows)
    return held.getvalue().encode("utf-8-sig")


def mistaken_rows() -> dict[str, dict[str, str]]:
    """Rows that must fail, by the column whose reason says why (`row`: the row as a whole).

    The last repeats the first company of `company_rows`.
    """
    fit = company_rows(1)[0]

    def but(number: int, **changed: str) -> dict[str, str]:
        own = {"Record ID": f"77000000{number:02}", "Company Domain Name": f"mistaken{number}.example"}
        return fit | own | {name.replace("_", " "): value for name, value in changed.items()}

    return {
        "Company name": but(1, Company_name="N" * 101),
        "Last Activity Date": but(2, Last_Activity_Date="2025-02-30 10:00"),
        "Company Domain Name": but(3, Company_Domain_Name="not a domain"),
        "Record ID": but(4, Record_ID="9.1E+09"),
        "row": fit | {"Company name": "The same again"},
    }


def _row(place: int, chance: Random) -> dict[str, str]:
    city, region, country = chance.choice(_PLACES)
    created = _FIRST_DAY + timedelta(hours=chance.randrange(0, 10_000))
    active = created + timedelta(hours=chance.randrange(1, 4_000))
    return {
        "Record ID": str(_FIRST_ID + place * _ID_STEP),
        "Company name": _name(place),
        "Company owner": chance.choice((*OWNERS, STRANGER, "")),
        "Create Date": f"{created:%Y-%m-%d %H:%M}",
        "Phone Number": "",
        "Last Activity Date": f"{active:%Y-%m-%d %H:%M}" if chance.random() < 0.75 else "",
        "City": city,
        "State/Region": region,
        "Country/Region": country if place != 11 else "",
        "Industry": chance.choice(_INDUSTRIES),
        "Lifecycle Stage": chance.choice(LIFECYCLE),
        "Company Domain Name": f"company{place}.example",
    }


def _name(place: int) -> str:
    if place % 100 == 50:
        return SHARED_NAME
    if place % 80 == 7:
        return f"{_BEYOND_ASCII[place // 80 % len(_BEYOND_ASCII)]} {place}"
    first, second = _FIRST_WORDS[place % 20], _SECOND_WORDS[place // 20 % 20]
    return f"{first} {second}" if place < 400 else f"{first} {second}, Inc."
