"""The seed's fifth phase: figures by day, and what each person set.

Revision 006.
"""

from audienceos.migrations import building as b
from audienceos.platform.db.wall import OWN, isolate, narrow, show

revision = "006"
down_revision = "005"

USER_READ = """
create view user_read with (security_invoker = true) as
select u.*,
       coalesce(
         (select jsonb_object_agg(p.category, p.settings)
            from (select category, jsonb_object_agg(key, value) as settings
                    from user_preference
                   where agency_id = u.agency_id and user_id = u.id
                   group by category) p),
         '{}') as preferences
  from "user" u"""
"""Preferences merged as {category: {key: value}}. Another person's are behind the wall, so theirs are empty."""


def upgrade() -> None:
    kpi_snapshot()
    ad_performance()
    user_preference()
    b.run([USER_READ])
    show("user_read")


def downgrade() -> None:
    b.run(["drop view user_read"])
    b.drop("user_preference", "ad_performance", "kpi_snapshot")


def kpi_snapshot() -> None:
    b.tenant_table(
        "kpi_snapshot",
        b.must("metric_name", b.words(100)),
        b.must("value", b.number(12, 2)),
        b.may("previous_value", b.number(12, 2)),
        b.may("metadata", b.JSON),
        b.must("snapshot_date", b.DATE),
        *b.created(),
    )
    b.unique("kpi_snapshot", "agency_id", "metric_name", "snapshot_date")
    isolate("kpi_snapshot")


def ad_performance() -> None:
    b.tenant_table(
        "ad_performance",
        b.must("client_id", b.UUID),
        b.must("platform", b.TEXT),
        b.must("account_id", b.words(100)),
        b.may("campaign_id", b.words(100)),
        b.must("date", b.DATE),
        b.must("spend", b.number(10, 2)),
        b.must("impressions", b.INT),
        b.must("clicks", b.INT),
        b.must("conversions", b.number(8, 2)),
        b.may("revenue", b.number(10, 2)),
        *b.created(),
        refs={"client_id": "client"},
    )
    b.one_of("ad_performance", "platform", "google_ads", "meta_ads")
    day = ("agency_id", "client_id", "platform", "account_id", "campaign_id", "date")
    b.unique("ad_performance", *day, name="ad_performance_day_uq", nulls_distinct=False)
    b.index("ad_performance", "ad_performance_client_ix", "agency_id", "client_id", "date desc")
    isolate("ad_performance")


def user_preference() -> None:
    b.tenant_table(
        "user_preference",
        b.must("user_id", b.UUID),
        b.must("category", b.TEXT),
        b.must("key", b.words(100)),
        b.must("value", b.JSON),
        *b.stamped(),
        refs={"user_id": "user"},
    )
    b.one_of("user_preference", "category", "notifications", "ai", "display")
    b.unique("user_preference", "agency_id", "user_id", "category", "key")
    isolate("user_preference")
    narrow("user_preference", "own", "all", using=OWN)
