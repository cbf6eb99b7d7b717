"""Addresses of named routes: those that the framework itself would give, and an error where there is none."""

from __future__ import annotations

from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.exceptions import NoRouteMatchFoundException

from audienceos.platform.web.reverse import Reverse
from tests.laws.nouns import routes

PARTS = {int: 7, str: "oxbow"}


def test_every_named_route_has_the_address_that_the_framework_gives(app: Litestar) -> None:
    ours, tried = Reverse(app), 0
    for route in routes(app):
        if not (name := route.handler.name):
            continue
        paths = app.asgi_router.route_mapping[name]
        longest = max(paths, key=lambda path: len(path.path_parameters))
        parts = {key: PARTS.get(part.type, str(uuid4())) for key, part in longest.path_parameters.items()}
        assert ours.address(name, "oxbow", parts) == app.route_reverse(name, **parts)
        tried += 1
    assert tried > 100


def test_the_agency_is_the_pages_unless_another_is_given(app: Litestar) -> None:
    ours = Reverse(app)
    assert ours.address("tickets", "oxbow", {}) == "/oxbow/tickets"
    assert ours.address("tickets", "oxbow", {"slug": "brae"}) == "/brae/tickets"


def test_a_number_may_come_as_text_and_must_be_one(app: Litestar) -> None:
    ours = Reverse(app)
    assert ours.address("ticket", "oxbow", {"number": "12"}) == "/oxbow/tickets/12"
    with pytest.raises(ValueError, match="invalid literal"):
        ours.address("ticket", "oxbow", {"number": "../12"})


@pytest.mark.parametrize(("name", "given"), [("nowhere", {}), ("ticket", {"numbers": 1})])
def test_what_has_no_address_is_an_error(app: Litestar, name: str, given: dict[str, object]) -> None:
    with pytest.raises(NoRouteMatchFoundException):
        Reverse(app).address(name, "oxbow", given)


def test_a_route_is_there_or_is_not(app: Litestar) -> None:
    ours = Reverse(app)
    assert (ours.has("tickets"), ours.has("nowhere")) == (True, False)
