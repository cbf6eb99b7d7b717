"""The command line about people: an account made by whoever runs the machine, and the mail that only they read."""

from __future__ import annotations

import argparse
import io

import pytest

from audienceos.cli import main
from audienceos.commands import outbox
from audienceos.commands.running import CommandError
from audienceos.commands.user_create import create
from audienceos.platform.auth.accounts import Browser, account_at, sign_in
from audienceos.platform.auth.entry import Auth
from audienceos.platform.auth.recovery import start_reset
from audienceos.platform.db.database import Database
from audienceos.platform.errors import AppError, Invalid
from audienceos.platform.settings import Settings
from tests.entering import PASSWORD, found, fresh_email


def given(**options: str | None) -> argparse.Namespace:
    """The options of `user create`, as the parser gives them."""
    plain: dict[str, str | None] = {"agency": None, "first_name": None, "last_name": None, "timezone": "UTC"}
    return argparse.Namespace(**plain | {"email": fresh_email()} | options)


@pytest.fixture(autouse=True)
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody sits at a terminal; the password comes as a line."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))


async def seats(auth: Auth, email: str) -> list[str]:
    """The agencies of whoever signs in."""
    entered = await sign_in(auth, email, PASSWORD, Browser())
    assert entered.verified
    return [seat.agency_name for seat in entered.seats]


async def test_an_account_is_made_with_a_confirmed_address(auth: Auth) -> None:
    options = given()
    (told,) = await create(auth, options)
    assert told == f"{options.email} can sign in at {auth.settings.url}/sign-in"
    assert await seats(auth, options.email) == []


async def test_an_agency_is_opened_with_it(auth: Auth) -> None:
    options = given(agency="Tern", first_name="Ada", last_name="Quist", timezone="Europe/Oslo")
    told = await create(auth, options)
    assert told[1].startswith("Tern is at ")
    assert await seats(auth, options.email) == ["Tern"]


async def test_somebody_known_gets_another_agency_and_keeps_their_password(auth: Auth) -> None:
    email = fresh_email()
    await found(auth, email=email)
    told = await create(auth, given(email=email, agency="Tern", first_name="Ada", last_name="Quist"))
    assert "signs in as before" in told[0]
    assert await seats(auth, email) == ["Lighthouse", "Tern"]


@pytest.mark.parametrize(
    "options",
    [
        {"email": "nobody"},
        {"agency": "Tern"},
        {"agency": "x" * 101, "first_name": "Ada", "last_name": "Quist"},
        {"agency": "Tern", "first_name": "Ada", "last_name": "Quist", "timezone": "Mars"},
        {"agency": "Seven", "first_name": "Green", "last_name": "Bicycles"},
    ],
)
async def test_what_can_not_be_makes_nothing(auth: Auth, options: dict[str, str]) -> None:
    asked = given(**options)
    with pytest.raises((AppError, CommandError)):
        await create(auth, asked)
    async with auth.database.serving() as db:
        assert await account_at(db, asked.email) is None


async def test_a_second_account_of_one_address_is_refused(auth: Auth) -> None:
    email = fresh_email()
    await found(auth, email=email)
    with pytest.raises(CommandError, match="has an account already"):
        await create(auth, given(email=email.upper()))


async def test_a_poor_password_is_told_and_makes_nothing(auth: Auth, monkeypatch: pytest.MonkeyPatch) -> None:
    options = given()
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(Invalid, match="at least 12"):
        await create(auth, options)


async def test_the_outbox_shows_links_to_who_runs_the_machine(
    auth: Auth, database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    email = fresh_email()
    await found(auth, email=email)
    await start_reset(auth, email)

    def served(settings: Settings) -> _There:
        return _There(database)

    monkeypatch.setattr(outbox, "database_served", served)
    await outbox.run(auth.settings, argparse.Namespace())

    told = capsys.readouterr().out
    assert f"To: {email}\nSubject: Choose a new password" in told
    assert f"{auth.settings.url}/reset/" in told


class _There:
    """A database that runs already."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def __aenter__(self) -> object:
        return self.database.addresses

    async def __aexit__(self, *why: object) -> None:
        return


def test_an_address_must_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["user", "create"])
    assert left.value.code == 2
    assert "--email" in capsys.readouterr().err
