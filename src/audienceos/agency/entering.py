"""An agency is founded: person, agency, address and the first admin's seat, all or nothing."""

from __future__ import annotations

from uuid import UUID

import msgspec

from audienceos.agency.models import Agency, User
from audienceos.agency.people import (
    NewPerson,
    actor_in,
    checked_names,
    checked_person,
    checked_words,
    seat,
    tried,
)
from audienceos.agency.slugs import check_slug, claim, claim_free, slug_of
from audienceos.agency.standing import require_admin_today
from audienceos.agency.zones import checked_zone, is_kept
from audienceos.platform.actor import Actor
from audienceos.platform.auth import throttle
from audienceos.platform.auth.accounts import Account, Browser, account_of, create_account
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.recovery import post_verification
from audienceos.platform.auth.sessions import Opened, open_session
from audienceos.platform.db.base import uuid7
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import FieldFault, Forbidden, Invalid
from audienceos.platform.events.recording import record
from audienceos.platform.settings import SignupPolicy
from audienceos.platform.web.etags import check_version

AGENCY_NAME_LENGTH = 100


class Founding(msgspec.Struct, frozen=True, kw_only=True):
    """What someone says who founds an agency. E-mail and password only from somebody new."""

    name: str
    first_name: str
    last_name: str
    email: str = ""
    password: str = ""
    zone: str = "UTC"

    @property
    def person(self) -> NewPerson:
        """The founder, where they are new."""
        return NewPerson(
            email=self.email, password=self.password, first_name=self.first_name, last_name=self.last_name
        )


class Founded(msgspec.Struct, frozen=True):
    """A new agency and its first admin; a session for somebody new, shown this once."""

    agency_id: UUID
    slug: str
    user_id: UUID
    account_id: UUID
    session: Opened | None


async def found_agency(
    auth: Auth,
    founding: Founding,
    *,
    by: UUID | None = None,
    browser: Browser | None = None,
    policy: SignupPolicy = "open",
) -> Founded:
    """Found an agency for somebody new, or for the signed-in account `by`.

    `policy` is the installation's: `open` lets anyone, `invite` only who already has an account, `closed`
    nobody (the command line passes `open`). Raises `Forbidden` (`signup_closed`), `Invalid` with every wrong
    field, `Conflict` (`email_taken`), `TooMany`.
    """
    _require_open(policy, is_new=by is None)
    wanted = checked_founding(founding, is_new=by is None)
    password_hash = await auth.passwords.hash(wanted.password) if by is None else None
    async with auth.database.serving() as db:
        source = str(by) if by else throttle.prefix_of(browser.address if browser else "")
        if source:
            await throttle.take(db, throttle.SIGN_UPS, source)
        account = await (account_of(db, by) if by else create_account(db, wanted.email, password_hash or ""))
        user, slug = await _seat_founder(db, wanted, account)
        if by is not None:
            return Founded(user.agency_id, slug, user.id, account.id, None)
        await post_verification(auth, db, account.id)
        opened = open_session(db, auth.settings, account.id, browser.user_agent if browser else "")
        return Founded(user.agency_id, slug, user.id, account.id, opened)


async def rename_slug(auth: Auth, actor: Actor, slug: str, *, expected: int | None = None) -> str:
    """Give the admin's agency another address; the old ones go on leading to it and are nobody else's.

    `expected` is the version that was read. Raises `Forbidden`, `Stale`, `Invalid`, `Conflict` (`slug_taken`).
    """
    wanted = check_slug(slug)
    async with auth.database.serving() as db:
        agency = await db.get_one(Agency, actor.agency_id, with_for_update=True)
        await require_admin_today(db, actor)
        if expected is not None:
            check_version(agency, expected)
        if agency.slug == wanted:
            return wanted
        await claim(db, agency.id, wanted)
        before, agency.slug, agency.version = agency.slug, wanted, agency.version + 1
        await record(
            db,
            "agency.readdressed",
            "agency",
            agency.id,
            actor=actor,
            before={"slug": before},
            after={"slug": wanted},
        )
        return wanted


def _require_open(policy: SignupPolicy, *, is_new: bool) -> None:
    if policy == "closed" or (policy == "invite" and is_new):
        raise Forbidden("New agencies are opened by whoever runs this installation.", code="signup_closed")


def checked_founding(founding: Founding, *, is_new: bool) -> Founding:
    """The same with its words tidied. Raises `Invalid` with every wrong field."""
    faults: list[FieldFault] = []
    name = tried(faults, checked_words, founding.name, "name", AGENCY_NAME_LENGTH) or ""
    tried(faults, checked_zone, founding.zone, "zone")
    if is_new:
        person = checked_person(founding.person, faults, name)
        first, last, email = person.first_name, person.last_name, person.email
    else:
        (first, last), email = checked_names(founding.first_name, founding.last_name, faults), ""
    if faults:
        raise Invalid(faults)
    return msgspec.structs.replace(founding, name=name, first_name=first, last_name=last, email=email)


async def _seat_founder(db: Db, founding: Founding, account: Account) -> tuple[User, str]:
    # A browser may name a younger zone than the database knows; the founder chooses another in the settings.
    zone = founding.zone if await is_kept(db, founding.zone) else "UTC"
    agency = Agency(id=uuid7(), name=founding.name, slug=slug_of(founding.name), timezone=zone)
    db.add(agency)
    await db.flush()
    agency.slug = await claim_free(db, agency.id, founding.name)
    user = seat(agency.id, account, (founding.first_name, founding.last_name), "admin")
    db.add(user)
    await db.flush()
    actor = actor_in(user, agency.timezone)
    await record(db, "agency.founded", "agency", agency.id, actor=actor, name=agency.name)
    return user, agency.slug
