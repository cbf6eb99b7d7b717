"""The agency's name in its address: which may be one, and who gets it."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from audienceos.agency.models import Slug
from audienceos.platform.auth.ports import Place
from audienceos.platform.db.sessions import Db
from audienceos.platform.errors import Conflict, Invalid

SHORTEST, LONGEST = 2, 50
MADE = 40  # letters kept of a name, so that a number still fits behind
NUMBERED = 9  # namesakes that get a number; later ones get something random, which always ends the search
SHAPE = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])")

RESERVED = frozenset(
    {
        *(
            "v1",
            "v2",
            "api",
            "static",
            "assets",
            "files",
            "health",
            "metrics",
            "live",
            "docs",
            "_kit",
            "webhooks",
        ),
        *(
            "openapi.json",
            ".well-known",
            "favicon.ico",
            "robots.txt",
            "sitemap.xml",
            "manifest.json",
            "sw.js",
        ),
        *(
            "sign-in",
            "sign-out",
            "sign-up",
            "invite",
            "verify",
            "reset",
            "account",
            "agencies",
            "oauth",
            "connect",
        ),
        *(
            "about",
            "admin",
            "app",
            "help",
            "login",
            "logout",
            "new",
            "privacy",
            "security",
            "settings",
            "status",
        ),
        *("support", "terms", "www", "mail", "audienceos"),
    }
)
"""Every first part of an address that is ours, and words that would pass for ours. A law compares the routes."""


def slug_of(name: str) -> str:
    """The address that a name suggests: `Müller & Söhne` gives `muller-sohne`; without Latin letters `agency`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:MADE].strip("-")
    return slug if len(slug) >= SHORTEST else "agency"


def check_slug(slug: str, field: str = "slug") -> str:
    """The slug itself. Raises `Invalid` at `field` unless it may be an address."""
    if not SHORTEST <= len(slug) <= LONGEST or not SHAPE.fullmatch(slug) or "--" in slug:
        message = f"Use {SHORTEST} to {LONGEST} small letters, digits and single hyphens between them"
        raise Invalid.at(field, message)
    if slug in RESERVED:
        raise Invalid.at(field, "This word is kept for our own pages; choose another")
    return slug


async def claim_free(db: Db, agency_id: UUID, name: str) -> str:
    """Give a new agency the best free address that its name suggests. The service login's."""
    for slug in _candidates(slug_of(name)):
        if slug not in RESERVED and await _claim(db, agency_id, slug):
            return slug
    raise AssertionError("the candidates never end")


async def claim(db: Db, agency_id: UUID, slug: str) -> None:
    """Make `slug` the agency's present address; the earlier ones go on leading to it. The service login's.

    An agency may take back one of its own. Raises `Conflict` (`slug_taken`) for what another has, or had.
    """
    if not await _claim(db, agency_id, slug):
        owner = await db.scalar(select(Slug.agency_id).where(Slug.slug == slug))
        if owner != agency_id:
            raise Conflict("Another agency has, or once had, this address.", code="slug_taken")
    await db.execute(update(Slug).where(Slug.agency_id == agency_id).values(is_current=Slug.slug == slug))


def could_be_slug(text: str) -> bool:
    """Whether an agency could live there."""
    return len(text) <= LONGEST and SHAPE.fullmatch(text) is not None


async def place_at(db: Db, slug: str) -> Place | None:
    """The agency that has, or once had, this address, and its present one. The service login's."""
    if not could_be_slug(slug):
        return None
    asked = select(Slug.agency_id).where(Slug.slug == slug).scalar_subquery()
    row = (
        await db.execute(select(Slug.agency_id, Slug.slug).where(Slug.agency_id == asked, Slug.is_current))
    ).one_or_none()
    return Place(row[0], row[1]) if row else None


async def _claim(db: Db, agency_id: UUID, slug: str) -> bool:
    claimed = await db.scalar(
        insert(Slug)
        .values(slug=slug, agency_id=agency_id, is_current=True)
        .on_conflict_do_nothing(index_elements=["slug"])
        .returning(Slug.slug)
    )
    return claimed is not None


def _candidates(base: str) -> Iterator[str]:
    yield base
    yield from (f"{base}-{number}" for number in range(2, NUMBERED + 1))
    while True:
        yield f"{base}-{secrets.token_hex(3)}"
