"""Everything a server can do to a request, against a real one: where each delivery ends.

`ann` meets the fault, `bob` stands beside her. Time passes at once to the next moment at which
something is due; only the server and its timeouts (0.3 s) are real.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.http.notifier import PLATFORM, HttpNotifier, http_notifier
from bot.core.delivery import State
from bot.core.detect import Status
from bot.pipeline.deliver import deliver
from bot.pipeline.poll import announce
from storage.unit_of_work import Database
from tests.builders import a_round
from tests.fakes.clock import FakeClock
from tests.fakes.databases import rows_of
from tests.fakes.http_platform import (
    GARBAGE,
    IN_PIECES,
    RESETS_AFTER,
    RESETS_BEFORE,
    SILENT,
    Fault,
    HttpPlatform,
    http_platform,
    limits,
    moved,
    nobody_listens,
    refuses,
    slow,
)
from tests.fakes.people import a_subscriber

TIMEOUT = 0.3
SENT, GIVEN_UP, UNCERTAIN = State.SENT, State.GIVEN_UP, State.UNCERTAIN
HALF_A_DAY = 43_838


@dataclass(frozen=True, kw_only=True)
class Row:
    """What `ann` meets, and how it ends for her.

    `copies` is how often she then has the message, `seconds` how long it took at least. With
    `knows` the platform recognises repeated requests, for five minutes as we are told.
    """

    what: str
    once: tuple[Fault, ...] = ()
    always: Fault | None = None
    ends: State
    requests: int
    copies: int
    seconds: float = 0
    knows: bool = False
    gone: bool = False


# Retries after 5, 10, 20 ... 320 s and then every 600 s fit so often into 24 hours.
ALL_DAY = 1 + 7 + 142

MATRIX = [
    Row(what="nothing", ends=SENT, requests=1, copies=1),
    Row(what="an answer in pieces", once=(IN_PIECES,), ends=SENT, requests=1, copies=1),
    Row(what="a slow answer", once=(slow(TIMEOUT / 3),), ends=SENT, requests=1, copies=1),
    Row(what="429 for 1 s", once=(limits(1),), ends=SENT, requests=2, copies=1, seconds=5),
    Row(what="429 for 30 s, for this chat", once=(limits(30, scope="chat"),),
        ends=SENT, requests=2, copies=1, seconds=30),
    Row(what="429 for half a day", once=(limits(HALF_A_DAY),),
        ends=SENT, requests=2, copies=1, seconds=HALF_A_DAY),
    Row(what="429 for half a day, always", always=limits(HALF_A_DAY),
        ends=GIVEN_UP, requests=2, copies=0, seconds=HALF_A_DAY),
    Row(what="429 for a week", once=(limits(604_800),), ends=GIVEN_UP, requests=1, copies=0),
    Row(what="429 without a wait", once=(refuses(429),),
        ends=SENT, requests=2, copies=1, seconds=5),
    Row(what="500 once", once=(refuses(500),), ends=SENT, requests=2, copies=1, seconds=5),
    Row(what="503 three times", once=(refuses(503),) * 3,
        ends=SENT, requests=4, copies=1, seconds=35),
    Row(what="503 with a wait", once=(refuses(503, retry_after=120),),
        ends=SENT, requests=2, copies=1, seconds=120),
    Row(what="500 all day", always=refuses(500), ends=GIVEN_UP, requests=ALL_DAY, copies=0),
    Row(what="a redirect all day", always=refuses(302),
        ends=GIVEN_UP, requests=ALL_DAY, copies=0),
    Row(what="504 once", once=(refuses(504),), ends=SENT, requests=2, copies=1, seconds=300),
    Row(what="410", once=(refuses(410),), ends=GIVEN_UP, requests=1, copies=0, gone=True),
    Row(what="403 once", once=(refuses(403),), ends=SENT, requests=2, copies=1, seconds=3600),
    Row(what="403 all day", always=refuses(403), ends=GIVEN_UP, requests=5, copies=0),
    Row(what="404 once", once=(refuses(404),), ends=SENT, requests=2, copies=1, seconds=3600),
    Row(what="400 once", once=(refuses(400),), ends=SENT, requests=2, copies=1),
    Row(what="400 always", always=refuses(400), ends=GIVEN_UP, requests=2, copies=0),
    Row(what="409 without an address", once=(refuses(409),),
        ends=SENT, requests=2, copies=1, seconds=5),
    Row(what="a reset before the body", once=(RESETS_BEFORE,),
        ends=SENT, requests=2, copies=1, seconds=300),
    Row(what="a reset before the body, always", always=RESETS_BEFORE,
        ends=UNCERTAIN, requests=2, copies=0, seconds=300),
    Row(what="a reset after the body", once=(RESETS_AFTER,),
        ends=SENT, requests=2, copies=2, seconds=300),
    Row(what="a reset after the body, always", always=RESETS_AFTER,
        ends=UNCERTAIN, requests=2, copies=2, seconds=300),
    Row(what="a reset after the body, recognised", once=(RESETS_AFTER,), knows=True,
        ends=SENT, requests=2, copies=1, seconds=5),
    Row(what="resets after the body, recognised, always", always=RESETS_AFTER, knows=True,
        ends=UNCERTAIN, requests=7, copies=1, seconds=455),
    Row(what="no answer", once=(SILENT,), ends=SENT, requests=2, copies=2, seconds=300),
    Row(what="no answer, always", always=SILENT,
        ends=UNCERTAIN, requests=2, copies=2, seconds=300),
    Row(what="no answer, recognised", once=(SILENT,), knows=True,
        ends=SENT, requests=2, copies=1, seconds=5),
    Row(what="no answer, then limits", once=(SILENT, limits(60), limits(60)),
        ends=SENT, requests=4, copies=2, seconds=420),
    Row(what="too slow an answer", once=(slow(TIMEOUT * 2),),
        ends=SENT, requests=2, copies=2, seconds=300),
    Row(what="garbage", once=(GARBAGE,), ends=SENT, requests=2, copies=2, seconds=300),
    Row(what="garbage, always", always=GARBAGE,
        ends=UNCERTAIN, requests=2, copies=2, seconds=300),
]  # fmt: skip


@asynccontextmanager
async def posting_to(url: str, *, knows: bool = False) -> AsyncIterator[HttpNotifier]:
    async with http_notifier(
        url,
        per_second=10_000,
        idempotent_seconds=300 if knows else 0,
        timeout_seconds=TIMEOUT,
    ) as notifier:
        yield notifier


async def queue_for_both(store: Database, clock: FakeClock) -> None:
    async with store.begin() as memory:
        await memory.subscribers.save_all(
            [a_subscriber(chat, platform=PLATFORM) for chat in ("ann", "bob")]
        )
        await memory.rounds.add([a_round()], Status.ANNOUNCED, clock.now)
        await announce(memory, [a_round()], clock.now)


async def deliver_to_the_end(
    store: Database, database: Path, notifier: HttpNotifier, clock: FakeClock
) -> None:
    """Forward to each moment at which something is due, until nothing is."""
    for _ in range(500):
        await deliver(store=store, notifier=notifier, clock=clock)
        [(waiting,)] = rows_of(database, "SELECT min(at) FROM deliveries WHERE state < 2")
        if waiting is None:
            return
        wait = int(str(waiting)) - clock.millis
        clock.now += timedelta(milliseconds=max(wait, 1))
    raise AssertionError("it never ends")


def state_of(database: Path, chat: str) -> State:
    [(state,)] = rows_of(
        database,
        "SELECT state FROM deliveries JOIN subscribers ON subscribers.id = subscriber_id "  # noqa: S608
        f"WHERE chat = '{chat}'",
    )
    return State(int(str(state)))


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row.what.replace(" ", "_"))
async def test_each_fault_has_its_end_and_hurts_nobody_else(
    row: Row, store: Database, database: Path, clock: FakeClock
) -> None:
    began = clock.now
    await queue_for_both(store, clock)
    with http_platform(remembers=1e9 if row.knows else 0) as platform:
        platform.meets("ann", *row.once, always=[row.always] if row.always else [])
        async with posting_to(platform.url, knows=row.knows) as notifier:
            await deliver(store=store, notifier=notifier, clock=clock)
            assert state_of(database, "bob") is SENT
            await deliver_to_the_end(store, database, notifier, clock)

    [hers] = {one.key for one in platform.of("ann")}
    found = (state_of(database, "ann"), len(platform.of("ann")), platform.accepted[hers])
    assert found == (row.ends, row.requests, row.copies)
    assert (len(platform.of("bob")), state_of(database, "bob")) == (1, SENT)
    assert (clock.now - began).total_seconds() >= row.seconds
    gone = rows_of(database, "SELECT chat FROM subscribers WHERE gone_at IS NOT NULL")
    assert gone == ([("ann",)] if row.gone else [])
    assert {one.header for one in platform.of("ann")} == {hers}


async def test_who_moved_is_written_to_at_the_new_address(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue_for_both(store, clock)
    with http_platform() as platform:
        platform.meets("ann", moved("-100"))
        async with posting_to(platform.url) as notifier:
            await deliver_to_the_end(store, database, notifier, clock)

    assert [one.chat for one in platform.seen] == ["ann", "bob", "-100"]
    assert [one.taken for one in platform.seen] == [False, True, True]
    assert state_of(database, "-100") is SENT


async def test_while_nobody_listens_everything_waits_and_then_goes_out_once(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue_for_both(store, clock)
    with http_platform() as platform:
        async with posting_to(platform.url) as notifier:
            platform.stop()
            for seconds in (5, 10, 20, 40):
                assert await deliver(store=store, notifier=notifier, clock=clock) == 2
                assert state_of(database, "ann") is State.DUE
                clock.forward(seconds=seconds)
            platform.start()
            await deliver_to_the_end(store, database, notifier, clock)

    assert [one.chat for one in platform.seen] == ["ann", "bob"]
    assert [state_of(database, chat) for chat in ("ann", "bob")] == [SENT, SENT]


async def test_where_nobody_ever_listens_alerts_are_given_up_and_not_called_uncertain(
    store: Database, database: Path, clock: FakeClock
) -> None:
    await queue_for_both(store, clock)
    async with posting_to(nobody_listens()) as notifier:
        await deliver_to_the_end(store, database, notifier, clock)

    assert rows_of(database, "SELECT state, attempts FROM deliveries") == [
        (GIVEN_UP, ALL_DAY),
        (GIVEN_UP, ALL_DAY),
    ]


async def test_the_server_can_be_asked_what_it_saw() -> None:
    """The fake itself: it counts, recognises within its window, and forgets."""
    platform = HttpPlatform(remembers=10)
    try:
        assert platform._take("key", 0.0) == platform._take("key", 9.9) == "m1"
        assert (platform.duplicates, platform.recognised) == (0, 1)
        assert platform._take("key", 10.0) == "m2"
        assert platform.duplicates == 1
    finally:
        platform.close()
