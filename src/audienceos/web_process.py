"""One web process: the application under uvicorn, which ends its open streams before it ends itself."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from audienceos.app import build_app, parts_of
from audienceos.platform.db.database import Database
from audienceos.platform.db.urls import Addresses
from audienceos.platform.realtime.hub import Hub
from audienceos.platform.settings import Settings
from audienceos.platform.web.logs import configure_logs

GRACE_SECONDS = 1
ENDS = (signal.SIGINT, signal.SIGTERM)


class Server(uvicorn.Server):
    """uvicorn, but with an end that leaves the streams and the database behind in order."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Be told by signals. uvicorn would raise them again at its end, and so die of them before the embedded
        server is left: nobody would stop it.
        """
        if threading.current_thread() is threading.main_thread():
            for sign in ENDS:
                asyncio.get_running_loop().add_signal_handler(sign, self.handle_exit, sign, None)
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End. uvicorn waits for every stream to leave: tell them before it starts to wait."""
        self._hub.close()
        super().handle_exit(sig, frame)


async def serve_web(settings: Settings, there: Addresses, listener: socket.socket) -> int:
    """Serve pages and nouns on an open socket until told to end."""
    configure_logs()
    database = Database(there, pool_size=settings.pool_size)
    hub = Hub(there.listen)
    app = build_app(parts_of(settings, database, hub))
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=30,
        lifespan="on",
        loop="none",
    )
    _settle()
    try:
        await Server(config, hub).serve(sockets=[listener])
    finally:
        await database.close()
    return 0


def _settle() -> None:
    """Leave what was loaded for good out of every later search for garbage: a search through all of it held each live
    page for a quarter of a second (`make bench`, part `live`).
    """
    gc.collect()
    gc.freeze()
