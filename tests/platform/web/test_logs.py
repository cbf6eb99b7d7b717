"""One line a request, useful to whoever looks after the machine, and naming nobody."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest
import structlog
from sqlalchemy.exc import IntegrityError

from audienceos.agency.entering import Founded
from audienceos.platform.web.logs import BLOT, configure_logs


@pytest.fixture
def lines() -> Iterator[io.BytesIO]:
    """What is logged meanwhile."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    stream = io.BytesIO()
    configure_logs(stream)
    yield stream
    structlog.configure(**before)
    root.handlers, root.level = handlers, level


def read(stream: io.BytesIO) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in stream.getvalue().splitlines()]


async def test_a_request_is_one_line_with_its_route_and_agency(
    browser: httpx.AsyncClient, someone: Founded, lines: io.BytesIO
) -> None:
    await browser.get("/v1/probe/list?q=ada@example.com", headers={"X-Request-Id": "request-17"})
    (line,) = read(lines)
    assert (line["event"], line["level"], line["method"], line["status"]) == ("request", "info", "GET", 200)
    assert (line["route"], line["request_id"]) == ("/v1/probe/list", "request-17")
    assert line["ms"] >= 0
    assert line["at"].endswith("Z")
    await browser.post("/v1/probe/happenings", json={"name": "x"})
    assert read(lines)[-1]["agency_id"] == str(someone.agency_id)


async def test_the_address_itself_is_never_written(browser: httpx.AsyncClient, lines: io.BytesIO) -> None:
    secret = "x" * 43
    for address in (
        f"/reset/{secret}",
        f"/v1/clients/{secret}",
        f"/v1/probe/list?q={secret}",
        "/v1/probe/version",
    ):
        await browser.get(address, headers={"Referer": f"http://x/{secret}", "User-Agent": "Ada's phone"})
    text = lines.getvalue().decode()
    assert secret not in text
    assert "Ada" not in text
    assert len(read(lines)) == 4


async def test_the_agency_does_not_cling_to_the_next_request(
    browser: httpx.AsyncClient, nobody: httpx.AsyncClient, lines: io.BytesIO
) -> None:
    await browser.post("/v1/probe/happenings", json={"name": "x"})
    await nobody.get("/v1/clients")
    first, second = read(lines)
    assert "agency_id" in first
    assert "agency_id" not in second
    assert first["request_id"] != second["request_id"]


async def test_a_fault_is_told_by_type_and_place(browser: httpx.AsyncClient, lines: io.BytesIO) -> None:
    await browser.get("/v1/probe/broken")
    fault, request = read(lines)
    assert fault["fault"][0]["type"] == "builtins.RuntimeError"
    assert fault["fault"][0]["at"][-1].endswith("broken")
    assert (request["status"], request["level"]) == (500, "error")
    assert "ada@example.com" not in lines.getvalue().decode()


async def test_a_healthy_health_check_is_no_news(nobody: httpx.AsyncClient, lines: io.BytesIO) -> None:
    await nobody.get("/health/live")
    assert read(lines) == []


def test_what_names_somebody_is_blotted_out(lines: io.BytesIO) -> None:
    structlog.get_logger().warning(
        "mail to ada@example.com bounced",
        email="ada",
        password="hunter2",
        token="t",
        body="Dear Ada",
        to=["bob@example.com", {"query": "q=Ada", "count": 3}],
        shown="aos_0123456789ABCDEFGHIJ_secretsecret",
        client_id="0199c1d2-0000-7000-8000-000000000000",
    )
    (line,) = read(lines)
    assert line["event"] == f"mail to {BLOT} bounced"
    assert [line[name] for name in ("email", "password", "token", "body", "shown")] == [BLOT] * 5
    assert line["to"] == [BLOT, {"query": BLOT, "count": 3}]
    assert line["client_id"] == "0199c1d2-0000-7000-8000-000000000000", "ids are what a log is for"


def test_a_databases_message_is_left_out(lines: io.BytesIO) -> None:
    try:
        raise IntegrityError(
            "insert into account ...", {"email": "ada"}, ValueError("Key (name)=(Ada) exists")
        )
    except IntegrityError:
        structlog.get_logger().error("it failed", exc_info=True)
    text = lines.getvalue().decode()
    assert "IntegrityError" in text
    assert "Ada" not in text
    assert "insert into" not in text


def test_what_libraries_log_has_the_same_shape_and_only_warnings(lines: io.BytesIO) -> None:
    logging.getLogger("uvicorn.access").info("GET /reset/secret")
    logging.getLogger("uvicorn.access").warning("GET /reset/secret")
    logging.getLogger("sqlalchemy.engine").info("select 1")
    logging.getLogger("uvicorn.error").warning("told %s", "bob@example.com")
    (line,) = read(lines)
    assert (line["event"], line["logger"], line["level"]) == (f"told {BLOT}", "uvicorn.error", "warning")
