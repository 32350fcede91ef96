"""One instance at a time: who may run, who stands by, and what is left by the dead."""

import asyncio
import os
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.core.delivery import State
from bot.core.detect import Status
from bot.instance import LEASE, Instance
from bot.pipeline.poll import announce
from storage.unit_of_work import Database
from tests.builders import a_round
from tests.fakes.clock import FakeClock
from tests.fakes.databases import rows_of
from tests.fakes.people import PLATFORM, a_subscriber

HERE = socket.gethostname()


def a_dead_process() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait(60)
    return process.pid


async def claimed(store: Database, clock: FakeClock) -> None:
    """Three alerts that somebody is about to send."""
    async with store.begin() as memory:
        await memory.subscribers.save_all([a_subscriber(f"chat-{one}") for one in range(3)])
        await memory.rounds.add([a_round()], Status.ANNOUNCED, clock.now)
        await announce(memory, [a_round()], clock.now)
        await memory.outbox.claim(PLATFORM, now=clock.now, lease=timedelta(seconds=60), limit=9)


async def held_by(store: Database, owner: str, clock: FakeClock) -> None:
    async with store.begin() as memory:
        until = clock.now + LEASE
        assert await memory.process.take("instance", owner, now=clock.now, until=until)


def states(database: Path) -> set[State]:
    return {
        State(int(str(state))) for (state,) in rows_of(database, "SELECT state FROM deliveries")
    }


@pytest.fixture(autouse=True)
def noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standing by is a moment, not seconds."""
    monkeypatch.setattr("bot.instance.RENEW_EVERY", 0.01)


@pytest.mark.parametrize(
    ("owner", "passed", "runs", "left"),
    [
        # Dead on this machine: at once, and what it had is due at once.
        (f"{HERE}/{{dead}}/abc", timedelta(), True, State.DUE),
        (f"{HERE}/{{dead}}/abc", LEASE * 2, True, State.DUE),
        (f"{HERE}/{os.getpid()}/earlier-life", timedelta(), True, State.DUE),
        # Alive, or who knows: when its lease has run out, and its claims run out by themselves.
        (f"{HERE}/{os.getppid()}/abc", timedelta(), False, State.LEASED),
        (f"{HERE}/{os.getppid()}/abc", LEASE - timedelta(milliseconds=1), False, State.LEASED),
        (f"{HERE}/{os.getppid()}/abc", LEASE, True, State.LEASED),
        ("elsewhere/{dead}/abc", timedelta(), False, State.LEASED),
        ("elsewhere/{dead}/abc", LEASE, True, State.LEASED),
        (f"{HERE}/not a number/abc", timedelta(), False, State.LEASED),
    ],
    ids=[f"case {number}" for number in range(1, 10)],  # the numbers of processes are no names
)
async def test_who_may_run_and_what_becomes_of_the_claims_of_the_last_one(
    owner: str,
    passed: timedelta,
    runs: bool,
    left: State,
    store: Database,
    database: Path,
    clock: FakeClock,
) -> None:
    await claimed(store, clock)
    await held_by(store, owner.format(dead=a_dead_process()), clock)
    clock.now += passed
    stop = asyncio.Event()
    instance = Instance(store, clock, platforms=(PLATFORM, "telegram"))

    with capture_logs() as logs:
        waiting = asyncio.create_task(instance.acquire(stop))
        async with asyncio.timeout(10):
            while not waiting.done() and not logs:  # noqa: ASYNC110 - a log tells no event
                await asyncio.sleep(0.005)
        stop.set()
        acquired = await waiting

    assert acquired is runs
    assert states(database) == {left}
    assert ("standing_by" in [entry["event"] for entry in logs]) is not runs


async def test_claims_on_platforms_that_are_not_its_own_are_left_alone(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await claimed(store, clock)
    await held_by(store, f"{HERE}/{a_dead_process()}/abc", clock)

    assert await Instance(store, clock, platforms=("telegram",)).acquire(asyncio.Event())

    assert states(database) == {State.LEASED}


async def test_renewing_takes_nothing_back(
    store: Database, database: Path, clock: FakeClock
) -> None:
    instance = Instance(store, clock, platforms=(PLATFORM,))
    assert await instance.acquire(asyncio.Event())
    await claimed(store, clock)
    clock.forward(hours=1)  # the machine slept, and its lease ran out

    assert await instance._take()

    assert states(database) == {State.LEASED}


async def test_who_leaves_lets_the_next_one_in_at_once(store: Database, clock: FakeClock) -> None:
    one, two = Instance(store, clock), Instance(store, clock)
    assert await one.acquire(asyncio.Event())
    assert not await two._take()

    await one.leave()

    assert await two._take()


async def test_who_slept_too_long_notices_that_another_has_taken_over(
    store: Database, clock: FakeClock
) -> None:
    one, two = Instance(store, clock), Instance(store, clock)
    assert await one.acquire(asyncio.Event())
    clock.now += LEASE
    assert await two._take()

    with capture_logs() as logs:
        async with asyncio.timeout(5):
            await one.hold()

    assert [entry["event"] for entry in logs] == ["lease_lost"]
