"""Places that stopped working are remembered until their owners have been told, and no longer."""

from datetime import timedelta

import pytest

from bot.core.subscribers import OWNER, TITLE
from bot.core.troubles import Trouble
from storage.unit_of_work import Database
from tests.fakes.clock import FakeClock
from tests.fakes.people import a_subscriber, an_address

WHY = "they said no"
MINUTE = timedelta(minutes=1)


async def a_group(store: Database, chat: str = "-1") -> int:
    """A group that Ann has set up; returns its key."""
    facts = ((OWNER, "ann"), (TITLE, f"Group {chat}"))
    async with store.begin() as memory:
        await memory.subscribers.save(a_subscriber(chat, facts=facts))
        [(key, _one)] = await memory.subscribers.in_chat("console", chat)
    return key


async def notes(store: Database, key: int, trouble: Trouble, clock: FakeClock) -> None:
    async with store.begin() as memory:
        await memory.troubles.note(key, trouble, WHY, clock.now)


async def untold(store: Database, clock: FakeClock) -> list[tuple[str, Trouble]]:
    async with store.look() as memory:
        found = await memory.troubles.untold("console", clock.now - MINUTE)
    return [(one.title, one.trouble) for one in found]


async def tell_all(store: Database, clock: FakeClock) -> None:
    async with store.begin() as memory:
        await memory.troubles.told(await memory.troubles.untold("console", clock.now))


@pytest.mark.parametrize("trouble", Trouble)
async def test_a_refusal_counts_after_a_while_what_the_platform_tells_counts_at_once(
    trouble: Trouble, store: Database, clock: FakeClock
) -> None:
    await notes(store, await a_group(store), trouble, clock)
    at_once = await untold(store, clock)
    clock.forward(minutes=1)

    assert at_once == ([("Group -1", trouble)] if trouble >= Trouble.SILENCED else [])
    assert await untold(store, clock) == [("Group -1", trouble)]


async def test_what_is_untold_says_who_is_to_be_told(store: Database, clock: FakeClock) -> None:
    await notes(store, await a_group(store), Trouble.REMOVED, clock)
    async with store.look() as memory:
        [found] = await memory.troubles.untold("console", clock.now)

    assert (found.owner, found.since) == (an_address("ann"), clock.now)


@pytest.mark.parametrize("first", Trouble)
@pytest.mark.parametrize("second", Trouble)
async def test_only_a_graver_trouble_is_told_again(
    first: Trouble, second: Trouble, store: Database, clock: FakeClock
) -> None:
    key = await a_group(store)
    await notes(store, key, first, clock)
    clock.forward(minutes=1)
    await tell_all(store, clock)
    await notes(store, key, second, clock)
    clock.forward(minutes=1)

    assert await untold(store, clock) == ([("Group -1", second)] if second > first else [])


async def test_a_trouble_that_is_over_may_come_again(store: Database, clock: FakeClock) -> None:
    key, other = await a_group(store), await a_group(store, "-2")
    for _time in range(2):
        for one in (key, other):
            await notes(store, one, Trouble.REMOVED, clock)
        await tell_all(store, clock)
        async with store.begin() as memory:
            await memory.troubles.over([key])
    assert await untold(store, clock) == []

    for one in (key, other):
        await notes(store, one, Trouble.REMOVED, clock)
    assert await untold(store, clock) == [("Group -1", Trouble.REMOVED)]


async def test_whoever_was_forgotten_meanwhile_breaks_nothing(
    store: Database, clock: FakeClock
) -> None:
    key = await a_group(store)
    await notes(store, key, Trouble.REMOVED, clock)
    async with store.begin() as memory:
        await memory.subscribers.forget(an_address("-1"))
    await notes(store, key, Trouble.REMOVED, clock)

    assert await untold(store, clock) == []


async def test_those_in_trouble_longest_come_first(store: Database, clock: FakeClock) -> None:
    for chat in ("-2", "-3", "-1"):
        await notes(store, await a_group(store, chat), Trouble.REMOVED, clock)
        clock.forward(seconds=1)

    assert [title for title, _trouble in await untold(store, clock)] == [
        "Group -2",
        "Group -3",
        "Group -1",
    ]


@pytest.mark.parametrize(
    ("platform", "reason", "minutes", "left"),
    [
        ("console", WHY, 5, 0),
        ("console", "they said something else", 5, 1),
        ("telegram", WHY, 5, 1),
        ("console", WHY, 0, 1),
    ],
)
async def test_what_the_platform_was_wrong_about_is_withdrawn(
    platform: str, reason: str, minutes: int, left: int, store: Database, clock: FakeClock
) -> None:
    await notes(store, await a_group(store), Trouble.REFUSED, clock)
    clock.forward(minutes=3)
    since = clock.now - timedelta(minutes=minutes)
    async with store.begin() as memory:
        await memory.recipients.restore(platform, since=since, reason=reason, again=clock.now)

    assert len(await untold(store, clock)) == left
