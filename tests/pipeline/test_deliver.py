"""Claim, send, settle: what becomes of a delivery, whatever the platform answers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.core.delivery import Alert, State
from bot.core.detect import Status
from bot.core.errors import (
    DeliveryError,
    RecipientGone,
    RecipientMoved,
    Scope,
    TryLater,
)
from bot.core.subscribers import Subscriber
from bot.pipeline.deliver import LEASE, a_sender, deliver
from bot.pipeline.limiter import Lane
from bot.pipeline.poll import announce
from storage.unit_of_work import Database
from tests.builders import a_profile, a_round
from tests.fakes.clock import FakeClock
from tests.fakes.databases import Rows, rows_of
from tests.fakes.notifier import FakeNotifier
from tests.fakes.people import a_subscriber, an_address


async def queue(store: Database, *people: Subscriber) -> None:
    async with store.begin() as memory:
        await memory.subscribers.save_all(people)
        await memory.rounds.add([a_round()], Status.ANNOUNCED, FakeClock().now)
        await announce(memory, [a_round()], FakeClock().now)


def crowd(count: int) -> list[Subscriber]:
    return [a_subscriber(f"chat-{number}") for number in range(count)]


async def delivered(
    store: Database, clock: FakeClock, notifier: FakeNotifier, limit: int = 50
) -> int:
    return await deliver(store=store, notifier=notifier, clock=clock, limit=limit)


def kept(database: Path) -> Rows:
    return rows_of(
        database, "SELECT state, at, error, receipt FROM deliveries ORDER BY subscriber_id"
    )


async def test_everything_due_is_sent_once(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, *crowd(3))
    notifier = FakeNotifier()

    with capture_logs() as logs:
        counts = [await delivered(store, clock, notifier, limit=2) for _ in range(3)]

    assert counts == [2, 1, 0]
    assert notifier.told == ["chat-0", "chat-1", "chat-2"]
    assert kept(database) == [
        (State.SENT, clock.millis, None, f"message-{number}") for number in (1, 2, 3)
    ]
    assert [(entry["event"], entry["deliveries"]) for entry in logs] == [
        ("alerts_sent", 2),
        ("alerts_sent", 1),
    ]


async def test_an_alert_carries_who_which_round_and_each_verdict(
    store: Database, clock: FakeClock
) -> None:
    couple = a_subscriber("ann", a_profile(480), a_profile(470, name="b"), a_profile(90, name="c"))
    await queue(store, couple)
    notifier = FakeNotifier()
    await delivered(store, clock, notifier)

    [alert] = notifier.sent
    assert (alert.to.address, alert.to.language) == (couple.address, couple.language)
    assert alert.attempts == 1
    [about] = alert.rounds
    assert about.round == a_round()
    assert [(one.profile.name, one.verdict.margin) for one in about.profiles] == [
        ("me", 4),
        ("b", -6),
    ]


FINAL = [
    (RecipientGone("blocked by the user"), State.GIVEN_UP),
]


@pytest.mark.parametrize(("error", "state"), FINAL, ids=[type(one).__name__ for one, _ in FINAL])
async def test_what_cannot_be_delivered_is_settled_with_its_reason(
    store: Database, database: Path, clock: FakeClock, error: DeliveryError, state: State
) -> None:
    await queue(store, *crowd(3))
    notifier = FakeNotifier(fails_with=[None, error])

    await delivered(store, clock, notifier)
    clock.forward(hours=23)
    again = await delivered(store, clock, notifier)

    assert again == 0
    assert notifier.told == ["chat-0", "chat-2"]
    assert [row[0] for row in kept(database)] == [State.SENT, state, State.SENT]
    assert kept(database)[1][2:] == (str(error), None)


async def test_somebody_who_moved_does_not_stop_the_others(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, *crowd(2))
    notifier = FakeNotifier(fails_with=[RecipientMoved("upgraded", new_address="-100")])

    await delivered(store, clock, notifier)

    assert notifier.told == ["chat-1"]
    assert kept(database)[0][0] not in (State.LEASED, State.SENT)


@pytest.mark.parametrize(("asked", "seconds"), [(None, [5, 10, 20, 40]), (30.0, [30, 30, 30, 40])])
async def test_a_busy_platform_is_asked_again_later_and_later(
    store: Database, database: Path, clock: FakeClock, asked: float | None, seconds: Sequence[int]
) -> None:
    await queue(store, *crowd(1))
    busy = TryLater("too many requests", retry_after=asked)
    notifier = FakeNotifier(fails_with=[busy] * len(seconds))

    for wait in seconds:
        assert await delivered(store, clock, notifier) == 1
        expected = clock.millis + wait * 1000
        assert kept(database) == [(State.DUE, expected, "too many requests", None)]
        clock.forward(seconds=wait - 0.001)
        assert await delivered(store, clock, notifier) == 0
        clock.forward(seconds=0.001)

    assert await delivered(store, clock, notifier) == 1
    assert notifier.told == ["chat-0"]
    assert kept(database) == [(State.SENT, clock.millis, None, "message-1")]


async def test_one_who_has_to_wait_does_not_stop_the_others(
    store: Database, clock: FakeClock
) -> None:
    await queue(store, *crowd(3))
    notifier = FakeNotifier(fails_with=[TryLater("busy")])

    await delivered(store, clock, notifier)

    assert notifier.told == ["chat-1", "chat-2"]


async def test_quiet_hours_postpone_to_their_end(store: Database, database: Path) -> None:
    sleeper = a_subscriber(
        "ann", quiet_from=time(22), quiet_until=time(7), time_zone="America/Toronto"
    )
    await queue(store, sleeper, a_subscriber("bob"))
    clock = FakeClock(datetime(2025, 12, 12, 3, 30, tzinfo=UTC))  # 22:30 in Toronto
    notifier = FakeNotifier()

    await delivered(store, clock, notifier)
    assert notifier.told == ["bob"]
    morning = FakeClock(datetime(2025, 12, 12, 12, 0, tzinfo=UTC))
    assert kept(database)[0][:3] == (State.DUE, morning.millis, None)

    clock.now = morning.now - timedelta(milliseconds=1)
    assert await delivered(store, clock, notifier) == 0
    assert await delivered(store, morning, notifier) == 1
    assert notifier.told == ["bob", "ann"]


async def test_quiet_hours_without_a_zone_are_utc(store: Database, clock: FakeClock) -> None:
    await queue(
        store,
        a_subscriber("ann", quiet_from=time(19), quiet_until=time(20)),
        a_subscriber("bob", quiet_from=time(18), quiet_until=time(19)),
    )
    notifier = FakeNotifier()

    await delivered(store, clock, notifier)

    assert notifier.told == ["bob"]


class Crash(BaseException):
    """The process is told to end in the middle."""


async def test_a_crash_in_the_middle_of_a_batch_settles_what_was_sent(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, *crowd(4))
    notifier = FakeNotifier(fails_with=[None, None, Crash()])

    with pytest.raises(Crash):
        await delivered(store, clock, notifier)

    assert [row[0] for row in kept(database)] == [
        State.SENT,
        State.SENT,
        State.LEASED,
        State.LEASED,
    ]
    clock.now += LEASE - timedelta(milliseconds=1)
    assert await delivered(store, clock, notifier) == 0
    clock.forward(milliseconds=1)
    assert await delivered(store, clock, notifier) == 2
    assert notifier.told == ["chat-0", "chat-1", "chat-2", "chat-3"]


async def test_a_fault_of_ours_in_one_alert_keeps_nobody_behind_it_waiting(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, *crowd(3))
    notifier = FakeNotifier(fails_with=[RuntimeError("our bug"), None, None])

    await delivered(store, clock, notifier)

    assert notifier.told == ["chat-1", "chat-2"]
    assert [row[0] for row in kept(database)] == [State.DUE, State.SENT, State.SENT]
    clock.forward(minutes=1)
    await delivered(store, clock, notifier)
    assert notifier.told == ["chat-1", "chat-2", "chat-0"]


async def test_who_paused_after_the_round_was_queued_is_left_alone(
    store: Database, database: Path, clock: FakeClock
) -> None:
    [person] = crowd(1)
    await queue(store, person)
    async with store.begin() as memory:
        await memory.subscribers.save(replace(person, paused=True))
    notifier = FakeNotifier()

    await delivered(store, clock, notifier)

    assert notifier.told == []
    assert [row[0] for row in kept(database)] == [State.GIVEN_UP]


async def test_a_slow_platform_does_not_carry_a_sender_past_its_lease(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, *crowd(3))

    class Slow(FakeNotifier):
        async def send(self, alert: Alert, *, plain: bool = False) -> str | None:
            clock.now += LEASE / 2
            return await super().send(alert)

    notifier = Slow()
    await delivered(store, clock, notifier)

    assert [row[0] for row in kept(database)] == [State.SENT, State.DUE, State.DUE]


async def test_an_alert_that_its_chat_has_no_room_for_keeps_the_next_turn(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, *crowd(1))
    sender = a_sender(FakeNotifier(), clock)
    sender.limiter.told_to_wait("chat-0", 20, Scope.CHAT)
    await deliver(store=store, notifier=sender.notifier, clock=clock, sender=sender)

    assert [row[:2] for row in kept(database)] == [
        (State.DUE, pytest.approx(clock.millis + 20_000, abs=1000))
    ]
    assert 20 < sender.limiter.wait_of("chat-0", Lane.REPLY) > sender.limiter.wait_of("chat-0")


async def test_one_subscriber_can_be_served_alone(store: Database, clock: FakeClock) -> None:
    await queue(store, *crowd(3))
    notifier = FakeNotifier()

    count = await deliver(
        store=store,
        notifier=notifier,
        clock=clock,
        only=an_address("chat-1"),
    )

    assert (count, notifier.told) == (1, ["chat-1"])


async def test_the_forgotten_are_not_written_to(store: Database, clock: FakeClock) -> None:
    await queue(store, *crowd(2))
    async with store.begin() as memory:
        await memory.subscribers.forget(an_address("chat-0"))
    notifier = FakeNotifier()

    await delivered(store, clock, notifier)

    assert notifier.told == ["chat-1"]
