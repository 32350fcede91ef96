"""A round told to many at once, with everything that can go wrong on the way."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from adapters.discord.doors import NEW_A_MINUTE
from adapters.discord.notifier import MOST_IN_FLIGHT, DiscordNotifier
from adapters.discord.platform import discord_bot
from adapters.discord.remembered import InMemory
from bot.core.detect import Status
from bot.core.errors import StoreUnavailable
from bot.core.subscribers import Address, Subscriber
from bot.pipeline.courier import Courier
from bot.pipeline.deliver import LEASE, a_sender
from bot.pipeline.poll import announce
from bot.platforms import Notes
from storage.unit_of_work import Database
from tests.builders import a_round
from tests.fakes.apis import eventually
from tests.fakes.discord_api import FakeDiscord, Refused, limited
from tests.fakes.discord_bot import settings_for
from tests.fakes.people import a_subscriber, an_address

PEOPLE = range(1000, 1060)


def now() -> datetime:
    return datetime.now(UTC)


async def announced(store: Database, api: FakeDiscord) -> None:
    people = [
        a_subscriber(f"dm:{one}", platform="discord").with_facts(dm=str(api.dm(one)))
        for one in PEOPLE
    ]
    await announced_to(people, store)


async def announced_to(people: list[Subscriber], store: Database) -> None:
    async with store.begin() as memory:
        await memory.subscribers.save_all(people)
        await memory.rounds.add([a_round()], Status.ANNOUNCED, now())
        await announce(memory, [a_round()], now())


async def test_everybody_is_told_once_whatever_happens_on_the_way(
    api: FakeDiscord, store: Database
) -> None:
    await announced(store, api)
    api.fail(Refused(502), on="messages", late=True, skip=3)
    api.fail(Refused(503), on="messages", skip=5)
    api.fail(drop="after", on="messages", skip=6)
    api.fail(drop="before", on="messages", skip=9)
    api.fail(limited(0.2, everybody=True), on="messages", skip=12)
    api.fail(limited(0.2, scope="user"), on="messages", skip=15)
    async with discord_bot(settings_for(api, per_second=45)) as bot:
        courier = Courier(store=store, sender=a_sender(bot.notifier, now))
        running = asyncio.create_task(courier.run())

        async def all_told() -> bool:
            return sum(api.counts.values()) >= len(PEOPLE) and not courier.busy

        await eventually(all_told, 30)
        courier.stop()
        await running
    assert [len(api.told(one)) for one in PEOPLE] == [1] * len(PEOPLE)
    assert api.limited == 2  # which the test asked for


async def test_what_was_sent_and_not_written_down_is_not_sent_twice(
    api: FakeDiscord, store: Database
) -> None:
    await announced(store, api)
    async with store.begin() as memory:
        alerts = await memory.outbox.claim("discord", now=now(), lease=LEASE, limit=len(PEOPLE))
    assert len(alerts) == len(PEOPLE)
    api.limit = None
    for _ in range(2):  # the second time in a new process, which knows of none of it
        async with discord_bot(settings_for(api)) as bot:
            await asyncio.gather(*(bot.notifier.send(alert) for alert in alerts))
    assert [len(api.told(one)) for one in PEOPLE] == [1] * len(PEOPLE)


async def all_delivered(store: Database, api: FakeDiscord, messages: int) -> None:
    """Let a new process deliver until so many messages are there."""
    async with discord_bot(settings_for(api), Notes(store)) as bot:
        courier = Courier(store=store, sender=a_sender(bot.notifier, now))
        running = asyncio.create_task(courier.run())

        async def all_told() -> bool:
            return sum(api.counts.values()) >= messages and not courier.busy

        await eventually(all_told)
        courier.stop()
        await running


async def test_channels_that_were_opened_are_known_after_a_restart(
    api: FakeDiscord, store: Database
) -> None:
    people = [a_subscriber(f"dm:{one}", platform="discord") for one in PEOPLE[:NEW_A_MINUTE]]
    await announced_to(people, store)
    await all_delivered(store, api, len(people))
    assert len(api.called("users/@me/channels")) == len(people)

    async with store.begin() as memory:
        await announce(memory, [a_round()], now())
    await all_delivered(store, api, 2 * len(people))
    assert len(api.called("users/@me/channels")) == len(people)
    assert [len(api.told(one)) for one in PEOPLE[:NEW_A_MINUTE]] == [2] * len(people)


async def test_a_channel_that_is_there_no_more_is_replaced_by_the_new_one(
    api: FakeDiscord, store: Database
) -> None:
    await announced_to([a_subscriber("dm:1", platform="discord").with_facts(dm="99")], store)
    await all_delivered(store, api, 1)
    async with store.look() as memory:
        saved = await memory.subscribers.find(an_address("dm:1", "discord"))
    assert saved is not None
    assert saved.fact("dm") == str(api.dm(1))


async def test_a_channel_that_cannot_be_kept_costs_nobody_their_alert(
    api: FakeDiscord, store: Database
) -> None:
    await announced_to([a_subscriber("dm:1", platform="discord")], store)

    class Locked(InMemory):
        async def know(self, address: Address, name: str, value: str) -> None:
            raise StoreUnavailable("locked")

    async with store.begin() as memory:
        [alert] = await memory.outbox.claim("discord", now=now(), lease=LEASE, limit=1)
    async with discord_bot(settings_for(api), Locked()) as bot:
        await bot.notifier.send(alert)
    assert len(api.told(1)) == 1


class Refusing:
    """Everybody's private messages are closed; delivery goes on in one process."""

    people = range(5000, 5900)
    a_minute = 600.0

    def __init__(self, api: FakeDiscord, store: Database) -> None:
        self.api, self.store = api, store
        self.ahead = timedelta()
        api.limit = None

    def now(self) -> datetime:
        return now() + self.ahead

    @asynccontextmanager
    async def delivering(self) -> AsyncIterator[Courier]:
        async with discord_bot(settings_for(self.api, per_second=400), Notes(self.store)) as bot:
            notifier = DiscordNotifier(
                bot._wire, bot._doors, per_second=400, refusals_per_minute=self.a_minute
            )
            courier = Courier(store=self.store, sender=a_sender(notifier, self.now))
            running = asyncio.create_task(courier.run())
            yield courier
            courier.stop()
            await running

    def refused(self) -> int:
        return sum(one.status == 403 for one in self.api.calls)

    def told(self) -> int:
        return sum(self.api.counts.values())

    async def incidents(self) -> list[tuple[str, bool]]:
        async with self.store.look() as memory:
            found = await memory.process.incidents()
        return [(one.kind, one.ended_at is not None) for one in found]


async def test_closed_messages_of_thousands_come_nowhere_near_a_ban(
    api: FakeDiscord, store: Database
) -> None:
    scene = Refusing(api, store)
    api.closed_dms.update(scene.people)
    known = {one: str(api.dm(one)) for one in scene.people}
    await announced_to(
        [a_subscriber(f"dm:{one}", platform="discord").with_facts(dm=known[one]) for one in known],
        store,
    )
    began = time.monotonic()
    async with scene.delivering() as courier:
        await api.until(lambda: scene.refused() >= scene.a_minute, 30)
        await asyncio.sleep(1.5)  # in which at 400 a second everybody would have been asked
        allowed = scene.a_minute * (1 + (time.monotonic() - began) / 60)
        assert scene.refused() <= allowed + MOST_IN_FLIGHT + 1
        assert await scene.incidents() == [("refusals/discord", False)]

        api.closed_dms.clear()
        before = scene.refused()
        # Those who were not asked yet; what was refused beyond a minute's worth is waited for.
        await api.until(lambda: scene.told() >= len(known) - before, 60)

        async def at_rest() -> bool:
            return not courier.busy

        await eventually(at_rest)
        scene.ahead = timedelta(hours=2)
        await api.until(lambda: scene.told() >= len(known), 60)
        await eventually(at_rest)
    assert [len(api.told(one)) for one in known] == [1] * len(known)
    assert await scene.incidents() == [("refusals/discord", True)]
    async with store.look() as memory:
        people = [one for _key, one in await memory.subscribers.page(0, 1000)]
    assert [one.gone_at for one in people] == [None] * len(known)
