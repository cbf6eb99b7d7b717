"""The audit log found by what it is asked for, unsent mail found at once, and links to an address that is yet to be.

Revision 009.
"""

from alembic import op

from audienceos.migrations import building as b

revision = "009"
down_revision = "008"

UNSENT = "sent_at is null"
PURPOSE = "account_token_purpose_ck"


def upgrade() -> None:
    event()
    mail()
    account_token()


def downgrade() -> None:
    b.run(["delete from account_token where purpose = 'email'"])
    op.drop_constraint(PURPOSE, "account_token")
    b.one_of("account_token", "purpose", "verify", "reset")
    op.drop_column("account_token", "new_email")
    for table, index in (
        ("account_mail", "account_mail_unsent_ix"),
        ("mail_out", "mail_out_unsent_ix"),
        ("event", "event_name_ix"),
        ("event", "event_subject_ix"),
        ("event", "event_kind_ix"),
        ("event", "event_actor_ix"),
    ):
        op.drop_index(index, table)


def event() -> None:
    b.index("event", "event_actor_ix", "agency_id", "actor_id", "at", where="actor_id is not null")
    b.index("event", "event_kind_ix", "agency_id", "subject_type", "at")
    b.index("event", "event_subject_ix", "agency_id", "subject_id", "at", where="subject_id is not null")
    b.index("event", "event_name_ix", "agency_id", "name", "at")


def mail() -> None:
    """Both are read by the one who delivers for all agencies, so the tenant doesn't come first."""
    b.index("mail_out", "mail_out_unsent_ix", "created_at", where=UNSENT)
    b.index("account_mail", "account_mail_unsent_ix", "created_at", where=UNSENT)


def account_token() -> None:
    op.add_column("account_token", b.may("new_email", b.words(100)))
    op.drop_constraint(PURPOSE, "account_token")
    b.one_of("account_token", "purpose", "verify", "reset", "email")
    b.check("account_token", "new_email", "(new_email is not null) = (purpose = 'email')")
