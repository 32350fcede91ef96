"""What keeps requests from being made."""

import asyncio
import math
from itertools import pairwise

import pytest

from adapters.discord.limits import MOST_INVALID, WINDOW, Buckets, Gate, Spacing


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Clock:
    return Clock()


def test_the_budget_is_far_below_what_gets_an_address_banned() -> None:
    assert MOST_INVALID <= 10_000 / 2
    assert WINDOW == 600


@pytest.mark.parametrize("status", [401, 403, 429])
def test_a_used_up_budget_closes_the_gate_until_the_oldest_is_ten_minutes_old(
    ticks: Clock, status: int
) -> None:
    gate = Gate(ticks, most=3)
    for _ in range(2):
        gate.answered(status)
        ticks.now += 10
    assert gate.wait() == 0
    gate.answered(status)
    assert gate.wait() == 580
    ticks.now += 580
    assert gate.wait() == 0
    assert gate.invalid == 2


@pytest.mark.parametrize("status", [200, 204, 400, 404, 500])
def test_other_answers_cost_nothing(ticks: Clock, status: int) -> None:
    gate = Gate(ticks, most=1)
    gate.answered(status)
    assert gate.wait() == 0


def test_a_limit_shared_with_others_costs_nothing(ticks: Clock) -> None:
    gate = Gate(ticks, most=1)
    gate.answered(429, shared=True)
    assert gate.wait() == 0


def test_a_closed_gate_opens_by_itself_and_is_never_opened_earlier(ticks: Clock) -> None:
    gate = Gate(ticks)
    gate.close(30)
    gate.close(5)
    assert gate.wait() == 30
    ticks.now += 30
    assert gate.wait() == 0


def spent(bucket: str | None = "abc", after: str = "2.5") -> dict[str, str]:
    named = {} if bucket is None else {"X-RateLimit-Bucket": bucket}
    return {**named, "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": after}


def test_a_spent_bucket_is_left_alone_until_it_fills_again(ticks: Clock) -> None:
    buckets = Buckets(ticks)
    buckets.learn("POST a", "1", spent())
    assert buckets.wait("POST a", "1") == 2.5
    assert buckets.wait("POST a", "2") == 0  # another channel has its own
    ticks.now += 2.5
    assert buckets.wait("POST a", "1") == 0


def test_routes_with_the_same_bucket_wait_together(ticks: Clock) -> None:
    buckets = Buckets(ticks)
    buckets.learn("POST b", "1", {"X-RateLimit-Bucket": "abc", "X-RateLimit-Remaining": "4"})
    buckets.learn("POST a", "1", spent())
    assert buckets.wait("POST b", "1") == 2.5


def test_a_bucket_without_name_or_time_is_none(ticks: Clock) -> None:
    buckets = Buckets(ticks)
    buckets.learn("POST a", "1", spent(None, "soon"))
    assert buckets.wait("POST a", "1") == 0


def test_buckets_that_are_over_are_forgotten(ticks: Clock) -> None:
    buckets = Buckets(ticks)
    for channel in range(5000):
        buckets.learn("POST a", str(channel), spent())
        ticks.now += 1
    assert len(buckets._free_at) <= 1001


async def test_requests_that_come_at_once_go_one_after_the_other() -> None:
    clock = asyncio.get_running_loop().time
    spacing, times = Spacing(clock, 100), []

    async def request() -> None:
        await spacing.turn()
        times.append(clock())

    await asyncio.gather(*(request() for _ in range(30)))
    apart = [later - earlier for earlier, later in pairwise(times)]
    assert len(times) == 30
    assert min(apart) > 0.006
    assert times[-1] - times[0] >= 29 / 101 - 0.003


async def test_without_a_pace_nobody_waits() -> None:
    def never() -> float:
        return 0.0

    spacing = Spacing(never, math.inf)
    async with asyncio.timeout(1):
        for _ in range(1000):
            await spacing.turn()
