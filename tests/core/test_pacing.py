"""How fast to send: no second holds more than its share, whatever arrives when."""

from bisect import bisect_left
from itertools import pairwise
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Scope
from bot.core.pacing import (
    LONGEST_SHARED_PAUSE,
    Pace,
    faster,
    nap,
    pace,
    shared_pause,
    slower,
    take,
)

LATE = 0.010
"""A timer that wakes us later than this loses its slot, as `bot.core.pacing` has it."""


def sent_at(slots: Pace, arrivals: list[float], lateness: list[float]) -> list[float]:
    """When messages go out that arrive then, each let through a little late."""
    now, sent = 0.0, []
    for number, arrival in enumerate(arrivals):
        opens = max(now, arrival, slots.next_slot)
        now = opens + lateness[number % len(lateness)]
        slots = take(slots, now)
        sent.append(now)
    return sent


def fullest_second(sent: list[float]) -> int:
    return max(bisect_left(sent, begin + 1.0) - place for place, begin in enumerate(sent))


@given(
    rate=st.sampled_from([1.0, 3.3, 20.0, 30.0, 45.0, 99.5, 300.0]),
    gaps=st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.001, 0.03, 0.5, 2.0, 60.0]), max_size=600),
    lateness=st.lists(
        st.sampled_from([0.0, 0.0005, 0.004, 0.0099, 0.0249, 0.2]), min_size=1, max_size=7
    ),
)
def test_no_second_ever_holds_more_than_the_ceiling_and_a_hundredth_or_a_fortieth_of_many(
    rate: float, gaps: list[float], lateness: list[float]
) -> None:
    arrivals = [sum(gaps[:place]) for place in range(len(gaps))] or [0.0]

    sent = sent_at(pace(rate), arrivals, lateness)

    # A few nanoseconds of floating point may move a message over the border of a second.
    more = 1.01 if rate < 250 else 1.04
    assert fullest_second([round(at, 6) for at in sent]) <= floor(rate * more) + 1


@pytest.mark.parametrize(("rate", "most"), [(1, 2), (30, 31), (45, 46), (1000, 1001)])
def test_a_queue_that_is_never_empty_keeps_to_the_ceiling_exactly(rate: int, most: int) -> None:
    sent = sent_at(pace(rate), [0.0] * (10 * rate), [0.0])

    assert fullest_second(sent) <= most
    assert sent[-1] == pytest.approx(10 - 1 / rate)


@pytest.mark.parametrize(("late", "share"), [(0.0, 1.0), (0.005, 1.0), (LATE, 1.0), (0.020, 0.75)])
def test_a_timer_that_is_a_little_late_costs_no_slot(late: float, share: float) -> None:
    sent = sent_at(pace(30), [0.0] * 3000, [late])

    assert 3000 / sent[-1] / 30 >= share * 0.995


@pytest.mark.parametrize(("late", "share"), [(0.039, 1.0), (0.080, 0.45)])
def test_a_machine_that_stops_now_and_then_costs_many_no_slot(late: float, share: float) -> None:
    sent = sent_at(pace(1000), [0.0] * 3000, [late, *[0.0] * 39])

    assert share * 0.995 <= 3000 / sent[-1] / 1000 <= share * 1.15


def test_where_many_are_sent_a_few_leave_together_unless_somebody_complains() -> None:
    assert [nap(pace(rate)) for rate in (30, 249, 250, 1000)] == [0.001, 0.001, 0.02, 0.02]
    assert nap(slower(pace(1000), 0.0)) == 0.001


def test_nothing_is_saved_up_while_nobody_sends() -> None:
    sent = sent_at(pace(30), [0.0, *([3600.0] * 60)], [0.0])

    assert fullest_second(sent[1:]) <= 31


@given(st.floats(0.001, 10_000), st.lists(st.floats(0, 1e6), max_size=300))
def test_complaints_slow_it_down_to_a_twentieth_and_no_further(
    ceiling: float, moments: list[float]
) -> None:
    slots = pace(ceiling)
    for now in sorted(moments):
        before, slots = slots, slower(slots, now)
        assert ceiling * 0.05 <= slots.rate <= before.rate
        assert slots.changed_at == now


@given(st.lists(st.floats(0, 120), min_size=1, max_size=400), st.integers(0, 60))
def test_peace_makes_it_faster_by_steps_up_to_its_ceiling(
    gaps: list[float], complaints: int
) -> None:
    slots, now = pace(30), 0.0
    for _ in range(complaints):
        slots = slower(slots, now)
    for gap in gaps:
        now += gap
        before, slots = slots, faster(slots, now)
        assert before.rate <= slots.rate <= min(before.rate * 1.01 + 1e-9, 30)


@pytest.mark.parametrize(
    ("steady", "grows"),
    [(0.0, False), (29.9, False), (39.9, False), (40.0, True), (1000.0, True)],
)
def test_after_a_complaint_it_stays_slow_for_half_a_minute(steady: float, grows: bool) -> None:
    slots = slower(pace(30), 100.0)

    assert (faster(slots, 100.0 + steady).rate > slots.rate) is grows


def test_growing_takes_a_step_every_ten_seconds() -> None:
    slots = slower(pace(30), 0.0)
    steps = []
    for second in range(180):
        before, slots = slots, faster(slots, float(second))
        if slots.rate != before.rate:
            steps.append(second)

    assert steps[0] == 40
    assert all(later - earlier == 10 for earlier, later in pairwise(steps))


def test_a_step_too_far_is_taken_back_and_left_alone_for_twice_as_long() -> None:
    proven = slower(pace(30), 0.0)
    found = proven
    for waits in (60.0, 120.0, 240.0, 480.0, 960.0, 960.0):
        now = found.changed_at + 10_000
        back = slower(faster(found, now), now + 1)

        assert back.rate == proven.rate
        assert faster(back, now + 1 + waits + 9.9).rate == back.rate
        assert faster(back, now + 1 + waits + 10).rate > back.rate
        found = back


@pytest.mark.parametrize(("held", "share"), [(29.9, 0.93), (30.0, 1 / 1.01)])
def test_a_rate_that_had_held_for_a_while_is_nearly_right(held: float, share: float) -> None:
    slots = slower(pace(30), 100.0)

    assert slower(slots, 100.0 + held).rate == pytest.approx(slots.rate * share)


def test_a_second_complaint_in_a_row_slows_down_again() -> None:
    once = slower(pace(30), 0.0)

    assert slower(once, 1.0).rate < once.rate


def test_after_a_complaint_nothing_late_is_made_up() -> None:
    slots = take(slower(pace(30), 0.0), 100.0)
    late = slots.next_slot + 0.009

    assert take(slots, late).next_slot - late == pytest.approx(1 / slots.rate)


SHORT, LONG = 1.0, 43_838.0
EVERYBODY = LONGEST_SHARED_PAUSE


@pytest.mark.parametrize(
    ("wait", "scope", "chats", "pause"),
    [
        (SHORT, Scope.CHAT, 1, 0),
        (LONG, Scope.CHAT, 9, 0),
        (SHORT, Scope.PLATFORM, 1, SHORT),
        (LONG, Scope.PLATFORM, 1, EVERYBODY),
        (0.0, Scope.NOT_SAID, 1, 0),
        (SHORT, Scope.NOT_SAID, 1, SHORT),
        (59.9, Scope.NOT_SAID, 1, 59.9),
        (60.0, Scope.NOT_SAID, 1, 60.0),
        (60.1, Scope.NOT_SAID, 1, 0),
        (LONG, Scope.NOT_SAID, 1, 0),
        (LONG, Scope.NOT_SAID, 2, 0),
        (LONG, Scope.NOT_SAID, 3, EVERYBODY),
        (LONG, Scope.NOT_SAID, 4, EVERYBODY),
    ],
)
def test_a_wait_is_everybodys_when_it_is_short_or_many_are_told(
    wait: float, scope: Scope, chats: int, pause: float
) -> None:
    assert shared_pause(wait, scope, chats) == pause
