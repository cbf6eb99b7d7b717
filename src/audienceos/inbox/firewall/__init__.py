"""The client firewall: what in a draft belongs to another client. Pure: no database, no clock, no network.

directory = Directory(clients, team)          # once for an agency
stops = inspect(draft, directory)             # before the draft is sent
"""

from audienceos.inbox.firewall.directory import Directory
from audienceos.inbox.firewall.inspecting import inspect
from audienceos.inbox.firewall.shapes import (
    Attachment,
    Contact,
    Draft,
    Kind,
    KnownClient,
    Part,
    Stop,
    Team,
    Variable,
)

__all__ = [
    "Attachment",
    "Contact",
    "Directory",
    "Draft",
    "Kind",
    "KnownClient",
    "Part",
    "Stop",
    "Team",
    "Variable",
    "inspect",
]
