"""Tries at something guessable, counted exactly in PostgreSQL for all processes, and slowed down.

The rule of signing in. Every try is counted before the password is looked at, so a hundred at once count as a
hundred; a try that is refused counts nowhere, so hammering buys nothing and prolongs nothing.

1. *A browser that has signed in to this account before* is judged alone: five tries, then one a second, two,
   four ... up to one a minute. Nobody else's failures reach it, so an attacker can't keep the owner out.
2. *Any other browser* is judged by (e-mail, network address) in the same way,
3. and by its network address over all e-mails: thirty tries, then one a second ... up to one in half a minute.
   A success gives its try back. An address is one IPv4 address or an IPv6 /64;
   unknown, it is not judged.
4. Failures on an e-mail from everywhere together refuse nothing: beyond twenty they make each further try of an
   unknown browser wait, a quarter of a second more each time, at most four seconds. An attacker with many
   addresses is slowed; the owner at a new browser waits four seconds and enters.

Counts are forgotten after fifteen minutes without a try. Whether the e-mail has an account changes nothing.
Keys are hashed: the table holds no address of either kind.
"""

from __future__ import annotations

import math
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import cast

import msgspec
from sqlalchemy import delete, text

from audienceos.platform import clock
from audienceos.platform.auth.models import Throttle
from audienceos.platform.auth.secrets import hash_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import TooMany

MEMORY = timedelta(minutes=15)


class Slowing(msgspec.Struct, frozen=True):
    """`free` tries, then a pause of 1, 2, 4 ... seconds before each further one, at most `longest` seconds."""

    name: str
    free: int
    longest: int


class Limit(msgspec.Struct, frozen=True):
    """At most `tries` in a window of `seconds`, which begins with the first."""

    name: str
    tries: int
    seconds: int


BROWSER = Slowing("browser", free=5, longest=60)
PAIR = Slowing("pair", free=5, longest=60)
ADDRESS = Slowing("address", free=30, longest=30)
WAITS_AFTER, WAIT_STEP, LONGEST_WAIT = 20, 0.25, 4.0  # rule 4: tries, seconds, seconds

MAILS_TO_ONE = Limit("mails to one", tries=5, seconds=3600)
"""Verification and reset mails to one address: enough to find the mail, too few to flood a mailbox."""
MAILS_FROM_ONE = Limit("mails from one", tries=20, seconds=3600)
SIGN_UPS = Limit("sign-ups", tries=20, seconds=3600)
EXPORTS = Limit("exports", tries=10, seconds=3600)
UPLOADS = Limit("pictures", tries=30, seconds=3600)

# Seconds between the last try and the next: the exponent is bounded, since power() overflows.
_PAUSE = "case when t.tries < :free then 0 else least(:longest, power(2, least(t.tries - :free, 16))) end"
# The last try was at window_ends_at - MEMORY, so "last try + pause <= now" is said by comparing both ends.
_ADMIT = text(f"""
    insert into throttle as t (key, tries, window_ends_at) values (:key, 1, :ends)
    on conflict (key) do update
       set tries = case when t.window_ends_at <= :now then 1 else t.tries + 1 end,
           window_ends_at = excluded.window_ends_at
     where t.window_ends_at <= :now or t.window_ends_at + make_interval(secs => {_PAUSE}) <= :ends
    returning tries
""")  # noqa: S608
_REMAINING = text(f"""
    select extract(epoch from t.window_ends_at + make_interval(secs => {_PAUSE}) - :ends)
      from throttle t where t.key = :key
""")  # noqa: S608
_TAKE = text("""
    insert into throttle as t (key, tries, window_ends_at) values (:key, 1, :ends)
    on conflict (key) do update
       set tries = case when t.window_ends_at <= :now then 1 else t.tries + 1 end,
           window_ends_at = case when t.window_ends_at <= :now then excluded.window_ends_at
                                 else t.window_ends_at end
     where t.window_ends_at <= :now or t.tries < :limit
    returning tries
""")
_LEFT = text("select extract(epoch from window_ends_at - :now) from throttle where key = :key")
_GIVE_BACK = text("update throttle set tries = greatest(tries - 1, 0) where key = :key")


async def admit(db: Db, slowing: Slowing, *what: str) -> None:
    """Count a try at `what`. Raises `TooMany` with the seconds to wait, and then the try is not counted."""
    now = clock.now()
    given = {"key": key_of(slowing.name, *what), "ends": now + MEMORY}
    pace = {"free": slowing.free, "longest": slowing.longest}
    if await db.scalar(_ADMIT, {**given, **pace, "now": now}) is None:
        raise TooMany(_seconds(await db.scalar(_REMAINING, {**given, **pace})))


async def take(db: Db, limit: Limit, *what: str) -> None:
    """Count one use of what is limited. Raises `TooMany` when the window is full; the refused use counts nowhere."""
    now = clock.now()
    key = key_of(limit.name, *what)
    ends = now + timedelta(seconds=limit.seconds)
    if await db.scalar(_TAKE, {"key": key, "ends": ends, "now": now, "limit": limit.tries}) is None:
        raise TooMany(_seconds(await db.scalar(_LEFT, {"key": key, "now": now})))


async def admit_sign_in(db: Db, email: str, address: str, known: str | None) -> float:
    """Count a try at signing in, by the rule above; `known` marks a browser that this account has used.

    Returns the seconds to wait before the password is looked at. Raises `TooMany`.
    """
    if known:
        await admit(db, BROWSER, email, known)
        return 0.0
    await admit(db, PAIR, email, prefix_of(address))
    if address:
        await admit(db, ADDRESS, prefix_of(address))
    now = clock.now()
    tries = await db.scalar(
        _TAKE,
        {"key": key_of("e-mail", email), "now": now, "ends": now + MEMORY, "limit": 1_000_000},
    )
    return max(0.0, min(LONGEST_WAIT, ((tries or 0) - WAITS_AFTER) * WAIT_STEP))


async def forgive_sign_in(db: Db, email: str, address: str, known: str | None) -> None:
    """The password was right: forget this browser's tries, give the try back to what it shares with others."""
    if known:
        await forget(db, BROWSER, email, known)
        return
    await forget(db, PAIR, email, prefix_of(address))
    for shared in (key_of(ADDRESS.name, prefix_of(address)), key_of("e-mail", email)):
        await db.execute(_GIVE_BACK, {"key": shared})


async def forget(db: Db, slowing: Slowing, *what: str) -> None:
    """Forget the tries at `what`: whoever it is got it right."""
    await db.execute(delete(Throttle).where(Throttle.key == key_of(slowing.name, *what)))


async def forget_old(database: Database) -> int:
    """Drop the counts whose window is over; the timetable calls it. Returns how many."""
    async with database.serving() as db:
        dropped = await db.execute(
            delete(Throttle).where(Throttle.window_ends_at <= clock.now()).returning(Throttle.key)
        )
        return len(dropped.all())


def prefix_of(address: str) -> str:
    """What one subscriber holds: an IPv4 address, an IPv6 /64; anything else as it is."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or ip_network((ip, 64), strict=False))
    return str(ip)


def key_of(*parts: str) -> str:
    """The hash under which something is counted."""
    return hash_of("\x1f".join(parts))


def _seconds(left: object) -> int:
    return max(1, math.ceil(float(cast("float", left or 0))))
