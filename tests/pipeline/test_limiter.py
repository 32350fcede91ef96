"""Who may send next: lanes, pauses, chats, troubles; all in simulated time."""

import asyncio
from bisect import bisect_left
from collections.abc import Callable, Coroutine
from itertools import pairwise
from typing import Any

import pytest

from bot.core.errors import Scope
from bot.pipeline.limiter import Lane, Limiter
from tests.fakes.apis import Tokens
from tests.fakes.simulated import moment, simulated

HALF_A_DAY = 43_838.0

Scene = Callable[[], Coroutine[Any, Any, None]]


def in_simulated_time(scene: Scene) -> Callable[[], None]:
    def test() -> None:
        simulated(scene())

    test.__name__ = scene.__name__
    return test


async def turns(limiter: Limiter, count: int, lane: Lane = Lane.ALERT) -> list[float]:
    """When so many who ask at once are let through."""
    passed: list[float] = []

    async def one() -> None:
        await limiter.turn(lane)
        passed.append(moment())

    await asyncio.gather(*(one() for _ in range(count)))
    return passed


@in_simulated_time
async def test_slots_are_a_fixed_distance_apart() -> None:
    passed = await turns(Limiter(20), 41)

    assert [round(at, 6) for at in passed] == [round(0.05 * number, 6) for number in range(41)]


@in_simulated_time
async def test_who_asks_first_goes_first() -> None:
    limiter, order = Limiter(10), list[int]()

    async def ask(number: int) -> None:
        await limiter.turn(Lane.ALERT)
        order.append(number)

    await asyncio.gather(*(ask(number) for number in range(30)))

    assert order == list(range(30))


@in_simulated_time
async def test_a_reply_overtakes_every_alert_that_waits() -> None:
    limiter = Limiter(30)
    alerts = asyncio.create_task(turns(limiter, 300))
    await asyncio.sleep(2)
    asked = moment()

    [answered] = await turns(limiter, 1, Lane.REPLY)

    assert answered - asked <= 1 / 30 + 1e-6
    await alerts


@in_simulated_time
async def test_many_replies_still_keep_to_the_ceiling_and_alerts_go_on_afterwards() -> None:
    limiter = Limiter(10)
    alerts = asyncio.create_task(turns(limiter, 20))
    await asyncio.sleep(0.5)

    replies = await turns(limiter, 20, Lane.REPLY)
    told = await alerts

    both = sorted(replies + told)
    assert all(later - earlier >= 0.1 - 1e-6 for earlier, later in pairwise(both))
    assert max(replies) < max(told)


@pytest.mark.parametrize("scope", [Scope.NOT_SAID, Scope.PLATFORM])
def test_a_short_wait_is_everybodys(scope: Scope) -> None:
    async def scene() -> None:
        limiter = Limiter(30)
        limiter.told_to_wait("ann", 3, scope)
        assert limiter.wait_of("ann") == 3
        assert limiter.wait_of("bob") == 0
        [passed] = await turns(limiter, 1, Lane.REPLY)
        assert passed >= 3
        assert limiter.rate < 30

    simulated(scene())


@in_simulated_time
async def test_a_wait_that_is_said_to_be_a_chats_stops_nobody_else() -> None:
    limiter = Limiter(30)
    for chat in ("ann", "bob", "cid", "dan"):
        limiter.told_to_wait(chat, 5, Scope.CHAT)

    [passed] = await turns(limiter, 1)

    assert (passed, limiter.wait_of("ann"), limiter.rate) == (0, 5, 30)


@in_simulated_time
async def test_a_short_wait_for_an_answer_is_its_chats_until_three_in_a_row_are_told() -> None:
    limiter = Limiter(30)
    for chat in ("ann", "ann", "bob"):
        limiter.told_to_wait(chat, 5, Scope.PERHAPS_CHAT)
    assert (await turns(limiter, 1), limiter.wait_of("ann"), limiter.rate) == ([0], 5, 30)

    limiter.told_to_wait("cid", 5, Scope.PERHAPS_CHAT)
    assert await turns(limiter, 1) == [5]


@in_simulated_time
async def test_half_a_day_for_one_chat_stops_nobody_else() -> None:
    limiter = Limiter(30)
    limiter.told_to_wait("ann", HALF_A_DAY, Scope.NOT_SAID)
    limiter.told_to_wait("ann", HALF_A_DAY, Scope.NOT_SAID)
    limiter.told_to_wait("bob", HALF_A_DAY, Scope.NOT_SAID)

    passed = await turns(limiter, 31)

    assert passed[-1] == pytest.approx(1)
    assert limiter.wait_of("ann") == pytest.approx(HALF_A_DAY - 1)
    assert limiter.wait_of("eve") == 0


@in_simulated_time
async def test_half_a_day_for_three_chats_in_a_row_stops_everybody_for_a_minute() -> None:
    limiter = Limiter(30)
    for chat in ("ann", "bob", "cid"):
        limiter.told_to_wait(chat, HALF_A_DAY, Scope.NOT_SAID)

    assert (await turns(limiter, 1))[0] == pytest.approx(60)


@in_simulated_time
async def test_three_chats_with_a_success_between_them_are_not_in_a_row() -> None:
    limiter = Limiter(30)
    for chat in ("ann", "bob", "cid", "dan"):
        limiter.told_to_wait(chat, HALF_A_DAY, Scope.NOT_SAID)
        limiter.passed()

    assert (await turns(limiter, 1))[0] == 0


@in_simulated_time
async def test_what_was_on_its_way_complains_with_the_first_and_slows_once() -> None:
    limiter = Limiter(30)
    for number in range(64):
        limiter.told_to_wait(f"chat-{number}", 2, Scope.NOT_SAID)

    assert limiter.rate == pytest.approx(30 * 0.93)


@in_simulated_time
async def test_after_a_steady_minute_it_grows_back_to_its_ceiling() -> None:
    limiter = Limiter(10)
    limiter.told_to_wait("ann", 1, Scope.PLATFORM)
    slowed = limiter.rate
    await turns(limiter, 600)
    assert slowed < 10
    for _ in range(6):
        await turns(limiter, 300)

    assert limiter.rate == 10


@in_simulated_time
async def test_one_chat_is_written_to_once_a_second_and_a_group_twenty_times_a_minute() -> None:
    limiter = Limiter(1000, group_interval=60 / 20)
    limiter.used("ann")
    limiter.used("-100", group=True)

    assert (limiter.wait_of("ann"), limiter.wait_of("-100"), limiter.wait_of("bob")) == (1, 3, 0)
    await asyncio.sleep(0.75)
    assert (limiter.wait_of("ann"), limiter.wait_of("-100")) == (0.25, 2.25)
    await asyncio.sleep(0.25)
    assert limiter.wait_of("ann") == 0


@in_simulated_time
async def test_replies_leave_a_chat_to_the_alert_that_comes_back_to_it() -> None:
    limiter = Limiter(1000, group_interval=60 / 20)
    limiter.used("-100", group=True)
    limiter.keep("-100", 3)

    assert (limiter.wait_of("-100"), limiter.wait_of("-100", Lane.REPLY)) == (3, 6)
    assert limiter.wait_of("-200", Lane.REPLY) == 0
    await asyncio.sleep(3)
    limiter.used("-100", group=True)
    assert limiter.wait_of("-100", Lane.REPLY) == 3


@in_simulated_time
async def test_a_chat_is_not_kept_for_an_alert_that_does_not_come() -> None:
    limiter = Limiter(1000)
    limiter.keep("ann", 1)
    await asyncio.sleep(4)

    assert limiter.wait_of("ann", Lane.REPLY) == 0


@in_simulated_time
async def test_a_few_edits_of_a_chat_go_at_once_and_then_one_a_second() -> None:
    limiter = Limiter(1000)

    assert [limiter.edited("ann") for _ in range(7)] == [0, 0, 0, 0, 0, 1, 2]
    assert (limiter.edited("bob"), limiter.wait_of("ann")) == (0, 0)
    await asyncio.sleep(7)
    assert [limiter.edited("ann") for _ in range(6)] == [0, 0, 0, 0, 0, 1]


@in_simulated_time
async def test_edits_are_remembered_only_for_as_long_as_they_count() -> None:
    limiter = Limiter(1000)
    for number in range(1000):
        limiter.edited(f"chat-{number}")
    await asyncio.sleep(1)
    limiter.edited("ann")

    assert len(limiter._edits_paid_at) == 1


@in_simulated_time
async def test_the_longer_of_two_waits_counts() -> None:
    limiter = Limiter(1000)
    limiter.told_to_wait("ann", 10, Scope.CHAT)
    limiter.used("ann")

    assert limiter.wait_of("ann") == 10


@pytest.mark.parametrize(
    ("troubles", "pause"),
    [(0, 0), (1, 0), (4, 0), (5, 0.5)],
)
def test_a_few_requests_may_fail_before_anybody_waits(troubles: int, pause: float) -> None:
    async def scene() -> None:
        limiter = Limiter(1000)
        for _ in range(troubles):
            limiter.trouble()
        assert (await turns(limiter, 1))[0] == pytest.approx(pause)

    simulated(scene())


@in_simulated_time
async def test_while_nothing_gets_through_the_pauses_double_up_to_half_a_minute() -> None:
    limiter, pauses = Limiter(1000), []
    for _ in range(4):
        limiter.trouble()
    for _ in range(10):
        for _in_flight in range(64):  # all of them fail, and count once
            limiter.trouble()
        before = moment()
        await limiter.turn(Lane.ALERT)
        pauses.append(round(moment() - before, 3))

    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30]
    limiter.passed()
    limiter.trouble()
    before = moment()
    await limiter.turn(Lane.ALERT)
    assert moment() - before < 0.01


@in_simulated_time
async def test_who_no_longer_waits_takes_no_slot() -> None:
    limiter = Limiter(10)
    await limiter.turn(Lane.ALERT)
    leaving = [asyncio.create_task(limiter.turn(Lane.ALERT)) for _ in range(50)]
    staying = asyncio.create_task(turns(limiter, 3))
    await asyncio.sleep(0)
    for task in leaving:
        task.cancel()
    await asyncio.gather(*leaving, return_exceptions=True)

    assert [round(at, 3) for at in await staying] == [0.1, 0.2, 0.3]


@in_simulated_time
async def test_chats_are_remembered_only_for_as_long_as_they_have_to_wait() -> None:
    limiter = Limiter(1000, group_interval=3)
    for number in range(20_000):
        await limiter.turn(Lane.ALERT)
        chat = f"{'-' if number % 50 == 0 else ''}{number}"
        limiter.used(chat, group=chat.startswith("-"))
        if number % 4 == 0:
            limiter.told_to_wait(f"gone-{number}", 0.01, Scope.CHAT)

    assert len(limiter._chats) <= 3 * 1000 + 1
    assert len(limiter._limited) <= 1001


@pytest.mark.parametrize("allowed", [29.0, 20.0, 10.0, 5.0])
def test_a_stricter_server_is_used_to_95_percent(allowed: float) -> None:
    """Ten minutes against a server that counts: as much as it allows, and never more."""

    async def scene() -> None:
        limiter, tokens, sent = Limiter(30), Tokens(allowed, 1), list[float]()

        async def worker(name: int) -> None:
            number = 0
            while moment() < 900:
                await limiter.turn(Lane.ALERT)
                wait = tokens.take(moment())
                number += 1
                if wait:
                    limiter.told_to_wait(f"{name}-{number}", wait, Scope.NOT_SAID)
                else:
                    sent.append(moment())
                    limiter.passed()

        await asyncio.gather(*(worker(name) for name in range(8)))
        steady = [at for at in sent if at >= 300]
        assert len(steady) >= 0.95 * allowed * 600

    simulated(scene())


@in_simulated_time
async def test_however_many_refuse_only_so_many_are_asked_in_ten_minutes() -> None:
    limiter = Limiter(45, refusals_per_minute=300)
    refused: list[float] = []
    for _ in range(15_000):
        await limiter.turn(Lane.ALERT)
        refused.append(moment())
        limiter.refused()

    first_minute = sum(at < 60 for at in refused)
    assert 300 < first_minute <= 601
    in_ten_minutes = [bisect_left(refused, at + 600) - one for one, at in enumerate(refused)]
    assert max(in_ten_minutes) <= 10 * 300 + 300 + 1
    assert refused[-1] == pytest.approx(14_700 / 5, rel=0.01)


@in_simulated_time
async def test_refusals_among_many_successes_slow_nobody() -> None:
    limiter = Limiter(45, refusals_per_minute=300)
    for number in range(9_000):
        await limiter.turn(Lane.ALERT)
        if number % 10 == 0:
            limiter.refused()

    assert moment() == pytest.approx(200, rel=0.01)


@in_simulated_time
async def test_once_they_are_taken_again_alerts_go_at_full_pace() -> None:
    limiter = Limiter(50, refusals_per_minute=60)
    for _ in range(70):
        await limiter.turn(Lane.ALERT)
        limiter.refused()
    began = moment()

    assert max(await turns(limiter, 100)) - began < 1 + 100 / 50


@in_simulated_time
async def test_replies_do_not_wait_for_refusals() -> None:
    limiter = Limiter(50, refusals_per_minute=1)
    for _ in range(3):
        limiter.refused()
    alert = asyncio.create_task(limiter.turn(Lane.ALERT))
    await asyncio.sleep(1)
    began = moment()

    assert max(await turns(limiter, 5, Lane.REPLY)) - began < 0.2
    assert not alert.done()
    await alert
    assert moment() == pytest.approx(120, abs=0.1)
