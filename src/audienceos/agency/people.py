"""A person's seat in an agency: what its fields may hold, how it is made, and who acts from it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from audienceos.agency.models import User
from audienceos.platform.actor import Actor, Role
from audienceos.platform.auth.accounts import Account
from audienceos.platform.auth.emails import checked_email, email_key
from audienceos.platform.auth.passwords import check_password
from audienceos.platform.db.base import uuid7
from audienceos.platform.errors import FieldFault, Invalid

NAME_LENGTH = 50
UNSTORABLE = ("Cc", "Cs")  # control characters and halves of a character
BREAKS = "\n\r\t"

P = ParamSpec("P")
T = TypeVar("T")


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who has no account yet."""

    email: str
    password: str
    first_name: str
    last_name: str


def checked_person(person: NewPerson, faults: list[FieldFault], *own: str) -> NewPerson:
    """The person with their words tidied; what is wrong is added to `faults`. `own` may not be in the password."""
    first, last = checked_names(person.first_name, person.last_name, faults)
    email = tried(faults, checked_email, person.email) or ""
    tried(faults, check_password, person.password, (email, first, last, *own))
    return NewPerson(email=email, password=person.password, first_name=first, last_name=last)


def checked_names(first_name: str, last_name: str, faults: list[FieldFault]) -> tuple[str, str]:
    """Both names, tidied; what is wrong is added to `faults`."""
    first = tried(faults, checked_words, first_name, "first_name") or ""
    last = tried(faults, checked_words, last_name, "last_name") or ""
    return first, last


def tried(faults: list[FieldFault], check: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """What the check gives. What it finds wrong is kept in `faults`, so that every field is told at once."""
    try:
        return check(*args, **kwargs)
    except Invalid as problem:
        faults.extend(problem.faults)
        return None


def checked_words(text: str, field: str, longest: int = NAME_LENGTH) -> str:
    """One line of text with its spaces tidied. Raises `Invalid` when empty, too long or unstorable."""
    tidy = " ".join(text.split())
    if not tidy:
        raise Invalid.at(field, "Fill this in")
    if len(tidy) > longest:
        raise Invalid.at(field, f"Use at most {longest} characters")
    return storable(tidy, field)


def storable(text: str, field: str) -> str:
    """The text itself, of one or several lines. Raises `Invalid` for a control character or half a character."""
    if any(unicodedata.category(letter) in UNSTORABLE and letter not in BREAKS for letter in text):
        raise Invalid.at(field, "Holds a character that can't be stored: remove it")
    return text


def checked_https(url: str, field: str, longest: int) -> str:
    """An https address. Raises `Invalid`."""
    try:
        parts = urlsplit(url)
        right = parts.scheme == "https" and bool(parts.hostname)
    except ValueError:
        right = False
    if not right or len(url) > longest or not url.isprintable() or " " in url:
        raise Invalid.at(field, f"Use an https address of at most {longest} characters")
    return url


def seat(agency_id: UUID, account: Account, names: tuple[str, str], role: Role) -> User:
    """A new seat for the person, to be added by the service login."""
    return User(
        agency_id=agency_id,
        id=uuid7(),
        account_id=account.id,
        email=account.email,
        email_key=email_key(account.email),
        email_verified_at=account.verified_at,
        first_name=names[0],
        last_name=names[1],
        role=role,
    )


def name_of(user: User) -> str:
    """First and last name, as the database joins them too."""
    return f"{user.first_name} {user.last_name}"


def actor_in(user: User, zone: str = "UTC") -> Actor:
    """The person acting from this seat, where the service login writes for them."""
    return Actor(
        agency_id=user.agency_id,
        user_id=user.id,
        role=cast("Role", user.role),
        name=name_of(user),
        zone=zone,
        verified=user.email_verified_at is not None,
    )
