"""Thousands of generated requests to every operation that the API describes: none is a fault of ours, and each
answer is one that the description names.

Left out is what would end the caller's own session half-way.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uvicorn
from litestar import Litestar

from audienceos.app import Parts, build_app
from audienceos.platform.auth.csrf import token_for
from audienceos.platform.web.limits import Limits
from audienceos.platform.web.openapi import described
from tests.conftest import HOST
from tests.entering import found

EXAMPLES = 25  # an operation, besides one for each way in which its schema can be broken
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
AGENCY = "#/components/parameters/Agency"
SESSIONS = "/v1/sessions"


@pytest.mark.proof
async def test_no_generated_request_is_a_fault_of_ours(parts: Parts, tmp_path: Path) -> None:
    someone = await found(parts.auth)
    assert someone.session is not None
    ticks = itertools.count()
    web = build_app(parts, limits=Limits(lambda: float(next(ticks))))  # nobody waits: a second a request
    told = tmp_path / "openapi.json"
    told.write_bytes(msgspec.json.encode(_for_one_agency(described(web))))
    secret = someone.session.token
    headers = {
        "Host": HOST.partition("//")[2],
        "Cookie": f"session={secret}",
        "X-CSRF-Token": token_for(secret),
        "Sec-Fetch-Site": "same-origin",
        "AudienceOS-Agency": someone.slug,
    }
    async with _served(web) as address:
        code, said = await _fuzzed(told, address, headers)
    assert code == 0, said


def _for_one_agency(document: dict[str, Any]) -> dict[str, Any]:
    """The description without what the caller below always says in the same way: who they are, and where."""
    document = msgspec.json.decode(msgspec.json.encode(document))
    for methods in document["paths"].values():
        for call in methods.values():
            call["parameters"] = [given for given in call["parameters"] if given.get("$ref") != AGENCY]
            call["security"] = []
    return document


async def _fuzzed(told: Path, address: str, headers: dict[str, str]) -> tuple[int | None, str]:
    program = Path(sys.executable).with_name("schemathesis")
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    how = ["--max-examples", str(EXAMPLES), "--checks", CHECKS, "--exclude-path-regex", SESSIONS]
    process = await asyncio.create_subprocess_exec(
        *(program, "run", told, "--url", address, *given, *how, "--phases", "coverage,fuzzing"),
        "--continue-on-failure",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=told.parent,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode(errors="replace")


@asynccontextmanager
async def _served(web: Litestar) -> AsyncGenerator[str]:
    """The application on a port of its own."""
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        config = uvicorn.Config(web, log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[own]))
        while not server.started:
            await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{own.getsockname()[1]}"
        server.should_exit = True
        await serving
