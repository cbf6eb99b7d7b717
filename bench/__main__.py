"""Measure, print it, and write each part's figures into `docs/performance.md`. `make bench` calls it."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence

from audienceos.platform.db.connect import connected
from bench import (
    detecting,
    digests,
    importing,
    inbox,
    jobs,
    live,
    pages,
    reads,
    screens,
    snapshots,
    taken,
    tickets,
)
from bench.counting import ADDRESSES, counter
from bench.ground import Ground, Town, ground, town
from bench.plans import Scan, watched
from bench.report import PAGE, Goal, between, figures, goals
from bench.rooms import LONG
from bench.telling import (
    Told,
    told_digests,
    told_import,
    told_jobs,
    told_live,
    told_pages,
    told_plans,
    told_reads,
    told_screens,
)

SIZES, LARGE_SIZES = (10, 1_000), (10, 1_000, 10_000)
PARTS = (
    "reads",
    "pages",
    "screens",
    "plans",
    "import",
    "live",
    "jobs",
    "digests",
    "snapshots",
    "tickets",
    "detectors",
    "inbox",
    "messages",
)
ROUNDS, IMPORTS, INBOXES = 31, 5, 7

Part = Callable[[], Awaitable[Told]]


async def main(given: argparse.Namespace) -> None:
    """Run the parts that were asked for, all unless some are named; each writes its own part of the page."""
    found: list[Goal] = []
    async with ground() as on:
        bench = _Bench(on, LARGE_SIZES if given.large else SIZES, given.rounds)
        assert on.ways.admin is not None
        async with connected(on.ways.admin.at("postgres")) as connection:
            server = str(await connection.fetchval("show server_version"))
        for name in given.only or PARTS:
            print(f"{name} …", flush=True)
            before = os.getloadavg()[0]
            tables, aims = await bench.parts[name]()
            found += aims
            lines = figures(server, (before, os.getloadavg()[0]), aims, tables)
            print("\n".join(lines), flush=True)
            if not given.look:
                PAGE.write_text(between(PAGE.read_text(), name, lines))
    print("\n".join(goals(found).lines()))


class _Bench:
    def __init__(self, on: Ground, sizes: Sequence[int], rounds: int) -> None:
        self._on = on
        self._sizes = sizes
        self._rounds = rounds
        self._towns: list[Town] = []
        self.parts: dict[str, Part] = {
            "reads": self.reads,
            "pages": self.pages,
            "screens": self.screens,
            "plans": self.plans,
            "tickets": self.tickets,
            "import": self.imports,
            "live": self.live,
            "jobs": self.jobs,
            "detectors": self.detectors,
            "digests": self.digests,
            "snapshots": self.snapshots,
            "inbox": self.inbox,
            "messages": self.messages,
        }

    async def reads(self) -> Told:
        return told_reads(await reads.measure(await self._filled(), self._rounds))

    async def pages(self) -> Told:
        return told_pages(await pages.measure(await self._usual(), self._on.settings, self._rounds))

    async def screens(self) -> Told:
        return told_screens(await screens.measure(await self._usual(), self._on.settings, self._rounds))

    async def _usual(self) -> Town:
        places = await self._filled()
        return places[min(1, len(places) - 1)]

    async def plans(self) -> Told:
        place = (await self._filled())[-1]
        assert place.ways.admin is not None
        told: dict[str, list[list[Scan]]] = {}
        async with (
            counter(place, self._on.settings) as asked,
            watched(place.ways.admin, self._on.settings.app_login) as plans,
        ):
            for name in ADDRESSES:
                begin, *statements = await asked.statements(name, LONG)
                told[name] = await plans.scans(begin, statements)
        return told_plans(place.agencies, told)

    async def tickets(self) -> Told:
        return tickets.told_tickets(*await tickets.measure(self._on, self._rounds))

    async def imports(self) -> Told:
        return told_import(await importing.measure(self._on, IMPORTS))

    async def live(self) -> Told:
        return told_live(await live.ratios(), live.ALLOWED_SECONDS)

    async def jobs(self) -> Told:
        return told_jobs(await jobs.ratios(await self._on.database("jobs")))

    async def digests(self) -> Told:
        return told_digests(await digests.measure(await self._on.database("digests")))

    async def snapshots(self) -> Told:
        return snapshots.told_snapshots(await snapshots.measure((await self._filled())[-1]))

    async def detectors(self) -> Told:
        agencies, clients = self._sizes[-1], detecting.CLIENTS
        print(f"filling {agencies:,} agencies of {clients} clients …", flush=True)
        place = await town(self._on, agencies, name="watched", clients=clients, only=detecting.LOOKED_AT)
        return await detecting.measure(place)

    async def inbox(self) -> Told:
        agencies = inbox.FEW if self._sizes == SIZES else inbox.MANY
        print(f"filling {agencies} inboxes …", flush=True)
        found = await inbox.measure(self._on, agencies, min(self._rounds, INBOXES))
        return inbox.told_inbox(agencies, *found)

    async def messages(self) -> Told:
        return taken.told_taken(await taken.measure(self._on, min(self._rounds, INBOXES)))

    async def _filled(self) -> list[Town]:
        """The databases with agencies, made when they are first wanted."""
        for size in self._sizes[len(self._towns) :]:
            print(f"filling {size:,} agencies …", flush=True)
            self._towns.append(await town(self._on, size))
        return self._towns


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--large", action="store_true", help="10,000 agencies too, which takes minutes to fill"
    )
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help=f"turns of each contender (default {ROUNDS})"
    )
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="only this part, and whichever others are named so"
    )
    parser.add_argument("--look", action="store_true", help="print what is found and leave the page as it is")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main(_asked()))
