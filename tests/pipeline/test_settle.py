"""What delivering says of people and platforms: moved, gone, refused, rejected, quiet, paused."""

import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.chat.conversation import converse
from bot.chat.pauses import MOST_ROUNDS, end_pauses
from bot.chores import KEPT_WHEN_GONE, Chores
from bot.core.delivery import PAUSED, Alert, Kind, State
from bot.core.detect import Status
from bot.core.errors import (
    AlertRejected,
    DeliveryError,
    OutcomeUnknown,
    RecipientGone,
    RecipientMoved,
    SentElsewhere,
    StoreUnavailable,
    TryLater,
)
from bot.core.outcomes import GONE
from bot.core.rounds import Round
from bot.core.subscribers import Subscriber
from bot.core.troubles import Trouble
from bot.pipeline.deliver import Sender, deliver
from bot.pipeline.poll import announce
from bot.pipeline.settle import TAKEN
from bot.ports import UnitOfWork
from storage.unit_of_work import Database
from tests.builders import a_profile, a_round
from tests.fakes.clock import FakeClock
from tests.fakes.databases import Rows, rows_of
from tests.fakes.people import PLATFORM, a_subscriber, an_address
from tests.fakes.sending import ByChat, a_patient_sender

BLOCKED = RecipientGone("403 blocked by the user")
NO_RIGHTS = RecipientGone("400 no rights", certain=False)
REJECTED = AlertRejected("400 can't parse entities")


class World:
    """A database, a platform and a clock, and what people find in their chats."""

    def __init__(self, store: Database, path: Path, clock: FakeClock) -> None:
        self.store = store
        self.path = path
        self.clock = clock
        self.notifier = ByChat()
        self.sender: Sender = a_patient_sender(self.notifier, clock)
        self._number = 400

    def another_number(self) -> str:
        self._number += 1
        return str(self._number)

    async def subscribe(self, *people: Subscriber) -> None:
        async with self.store.begin() as memory:
            await memory.subscribers.save_all(people)

    async def publish(self, *rounds: Round) -> None:
        async with self.store.begin() as memory:
            await memory.rounds.add(rounds, Status.ANNOUNCED, self.clock.now)
            await announce(memory, rounds, self.clock.now)

    async def deliver(self, limit: int = 50) -> int:
        """Everything that is due, in batches."""
        count = 0
        while claimed := await deliver(
            store=self.store,
            notifier=self.notifier,
            clock=self.clock,
            limit=limit,
            sender=self.sender,
        ):
            count += claimed
        return count

    async def deliver_one(self, chat: str) -> None:
        """One alert of one person."""
        await deliver(
            store=self.store,
            notifier=self.notifier,
            clock=self.clock,
            limit=1,
            only=an_address(chat),
            sender=self.sender,
        )

    async def after(self, **passed: float) -> int:
        self.clock.forward(**passed)
        return await self.deliver()

    async def person(self, chat: str) -> Subscriber:
        async with self.store.look() as memory:
            found = await memory.subscribers.find(an_address(chat))
        assert found is not None
        return found

    async def says(self, chat: str, text: str) -> None:
        await converse(text, address=an_address(chat), store=self.store, clock=self.clock)

    def heard(self) -> list[tuple[str, list[str]]]:
        """Each message since the last look, with the rounds it is about."""
        sent, self.notifier.sent = self.notifier.sent, []
        return [
            (alert.to.address.chat, [str(about.round.number) for about in alert.rounds])
            for alert in sent
        ]

    async def troubles(self) -> list[tuple[str, Trouble]]:
        async with self.store.look() as memory:
            untold = await memory.troubles.untold("console", self.clock.now)
        return [(one.place.address.chat, one.trouble) for one in untold]

    def rows(self, columns: str = "state, error") -> Rows:
        return rows_of(
            self.path,
            f"SELECT {columns} FROM deliveries ORDER BY subscriber_id, announcement_id",  # noqa: S608
        )

    def states(self) -> list[State]:
        return [State(int(str(state))) for (state,) in self.rows("state")]

    def incidents(self) -> Rows:
        return rows_of(
            self.path, "SELECT kind, reason, ended_at IS NOT NULL FROM incidents ORDER BY id"
        )


@pytest.fixture
def world(
    store: Database, database: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> World:
    """Nobody waits a second between two messages: a limiter would do that in real time."""
    monkeypatch.setattr("bot.pipeline.limiter._CHAT_INTERVAL", 0.0)
    return World(store, database, clock)


def crowd(count: int) -> list[Subscriber]:
    return [a_subscriber(f"chat-{number}") for number in range(count)]


NEXT = a_round(number="386")


# --- moved ---


async def test_who_moved_is_written_to_at_the_new_address_at_once_and_from_then_on(
    world: World,
) -> None:
    await world.subscribe(*crowd(2))
    await world.publish(a_round())
    world.notifier.errors["chat-0"] = [RecipientMoved("upgraded", new_address="-100")]

    await world.deliver()

    assert world.heard() == [("chat-1", ["385"]), ("-100", ["385"])]
    await world.publish(NEXT)
    await world.after(seconds=2)
    assert sorted(world.heard()) == [("-100", ["386"]), ("chat-1", ["386"])]
    assert (await world.person("-100")).profiles == (a_profile(),)


async def test_who_moved_to_where_somebody_is_already_becomes_one_with_them(world: World) -> None:
    there = a_subscriber("-100", a_profile(470))
    await world.subscribe(*crowd(1), there)
    await world.publish(a_round())
    world.notifier.errors["chat-0"] = [RecipientMoved("upgraded", new_address="-100")]

    await world.deliver()

    assert world.heard() == [("-100", ["385"])]
    assert world.rows() == [(State.GIVEN_UP, TAKEN), (State.SENT, None)]
    assert await world.person("-100") == there
    await world.publish(NEXT)
    await world.after(seconds=2)
    assert world.heard() == [("-100", ["386"])]
    assert len(world.notifier.tried) == 3


async def test_a_chat_that_moves_in_circles_is_given_up(world: World) -> None:
    await world.subscribe(*crowd(1))
    await world.publish(a_round())
    for chat, new in (("chat-0", "-100"), ("-100", "chat-0")):
        world.notifier.errors[chat] = [RecipientMoved("again", new_address=new)] * 9

    await world.deliver()
    await world.after(hours=1)

    assert world.states() == [State.GIVEN_UP]
    assert len(world.notifier.tried) == 4


# --- gone ---


def chores(world: World) -> Chores:
    return Chores(
        world.store,
        world.clock,
        busy=lambda: False,
        beat=lambda: None,
        queued=lambda: None,
    )


async def test_who_is_gone_is_left_alone_and_nobody_else_notices(world: World) -> None:
    await world.subscribe(*crowd(3))
    await world.publish(a_round())
    world.notifier.errors["chat-1"] = [BLOCKED]

    await world.deliver()
    await world.publish(NEXT)
    await world.after(seconds=2)

    assert Counter(chat for chat, _rounds in world.heard()) == {"chat-0": 2, "chat-2": 2}
    assert len(world.rows()) == 5
    assert (await world.person("chat-1")).gone_at == world.clock.now - timedelta(seconds=2)
    assert (await world.person("chat-1")).profiles == (a_profile(),)


async def test_what_was_queued_for_who_is_gone_is_not_tried_any_more(world: World) -> None:
    await world.subscribe(*crowd(1))
    await world.publish(a_round())
    await world.publish(NEXT)
    world.notifier.errors["chat-0"] = [BLOCKED]

    await world.deliver(limit=1)

    assert world.rows() == [(State.GIVEN_UP, str(BLOCKED)), (State.GIVEN_UP, GONE)]
    assert len(world.notifier.tried) == 1


@pytest.mark.parametrize(
    ("passed", "kept"),
    [
        (timedelta(), True),
        (KEPT_WHEN_GONE - timedelta(milliseconds=1), True),
        (KEPT_WHEN_GONE, True),
        (KEPT_WHEN_GONE + timedelta(milliseconds=1), False),
    ],
)
async def test_who_is_gone_is_forgotten_after_thirty_days(
    world: World, passed: timedelta, kept: bool
) -> None:
    await world.subscribe(*crowd(2))
    await world.publish(a_round())
    world.notifier.errors["chat-0"] = [BLOCKED]
    await world.deliver()
    world.clock.now += passed

    await chores(world)._once()

    chats = [chat for (chat,) in rows_of(world.path, "SELECT chat FROM subscribers ORDER BY id")]
    assert chats == (["chat-0", "chat-1"] if kept else ["chat-1"])
    assert world.states() == [State.GIVEN_UP, State.SENT]
    assert world.rows("error, receipt")[0] == (str(BLOCKED) if kept else None, None)


@pytest.mark.parametrize("text", ["/start", "/status", "/alerts all"])
async def test_who_writes_again_is_there_again(world: World, text: str) -> None:
    await world.subscribe(*crowd(1))
    await world.publish(a_round())
    world.notifier.errors["chat-0"] = [BLOCKED]
    await world.deliver()
    world.clock.forward(days=29)

    await world.says("chat-0", text)

    assert (await world.person("chat-0")).gone_at is None
    await world.publish(NEXT)
    await world.after(hours=2)
    world.clock.forward(days=2)
    await chores(world)._once()
    assert world.heard() == [("chat-0", ["386"])]


# --- strikes ---


async def struck(world: World, hours: list[float], error: DeliveryError = NO_RIGHTS) -> None:
    """One refusal at each of these hours, each for a round of its own."""
    began = world.clock.now
    for hour in hours:
        world.clock.now = began + timedelta(hours=hour)
        await world.publish(a_round(number=world.another_number()))
        world.notifier.errors["chat-0"] = [error]
        await world.deliver_one("chat-0")
        async with world.store.begin() as memory:  # only the refusals are looked at here
            waiting = await memory.outbox.waiting()
        if waiting:
            await forget_waiting(world)


async def forget_waiting(world: World) -> None:

    with closing(sqlite3.connect(world.path)) as connection, connection:
        connection.execute("DELETE FROM deliveries WHERE state < 2")


@pytest.mark.parametrize(
    ("hours", "gone"),
    [
        ([0], False),
        ([0, 24], False),
        ([0, 1, 2], False),
        ([0, 1, 2, 3, 4, 5, 23.99], False),
        ([0, 12, 23.99], False),
        ([0, 12, 24], True),
        ([0, 0.01, 24], True),
        ([0, 24, 48], True),
        ([0, 1, 2, 24.01], True),
    ],
)
async def test_three_refusals_over_a_day_or_more_mean_that_nobody_is_there(
    world: World, hours: list[float], gone: bool
) -> None:
    await world.subscribe(*crowd(1))

    await struck(world, hours)

    assert ((await world.person("chat-0")).gone_at is not None) is gone


async def test_a_success_makes_refusals_before_it_count_no_longer(world: World) -> None:
    await world.subscribe(*crowd(1))
    await struck(world, [0, 12])
    await world.publish(NEXT)
    await world.after(hours=1)
    assert world.heard() == [("chat-0", ["386"])]

    await struck(world, [24, 36])

    assert (await world.person("chat-0")).gone_at is None
    assert rows_of(world.path, "SELECT count FROM strikes") == [(2,)]


async def test_a_refusal_in_doubt_is_tried_again_within_hours(world: World) -> None:
    await world.subscribe(*crowd(2))
    await world.publish(a_round())
    world.notifier.errors["chat-0"] = [NO_RIGHTS] * 3

    await world.deliver()
    for hours in (1, 3, 9):
        await world.after(hours=hours, seconds=-1)
        assert world.states()[0] is State.DUE
        await world.after(seconds=1)

    assert world.states() == [State.SENT, State.SENT]
    assert world.rows("attempts")[0] == (4,)


async def test_who_asked_to_be_forgotten_while_refused_breaks_nothing(
    world: World, database: Path
) -> None:
    await world.subscribe(*crowd(3))
    await world.publish(a_round())

    class Forgetting(ByChat):
        async def send(self, alert: Alert, *, plain: bool = False) -> str | None:
            if alert.to.address.chat == "chat-1":
                async with world.store.begin() as memory:
                    await memory.subscribers.forget(alert.to.address)
                raise NO_RIGHTS
            return await super().send(alert, plain=plain)

    world.notifier = Forgetting()
    world.sender = a_patient_sender(world.notifier, world.clock)
    await world.deliver()

    assert world.states() == [State.SENT, State.SENT]


# --- groups, and who set them up ---


def a_group(chat: str) -> Subscriber:
    return a_subscriber(chat).with_facts(owner="ann")


ELSEWHERE = SentElsewhere("400 topic closed", receipt="7")


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (BLOCKED, [Trouble.REFUSED]),
        (NO_RIGHTS, [Trouble.REFUSED]),
        (ELSEWHERE, [Trouble.TOPIC_GONE]),
        (TryLater("busy"), []),
        (REJECTED, []),
        (OutcomeUnknown("no answer"), []),
        (RecipientMoved("upgraded", new_address="-100"), []),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_a_group_that_stops_working_is_remembered_for_its_owner(
    world: World, error: DeliveryError, trouble: list[Trouble]
) -> None:
    await world.subscribe(a_group("-1"), a_subscriber("ben"))
    await world.publish(a_round())
    world.notifier.errors |= {"-1": [error], "ben": [error]}
    await world.deliver_one("-1")
    await world.deliver_one("ben")

    assert await world.troubles() == [("-1", one) for one in trouble]


async def test_what_was_sent_elsewhere_is_sent(world: World) -> None:
    await world.subscribe(a_group("-1"))
    await world.publish(a_round())
    world.notifier.errors["-1"] = [ELSEWHERE]
    await world.deliver()

    assert world.rows("state, receipt, error") == [(State.SENT, "7", None)]


async def test_markup_that_is_refused_does_not_hide_that_it_was_sent_elsewhere(
    world: World,
) -> None:
    await world.subscribe(a_group("-1"))
    await world.publish(a_round())
    world.notifier.errors["-1"] = [REJECTED, ELSEWHERE]
    await world.deliver()

    assert world.states() == [State.SENT]
    assert await world.troubles() == [("-1", Trouble.TOPIC_GONE)]
    assert [kind for kind, *_ in world.incidents()] == [f"rejected/{PLATFORM}"]


async def test_a_post_that_gets_through_ends_the_trouble(world: World) -> None:
    await world.subscribe(a_group("-1"))
    await world.publish(a_round())
    world.notifier.errors["-1"] = [NO_RIGHTS]
    await world.deliver()
    assert await world.troubles()

    await world.after(hours=1)

    assert world.states() == [State.SENT]
    assert await world.troubles() == []


async def test_no_owner_hears_of_what_the_platform_is_wrong_about(world: World) -> None:
    await world.subscribe(*(a_group(f"-{number}") for number in range(30)))
    await world.publish(a_round())
    world.notifier.errors |= {f"-{number}": [NO_RIGHTS] for number in range(30)}
    await world.deliver(limit=4)

    assert world.states() == [State.DUE] * 30
    assert await world.troubles() == []


# --- a platform that is wrong ---


@pytest.mark.parametrize("error", [BLOCKED, NO_RIGHTS], ids=["certain", "in doubt"])
@pytest.mark.parametrize("batch", [1, 4, 50])
async def test_a_platform_that_refuses_thirty_chats_alike_disables_nobody(
    world: World, error: RecipientGone, batch: int
) -> None:
    await world.subscribe(*crowd(30))
    await world.publish(a_round())
    for number in range(30):
        world.notifier.errors[f"chat-{number}"] = [error]

    with capture_logs() as logs:
        await world.deliver(limit=batch)

    assert rows_of(world.path, "SELECT count(*) FROM subscribers WHERE gone_at IS NOT NULL") == [
        (0,)
    ]
    assert world.states() == [State.DUE] * 30
    assert world.incidents() == [(f"refusals/{PLATFORM}", str(error), 0)]
    assert [entry["event"] for entry in logs if entry["log_level"] == "critical"] == [
        "many_refusals"
    ]

    await world.after(hours=1)

    assert Counter(chat for chat, _rounds in world.heard()) == {
        f"chat-{number}": 1 for number in range(30)
    }
    assert world.incidents() == [(f"refusals/{PLATFORM}", str(error), 1)]


async def test_while_a_platform_is_wrong_for_hours_the_operator_hears_of_it_once(
    world: World,
) -> None:
    await world.subscribe(*crowd(30))
    await world.publish(a_round())
    for number in range(30):
        world.notifier.errors[f"chat-{number}"] = [BLOCKED] * 5

    await world.deliver(limit=4)
    for _ in range(20):
        await world.after(minutes=20)

    assert world.states() == [State.SENT] * 30
    assert world.incidents() == [(f"refusals/{PLATFORM}", str(BLOCKED), 1)]
    assert len(world.notifier.tried) == 30 * 6


async def test_one_chat_that_takes_its_message_ends_no_refusals(world: World) -> None:
    await world.subscribe(*crowd(31))
    await world.publish(a_round())
    for number in range(30):
        world.notifier.errors[f"chat-{number}"] = [BLOCKED]

    await world.deliver(limit=1)

    assert world.heard() == [("chat-30", ["385"])]
    assert world.incidents() == [(f"refusals/{PLATFORM}", str(BLOCKED), 0)]


async def test_refusals_that_a_restart_made_us_forget_are_over_too(world: World) -> None:
    await world.subscribe(*crowd(30))
    await world.publish(a_round())
    for number in range(30):
        world.notifier.errors[f"chat-{number}"] = [BLOCKED]
    await world.deliver()
    world.sender = a_patient_sender(world.notifier, world.clock)

    await world.after(hours=1)

    assert world.incidents() == [(f"refusals/{PLATFORM}", str(BLOCKED), 1)]


async def test_the_alerts_of_those_called_gone_by_mistake_come_back_all_of_them(
    world: World,
) -> None:
    await world.subscribe(*crowd(12))
    await world.publish(a_round())
    await world.publish(NEXT)
    for number in range(12):
        world.notifier.errors[f"chat-{number}"] = [BLOCKED]

    for number in range(9):
        for _alert in range(2):
            await world.deliver_one(f"chat-{number}")
    assert {error for _state, error in world.rows()} == {None, str(BLOCKED), GONE}
    for number in range(9, 12):
        await world.deliver_one(f"chat-{number}")
    await world.after(hours=1)

    heard = world.heard()
    assert Counter(chat for chat, _rounds in heard) == {f"chat-{one}": 2 for one in range(12)}
    assert {*world.states()} == {State.SENT}


async def test_a_few_who_left_among_many_are_gone(world: World) -> None:
    await world.subscribe(*crowd(100))
    await world.publish(a_round())
    for number in range(0, 100, 12):
        world.notifier.errors[f"chat-{number}"] = [BLOCKED]

    await world.deliver(limit=10)

    assert Counter(world.states()) == {State.SENT: 91, State.GIVEN_UP: 9}
    assert world.incidents() == []


class Failing:
    """A store that fails at the end of its n-th transaction, as a full disk does."""

    def __init__(self, inner: Database, *fails_at: int) -> None:
        self._inner = inner
        self._fails_at = fails_at
        self._count = 0

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[UnitOfWork]:
        """The n-th is undone."""
        self._count += 1
        async with self._inner.begin() as memory:
            yield memory
            if self._count in self._fails_at:
                raise StoreUnavailable("the disk is full")

    @asynccontextmanager
    async def look(self) -> AsyncIterator[UnitOfWork]:
        async with self._inner.look() as memory:
            yield memory

    async def scrub(self) -> None:
        raise AssertionError


async def test_a_halt_that_could_not_be_written_down_is_called_again(world: World) -> None:
    await world.subscribe(*crowd(30))
    await world.publish(a_round())
    for number in range(30):
        world.notifier.errors[f"chat-{number}"] = [BLOCKED] * 2
    failing = Failing(world.store, 2)

    with pytest.raises(StoreUnavailable):
        await deliver(
            store=failing, notifier=world.notifier, clock=world.clock, sender=world.sender
        )
    assert world.states() == [State.LEASED] * 30
    await world.after(minutes=1)

    assert world.states() == [State.DUE] * 30
    assert world.incidents() == [(f"refusals/{PLATFORM}", str(BLOCKED), 0)]


# --- our own bad message ---


async def test_a_message_that_is_refused_for_its_markup_goes_out_as_plain_text(
    world: World,
) -> None:
    await world.subscribe(*crowd(3))
    await world.publish(a_round())
    for number in range(3):
        world.notifier.errors[f"chat-{number}"] = [REJECTED]

    await world.deliver()

    assert world.states() == [State.SENT] * 3
    assert [alert.to.address.chat for alert in world.notifier.plain] == [
        "chat-0",
        "chat-1",
        "chat-2",
    ]
    assert world.incidents() == [(f"rejected/{PLATFORM}", str(REJECTED), 0)]


async def test_markup_is_well_again_when_a_later_alert_is_taken_with_it(world: World) -> None:
    await world.subscribe(*crowd(3))
    await world.publish(a_round())
    world.notifier.errors["chat-1"] = [REJECTED, None, REJECTED]
    await world.deliver(limit=1)
    refused = (f"rejected/{PLATFORM}", str(REJECTED), 0)
    assert world.incidents() == [refused]  # chat-2 took it, but with other words

    world.clock.forward(minutes=1)
    await world.publish(a_round(number="386"))
    await world.deliver(limit=3)
    assert world.incidents() == [refused]

    world.clock.forward(minutes=1)
    await world.publish(a_round(number="387"))
    await world.deliver(limit=3)
    assert world.incidents() == [(f"rejected/{PLATFORM}", str(REJECTED), 1)]


async def test_an_alert_taken_only_as_plain_text_proves_nothing_of_the_markup(
    world: World,
) -> None:
    await world.subscribe(*crowd(1))
    for number in ("385", "386"):
        world.notifier.errors["chat-0"] = [REJECTED]
        await world.publish(a_round(number=number))
        await world.after(minutes=1)

    assert world.incidents() == [(f"rejected/{PLATFORM}", str(REJECTED), 0)]


@pytest.mark.parametrize(
    ("second", "state"),
    [
        (REJECTED, State.GIVEN_UP),
        (TryLater("busy"), State.DUE),
        (OutcomeUnknown("no answer"), State.DUE),
        (BLOCKED, State.GIVEN_UP),
    ],
)
async def test_plain_text_can_fail_like_any_message(
    world: World, second: DeliveryError, state: State
) -> None:
    await world.subscribe(*crowd(1))
    await world.publish(a_round())
    world.notifier.errors["chat-0"] = [REJECTED, second]

    await world.deliver()

    assert world.rows() == [(state, str(second))]
    assert [reason for _kind, reason, _ended in world.incidents()] == [str(REJECTED)]


# --- nights ---

EVENING = datetime(2025, 12, 12, 4, 0, tzinfo=UTC)
"""23:00 in Toronto; it is morning eight hours later."""
SLEEPER = a_subscriber("ann", quiet_from=time(22), quiet_until=time(7), time_zone="America/Toronto")


async def a_night_with_two_rounds(world: World) -> None:
    world.clock.now = EVENING
    await world.subscribe(SLEEPER, a_subscriber("bob"))
    await world.publish(a_round())
    await world.deliver()
    world.clock.forward(hours=3)
    await world.publish(NEXT)
    await world.deliver()
    assert world.heard() == [("bob", ["385"]), ("bob", ["386"])]
    await world.after(hours=5, seconds=-1)
    assert world.heard() == []


async def test_what_came_out_at_night_is_one_message_in_the_morning(world: World) -> None:
    await a_night_with_two_rounds(world)

    await world.after(seconds=1)

    assert world.heard() == [("ann", ["385", "386"])]
    [one, two] = world.rows("state, receipt")[:2]
    assert one == two
    assert one[0] == State.SENT
    assert await world.after(days=3) == 0


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (TryLater("limited", retry_after=30.0), timedelta(seconds=30)),
        (OutcomeUnknown("no answer"), timedelta(minutes=5)),
        (NO_RIGHTS, timedelta(hours=1)),
        (RecipientMoved("upgraded", new_address="ann"), timedelta()),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else "",
)
async def test_the_one_message_of_the_morning_is_tried_again_as_one(
    world: World, error: DeliveryError, wait: timedelta
) -> None:
    await a_night_with_two_rounds(world)
    world.notifier.errors["ann"] = [error]

    await world.after(seconds=1)
    world.clock.now += wait
    await world.after(seconds=1)

    assert world.heard() == [("ann", ["385", "386"])]
    assert [len(alert.rounds) for alert in world.notifier.tried[-2:]] == [2, 2]


async def test_what_comes_out_in_the_morning_is_a_message_of_its_own(world: World) -> None:
    await a_night_with_two_rounds(world)
    await world.after(seconds=1)
    await world.publish(a_round(number="387"))
    await world.after(seconds=2)

    assert sorted(world.heard()) == [
        ("ann", ["385", "386"]),
        ("ann", ["387"]),
        ("bob", ["387"]),
    ]


# --- pauses ---


async def resumed(world: World) -> None:
    await world.says("ann", "/resume")


async def ended(world: World) -> None:
    assert await end_pauses(world.store, world.clock) == 1


@pytest.mark.parametrize(
    ("command", "end"),
    [("/pause", resumed), ("/pause until 2025-12-20", resumed), ("/pause until 2025-12-20", ended)],
)
async def test_a_pause_ends_with_one_summary_of_what_was_missed(
    world: World, command: str, end: Callable[[World], Awaitable[None]]
) -> None:
    await world.subscribe(a_subscriber("ann"), a_subscriber("bob"))
    await world.publish(a_round())
    await world.says("ann", command)  # the first round is queued already, and not sent any more
    await world.deliver()
    for number in (386, 387, 388):
        await world.publish(a_round(number=str(number)))
        await world.after(days=1)
    assert {chat for chat, _rounds in world.heard()} == {"bob"}
    world.clock.forward(days=20)

    await end(world)
    await world.deliver()

    assert world.heard() == [("ann", ["385", "386", "387", "388"])]
    assert world.notifier.tried[-1].kind is Kind.SUMMARY
    assert await end_pauses(world.store, world.clock) == 0
    assert await world.after(days=2) == 0


async def test_a_pause_in_which_nothing_came_out_ends_in_silence(world: World) -> None:
    await world.subscribe(a_subscriber("ann"))
    await world.publish(a_round())
    await world.deliver()
    world.heard()
    await world.says("ann", "/pause")
    world.clock.forward(days=20)

    await world.says("ann", "/resume")

    assert await world.deliver() == 0


async def test_rounds_that_do_not_concern_the_person_are_in_no_summary(world: World) -> None:
    await world.subscribe(a_subscriber("ann", a_profile(no=("french",))))
    await world.says("ann", "/pause")
    french = a_round(name="French language proficiency (Version 1)")
    await world.publish(french, a_round(number="386"))

    await world.says("ann", "/resume")
    await world.deliver()

    assert world.heard() == [("ann", ["386"])]


async def test_a_summary_after_a_year_names_the_newest_rounds(world: World) -> None:
    await world.subscribe(a_subscriber("ann"))
    await world.says("ann", "/pause")
    numbers = [str(number) for number in range(385, 385 + 3 * MOST_ROUNDS)]
    for number in numbers:
        world.clock.forward(days=5)
        await world.publish(a_round(number=number, held_on=world.clock.now.date()))

    await world.says("ann", "/resume")
    await world.deliver()

    assert world.heard() == [("ann", numbers[-MOST_ROUNDS:])]


async def test_what_an_earlier_pause_kept_away_is_told_in_its_own_summary_only(
    world: World,
) -> None:
    await world.subscribe(a_subscriber("ann"))
    await world.publish(a_round())
    await world.says("ann", "/pause")
    await world.deliver()
    assert world.rows() == [(State.GIVEN_UP, PAUSED)]
    await world.says("ann", "/resume")
    await world.deliver()
    assert world.heard() == [("ann", ["385"])]
    world.clock.forward(days=5)
    await world.says("ann", "/pause")
    await world.publish(NEXT)
    await world.after(days=5)

    await world.says("ann", "/resume")
    await world.deliver()

    assert world.heard() == [("ann", ["386"])]


async def test_a_round_told_before_the_end_of_a_pause_was_noted_is_not_told_again(
    world: World,
) -> None:
    """The program was down when a pause ran out, and reads a new round before its chores."""
    await world.subscribe(a_subscriber("ann"))
    await world.says("ann", "/pause until 2025-12-20")
    await world.publish(a_round())
    await world.after(days=30)
    await world.publish(NEXT)

    await end_pauses(world.store, world.clock)
    await world.deliver()
    await world.after(seconds=2)

    assert sorted(world.heard()) == [("ann", ["385"]), ("ann", ["386"])]


async def test_a_summary_waits_for_the_end_of_quiet_hours(world: World) -> None:
    world.clock.now = EVENING
    await world.subscribe(replace(SLEEPER, paused=True, paused_since=EVENING))
    await world.publish(a_round())
    await world.says("ann", "/resume")
    await world.deliver()
    assert world.heard() == []

    await world.after(hours=8)

    assert world.heard() == [("ann", ["385"])]
