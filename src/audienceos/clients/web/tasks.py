"""Handlers of the client's own page, of tasks and of what stages bring with them."""

from __future__ import annotations

from audienceos.clients.api import copies, merges, task_templates, tasks
from audienceos.clients.pages import client, copying, merging, my_work
from audienceos.clients.pages import task_templates as template_pages
from audienceos.clients.pages import tasks as task_pages

MODULES = (
    client,
    my_work,
    copying,
    copies,
    merging,
    merges,
    tasks,
    task_templates,
    task_pages,
    template_pages,
)
