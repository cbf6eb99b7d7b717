"""What signing in and its like stand on in this process, handed to each function instead of looked up."""

from __future__ import annotations

import msgspec

from audienceos.platform.auth.passwords import Passwords
from audienceos.platform.auth.ports import Directory
from audienceos.platform.db.database import Database
from audienceos.platform.settings import Settings


class Auth(msgspec.Struct, frozen=True):
    """Made once a process, by whoever composes it."""

    database: Database
    settings: Settings
    passwords: Passwords
    directory: Directory
