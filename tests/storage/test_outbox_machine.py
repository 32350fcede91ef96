"""The outbox under anything two workers can do: nothing lost, nothing sent twice under a lease."""

import asyncio
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
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

from bot.core.delivery import Alert, DeliveryKey, Settled, State
from bot.core.detect import Status
from bot.pipeline.poll import announce
from storage.types import from_millis
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
    """What the model thinks of one delivery. `at` as in the outbox."""

    priority: int
    state: State = State.DUE
    at: int = 0
    sent: int = 0
    leases_lost: int = 0

    def due(self, now: int) -> bool:
        return self.state in (State.DUE, State.LEASED) and self.at <= now


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
        due = sorted((one.priority, key) for key, one in self.model.items() if one.due(self.now))[
            :limit
        ]

        alerts = self._claim(worker, limit)

        assert [place(alert.key) for alert in alerts] == [key for _priority, key in due]
        for _priority, key in due:
            one = self.model[key]
            one.leases_lost += one.state is State.LEASED
            one.state, one.at = State.LEASED, self.now + LEASE
        self.held[worker] = alerts

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
        state=st.sampled_from([State.SENT, State.SENT, State.GIVEN_UP, State.UNCERTAIN, State.DUE]),
        wait=st.integers(0, 2 * LEASE),
    )
    def send(self, worker: str, state: State, wait: int) -> None:
        if not self.held[worker]:
            return
        key = self.held[worker].pop(0).key
        if state is State.SENT:
            self.model[place(key)].sent += 1
        self.unsettled[worker].append(
            Settled(
                key=key,
                state=state,
                not_before=from_millis(self.now + wait) if state is State.DUE else None,
            )
        )

    @rule(worker=st.sampled_from(WORKERS))
    def settle(self, worker: str) -> None:
        settled, self.unsettled[worker] = self.unsettled[worker], []

        async def write() -> None:
            async with self.store[worker].begin() as memory:
                await memory.outbox.settle(settled, from_millis(self.now))

        self._runner.run(write())
        states = self._states()
        for one in settled:
            expected = self.model[place(one.key)]
            state = states[place(one.key)]
            lost = expected.state is State.LEASED and state is State.DUE is not one.state
            expected.leases_lost += lost  # the lease ran out first, so the word came too late
            assert lost or state in (one.state, expected.state)
            expected.state = state
            expected.at = self._at(one.key)

    @rule(worker=st.sampled_from(WORKERS))
    def crash(self, worker: str) -> None:
        """What was sent and not settled is forgotten; the lease stands."""
        self.held[worker], self.unsettled[worker] = [], []

    @rule(passed=st.sampled_from([1, LEASE - 1, LEASE, 3 * LEASE]))
    def wait(self, passed: int) -> None:
        self.now += passed

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self._states().keys() == self.model.keys()

    @invariant()
    def nothing_is_sent_twice_unless_a_lease_was_lost(self) -> None:
        for one in self.model.values():
            assert one.sent <= 1 + one.leases_lost

    @invariant()
    def what_is_settled_is_no_longer_waiting(self) -> None:
        for key, state in self._states().items():
            if self.model[key].state not in (State.DUE, State.LEASED):
                assert state is self.model[key].state

    def drain(self) -> None:
        """However it went so far: with time, everything comes to an end and was tried."""
        self.now += 10 * LEASE
        while alerts := self._claim("one", 3):
            for alert in alerts:
                self.model[place(alert.key)].sent += 1
            settled = [Settled(key=alert.key, state=State.SENT) for alert in alerts]

            async def write(settled: list[Settled] = settled) -> None:
                async with self.store["one"].begin() as memory:
                    await memory.outbox.settle(settled, from_millis(self.now))

            self._runner.run(write())
        for key, state in self._states().items():
            assert state not in (State.DUE, State.LEASED)
            assert state is not State.SENT or self.model[key].sent >= 1

    def _states(self) -> dict[tuple[int, int], State]:
        query = "SELECT announcement_id, subscriber_id, state FROM deliveries"
        return {
            (int(str(one)), int(str(two))): State(int(str(state)))
            for one, two, state in rows_of(self.path, query)
        }

    def _at(self, key: DeliveryKey) -> int:
        found = rows_of(self.path, "SELECT announcement_id, subscriber_id, at FROM deliveries")
        return next(int(str(at)) for one, two, at in found if (one, two) == place(key))


def place(key: DeliveryKey) -> tuple[int, int]:
    return key.announcement, key.subscriber


def test_nothing_is_lost_and_nothing_sent_twice_whatever_two_workers_do(
    migrated: Path,
) -> None:
    machine = type("Machine", (OutboxMachine,), {"migrated": migrated})

    run_state_machine_as_test(
        machine, settings=settings(max_examples=20, stateful_step_count=25, deadline=None)
    )
