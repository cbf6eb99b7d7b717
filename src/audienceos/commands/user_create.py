"""`audienceos user create`: an account, and an agency if one is named, whatever the sign-up policy says.

Who runs the machine answers for the address: it counts as proven. The password is asked for, or read as one line
where nobody sits at a terminal.
"""

from __future__ import annotations

import argparse
import getpass
import sys

from audienceos.agency.directory import AgencyDirectory
from audienceos.agency.entering import Founding, checked_founding, found_agency
from audienceos.commands.running import CommandError, database_ready
from audienceos.platform import clock
from audienceos.platform.auth.accounts import account_at, create_account
from audienceos.platform.auth.emails import checked_email
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.passwords import Passwords, check_password
from audienceos.platform.db.database import Database
from audienceos.platform.settings import Settings


async def run(settings: Settings, given: argparse.Namespace) -> None:
    """Make what is missing and say what there is then."""
    async with database_ready(settings) as there:
        database = Database(there, pool_size=2)
        try:
            auth = Auth(database, settings, Passwords(settings), AgencyDirectory(database))
            for line in await create(auth, given):
                print(line)
        finally:
            await database.close()


async def create(auth: Auth, given: argparse.Namespace) -> list[str]:
    """The account, unless there is one, then the agency. Raises `AppError` for what can't be, `CommandError`."""
    email, founding = checked_email(given.email), _founding(given)
    async with auth.database.serving() as db:
        account = await account_at(db, email)
    if account is not None and founding is None:
        raise CommandError(f"{email} has an account already. Name an --agency to open one for them.")
    told = [
        f"{email} {'can sign in' if account is None else 'signs in as before'} at {auth.settings.url}/sign-in"
    ]
    if account is None:
        password = _password()
        check_password(password, (email, given.first_name or "", given.last_name or "", given.agency or ""))
        kept = await auth.passwords.hash(password)
        async with auth.database.serving() as db:
            account = await create_account(db, email, kept, verified_at=clock.now())
    if founding is not None:
        founded = await found_agency(auth, founding, by=account.id)
        told.append(f"{founding.name} is at {auth.settings.url}/{founded.slug}/pipeline")
    return told


def _founding(given: argparse.Namespace) -> Founding | None:
    """The agency that is named, looked at before anything is made. Raises `Invalid`, `CommandError`."""
    if not given.agency:
        return None
    if not (given.first_name and given.last_name):
        raise CommandError("An agency's first admin has a name: give --first-name and --last-name.")
    names = {"first_name": given.first_name, "last_name": given.last_name}
    return checked_founding(Founding(name=given.agency, zone=given.timezone, **names), is_new=False)


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("The same again: "):
        raise CommandError("The two passwords differ; nothing was made.")
    return password
