"""This room's part of the component page: a board's card in each state."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from audienceos.agency.pipeline import Pipeline, Thresholds
from audienceos.clients.forms import ClientCard
from audienceos.platform.web.kit import Exhibit

PIPELINE = Pipeline(("Installation", "Live"), {"Live": "live"}, Thresholds(yellow=7, red=14), 4)


def _card(number: int, name: str, **given: Any) -> ClientCard:
    plain: dict[str, Any] = {
        "stage": "Installation",
        "health_status": "green",
        "health_reasons": [],
        "days_in_stage": 3,
        "tags": [],
        "owner_id": None,
        "owner_name": None,
        "latest_note": None,
        "is_active": True,
    }
    return ClientCard(id=UUID(int=number), name=name, **plain | given)


CARDS = (
    _card(1, "Umber Paints", owner_name="Ines Aalto"),
    _card(2, "Zenna Skincare", health_status="yellow", days_in_stage=9, tags=["blocker: waiting on DNS"]),
    _card(3, "Thornfield Hearing Centres of Great Missenden", health_status="red", days_in_stage=16,
          latest_note="Asks for the third time who changes the DNS, and when", owner_name="Tomasz Brück"),
    _card(4, "عيادة النور", stage="Live", days_in_stage=212),
)  # fmt: skip

EXHIBITS = (
    Exhibit("Board card", "clients/_card.html", [{"card": one, "pipeline": PIPELINE} for one in CARDS]),
)
