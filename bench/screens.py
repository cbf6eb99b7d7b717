"""Whole screens, as a browser meets them: what travels, how long the web process takes, what the database is asked.

Each stands beside the same stack with nothing of the product around it, answering one list (`bench.standin`).
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping, Sequence

import msgspec

from audienceos.platform.settings import Settings
from bench.counting import Counter, counter, shown
from bench.filling import client_id
from bench.ground import Town
from bench.measuring import CLIENT, WALL, Contender, Work, median, ratio, take_turns
from bench.pages import AGENCIES, STAND_IN
from bench.site import Site, product, stand_in

SCREENS = {
    "sign-in": "/sign-in",
    "board": "/{slug}/pipeline",
    "list": "/{slug}/clients",
    "client": "/{slug}/clients/{client}",
    "my work": "/{slug}/my-work",
    "settings": "/{slug}/settings",
    "import": "/{slug}/imports",
}
"""The main screens, by their names in the table."""
REQUESTS = 10  # of each screen in a round
FILE = re.compile(rb"/static/[\w.-]+")
STYLE, SCRIPT, FONT = "css", "js", "woff2"


class Weight(msgspec.Struct, frozen=True):
    """Bytes of a first visit as they travel: what can be compressed is, as a proxy in front does."""

    page: int
    code: int
    """Style sheet and scripts."""
    font: int
    drawings: int
    """Icons and the logo."""

    @property
    def budgeted(self) -> int:
        """Page, style sheet and scripts, which have a budget together."""
        return self.page + self.code

    @property
    def whole(self) -> int:
        """All of a first visit."""
        return self.budgeted + self.font + self.drawings


class ScreenCost(msgspec.Struct, frozen=True):
    """One screen. Times are of the web process; the ratios are through the bare stack's."""

    name: str
    weight: Weight
    statements: int
    milliseconds: float
    cpu: float
    wall: float


async def measure(place: Town, settings: Settings, rounds: int) -> list[ScreenCost]:
    """Every screen, weighed once and then asked for in turns."""
    async with counter(place, settings) as asked:
        weights = {name: await weighed(asked, name) for name in SCREENS}
    order = [AGENCIES[turn % len(AGENCIES)] for turn in range(REQUESTS)]
    with product(place, settings) as site, stand_in(place) as bare:
        contenders = [Contender(name, _work(site, name), order, client=site.process) for name in SCREENS]
        contenders.append(Contender(STAND_IN, bare.work(STAND_IN), order, client=bare.process))
        costs = await take_turns(contenders, rounds)
    return [
        ScreenCost(
            name,
            weight,
            statements,
            median(costs[name], WALL) / REQUESTS * 1000,
            ratio(costs, name, STAND_IN, CLIENT),
            ratio(costs, name, STAND_IN, WALL),
        )
        for name, (weight, statements) in weights.items()
    ]


async def weighed(asked: Counter, name: str) -> tuple[Weight, int]:
    """What a first visit to a screen makes travel, and how many statements answer it."""
    agency = AGENCIES[0]
    page, statements = await asked.answer(at(name, agency), visitor(name, agency))
    sizes: dict[str, int] = {}
    for file in sorted(set(FILE.findall(page))):
        path = file.decode()
        content, _ = await asked.answer(path, {})
        kind = path.rpartition(".")[2]
        sizes[kind] = sizes.get(kind, 0) + (len(content) if kind == FONT else _travels(content))
    code, font = sizes.get(STYLE, 0) + sizes.get(SCRIPT, 0), sizes.get(FONT, 0)
    return Weight(_travels(page), code, font, sum(sizes.values()) - code - font), statements


def at(name: str, agency: int) -> str:
    """The address of a screen at one agency; the client is its first."""
    return SCREENS[name].format(slug=f"agency-{agency}", client=client_id(agency, 1))


def visitor(name: str, agency: int) -> Mapping[str, str]:
    """What the agency's admin shows; at the door nobody shows anything."""
    return {} if name == "sign-in" else shown(agency)


def _work(site: Site, name: str) -> Work:
    async def ask(agencies: Sequence[int]) -> None:
        site.connection.close()  # it was idle while others had their turn; the next request opens another
        for agency in agencies:
            site.get(at(name, agency), visitor(name, agency))

    return ask


def _travels(content: bytes) -> int:
    return len(gzip.compress(content))
