"""The agency says who it is, when it works and how it judges. Only its admins do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import UNSET

from audienceos.agency.access import agency_for, require_admin
from audienceos.agency.currencies import CURRENCIES
from audienceos.agency.forms import WORKDAYS, AgencyPatch, BusinessHours, Limits
from audienceos.agency.models import Agency
from audienceos.agency.people import checked_https, checked_words, tried
from audienceos.agency.pictures import give_up, require_logo
from audienceos.agency.ports import limits_answers
from audienceos.agency.zones import check_kept, checked_zone
from audienceos.platform.db.base import Json
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import FieldFault, Invalid
from audienceos.platform.events.recording import record
from audienceos.platform.web.etags import check_version

NAME_LENGTH, LOGO_LENGTH, DOMAIN_LENGTH = 100, 500, 100
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOSTNAME = re.compile(rf"(?:{LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
JUDGED_BY = frozenset({"health_thresholds", "timezone", "business_hours"})
"""What the rooms above judge by: when it changes, they judge anew."""


async def change_agency(db: Db, patch: AgencyPatch, expected: int) -> Agency:
    """Lay the given fields over the agency. What is absent stays, null clears.

    Raises `Forbidden` for who is no admin, `Stale` when somebody saved since version `expected`, and `Invalid`
    with every wrong field.
    """
    require_admin(db.actor, "change the agency's settings")
    agency = await agency_for(db, "update")
    check_version(agency, expected)
    return await _changed(db, agency, _checked(patch))


async def change_logo(db: Db, address: str | None) -> Agency:
    """Show the picture kept at that address, or none. Raises `Forbidden` for who is no admin."""
    require_logo(db.actor)
    return await _changed(db, await agency_for(db, "update"), {"logo_url": address})


async def _changed(db: Db, agency: Agency, wanted: Json) -> Agency:
    before = {name: getattr(agency, name) for name in wanted if getattr(agency, name) != wanted[name]}
    if not before:
        return agency
    if "timezone" in before:
        await check_kept(db, wanted["timezone"])
    for name in before:
        setattr(agency, name, wanted[name])
    agency.version += 1
    give_up(db, before.get("logo_url"))
    after = {name: wanted[name] for name in before}
    await record(db, "agency.changed", "agency", agency.id, before=before, after=after, fields=sorted(before))
    if before.keys() & JUDGED_BY:
        await tell_limits_changed(db)
    return agency


async def tell_limits_changed(db: Db) -> None:
    """Have the rooms above judge anew, in this transaction: it is written before they look."""
    await db.flush()
    for answer in limits_answers():
        await answer(db)


def checked_clock(text: str, field: str) -> str:
    """A time of day as HH:MM, of 24 hours. Raises `Invalid`."""
    if CLOCK.fullmatch(text) is None:
        raise Invalid.at(field, "Give a time such as 08:30")
    return text


def in_week_order(days: list[Any]) -> list[str]:
    """Each day once, Monday first."""
    week = (*WORKDAYS, "sat", "sun")
    return [day for day in week if day in days]


def _checked(patch: AgencyPatch) -> Json:
    """The given fields as they are kept. Raises `Invalid` with every wrong one."""
    given = {name: value for name, value in msgspec.structs.asdict(patch).items() if value is not UNSET}
    faults: list[FieldFault] = []
    wanted: Json = {}
    for name, value in given.items():
        check = _CHECKS.get(name)
        empty = value is None or (value == "" and name in _CLEARED)
        wanted[name] = value if check is None else None if empty else tried(faults, check, value)
    if faults:
        raise Invalid(faults)
    return wanted


def _name(text: str) -> str:
    return checked_words(text, "name", NAME_LENGTH)


def _logo(url: str) -> str:
    return checked_https(url, "logo_url", LOGO_LENGTH)


def _domain(text: str) -> str:
    host = text.lower().rstrip(".")
    if len(host) > DOMAIN_LENGTH or HOSTNAME.fullmatch(host) is None:
        raise Invalid.at("domain", "Give a host name such as northlight.example, without https://")
    return host


def _currency(code: str) -> str:
    if code.upper() not in CURRENCIES:
        raise Invalid.at("currency", "Give a currency's three letters, such as EUR")
    return code.upper()


def _hours(hours: BusinessHours) -> Json:
    faults: list[FieldFault] = []
    start = tried(faults, checked_clock, hours.start, "business_hours.start")
    end = tried(faults, checked_clock, hours.end, "business_hours.end")
    if start is not None and start == end:
        faults.append(FieldFault("business_hours.end", "Choose another time than the start"))
    if faults:
        raise Invalid(faults)
    return {"start": start, "end": end, "days": in_week_order(hours.days)}


def _limits(limits: Limits) -> Json:
    if limits.yellow >= limits.red:
        raise Invalid.at("health_thresholds.red", f"Must be above {limits.yellow}")
    return {"yellow": limits.yellow, "red": limits.red}


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "logo_url": _logo,
    "domain": _domain,
    "timezone": checked_zone,
    "currency": _currency,
    "business_hours": _hours,
    "health_thresholds": _limits,
}
_CLEARED = frozenset({"logo_url", "domain"})
