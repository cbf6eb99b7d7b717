"""Attempts at the wall by the API and by pages: everything that a signed-in stranger can send."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count
from random import Random
from typing import Any, cast
from urllib.parse import quote, quote_plus, unquote_plus

import httpx

from audienceos.app import Parts, build_app, parts_of
from audienceos.platform.db.connect import Connection, connected
from audienceos.platform.realtime.hub import Hub
from audienceos.platform.web.limits import Limits
from audienceos.platform.web.toasts import COOKIE
from tests.cast import HOST, Player, Stage
from tests.laws.nouns import Route, masked, routes
from tests.laws.nouns_rows import World, world_of
from tests.platform.realtime.pages import until_listening
from tests.wall.calls import Call, Foreign, call
from tests.wall.ground import WALLED, fingerprint, key_of

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TOO_MANY = 429
REFUSED = range(400, 500)
MINUTE = 60.0


class ApiAttempts:
    """Makes attempts and keeps count. Raises `AssertionError` with seed and call at the first that tells anything."""

    def __init__(self, known: list[Route], mine: World, theirs: World, foreign: Foreign) -> None:
        self.known = known
        self.mine = mine
        self.theirs = theirs
        self.foreign = foreign
        self.never = foreign.never_was()
        self.hidden = {*foreign.rows, foreign.agency}
        self.callers: list[Player] = [mine.owner]
        self.tried: Counter[str] = Counter()

    async def make(self, seed: str) -> None:
        """One attempt, which the seed tells wholly, and its twin about an agency that never was."""
        dice = Random(seed)
        caller, state = dice.choice(self.callers), dice.getstate()
        made = call(dice, self.known, self.mine, self.foreign)
        caller.browser.cookies.pop(COOKIE, None)  # what an attempt before had done is said by one page only
        answer = await self._sent(caller, made)
        self._tells_nothing(made, answer, seed)
        dice.setstate(state)
        twin = call(dice, self.known, self.mine, self.never)
        other = await self._sent(caller, twin)
        waits = TOO_MANY in (answer.status_code, other.status_code)  # guesses wait, whatever they are about
        if not waits and (made.is_steady or answer.status_code in REFUSED):
            told, elsewhere = self._named(made, answer, self.foreign), self._named(twin, other, self.never)
            assert told == elsewhere, (
                f"{seed}: told apart\n{made}\n{twin}\n{_parting(str(told), str(elsewhere))}"
            )
        if made.kind in ("address", "slug", "header", "version"):
            assert answer.status_code not in range(200, 400), (
                f"{seed}: {made}: {answer.status_code} {answer.text[:300]}"
            )
        self.tried[f"{made.kind}, {answer.status_code}"] += 1

    async def own_rows_are_reached(self) -> None:
        """The control: the same people reach their own."""
        for caller in self.callers:
            answer = await caller.get(f"/v1/clients/{self.mine.ids['client_id']}")
            assert answer.status_code == 200
            assert self.mine.word in answer.text

    async def _sent(self, caller: Player, made: Call) -> httpx.Response:
        headers = made.headers
        if made.kind == "body" and made.method == "PATCH":
            shown = await caller.get(made.path)
            headers = headers | {"If-Match": shown.headers.get("etag", '"1"')}
        return await caller.send(made.method, made.path, headers=headers, params=made.params, **made.body)

    def _tells_nothing(self, made: Call, answer: httpx.Response, seed: str) -> None:
        told, stage = f"{made.path} {made.params} {made.body} {made.headers}", self.foreign.ids["stage"]
        said = f"{answer.text} {answer.headers}"
        if stage in unquote_plus(unquote_plus(told)):  # an answer may quote what the caller said
            said = without(said, stage, "")
        assert answer.status_code < 500, f"{seed}: {made}: {answer.text[:600]}"
        assert self.theirs.word not in said, f"{seed}: {made} shows a word of theirs: {said[:600]}"
        shown = set(UUID.findall(said)) & self.hidden - set(UUID.findall(told))
        assert not shown, f"{seed}: {made} shows {shown}: {said[:600]}"

    def _named(self, made: Call, answer: httpx.Response, foreign: Foreign) -> tuple[int, str]:
        """The answer without what the caller said themselves."""
        text = masked(answer.text)
        for word in (
            *made.params.values(),
            foreign.slug,
            foreign.slug.upper(),
            foreign.ids["stage"],
            foreign.part,
        ):
            text = without(text, word, "…")
        return answer.status_code, UUID.sub("ID", text)


def _parting(one: str, other: str) -> str:
    """Where two answers part."""
    at = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return f"{one[max(0, at - 200) : at + 200]}\n-- beside\n{other[max(0, at - 200) : at + 200]}"


@asynccontextmanager
async def attempts_at(parts: Parts) -> AsyncGenerator[ApiAttempts]:
    """Make attempts inside. Afterwards nothing of the other agency may have changed by a single character."""
    minutes = count()
    database = parts.database
    own = parts_of(parts.settings, database, Hub(database.addresses.listen))
    app = build_app(own, limits=Limits(clock=lambda: next(minutes) * MINUTE))  # nobody is too fast
    stage = Stage(own, httpx.ASGITransport(cast("Any", app), raise_app_exceptions=False))
    mine = await world_of(stage, await stage.owner("Cleo Stark", "Southwind"))
    theirs = await world_of(stage, await stage.owner("Ines Aalto", "Northlight"))
    member = await stage.member(mine.owner, "Mia Lind")
    program = await _program(stage, mine)
    async with app.lifespan(), connected(database.addresses.owner) as owner:
        await until_listening(own.hub)
        foreign = await _known_of(theirs, owner)
        before = await fingerprint(owner, theirs.owner.agency_id)
        attempts = ApiAttempts(routes(app), mine, theirs, foreign)
        attempts.callers += [member, program]
        yield attempts
        assert await fingerprint(owner, theirs.owner.agency_id) == before


class Program(Player):
    """A program with a token, which names no agency and shows no cookie unless the attempt does."""

    token = ""

    async def send(self, method: str, path: str, **given: Any) -> httpx.Response:
        own = {"Authorization": f"Bearer {self.token}"}
        headers: dict[str, str] = own | dict(given.pop("headers", None) or {})
        return await self.browser.request(method, path, headers=headers, **given)


async def _program(stage: Stage, mine: World) -> Program:
    made = await mine.owner.post("/v1/tokens", json={"name": "probe", "scopes": ["read", "write"]})
    browser = httpx.AsyncClient(transport=stage.transport, base_url=HOST)
    owner = mine.owner
    program = Program(browser, owner.slug, owner.agency_id, owner.user_id, owner.role)
    program.token = made.json()["token"]
    return program


async def _known_of(theirs: World, owner: Connection) -> Foreign:
    """All ids, some cursors, and the keys under which their owner made something."""
    keyed: list[tuple[str, str, dict[str, Any]]] = []
    for number in range(6):
        key, body = f"their-key-{theirs.word}-{number}", {"name": f"Keyed {number}"}
        made = await theirs.owner.post("/v1/clients", json=body, headers={"Idempotency-Key": key})
        assert made.status_code == 201
        keyed.append((key, "/v1/clients", body))
    cursors: list[str] = []
    for path in ("/v1/clients", "/v1/tasks", "/v1/users", "/v1/custom-fields"):
        page = (await theirs.owner.get(path, params={"limit": "1"})).json()
        cursors += [page["next_cursor"]] if page["next_cursor"] else []
    assert len(cursors) > 1
    rows: list[str] = []
    for name, table in WALLED.items():
        if "id" in table.columns:
            asked = f'select id::text from "{name}" where {key_of(name)} = $1'
            rows += [row[0] for row in await owner.fetch(asked, theirs.owner.agency_id)]
    return Foreign(
        slug=theirs.owner.slug,
        agency=str(theirs.owner.agency_id),
        ids=theirs.ids | {"slug": theirs.owner.slug},
        rows=tuple(sorted({row for row in rows if row != str(theirs.owner.agency_id)})),
        cursors=tuple(cursors),
        keyed=tuple(keyed),
        part=theirs.word[:-1],
    )


def without(text: str, word: str, instead: str) -> str:
    """The text without the word, also where it stands in an address, or in an address within one."""
    for quoted in (quote_plus(quote_plus(word)), quote_plus(word), quote(word), word):
        text = text.replace(quoted, instead)
    return text
