"""The seed's first phase: an agency, its people, its clients and their way through the pipeline.

Revision 001.
"""

from audienceos.migrations import building as b
from audienceos.migrations.phase_1 import agency, beyond, pipeline

revision = "001"
down_revision = "000"


def upgrade() -> None:
    agency.agency()
    agency.slug()
    agency.user()
    agency.invitation()
    agency.api_token()
    pipeline.client()
    pipeline.client_assignment()
    pipeline.stage_event()
    pipeline.task()
    beyond.client_contact()
    beyond.client_note()
    beyond.client_signal()
    beyond.client_external_id()
    beyond.custom_field()
    beyond.client_import()
    beyond.client_import_row()
    b.script("enter.sql")


def downgrade() -> None:
    b.run(["drop function app.enter(uuid, text, text)", "drop view client_read"])
    b.drop("client_import_row", "client_import", "custom_field")
    b.drop("client_external_id", "client_signal", "client_note", "client_contact")
    b.drop("task", "stage_event", "client_assignment", "client")
    b.drop("api_token", "invitation", "user", "slug", "agency")
