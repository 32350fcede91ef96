"""Claiming, leasing and settling: nothing lost, nothing taken twice."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.alerts import Mode, Preference, Priority
from bot.core.delivery import Alert, DeliveryKey, Doubt, Settled, State
from bot.core.detect import Status
from bot.core.profiles import Submitted
from bot.core.rounds import Round
from bot.core.subscribers import Address, Subscriber
from bot.pipeline.poll import announce
from storage.types import from_millis
from storage.unit_of_work import Database, open_database
from tests.builders import TIE_BREAK_385, a_profile, a_round
from tests.fakes.clock import FakeClock
from tests.fakes.databases import rows_of, url_of
from tests.fakes.people import PLATFORM, a_subscriber, an_address

LEASE = 60_000
A_LEASE = timedelta(milliseconds=LEASE)
NOW = FakeClock().millis


async def queue(store: Database, people: list[Subscriber], *rounds: Round) -> None:
    """People are there; rounds are news, each told on its own."""
    async with store.begin() as memory:
        await memory.subscribers.save_all(people)
        for round_ in rounds or (a_round(),):
            await memory.rounds.add([round_], Status.ANNOUNCED, FakeClock().now)
            await announce(memory, [round_], FakeClock().now)


async def claim(
    store: Database, now: int = NOW, limit: int = 50, only: Address | None = None
) -> list[Alert]:
    async with store.begin() as memory:
        return await memory.outbox.claim(
            PLATFORM, now=from_millis(now), lease=A_LEASE, limit=limit, only=only
        )


async def settle(store: Database, now: int, *settled: Settled) -> None:
    async with store.begin() as memory:
        await memory.outbox.settle(settled, from_millis(now))


def chats(alerts: list[Alert]) -> list[str]:
    return [alert.to.address.chat for alert in alerts]


def crowd(count: int) -> list[Subscriber]:
    return [a_subscriber(f"chat-{number}") for number in range(count)]


async def test_those_who_would_have_qualified_are_told_first(store: Database) -> None:
    everything = Preference(mode=Mode.ALL)
    people = [
        a_subscriber("far", a_profile(100), preference=everything),
        a_subscriber("near", a_profile(470)),
        a_subscriber("tied", a_profile(476)),
        a_subscriber("above", a_profile(480)),
        a_subscriber("no category", a_profile(500, yes=(), no=("healthcare",)),
                     preference=everything),
        a_subscriber("in by time", a_profile(476, submitted=Submitted.at(TIE_BREAK_385))),
    ]  # fmt: skip
    await queue(store, people)

    alerts = [*await claim(store, limit=3), *await claim(store, limit=50)]

    assert chats(alerts) == ["above", "in by time", "tied", "near", "far", "no category"]
    assert [alert.rounds[0].profiles[0].priority for alert in alerts] == [1, 1, 2, 3, 4, 4]


async def test_a_delivery_has_the_priority_of_its_best_profile(
    store: Database, database: Path
) -> None:
    couple = a_subscriber("ann", a_profile(470), a_profile(480, name="b"), a_profile(476, name="c"))
    await queue(store, [couple])

    assert rows_of(database, "SELECT priority FROM deliveries") == [(int(Priority.QUALIFIED),)]


async def test_a_claimed_delivery_is_not_claimed_again(store: Database) -> None:
    await queue(store, crowd(5))

    first, second, third = [await claim(store, limit=2) for _ in range(3)]

    assert sorted(chats(first + second + third)) == [f"chat-{number}" for number in range(5)]
    assert await claim(store) == []


async def test_an_alert_says_how_often_it_was_tried(store: Database) -> None:
    await queue(store, crowd(1))

    [once] = await claim(store)
    [twice] = await claim(store, now=NOW + LEASE)

    assert (once.attempts, twice.attempts) == (1, 2)
    assert once.key == twice.key


async def test_a_lease_runs_out_at_its_moment_and_not_before(store: Database) -> None:
    await queue(store, crowd(1))
    await claim(store)

    assert await claim(store, now=NOW + LEASE - 1) == []
    assert chats(await claim(store, now=NOW + LEASE)) == ["chat-0"]
    assert await claim(store, now=NOW + LEASE + 1) == []


@pytest.mark.parametrize("state", [State.SENT, State.GIVEN_UP, State.UNCERTAIN])
async def test_what_is_settled_stays_settled(store: Database, database: Path, state: State) -> None:
    await queue(store, crowd(2))
    one, two = await claim(store)
    settled = Settled(key=one.key, state=state, error="because", receipt="message-1")
    await settle(store, NOW + 5, settled)
    await settle(store, NOW + 9, Settled(key=one.key, state=State.DUE))

    assert [alert.key for alert in await claim(store, now=NOW + 10 * LEASE)] == [two.key]
    query = "SELECT state, at, error, receipt FROM deliveries WHERE state > 1"
    assert rows_of(database, query) == [(int(state), NOW + 5, "because", "message-1")]
    async with store.look() as memory:
        assert await memory.outbox.waiting() == [two.key]


async def test_a_delivery_to_be_tried_later_waits_for_its_moment(store: Database) -> None:
    await queue(store, crowd(1))
    [alert] = await claim(store)
    await settle(
        store, NOW, Settled(key=alert.key, state=State.DUE, not_before=from_millis(NOW + 5000))
    )

    assert await claim(store, now=NOW + 4999) == []
    assert [again.key for again in await claim(store, now=NOW + 5000)] == [alert.key]


async def test_a_batch_settles_each_in_its_own_way(store: Database, database: Path) -> None:
    await queue(store, crowd(4))
    alerts = await claim(store)
    states = [State.DUE, State.SENT, State.DUE, State.UNCERTAIN]
    await settle(
        store,
        NOW + 1,
        *(
            Settled(key=alert.key, state=state, not_before=from_millis(NOW + 100 + at))
            for at, (alert, state) in enumerate(zip(alerts, states, strict=True))
        ),
    )

    assert rows_of(database, "SELECT state, at FROM deliveries ORDER BY subscriber_id") == [
        (0, NOW + 100),
        (2, NOW + 1),
        (0, NOW + 102),
        (4, NOW + 1),
    ]


async def test_settling_what_nobody_holds_changes_nothing(store: Database, database: Path) -> None:
    await queue(store, crowd(1))
    strange = DeliveryKey(announcement=99, subscriber=99)
    await settle(store, NOW, Settled(key=strange, state=State.SENT))
    await settle(store, NOW)

    assert rows_of(database, "SELECT state, attempts FROM deliveries") == [(0, 0)]


async def test_each_platform_takes_its_own(store: Database) -> None:
    await queue(store, [a_subscriber("here"), a_subscriber("there", platform="telegram")])

    assert chats(await claim(store)) == ["here"]
    async with store.begin() as memory:
        elsewhere = await memory.outbox.claim(
            "telegram", now=from_millis(NOW), lease=A_LEASE, limit=9
        )
    assert chats(elsewhere) == ["there"]


async def test_one_subscriber_can_be_asked_for_alone(store: Database) -> None:
    people = [*crowd(3), a_subscriber("chat-1", platform="telegram")]
    await queue(store, people, a_round(), a_round(number="386"))

    assert chats(await claim(store, only=an_address("chat-1"))) == ["chat-1", "chat-1"]
    assert await claim(store, only=an_address("nobody")) == []
    assert chats(await claim(store)) == ["chat-0", "chat-2", "chat-0", "chat-2"]


async def test_older_rounds_come_first_among_equals(store: Database) -> None:
    await queue(store, crowd(2), a_round(), a_round(number="386"))

    numbers = [alert.rounds[0].round.number for alert in await claim(store)]

    assert numbers == ["385", "385", "386", "386"]


async def test_deciding_a_round_again_queues_no_second_delivery(
    store: Database, database: Path
) -> None:
    """A digest asks once for each of its rounds; people still get one message."""
    rounds = [a_round(number=f"{number}") for number in range(385, 390)]
    async with store.begin() as memory:
        await memory.subscribers.save_all(crowd(2))
        await memory.rounds.add(rounds, Status.ANNOUNCED, FakeClock().now)
        assert await announce(memory, rounds, FakeClock().now) == 2

    assert len(rows_of(database, "SELECT * FROM deliveries")) == 2
    assert [len(alert.rounds) for alert in await claim(store)] == [5, 5]


async def test_two_claimers_never_take_the_same_delivery(database: Path) -> None:
    people = [a_subscriber(f"chat-{number}") for number in range(150)]
    async with open_database(url_of(database)) as store:
        await queue(store, people)
    taken: list[DeliveryKey] = []

    async def drain() -> None:
        async with open_database(url_of(database)) as own:
            while alerts := await claim(own, limit=7):
                taken.extend(alert.key for alert in alerts)

    await asyncio.gather(*(asyncio.to_thread(asyncio.run, drain()) for _ in range(3)))

    assert len(taken) == len(set(taken)) == len(people)


async def test_two_who_take_back_one_lease_do_not_both_get_it(database: Path) -> None:
    async with open_database(url_of(database)) as one, open_database(url_of(database)) as two:
        await queue(one, crowd(20))
        assert len(await claim(one)) == 20
        later = NOW + LEASE

        first, second = await asyncio.gather(
            claim(one, now=later, limit=15), claim(two, now=later, limit=15)
        )

    keys = [alert.key for alert in first + second]
    assert len(keys) == len(set(keys)) == 20


async def test_a_paused_subscriber_is_not_queued(store: Database) -> None:
    clock = FakeClock()
    people = [
        a_subscriber("paused", paused=True),
        a_subscriber("back again", paused=True, paused_until=clock.now),
        a_subscriber("back soon", paused=True, paused_until=clock.now.replace(minute=1)),
        a_subscriber("never", paused=False, paused_until=clock.now.replace(minute=1)),
    ]
    await queue(store, people)

    assert chats(await claim(store)) == [
        person.address.chat for person in people if not person.is_paused(clock.now)
    ]
    assert not people[1].is_paused(clock.now)


async def test_what_a_dead_sender_had_is_due_at_once_on_its_own_platform(
    store: Database, database: Path
) -> None:
    await queue(store, [*crowd(3), a_subscriber("there", platform="telegram")])
    await claim(store, limit=2)
    async with store.begin() as memory:
        await memory.outbox.claim("telegram", now=from_millis(NOW), lease=A_LEASE, limit=9)

        assert await memory.outbox.take_back(PLATFORM) == 2
        assert await memory.outbox.take_back(PLATFORM) == 0

    assert [alert.attempts for alert in await claim(store)] == [2, 2, 1]
    query = "SELECT state, at FROM deliveries WHERE platform = 'telegram'"
    assert rows_of(database, query) == [(int(State.LEASED), NOW + LEASE)]


async def test_what_is_given_back_untried_was_never_tried(store: Database) -> None:
    await queue(store, crowd(1))
    for _ in range(3):
        [alert] = await claim(store)
        assert alert.attempts == 1
        await settle(store, NOW, Settled(key=alert.key, state=State.DUE, tried=False))


async def test_a_doubt_is_kept_from_one_try_to_the_next(store: Database) -> None:
    await queue(store, crowd(1))
    for doubt in (None, Doubt(since=from_millis(NOW)), Doubt(since=from_millis(1), repeated=True)):
        [alert] = await claim(store)
        await settle(store, NOW, Settled(key=alert.key, state=State.DUE, doubt=doubt))
        [again] = await claim(store)
        assert again.doubt == doubt
        await settle(store, NOW, Settled(key=again.key, state=State.DUE))


async def test_what_was_held_together_comes_together_whatever_the_limit(store: Database) -> None:
    rounds = [a_round(), a_round(number="386"), a_round(number="387")]
    await queue(store, crowd(2), *rounds)
    morning = from_millis(NOW + 1000)
    await settle(
        store,
        NOW,
        *(
            Settled(key=alert.key, state=State.DUE, not_before=morning, tried=False, held=True)
            for alert in await claim(store)
            if alert.to.address.chat == "chat-0"
        ),
    )

    [together] = await claim(store, now=NOW + 1000, limit=1)

    assert [about.round.number for about in together.rounds] == ["385", "386", "387"]
    assert [key.announcement for key in together.keys] == [1, 2, 3]
    assert await claim(store, now=NOW + 1000) == []
