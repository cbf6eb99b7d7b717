"""A person's signed-in browsers: opened, seen, looked at, ended. The service login's alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import delete, select, text, update

from audienceos.platform import clock
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.models import Account, SignIn
from audienceos.platform.auth.secrets import hash_of, new_token
from audienceos.platform.auth.security import note
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import NotFound
from audienceos.platform.settings import Settings

AGENT_LENGTH = 300
KEPT = timedelta(days=365)


class Opened(msgspec.Struct, frozen=True):
    """A fresh session. The token is shown this once; `mark` may stay in the browser after it has ended."""

    token: str
    session_id: UUID
    mark: str
    """Tells this browser from strangers when the person signs in again (`throttle`). It opens nothing."""


class Person(msgspec.Struct, frozen=True):
    """Whose session it is, outside any agency."""

    account_id: UUID
    email: str
    verified: bool
    session_id: UUID


class SessionView(msgspec.Struct, frozen=True):
    """One signed-in browser, for its owner's eyes."""

    id: UUID
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    user_agent: str


def open_session(db: Db, settings: Settings, account_id: UUID, user_agent: str) -> Opened:
    """A new session of the person, with this transaction; it ends when idle, and absolutely, as settings say."""
    token, now = new_token(), clock.now()
    expires = now + timedelta(days=settings.session_days)
    session_id = uuid7()
    db.add(
        SignIn(
            id=session_id,
            account_id=account_id,
            hash=hash_of(token),
            last_seen_at=now,
            idle_until=min(expires, now + timedelta(days=settings.session_idle_days)),
            expires_at=expires,
            user_agent="".join(c for c in user_agent if c.isprintable())[:AGENT_LENGTH],
        )
    )
    return Opened(token=token, session_id=session_id, mark=hash_of(token))


async def person_of(database: Database, token: str) -> Person | None:
    """Whose live session this secret opens, for pages outside any agency; None for nobody's."""
    now = clock.now()
    async with database.serving() as db:
        found = await db.execute(
            select(Account.id, Account.email, Account.email_verified_at, SignIn.id)
            .join(SignIn, SignIn.account_id == Account.id)
            .where(SignIn.hash == hash_of(token), SignIn.ended_at.is_(None))
            .where(SignIn.idle_until > now, SignIn.expires_at > now)
        )
        row = found.one_or_none()
    return Person(row[0], row[1], row[2] is not None, row[3]) if row else None


async def sessions_of(database: Database, account_id: UUID) -> list[SessionView]:
    """The person's live sessions, the last seen first."""
    now = clock.now()
    async with database.serving() as db:
        found = await db.scalars(
            select(SignIn)
            .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
            .where(SignIn.idle_until > now, SignIn.expires_at > now)
            .order_by(SignIn.last_seen_at.desc())
        )
        return [
            SessionView(s.id, s.created_at, s.last_seen_at, s.expires_at, s.user_agent) for s in found.all()
        ]


async def end_session(auth: Auth, account_id: UUID, session_id: UUID) -> None:
    """End one of the person's own sessions; ending an ended one is no error. Raises `NotFound`."""
    async with auth.database.serving() as db:
        session = await db.scalar(
            select(SignIn).where(SignIn.id == session_id, SignIn.account_id == account_id)
        )
        if session is None:
            raise NotFound("session")
        await end_sessions(auth, db, account_id, only=session_id)


async def end_all(auth: Auth, account_id: UUID, *, but: UUID | None = None) -> None:
    """End all of the person's sessions, or all but the one they are using."""
    async with auth.database.serving() as db:
        await end_sessions(auth, db, account_id, but=but)


async def sign_out(auth: Auth, token: str) -> None:
    """End the session that this secret opens. An unknown one is no error: nobody is signed in either way."""
    async with auth.database.serving() as db:
        session = await db.scalar(select(SignIn).where(SignIn.hash == hash_of(token)))
        if session is not None:
            await end_sessions(auth, db, session.account_id, only=session.id)


async def end_sessions(
    auth: Auth, db: Db, account_id: UUID, *, only: UUID | None = None, but: UUID | None = None
) -> None:
    """End sessions with this transaction, and tell the person's agencies, whose open pages then look again."""
    ending = update(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    if only is not None:
        ending = ending.where(SignIn.id == only)
    if but is not None:
        ending = ending.where(SignIn.id != but)
    ended = (await db.scalars(ending.values(ended_at=clock.now()).returning(SignIn.id))).all()
    for session_id in ended:
        note(db, "session.ended", account_id=account_id)
        await auth.directory.tell(db, account_id, "session.ended", "session", session_id)


async def forget_old(database: Database) -> int:
    """Drop sessions whose end lies a year back, as long as a browser keeps its mark; the timetable calls it."""
    async with database.serving() as db:
        dropped = await db.execute(
            delete(SignIn).where(SignIn.expires_at < clock.now() - KEPT).returning(SignIn.id)
        )
        return len(dropped.all())


class LastSeen:
    """When each session was last used, held back and written together: not one write a request."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._idle = timedelta(days=settings.session_idle_days)
        self._seen: dict[str, datetime] = {}

    def note(self, session_hash: str) -> None:
        """The session was used just now."""
        self._seen[session_hash] = clock.now()

    async def flush(self) -> int:
        """Write what was noted; the end by idleness moves along. Returns how many sessions were written."""
        seen, self._seen = self._seen, {}
        if not seen:
            return 0
        hashes = sorted(seen)
        given = {"hashes": hashes, "times": [seen[h] for h in hashes], "idle": self._idle}
        async with self._database.serving() as db:
            written = (await db.execute(_FLUSH, given)).all()
        return len(written)


# Locked in one order, so that two processes that saw the same sessions don't wait for each other in a ring.
_FLUSH = text("""
    with noted as (
      select s.id, n.seen from session s
        join unnest(cast(:hashes as text[]), cast(:times as timestamptz[])) as n (hash, seen) on n.hash = s.hash
       where s.ended_at is null and s.last_seen_at < n.seen
       order by s.id for update of s
    )
    update session s
       set last_seen_at = noted.seen, idle_until = least(s.expires_at, noted.seen + cast(:idle as interval))
      from noted where s.id = noted.id
    returning s.id
""")
