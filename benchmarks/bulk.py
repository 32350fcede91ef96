"""What topics about a platform's bulk share: people who are due, and ways to send to them."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TypeVar

from adapters.ircc.parse import parse
from adapters.ircc.recorded import recorded_feeds
from benchmarks.child import Facts
from benchmarks.match import ROUND
from benchmarks.people import NEWEST_SUBMISSION
from bot.core.delivery import Alert
from bot.core.detect import Status
from bot.core.profiles import Answers, Candidate, Profile, Submitted
from bot.core.subscribers import MAIN_PROFILE, Address, Language, Subscriber
from bot.logs import configure_logs
from bot.loop import run
from bot.pipeline.courier import Courier
from bot.pipeline.deliver import a_sender
from bot.pipeline.poll import announce
from bot.ports import Notifier, Store
from storage.unit_of_work import open_database

_One = TypeVar("_One")
_FIRST_CHAT = 1_000


def queue(path: str, platform: str, people: str) -> Facts:
    """Step: a database in which so many people of a platform are to be told of a round."""
    return run(_queue(path, platform, int(people)))


async def _queue(path: str, platform: str, people: int) -> Facts:
    dice = Random(385)  # noqa: S311 - the same people each time
    newest, *others = parse(recorded_feeds(ROUND)[1]).rounds
    async with a_store(path) as store, store.begin() as memory:
        await memory.subscribers.save_all([_person(dice, platform, one) for one in range(people)])
        await memory.rounds.add(others, Status.BASELINE, now())
        await memory.rounds.add([newest], Status.ANNOUNCED, now())
        due = await announce(memory, [newest], now())
    assert due == people, due
    return {"due": due}


def _person(dice: Random, platform: str, number: int) -> Subscriber:
    """Somebody whom the round concerns: above the cut-off, near it, or in an open question.

    On Discord their private channel is known; it has the number of a chat on Telegram.
    """
    yes = frozenset({"healthcare"} if dice.random() < 0.8 else ())
    candidate = Candidate(crs_score=dice.randint(477, 560), answers=Answers(yes=yes))
    day = NEWEST_SUBMISSION - timedelta(days=30, minutes=dice.randrange(400_000))
    submitted = Submitted.at(day) if dice.random() < 0.3 else None
    chat, on_discord = str(_FIRST_CHAT + number), platform == "discord"
    return Subscriber(
        address=Address(platform=platform, chat=f"dm:{chat}" if on_discord else chat),
        language=dice.choice([Language.ENGLISH, Language.ENGLISH, Language.FRENCH]),
        profiles=(Profile(name=MAIN_PROFILE, candidate=candidate, submitted=submitted),),
        facts=(("dm", chat),) if on_discord else (),
    )


async def alerts_of(path: str, platform: str, count: int) -> list[Alert]:
    """So many of what is due, on a copy: a lease here must not keep the next step from them."""
    with TemporaryDirectory() as folder:
        copy = shutil.copyfile(path, Path(folder) / "copy.db")
        async with a_store(str(copy)) as store, store.begin() as memory:
            return await memory.outbox.claim(
                platform, now=now(), lease=timedelta(minutes=1), limit=count
            )


async def timed(
    work: Sequence[_One], send: Callable[[_One], Awaitable[object]], in_flight: int
) -> Facts:
    """Do all of it, so much at a time; messages a second, and milliseconds of CPU for each."""
    left = iter(work)

    async def go_on() -> None:
        for one in left:
            await send(one)

    cpu, started = time.process_time(), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(in_flight):
            group.create_task(go_on())
    cpu, spent = time.process_time() - cpu, time.perf_counter() - started
    return {"rate": len(work) / spent, "cpu": cpu / len(work) * 1000}


async def delivered(store: Store, notifier: Notifier) -> Facts:
    """Deliver all that is due as `drawbell run` does; the share of a core, and what is left."""
    courier = Courier(store=store, sender=a_sender(notifier, now))
    cpu, started = time.process_time(), time.perf_counter()
    running = asyncio.create_task(courier.run())
    while courier.busy or await _due(store, courier.platform):  # noqa: ASYNC110 - nobody tells us
        await asyncio.sleep(0.05)
    cpu, spent = time.process_time() - cpu, time.perf_counter() - started
    courier.stop()
    await running
    async with store.look() as memory:
        unsent = await memory.outbox.waiting()
    return {"core": cpu / spent * 100, "unsent": len(unsent)}


async def _due(store: Store, platform: str) -> bool:
    async with store.look() as memory:
        return await memory.outbox.due(platform, now())


@asynccontextmanager
async def a_store(path: str) -> AsyncIterator[Store]:
    """A database; only errors are logged meanwhile."""
    configure_logs("ERROR", "json")
    async with open_database(f"sqlite+aiosqlite:///{path}") as store:
        yield store


def now() -> datetime:
    """The clock, in UTC."""
    return datetime.now(UTC)
