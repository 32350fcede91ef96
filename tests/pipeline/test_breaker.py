"""When a platform refuses many alike, the platform is wrong and not the chats."""

from datetime import timedelta

import pytest

from bot.pipeline.breaker import FEWEST, WINDOW, Breaker
from tests.fakes.clock import FakeClock

REASON, OTHER = "no rights", "chat not found"
MINUTE = timedelta(minutes=1)


def refusing(breaker: Breaker, clock: FakeClock, count: int, reason: str = REASON) -> list[bool]:
    return [breaker.refused(reason, clock.now) for _ in range(count)]


@pytest.mark.parametrize(
    ("passed", "refused", "opens"),
    [
        (0, 9, False),
        (0, 10, True),
        (89, 10, True),
        (90, 10, False),  # a tenth is as many as block us in ordinary times
        (90, 11, True),
        (1000, 100, False),
        (1000, 112, True),
    ],
)
def test_it_opens_when_ten_chats_and_more_than_a_tenth_are_refused_alike(
    clock: FakeClock, passed: int, refused: int, opens: bool
) -> None:
    breaker = Breaker()
    for _ in range(passed):
        breaker.passed(clock.now)

    found = refusing(breaker, clock, refused)

    assert any(found) is opens
    assert breaker.open_for == (REASON if opens else None)


def test_it_says_once_that_it_opens(clock: FakeClock) -> None:
    found = refusing(Breaker(), clock, 30)

    assert found == [False] * (FEWEST - 1) + [True] + [False] * 20


def test_refusals_for_different_reasons_are_not_alike(clock: FakeClock) -> None:
    breaker = Breaker()

    found = [refusing(breaker, clock, 1, f"reason {number}") for number in range(40)]

    assert found == [[False]] * 40


@pytest.mark.parametrize(("apart", "opens"), [(0, True), (9, True), (10, False), (60, False)])
def test_refusals_count_for_ten_minutes(clock: FakeClock, apart: int, opens: bool) -> None:
    breaker = Breaker()
    refusing(breaker, clock, 5)
    clock.forward(minutes=apart)

    assert any(refusing(breaker, clock, 5)) is opens


def test_a_clock_that_goes_back_does_no_harm(clock: FakeClock) -> None:
    breaker = Breaker()
    refusing(breaker, clock, 5)
    clock.forward(hours=-3)

    assert any(refusing(breaker, clock, 5))


def test_it_closes_when_chats_take_messages_and_few_refuse(clock: FakeClock) -> None:
    breaker = Breaker()
    refusing(breaker, clock, 30)
    assert not breaker.closed(clock.now)
    clock.forward(minutes=10)

    breaker.passed(clock.now)

    assert breaker.closed(clock.now)
    assert breaker.open_for is None
    assert not breaker.closed(clock.now)


def test_that_nobody_was_asked_proves_nothing(clock: FakeClock) -> None:
    breaker = Breaker()
    refusing(breaker, clock, 30)
    clock.now += WINDOW * 6

    assert not breaker.closed(clock.now)
    refusing(breaker, clock, 1)  # the first one asked again is refused again
    assert not breaker.closed(clock.now)
    assert breaker.open_for == REASON


def test_another_reason_does_not_keep_it_open(clock: FakeClock) -> None:
    breaker = Breaker()
    refusing(breaker, clock, 30)
    clock.forward(minutes=10)
    refusing(breaker, clock, 9, OTHER)

    assert breaker.closed(clock.now)


def opened_in_vain(breaker: Breaker, clock: FakeClock) -> None:
    with breaker.unless_undone():
        assert any(refusing(breaker, clock, 5))
        raise KeyError


def test_what_is_about_to_be_done_again_does_not_count(clock: FakeClock) -> None:
    breaker = Breaker()
    refusing(breaker, clock, 8)
    with pytest.raises(KeyError):
        opened_in_vain(breaker, clock)

    assert breaker.open_for is None
    with breaker.unless_undone():
        assert refusing(breaker, clock, 1) == [False]
    assert refusing(breaker, clock, 1) == [True]
