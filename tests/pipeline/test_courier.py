"""The courier with a real database: what it sends, settles, gives back, and lives through."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from bot.core.delivery import Alert, State
from bot.core.detect import Status
from bot.core.errors import RecipientGone, StoreUnavailable, TryLater
from bot.core.rounds import Round
from bot.core.subscribers import Subscriber
from bot.pipeline.courier import Courier
from bot.pipeline.deliver import LEASE, Sender, a_sender
from bot.pipeline.poll import announce
from bot.ports import Notifier, Store, Traits, UnitOfWork
from storage.unit_of_work import Database
from tests.builders import a_profile, a_round
from tests.fakes.clock import FakeClock
from tests.fakes.databases import rows_of
from tests.fakes.notifier import FakeNotifier
from tests.fakes.people import PLATFORM, a_subscriber
from tests.fakes.sending import ByChat

HALF_A_DAY = 43_838.0


async def until(happened: Callable[[], bool], what: str = "that") -> None:
    """Wait for something that is about to happen."""
    try:
        async with asyncio.timeout(20):
            while not happened():  # noqa: ASYNC110 - databases tell no event
                await asyncio.sleep(0.002)
    except TimeoutError as error:
        raise AssertionError(f"{what} never happened") from error


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for a broken database, or for requests at the end, takes a moment only."""
    monkeypatch.setattr("bot.pipeline.courier._STORE_PAUSE", 0.01)
    monkeypatch.setattr("bot.pipeline.courier._LOOK_EVERY", 0.01)
    monkeypatch.setattr("bot.pipeline.courier._PATIENCE_AT_STOP", 0.3)


@asynccontextmanager
async def running(*couriers: Courier) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(one.run()) for one in couriers]
    try:
        yield
    finally:
        for one in couriers:
            one.stop()
        async with asyncio.timeout(20):
            await asyncio.gather(*tasks)


def quick(in_flight: int = 8, platform: str = PLATFORM) -> Traits:
    return Traits(platform=platform, per_second=1_000_000, in_flight=in_flight)


def courier(store: Store, notifier: Notifier, clock: FakeClock) -> Courier:
    return Courier(store=store, sender=a_sender(notifier, clock))


async def queue(
    store: Database, people: list[Subscriber], *rounds: Round, clock: FakeClock | None = None
) -> None:
    now = (clock or FakeClock()).now
    async with store.begin() as memory:
        await memory.subscribers.save_all(people)
        for round_ in rounds or (a_round(),):
            await memory.rounds.add([round_], Status.ANNOUNCED, now)
            await announce(memory, [round_], now)


def crowd(count: int, platform: str = PLATFORM) -> list[Subscriber]:
    return [a_subscriber(f"chat-{number}", platform=platform) for number in range(count)]


def states(database: Path) -> dict[State, int]:
    found = rows_of(database, "SELECT state, count(*) FROM deliveries GROUP BY state")
    return {State(int(str(state))): int(str(count)) for state, count in found}


class Patchy:
    """A store that is out of order while `broken`, at the beginning or at the end of a turn."""

    def __init__(self, inner: Database, *, at_commit: bool = False) -> None:
        self._inner = inner
        self._at_commit = at_commit
        self.broken = False
        self.turned_away = 0
        self.open = asyncio.Event()
        self.open.set()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[UnitOfWork]:
        await self.open.wait()
        if self.broken and not self._at_commit:
            self.turned_away += 1
            raise StoreUnavailable("database is locked")
        async with self._inner.begin() as memory:
            yield memory
            if self.broken:
                self.turned_away += 1
                raise StoreUnavailable("disk is full")

    @asynccontextmanager
    async def look(self) -> AsyncIterator[UnitOfWork]:
        async with self._inner.look() as memory:
            yield memory

    async def scrub(self) -> None:
        raise AssertionError("nobody is forgotten here")


class Waiting(FakeNotifier):
    """Answers some chats only when it is told to; None: all of them."""

    def __init__(self, *chats: str, traits: Traits) -> None:
        super().__init__(traits=traits)
        self._chats = chats
        self.answers = asyncio.Event()
        self.asked: list[str] = []

    async def send(self, alert: Alert, *, plain: bool = False) -> str | None:
        self.asked.append(alert.to.address.chat)
        if not self._chats or alert.to.address.chat in self._chats:
            await self.answers.wait()
        return await super().send(alert, plain=plain)


async def test_it_delivers_everything_and_then_what_comes_later(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, crowd(300))
    notifier = FakeNotifier(traits=quick())
    one = courier(store, notifier, clock)

    async with running(one):
        await until(lambda: states(database) == {State.SENT: 300})
        await until(lambda: not one.busy)
        async with store.begin() as memory:
            await memory.rounds.add([a_round(number="386")], Status.ANNOUNCED, clock.now)
            await announce(memory, [a_round(number="386")], clock.now)
        one.wake()
        clock.forward(seconds=5)
        await until(lambda: len(notifier.sent) == 600)

    assert states(database) == {State.SENT: 600}
    assert len(set(notifier.told)) == 300


async def test_those_who_would_have_qualified_come_first(store: Database, clock: FakeClock) -> None:
    scores = {"near": 470, "tied": 476, "above": 480}
    people = [
        a_subscriber(f"{name}-{number}", a_profile(score))
        for number in range(20)
        for name, score in scores.items()
    ]
    await queue(store, people)
    notifier = FakeNotifier(traits=quick(in_flight=1))

    async with running(courier(store, notifier, clock)):
        await until(lambda: len(notifier.sent) == 60)

    order = [chat.partition("-")[0] for chat in notifier.told]
    assert order == ["above"] * 20 + ["tied"] * 20 + ["near"] * 20


async def test_told_to_stop_it_finishes_what_is_in_flight_and_gives_the_rest_back(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, crowd(40))
    notifier = Waiting(traits=quick(in_flight=5))
    one = courier(store, notifier, clock)

    async with running(one):
        await until(lambda: len(notifier.asked) == 5)
        one.stop()
        notifier.answers.set()

    assert states(database) == {State.SENT: 5, State.DUE: 35}
    given_back = rows_of(database, "SELECT DISTINCT attempts, at FROM deliveries WHERE state = 0")
    assert given_back == [(0, 0)]
    assert not one.busy


async def test_told_to_stop_it_does_not_wait_for_ever_for_an_answer(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, crowd(40))
    notifier = Waiting("chat-0", traits=quick(in_flight=5))

    async with running(courier(store, notifier, clock)):
        await until(lambda: len(notifier.sent) == 39)

    assert states(database) == {State.SENT: 39, State.DUE: 1}
    assert rows_of(database, "SELECT doubt_at, repeated FROM deliveries WHERE state = 0") == [
        (clock.millis, 1)
    ]


@pytest.mark.parametrize("at_commit", [False, True], ids=["locked", "full"])
@pytest.mark.parametrize("passed", [timedelta(seconds=5), LEASE * 3], ids=["short", "long"])
async def test_a_database_that_is_out_of_order_for_a_while_loses_and_repeats_nothing(
    store: Database, database: Path, clock: FakeClock, at_commit: bool, passed: timedelta
) -> None:
    await queue(store, crowd(60))
    patchy = Patchy(store, at_commit=at_commit)
    notifier = Waiting(traits=quick(in_flight=7))

    async with running(courier(patchy, notifier, clock)):
        await until(lambda: len(notifier.asked) == 7)
        patchy.broken = True
        notifier.answers.set()
        await until(lambda: patchy.turned_away > 3)
        assert len(notifier.sent) == 7  # nothing more goes out before that is written down
        clock.now += passed  # even when the leases have run out meanwhile
        await until(lambda: patchy.turned_away > 6)
        patchy.broken = False
        await until(lambda: states(database) == {State.SENT: 60})

    assert sorted(notifier.told) == sorted(person.address.chat for person in crowd(60))


async def test_no_more_is_ever_sent_and_not_settled_than_may_be_in_flight(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, crowd(100))
    patchy = Patchy(store)
    notifier = FakeNotifier(traits=quick(in_flight=7))
    most = 0

    def settled() -> bool:
        nonlocal most
        known = states(database).get(State.SENT, 0)
        most = max(most, len(notifier.sent) - known)
        return known == 100

    async with running(courier(patchy, notifier, clock)):
        await until(settled)

    assert most <= 7


async def test_a_machine_that_slept_sends_nothing_twice(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, crowd(30))
    notifier = Waiting("chat-0", "chat-1", traits=quick(in_flight=4))

    async with running(courier(store, notifier, clock)):
        await until(lambda: len(notifier.sent) == 28)
        clock.forward(hours=1)
        await until(lambda: states(database).get(State.LEASED) == 2)
        await asyncio.sleep(0.05)  # several looks, which all find those leases run out
        notifier.answers.set()
        await until(lambda: states(database) == {State.SENT: 30})

    assert len(notifier.asked) == 30


class SlowReader(Patchy):
    """A store whose readers wait, once `armed`, from the end of the next transaction on."""

    def __init__(self, inner: Database) -> None:
        super().__init__(inner)
        self.armed = False
        self.looks = 0
        self.readers = asyncio.Event()
        self.readers.set()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[UnitOfWork]:
        async with super().begin() as memory:
            yield memory
        if self.armed:
            self.armed = False
            self.readers.clear()

    @asynccontextmanager
    async def look(self) -> AsyncIterator[UnitOfWork]:
        await self.readers.wait()
        self.looks += 1
        async with super().look() as memory:
            yield memory


async def test_what_is_settled_between_leasing_and_reading_it_again_is_not_sent_again(
    store: Database, database: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.pipeline.limiter._CHAT_INTERVAL", 0.0)
    await queue(store, crowd(1))
    slow, notifier = SlowReader(store), Waiting(traits=quick(in_flight=4))
    one = courier(slow, notifier, clock)

    async with running(one):
        await until(lambda: len(notifier.asked) == 1)
        slow.armed = True
        clock.forward(hours=1)  # the lease has run out, so it is leased once more
        await until(lambda: not slow.readers.is_set())
        notifier.answers.set()
        await until(lambda: states(database) == {State.SENT: 1} and not one.busy)
        looks = slow.looks
        slow.readers.set()
        await until(lambda: slow.looks > looks + 2)

    assert len(notifier.asked) == 1


async def test_a_fault_in_one_alert_stops_nobody(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, crowd(30))
    notifier = ByChat({"chat-3": [RuntimeError("our bug")]}, traits=quick(in_flight=3))

    with capture_logs() as logs:
        async with running(courier(store, notifier, clock)):
            await until(lambda: len(notifier.sent) == 29)
            await until(lambda: states(database).get(State.SENT) == 29)
            clock.forward(minutes=1)
            await until(lambda: states(database) == {State.SENT: 30})

    assert [entry["event"] for entry in logs].count("alert_failed") == 1


class Faulty:
    """Memory in which a call fails: our own bug, in one of many outcomes."""

    def __init__(self, inner: object) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        if name == "recipients":
            return Faulty(getattr(self._inner, name))
        if name == "gone":
            raise KeyError("our bug")
        return getattr(self._inner, name)


class FaultyStore(Patchy):
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[UnitOfWork]:
        async with super().begin() as memory:
            yield cast(UnitOfWork, Faulty(memory))


async def test_a_fault_in_settling_one_alert_undoes_no_other_and_repeats_none(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, crowd(30))
    notifier = ByChat({"chat-3": [RecipientGone("blocked")]}, traits=quick())

    with capture_logs() as logs:
        async with running(courier(FaultyStore(store), notifier, clock)):
            await until(lambda: State.LEASED not in states(database) and bool(notifier.sent))
            await until(lambda: states(database) == {State.SENT: 29, State.GIVEN_UP: 1})
            clock.now += LEASE * 3

    assert len(notifier.tried) == 30
    assert "settling_failed" in [entry["event"] for entry in logs]


class Wrecked(Patchy):
    """A store with a bug of ours in it that shows at each `look`, until it is mended."""

    mended = False

    @asynccontextmanager
    async def look(self) -> AsyncIterator[UnitOfWork]:
        if not self.mended:
            raise KeyError("our bug")
        async with super().look() as memory:
            yield memory


async def test_it_can_be_run_again_after_it_failed(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, crowd(30))
    wrecked = Wrecked(store)
    one = courier(wrecked, FakeNotifier(traits=quick()), clock)
    for _ in range(3):
        with pytest.raises(KeyError):
            await one.run()

    wrecked.mended = True
    async with running(one):
        await until(lambda: states(database) == {State.SENT: 30})


async def test_told_to_stop_before_it_is_run_again_it_stays_stopped(
    store: Database, clock: FakeClock
) -> None:
    await queue(store, crowd(3))
    notifier = FakeNotifier(traits=quick())
    one = courier(store, notifier, clock)
    one.stop()

    async with asyncio.timeout(5):
        await one.run()

    assert notifier.sent == []


async def test_a_slow_chat_holds_up_nobody(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, crowd(100))
    notifier = Waiting("chat-0", traits=quick(in_flight=3))

    async with running(courier(store, notifier, clock)):
        await until(lambda: states(database).get(State.SENT) == 99)
        notifier.answers.set()
        await until(lambda: states(database) == {State.SENT: 100})


async def test_a_chat_that_is_limited_for_half_a_day_holds_up_nobody_and_is_told_then(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, crowd(100))
    limited = TryLater("flood control", retry_after=HALF_A_DAY)
    notifier = ByChat({"chat-0": [limited]}, traits=quick(in_flight=3))

    async with running(courier(store, notifier, clock)):
        await until(lambda: states(database) == {State.SENT: 99, State.DUE: 1})
    clock.forward(seconds=HALF_A_DAY - 1)
    async with running(courier(store, notifier, clock)):
        await asyncio.sleep(0.05)
        assert states(database) == {State.SENT: 99, State.DUE: 1}
        clock.forward(seconds=1)
        await until(lambda: states(database) == {State.SENT: 100})


async def test_of_two_messages_to_one_chat_the_second_waits_for_a_second(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, crowd(2), a_round(), a_round(number="386"))
    times: dict[str, list[float]] = {"chat-0": [], "chat-1": []}

    class Timed(FakeNotifier):
        async def send(self, alert: Alert, *, plain: bool = False) -> str | None:
            times[alert.to.address.chat].append(asyncio.get_running_loop().time())
            clock.forward(seconds=0.5)
            return await super().send(alert, plain=plain)

    async with running(courier(store, Timed(traits=quick()), clock)):
        await until(lambda: states(database) == {State.SENT: 4})

    assert all(later - earlier >= 0.99 for earlier, later in times.values())


async def test_two_platforms_do_not_wait_for_each_other(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue(store, crowd(20, "slow") + crowd(200, "quick"))
    stuck = Waiting(traits=quick(in_flight=4, platform="slow"))
    free = FakeNotifier(traits=quick(platform="quick"))

    async with running(courier(store, stuck, clock), courier(store, free, clock)):
        await until(lambda: len(free.sent) == 200)
        assert stuck.sent == []
        stuck.answers.set()
        await until(lambda: states(database) == {State.SENT: 220})

    assert {alert.to.address.platform for alert in stuck.sent} == {"slow"}


async def test_it_says_that_it_lives_while_it_waits(store: Database, clock: FakeClock) -> None:
    beats: list[int] = []
    sender: Sender = a_sender(FakeNotifier(traits=quick()), clock)
    one = Courier(store=store, sender=sender, beat=lambda: beats.append(1))

    async with running(one):
        await until(lambda: len(beats) > 3)
