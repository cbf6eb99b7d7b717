"""How many clients there are of each kind that a figure is about, each by the condition of the list's own filters."""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, Integer, func

from audienceos.clients.access import clients_seen
from audienceos.clients.models import Client
from audienceos.clients.queries.filters import conditions
from audienceos.platform.actor import Sight
from audienceos.platform.db.read import Question, Read


class ClientFigures(msgspec.Struct, frozen=True):
    """Active clients: all, in the stages bound as `stage`, at risk, and to be looked after."""

    total: int
    in_stages: int
    at_risk: int
    attention: int


def _figures(sight: Sight) -> Question:
    return (
        clients_seen(sight)
        .where(*conditions(frozenset({"active"})))
        .with_only_columns(
            func.count().cast(Integer).label("total"),
            _counted("in_stages", *conditions(frozenset({"stage"}))),
            _counted("at_risk", Client.health_status == "red"),
            _counted("attention", *conditions(frozenset({"needs_attention"}))),
        )
    )


def _counted(name: str, *which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(*which).cast(Integer).label(name)


CLIENT_FIGURES = Read(ClientFigures, _figures)
