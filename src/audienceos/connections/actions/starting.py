"""Going to a vendor to grant access: once, within ten minutes, for whoever began it."""

from __future__ import annotations

from sqlalchemy import delete

from audienceos.agency.access import require_admin
from audienceos.connections.models import OAuthStart
from audienceos.connections.ports import Asking, ProviderName, provider_of
from audienceos.connections.state import BadState, Carried, carried, challenge, signed, verifier
from audienceos.connections.vault import app_for
from audienceos.platform import clock
from audienceos.platform.actor import Actor
from audienceos.platform.auth.secrets import hash_of
from audienceos.platform.auth.throttle import Limit, take
from audienceos.platform.db.database import Database
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Invalid
from audienceos.platform.settings import Settings

ONES_OWN: tuple[ProviderName, ...] = ("gmail",)
"""Services at which a person grants access to what is theirs alone."""
STARTS = Limit("connection starts", tries=5, seconds=60)
"""Of one person: enough to try again, too few to flood a vendor."""


async def begin(
    database: Database, settings: Settings, actor: Actor, provider: ProviderName, *, is_own: bool = False
) -> tuple[str, Carried]:
    """Where the acting admin is sent to grant access, and what is to be kept of it by `keep_start`. Anybody may go for a
    mailbox of their own, which `is_own` says.

    Raises `Forbidden`, `Invalid` for a service that isn't one's own, `TooMany`, and `Conflict` (`no_app`) where there is
    no app to ask in the name of.
    """
    if not is_own:
        require_admin(actor, "connect the agency with a service")
    elif provider not in ONES_OWN:
        raise Invalid.at("is_own", "Only a mailbox at Gmail can be one's own")
    service = provider_of(provider)
    async with database.serving() as db:
        await take(db, STARTS, str(actor.person))
    app = await app_for(database, actor.agency_id, service.vendor)
    if app is None:
        raise Conflict(f"Give the agency's own app for {service.words} first.", code="no_app")
    what = carried(actor.agency_id, actor.person, provider, is_own=is_own)
    asking = Asking(
        redirect=return_address(settings, provider),
        state=signed(settings, what),
        challenge=challenge(verifier(settings, what.nonce)),
    )
    return service.address(app, asking), what


async def keep_start(db: Db, what: Carried) -> None:
    """Note that the acting person went there. The one they began before at that service is good no more."""
    row = OAuthStart
    mine = (row.agency_id == db.actor.agency_id, row.user_id == db.actor.person)
    await db.execute(delete(row).where(*mine, row.provider == what.provider))
    db.add(
        OAuthStart(
            user_id=db.actor.person,
            provider=what.provider,
            nonce_hash=hash_of(what.nonce),
            expires_at=what.ends,
        )
    )


async def take_start(db: Db, what: Carried) -> None:
    """Use it up, whatever comes of it. Raises `BadState` unless it is the acting person's own and unused."""
    row = OAuthStart
    mine = (row.agency_id == what.agency_id, row.user_id == what.user_id, row.provider == what.provider)
    if (db.actor.agency_id, db.actor.user_id) != (what.agency_id, what.user_id):
        raise BadState
    used = delete(row).where(*mine, row.nonce_hash == hash_of(what.nonce)).returning(row.expires_at)
    ends = await db.scalar(used)
    if ends is None or ends <= clock.now():
        raise BadState


async def forget_old(database: Database) -> int:
    """Take out what nobody came back from; the timetable calls it. Returns how many."""
    row = OAuthStart
    async with database.serving() as db:
        gone = await db.execute(delete(row).where(row.expires_at <= clock.now()).returning(row.id))
        return len(gone.all())


def return_address(settings: Settings, provider: ProviderName) -> str:
    """Where the vendor sends people back to: the address that an app there must be told."""
    return f"{settings.url.rstrip('/')}/connect/{provider.replace('_', '-')}/return"
