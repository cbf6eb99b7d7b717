"""Requests are counted by whoever sends them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from audienceos.app import Parts, build_app
from audienceos.platform.web.limits import TOKEN_A_MINUTE, Limits
from tests.platform.web import probes
from tests.platform.web.conftest import caller


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_minutes_worth_then_a_wait_that_is_told() -> None:
    clock = Clock()
    limits = Limits(clock)
    assert [limits.take(b"a", 60) for _ in range(60)] == [0] * 60
    assert limits.take(b"a", 60) == 1
    assert limits.take(b"b", 60) == 0, "each caller has their own"
    clock.now += 1
    assert limits.take(b"a", 60) == 0
    assert limits.take(b"a", 60) == 1
    clock.now += 3600
    assert [limits.take(b"a", 60) for _ in range(61)] == [0] * 60 + [1]


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(1, 80)), max_size=40))
def test_nobody_gets_more_than_a_burst_and_the_rate(steps: list[tuple[float, int]]) -> None:
    clock = Clock()
    limits = Limits(clock)
    let = 0
    for seconds, tries in steps:
        clock.now += seconds
        for _ in range(tries):
            wait = limits.take(b"a", 60)
            assert wait >= 0
            let += wait == 0
    assert let <= 60 + clock.now + 1


@given(st.integers(1, 500), st.integers(1, 2000))
def test_the_wait_that_is_told_is_enough(spent: int, a_minute: int) -> None:
    clock = Clock()
    limits = Limits(clock)
    waits = [limits.take(b"a", a_minute) for _ in range(spent + a_minute)]
    clock.now += waits[-1]
    assert limits.take(b"a", a_minute) == 0


def test_memory_is_bounded_and_who_is_busy_is_remembered() -> None:
    limits = Limits(Clock(), kept=10)
    for at in range(1000):
        assert limits.take(b"busy", 2000) == 0
        limits.take(at.to_bytes(2, "big"), 60)
        assert limits.known <= 10
    spent = [limits.take(b"busy", 2000) for _ in range(1001)]
    assert (spent.count(0), spent[-1] > 0) == (1000, True)


async def test_over_http_the_wait_is_a_header(parts: Parts) -> None:
    clock = Clock()
    web = build_app(parts, probes.HANDLERS, limits=Limits(clock))
    async with caller(web, {"Authorization": "Bearer aos_nobodys"}) as program:
        seen = [(await program.get("/v1/clients")).status_code for _ in range(TOKEN_A_MINUTE)]
        assert set(seen) == {401}, "a token that is no token is counted too"
        refused = await program.get("/v1/clients")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many")
        assert refused.headers["retry-after"] == "1"
        assert (await program.get("/health/live")).status_code == 200
    async with caller(web, {"Authorization": "Bearer aos_another"}) as other:
        assert (await other.get("/v1/clients")).status_code == 401
