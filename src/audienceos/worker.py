"""The worker process, composed: every room's jobs, and what each room needs from the others.

One of the few files that know every room. Nothing is decided here. A room's `jobs.py` registers what is in it
when it is imported, so each has its line below.
"""

from __future__ import annotations

import asyncio
import signal

from audienceos.agency.letters import INVITATION, proving_invitations
from audienceos.alerts import answers as alerts_answers
from audienceos.alerts import jobs as alerts_jobs
from audienceos.between import introduce
from audienceos.clients import answers as clients_answers
from audienceos.clients import jobs as clients_jobs
from audienceos.clients.importing import jobs as import_jobs
from audienceos.clients.jobs import changing as changing_jobs
from audienceos.connecting import tell_connections
from audienceos.connections import jobs as connections_jobs
from audienceos.dashboard import jobs as dashboard_jobs
from audienceos.inbox import answers as inbox_answers
from audienceos.inbox import jobs as inbox_jobs
from audienceos.notifications import answers as notifications_answers
from audienceos.notifications import jobs as notifications_jobs
from audienceos.platform.auth import jobs as auth_jobs
from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Addresses
from audienceos.platform.jobs.worker import Pace, work
from audienceos.platform.mail import jobs as mail_jobs
from audienceos.platform.mail.smtp import mailer_of
from audienceos.platform.settings import Settings
from audienceos.platform.storage import jobs as storage_jobs
from audienceos.platform.storage.store import keep_files, storage_of
from audienceos.platform.web import jobs as web_jobs
from audienceos.providers.gmail import jobs as gmail_jobs
from audienceos.providers.mailbox import jobs as mailbox_jobs
from audienceos.providers.slack import jobs as slack_jobs
from audienceos.tickets import answers as tickets_answers
from audienceos.tickets import jobs as tickets_jobs

ENDS = (signal.SIGINT, signal.SIGTERM)
JOBS = (
    auth_jobs,
    mail_jobs,
    storage_jobs,
    web_jobs,
    clients_jobs,
    changing_jobs,
    import_jobs,
    tickets_jobs,
    inbox_jobs,
    notifications_jobs,
    alerts_jobs,
    dashboard_jobs,
    connections_jobs,
    mailbox_jobs,
    slack_jobs,
    gmail_jobs,
)
"""Named, so that what is imported for its jobs alone is seen to be used."""


async def run(settings: Settings, there: Addresses) -> int:
    """Run jobs and the timetable until told to end; what runs then has some seconds, and is put back after them."""
    compose(settings)
    stop = asyncio.Event()
    for sign in ENDS:
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    database = Database(there, pool_size=settings.pool_size)
    try:
        # A job holds one connection at a time.
        await work(database, stop=stop, pace=Pace(at_once=max(2, settings.pool_size)))
    finally:
        await database.close()
    return 0


def compose(settings: Settings) -> None:
    """Say who answers whom in this process. Raises `SettingsError` for a mail server that can't be one."""
    clients_answers.answer_ports()
    tickets_answers.answer_ports()
    inbox_answers.answer_ports()
    notifications_answers.answer_ports()
    alerts_answers.answer_ports()
    introduce()
    notifications_jobs.link_to(settings.url)
    keep_files(storage_of(settings))
    tell_connections(settings)
    mailbox_jobs.allow(settings)
    mail_jobs.deliver_by(mailer_of(settings), {INVITATION: proving_invitations(settings)})
