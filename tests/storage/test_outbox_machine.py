"""The outbox under anything two workers can do: nothing lost, nothing sent twice under a lease."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.core.delivery import Alert, DeliveryKey, Doubt, Settled, State
from bot.core.detect import Status
from bot.pipeline.poll import announce
from storage.types import from_millis, to_millis
from storage.unit_of_work import Database, open_database
from tests.builders import a_profile, a_round
from tests.fakes.clock import FakeClock
from tests.fakes.databases import a_copy_of, rows_of, url_of
from tests.fakes.people import PLATFORM, a_subscriber

LEASE = 1000
MILLISECOND = timedelta(milliseconds=1)
WORKERS = ("one", "two")
SCORES = {480: 1, 476: 2, 470: 3}


@dataclass
class Expected:
    """What the model thinks of one delivery. `at` as in the outbox.

    `leases_lost` counts how often it became due although somebody had not said what became of it.
    """

    priority: int
    state: State = State.DUE
    at: int = 0
    attempts: int = 0
    held: bool = False
    doubt: Doubt | None = None
    sent: int = 0
    leases_lost: int = 0

    @property
    def open(self) -> bool:
        return self.state in (State.DUE, State.LEASED)

    def due(self, now: int) -> bool:
        return self.open and self.at <= now

    def settle(self, word: Settled, now: int) -> None:
        """Rules 3 to 5: what is settled stays so; whoever comes too late still counts."""
        if not self.open:
            return
        again = word.not_before is not None
        self.state = word.state
        self.at = now if word.state is not State.DUE else millis_of(word) if again else 0
        self.attempts -= not word.tried
        self.held, self.doubt = word.held, word.doubt


class OutboxMachine(RuleBasedStateMachine):
    """Two workers on two engines over one file, against a model in plain Python."""

    migrated: Path

    def __init__(self) -> None:
        super().__init__()
        self.now = FakeClock().millis
        self.people = 0
        self.rounds = 0
        self.model: dict[tuple[int, int], Expected] = {}
        self.scores: list[int] = []
        self.held: dict[str, list[Alert]] = {worker: [] for worker in WORKERS}
        self.unsettled: dict[str, list[Settled]] = {worker: [] for worker in WORKERS}
        self._files = ExitStack()
        self.path = self._files.enter_context(a_copy_of(self.migrated))
        self._runner = asyncio.Runner()
        self._stores = AsyncExitStack()
        self.store = {worker: self._open() for worker in WORKERS}

    def _open(self) -> Database:
        opening = self._stores.enter_async_context(open_database(url_of(self.path)))
        return self._runner.run(opening)

    def teardown(self) -> None:
        try:
            self.drain()
        finally:
            self._runner.run(self._stores.aclose())
            self._runner.close()
            self._files.close()

    @rule(score=st.sampled_from(list(SCORES)), count=st.integers(1, 3))
    def subscribe(self, score: int, count: int) -> None:
        async def add() -> None:
            async with self.store["one"].begin() as memory:
                for _ in range(count):
                    self.people += 1
                    self.scores.append(score)
                    await memory.subscribers.save(
                        a_subscriber(f"chat-{self.people}", a_profile(score))
                    )

        self._runner.run(add())

    @rule()
    def publish(self) -> None:
        self.rounds += 1
        round_ = a_round(number=f"{self.rounds}")

        async def add() -> int:
            async with self.store["two"].begin() as memory:
                await memory.rounds.add([round_], Status.ANNOUNCED, FakeClock().now)
                return await announce(memory, [round_], FakeClock().now)

        assert self._runner.run(add()) == len(self.scores)
        for number, score in enumerate(self.scores, start=1):
            self.model[self.rounds, number] = Expected(priority=SCORES[score])

    @precondition(lambda self: self.model)
    @rule(worker=st.sampled_from(WORKERS), limit=st.integers(1, 4))
    def claim(self, worker: str, limit: int) -> None:
        """A worker that still held something has died before: it begins anew."""
        self.held[worker], self.unsettled[worker] = [], []
        taken = self._in_order(lambda _key, one: one.due(self.now))[:limit]
        waited = {key[1] for key in taken if self.model[key].held}
        taken += self._in_order(
            lambda key, one: (
                one.due(self.now) and one.held and key[1] in waited and key not in taken
            )
        )
        expected: dict[tuple[int, ...], list[tuple[int, int]]] = {}
        for key in taken:
            expected.setdefault((key[1],) if key[1] in waited else key, []).append(key)

        alerts = self._claim(worker, limit)

        assert [[place(key) for key in alert.keys] for alert in alerts] == [*expected.values()]
        for key in taken:
            one = self.model[key]
            one.leases_lost += one.state is State.LEASED
            one.state, one.at = State.LEASED, self.now + LEASE
            one.attempts += 1
        for alert in alerts:
            assert alert.attempts == self.model[place(alert.key)].attempts
            assert alert.doubt in [self.model[place(key)].doubt for key in alert.keys]
        self.held[worker] = alerts

    def _in_order(
        self, which: Callable[[tuple[int, int], Expected], bool]
    ) -> list[tuple[int, int]]:
        found = [(one.priority, key) for key, one in self.model.items() if which(key, one)]
        return [key for _priority, key in sorted(found)]

    def _claim(self, worker: str, limit: int) -> list[Alert]:
        async def take() -> list[Alert]:
            async with self.store[worker].begin() as memory:
                return await memory.outbox.claim(
                    PLATFORM, now=from_millis(self.now), lease=MILLISECOND * LEASE, limit=limit
                )

        return self._runner.run(take())

    @precondition(lambda self: any(self.held.values()))
    @rule(
        worker=st.sampled_from(WORKERS),
        state=st.sampled_from([State.SENT, State.SENT, State.GIVEN_UP, State.UNCERTAIN]),
        doubt=st.none() | st.builds(Doubt, since=st.just(FakeClock().now), repeated=st.booleans()),
    )
    def send(self, worker: str, state: State, doubt: Doubt | None) -> None:
        if self.held[worker]:
            alert = self.held[worker].pop(0)
            for key in alert.keys:
                self.model[place(key)].sent += state is State.SENT
            self._say(worker, alert, Settled(key=alert.key, state=state, doubt=doubt))

    @precondition(lambda self: any(self.held.values()))
    @rule(
        worker=st.sampled_from(WORKERS),
        wait=st.none() | st.integers(0, 2 * LEASE),
        tried=st.booleans(),
        held=st.booleans(),
        doubted=st.booleans(),
    )
    def postpone(
        self, worker: str, wait: int | None, tried: bool, held: bool, doubted: bool
    ) -> None:
        """Try later, wait for the morning, or give it back untouched."""
        if self.held[worker]:
            alert = self.held[worker].pop(0)
            word = Settled(
                key=alert.key,
                state=State.DUE,
                not_before=None if wait is None else from_millis(self.now + wait),
                tried=tried,
                held=held,
                doubt=Doubt(since=FakeClock().now) if doubted else alert.doubt,
            )
            self._say(worker, alert, word)

    def _say(self, worker: str, alert: Alert, word: Settled) -> None:
        self.unsettled[worker] += [replace(word, key=key) for key in alert.keys]

    @rule(worker=st.sampled_from(WORKERS))
    def settle(self, worker: str) -> None:
        words, self.unsettled[worker] = self.unsettled[worker], []

        async def write() -> None:
            async with self.store[worker].begin() as memory:
                await memory.outbox.settle(words, from_millis(self.now))

        self._runner.run(write())
        for word in words:
            one = self.model[place(word.key)]
            # Too late, and somebody else has it by now: it becomes due under their hands.
            one.leases_lost += one.state is State.LEASED and word.state is State.DUE
            one.settle(word, self.now)

    @rule()
    def take_over(self) -> None:
        """Both are dead; whoever comes next takes back what they had."""
        for worker in WORKERS:
            self.crash(worker)

        async def take_back() -> int:
            async with self.store["one"].begin() as memory:
                return await memory.outbox.take_back(PLATFORM)

        self._runner.run(take_back())
        for one in self.model.values():
            if one.state is State.LEASED:
                one.state, one.at = State.DUE, 0
                one.leases_lost += 1

    @rule(worker=st.sampled_from(WORKERS))
    def crash(self, worker: str) -> None:
        """What was sent and not settled is forgotten; the lease stands."""
        self.held[worker], self.unsettled[worker] = [], []

    @rule(passed=st.sampled_from([1, LEASE - 1, LEASE, 3 * LEASE]))
    def wait(self, passed: int) -> None:
        self.now += passed

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self._rows().keys() == self.model.keys()

    @invariant()
    def nothing_is_sent_twice_unless_a_lease_was_lost(self) -> None:
        for one in self.model.values():
            assert one.sent <= 1 + one.leases_lost

    @invariant()
    def every_delivery_stands_where_the_rules_put_it(self) -> None:
        for key, row in self._rows().items():
            one = self.model[key]
            assert row.due(self.now) is one.due(self.now)
            assert row.open is one.open
            assert one.open or (row.state, row.at) == (one.state, one.at)
            assert (row.attempts, row.held, row.doubt) == (one.attempts, one.held, one.doubt)
            assert one.attempts >= 0

    def drain(self) -> None:
        """However it went so far: with time, everything comes to an end and was tried."""
        self.now += 10 * LEASE
        while alerts := self._claim("one", 3):
            words = [Settled(key=key, state=State.SENT) for alert in alerts for key in alert.keys]
            for word in words:
                self.model[place(word.key)].sent += 1

            async def write(words: list[Settled] = words) -> None:
                async with self.store["one"].begin() as memory:
                    await memory.outbox.settle(words, from_millis(self.now))

            self._runner.run(write())
        for key, row in self._rows().items():
            assert not row.open
            assert row.state is not State.SENT or self.model[key].sent >= 1

    def _rows(self) -> dict[tuple[int, int], Expected]:
        query = (
            "SELECT announcement_id, subscriber_id, priority, state, at, attempts, held, doubt_at, "
            "repeated FROM deliveries"
        )
        found: dict[tuple[int, int], Expected] = {}
        for row in rows_of(self.path, query):
            announcement, subscriber, priority, state, at, attempts, held = (
                int(str(value)) for value in row[:7]
            )
            since, repeated = row[7:]
            found[announcement, subscriber] = Expected(
                priority=priority,
                state=State(state),
                at=at,
                attempts=attempts,
                held=bool(held),
                doubt=None
                if since is None
                else Doubt(since=from_millis(int(str(since))), repeated=bool(repeated)),
            )
        return found


def place(key: DeliveryKey) -> tuple[int, int]:
    return key.announcement, key.subscriber


def millis_of(word: Settled) -> int:
    assert word.not_before is not None
    return to_millis(word.not_before)


def test_nothing_is_lost_and_nothing_sent_twice_whatever_two_workers_do(
    migrated: Path,
) -> None:
    machine = type("Machine", (OutboxMachine,), {"migrated": migrated})

    run_state_machine_as_test(
        machine, settings=settings(max_examples=25, stateful_step_count=30, deadline=None)
    )
