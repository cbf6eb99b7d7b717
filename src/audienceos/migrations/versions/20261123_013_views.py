"""Views of tickets are kept beside those of clients.

Revision 013.
"""

from alembic import op

from audienceos.migrations import building as b

revision = "013"
down_revision = "012"

SCREEN = "saved_view_screen_ck"
OF_CLIENTS = ("board", "list")


def upgrade() -> None:
    op.drop_constraint(SCREEN, "saved_view", type_="check")
    b.one_of("saved_view", "screen", *OF_CLIENTS, "ticket_board", "ticket_list")


def downgrade() -> None:
    b.run(["delete from saved_view where screen like 'ticket%'"])
    op.drop_constraint(SCREEN, "saved_view", type_="check")
    b.one_of("saved_view", "screen", *OF_CLIENTS)
