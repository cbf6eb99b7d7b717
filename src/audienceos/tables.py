"""Every table of the product, in one place: importing this makes `metadata` complete.

A room's models are its own; only this file and its readers (migrations' tests, the wall's check, the drawing
in `docs/data-model.md`) look at all of them together.
"""

from __future__ import annotations

from audienceos.ads import models as ads
from audienceos.agency import models as agency
from audienceos.alerts import models as alerts
from audienceos.assistant import models as assistant
from audienceos.automations import models as automations
from audienceos.clients import models as clients
from audienceos.clients.importing import models as imports
from audienceos.clients.models import bulk, checklists
from audienceos.connections import models as connections
from audienceos.dashboard import models as dashboard
from audienceos.inbox import models as inbox
from audienceos.inbox.models import answers as inbox_answers
from audienceos.inbox.models import archives as inbox_archives
from audienceos.inbox.models import beside as inbox_beside
from audienceos.inbox.models import comments as inbox_comments
from audienceos.inbox.models import templates as inbox_templates
from audienceos.knowledge import models as knowledge
from audienceos.notifications import models as notifications
from audienceos.platform.auth import models as auth
from audienceos.platform.db.base import Base
from audienceos.platform.events import models as events
from audienceos.platform.mail import models as mail
from audienceos.platform.web import models as web
from audienceos.tickets import models as tickets

ROOMS = {
    "platform": (auth, events, mail, web),
    "agency": (agency,),
    "clients": (clients, imports, bulk, checklists),
    "connections": (connections,),
    "inbox": (inbox, inbox_beside, inbox_archives, inbox_answers, inbox_comments, inbox_templates),
    "alerts": (alerts,),
    "knowledge": (knowledge,),
    "assistant": (assistant,),
    "tickets": (tickets,),
    "notifications": (notifications,),
    "automations": (automations,),
    "dashboard": (dashboard,),
    "ads": (ads,),
}
"""Whose tables they are, from the ground up."""

metadata = Base.metadata
