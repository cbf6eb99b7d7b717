"""The only door to a snapshot. It tells of the whole agency, so nobody who sees only some of its clients reads it."""

from __future__ import annotations

from sqlalchemy import Select, false, select, true

from audienceos.dashboard.models import KpiSnapshot
from audienceos.platform.actor import Sight
from audienceos.platform.db.read import AGENCY


def snapshots_seen(sight: Sight) -> Select[KpiSnapshot]:
    """Every snapshot of the agency; none for who sees only some clients. Binds :agency_id."""
    whole = true() if sight == "all" else false()
    return select(KpiSnapshot).where(KpiSnapshot.agency_id == AGENCY, whole)
