"""A site of a test's own: the stream's route and whatever else, on a loopback port."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from litestar import Litestar

from audienceos.platform.realtime.hub import Hub
from tests.platform.realtime.pages import PATIENCE


@asynccontextmanager
async def served(app: Litestar, hub: Hub) -> AsyncGenerator[str]:
    """Serve it as long as the block lasts, then stop as the product does: streams first. Yields its address."""
    config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=PATIENCE)
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        await server.startup(sockets=[listener])
        loop = asyncio.create_task(server.main_loop())
        try:
            yield "http://{}:{}".format(*listener.getsockname())
        finally:
            server.should_exit = True
            hub.close()
            await loop
            await server.shutdown(sockets=[listener])
