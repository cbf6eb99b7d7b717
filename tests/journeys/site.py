"""The product on a loopback port, for browsers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec
import uvicorn

from audienceos.app import build_app, parts_of
from audienceos.platform.db.database import Database
from audienceos.platform.realtime.hub import Hub
from audienceos.platform.settings import Settings
from tests.conftest import in_one_task


@asynccontextmanager
async def serving(settings: Settings, database: Database, port: int = 0) -> AsyncGenerator[str]:
    """A web process's application as long as the block lasts; gives its address. It ends streams first."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        port = listener.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        own = msgspec.structs.replace(settings, url=url, port=port, trusted_proxies=("127.0.0.1",))
        hub = Hub(database.addresses.listen)
        app = build_app(parts_of(own, database, hub))
        config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        config.load()
        server.lifespan = config.lifespan_class(config)
        async with in_one_task(app.lifespan()):
            await server.startup(sockets=[listener])
            loop = asyncio.create_task(server.main_loop())
            yield own.url
            server.should_exit = True
            hub.close()
            await loop
            await server.shutdown(sockets=[listener])
