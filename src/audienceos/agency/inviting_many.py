"""Invitations from a list: looked at line by line, then sent one by one by the same action as a single one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Literal, cast

import msgspec
from sqlalchemy import select

from audienceos.agency.access import invitations_seen, visible_users
from audienceos.agency.invitations import PENDING, invite
from audienceos.agency.models import Invitation, User
from audienceos.agency.standing import require_host
from audienceos.platform import clock
from audienceos.platform.actor import Role
from audienceos.platform.auth.emails import email_key, is_email
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Invalid, TooMany
from audienceos.platform.settings import Settings
from audienceos.platform.sheets.reading import read_sheet
from audienceos.platform.sheets.shapes import Limits, Row, SheetError

MOST = 100
MOST_BYTES = 1024 * 1024
FILE = Limits(rows=MOST, file_bytes=MOST_BYTES, columns=20, cell_chars=1000)
EMAIL_HEADS = frozenset({"email", "e-mail", "e-mail address", "email address", "mail", "address"})
ROLE_HEADS = frozenset({"role"})
NAME_HEADS = frozenset({"name", "full name"})
ROLES: dict[str, Role] = {
    "": "user",
    "user": "user",
    "member": "user",
    "admin": "admin",
    "administrator": "admin",
}

Act = Callable[[], AbstractAsyncContextManager[Db]]
State = Literal["ready", "wrong", "sent", "waiting"]


class Line(msgspec.Struct, frozen=True):
    """One of the list, as it was written. The name is for whoever looks it over, and is not kept."""

    number: int
    email: str
    role: str = ""
    name: str = ""


class Judged(msgspec.Struct, frozen=True):
    """What is to become of a line, or became of it."""

    line: int
    email: str
    role: str
    name: str
    state: State
    """`waiting`: the hour's invitations are used up; send the list again later."""
    problem: str = ""
    link: str = ""
    """Of one that was sent, where no mail leaves: shown this once, to be handed on."""


async def lines_of(path: Path) -> list[Line]:
    """The lines of a CSV file or a workbook. Raises `Invalid` at `file` for what is no list of at most 100 addresses."""
    return await asyncio.to_thread(_lines, path)


def _lines(path: Path) -> list[Line]:
    sheet = read_sheet(path, limits=FILE)
    heads = [head.strip().casefold() for head in sheet.header]
    places = [_place(heads, names) for names in (EMAIL_HEADS, ROLE_HEADS, NAME_HEADS)]
    if places[0] is None:
        raise SheetError.because(
            "no_addresses", "Name a column “E-mail” in the first line; “Role” and “Name” may stand beside it."
        )
    return [_line(row, places) for row in sheet.rows]


def _place(heads: Sequence[str], names: frozenset[str]) -> int | None:
    return next((at for at, head in enumerate(heads) if head in names), None)


def _line(row: Row, places: Sequence[int | None]) -> Line:
    email, role, name = ("" if at is None else row.cells[at].strip() for at in places)
    return Line(row.line, email, role, name)


async def looked_over(db: Db, lines: Sequence[Line]) -> list[Judged]:
    """What would become of each; nothing is sent. Raises `Forbidden` as `invite` does, `Invalid` for too many."""
    require_host(db.actor, "invite people")
    if len(lines) > MOST:
        raise Invalid.at("file", f"Send at most {MOST} at a time")
    here, asked, seen = await _here(db), await _asked(db), dict[str, int]()
    judged: list[Judged] = []
    for line in lines:
        key = email_key(line.email)
        problem = _problem(line, here, asked, seen)
        seen.setdefault(key, line.number)
        role = ROLES.get(line.role.casefold(), "user")
        judged.append(
            Judged(line.number, line.email, role, line.name, "wrong" if problem else "ready", problem)
        )
    return judged


def _problem(line: Line, here: dict[str, bool], asked: set[str], seen: dict[str, int]) -> str:
    key = email_key(line.email)
    if not line.email:
        return "The e-mail address is missing"
    if not is_email(line.email):
        return "This is no e-mail address, like name@example.com"
    if line.role.casefold() not in ROLES:
        return "The role is neither user nor admin"
    if key in seen:
        return f"The same address stands on line {seen[key]}"
    if key in here:
        return "They are here already" if here[key] else "They were deactivated here: reactivate them instead"
    return "They are invited already: send that one again" if key in asked else ""


async def _here(db: Db) -> dict[str, bool]:
    found = await db.execute(visible_users(db.actor).with_only_columns(User.email_key, User.is_active))
    return dict(cast("list[tuple[str, bool]]", found.all()))


async def _asked(db: Db) -> set[str]:
    open_ones = invitations_seen().params(agency_id=db.actor.agency_id).where(PENDING)
    alive = open_ones.where(Invitation.expires_at > clock.now()).with_only_columns(Invitation.email_key)
    return set((await db.scalars(select(alive.subquery().c.email_key))).all())


async def send_all(act: Act, settings: Settings, lines: Sequence[Line]) -> list[Judged]:
    """Send those that can be sent, each in a transaction of its own that `act` opens: the hour's limit is counted from
    what is written. What stands against one is told beside it and stops none of the rest; beyond the limit the rest
    waits, and the same list may be sent again, since who was asked is passed over. Raises as `looked_over` does.
    """
    async with act() as db:
        judged = await looked_over(db, lines)
    done: list[Judged] = []
    full = ""
    for one in judged:
        told = one
        if one.state == "ready" and full:
            told = msgspec.structs.replace(one, state="waiting", problem=full)
        elif one.state == "ready":
            told = await _sent(act, settings, one)
            full = told.problem if told.state == "waiting" else ""
        done.append(told)
    return done


async def _sent(act: Act, settings: Settings, one: Judged) -> Judged:
    try:
        async with act() as db:
            invited = await invite(db, settings, one.email, cast("Role", one.role))
    except TooMany as limit:
        return msgspec.structs.replace(one, state="waiting", problem=limit.detail)
    except (Invalid, Conflict) as refused:
        words = " ".join(fault.message for fault in refused.faults) or refused.detail
        return msgspec.structs.replace(one, state="wrong", problem=words)
    link = invited.link if invited.email_status == "kept" else ""
    return msgspec.structs.replace(one, state="sent", link=link)
