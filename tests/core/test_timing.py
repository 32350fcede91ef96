"""When to poll, when to stay quiet, when to try again."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.timing import (
    BUSY_INTERVAL,
    IDLE_INTERVAL,
    TORONTO,
    QuietHours,
    poll_interval,
    retry_interval,
)


def toronto(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=TORONTO)  # type: ignore[arg-type,misc] # parts of a date


@pytest.mark.parametrize(
    ("now", "interval"),
    [
        (toronto(2025, 12, 11, 7, 59, 59), IDLE_INTERVAL),
        (toronto(2025, 12, 11, 8, 0, 0), BUSY_INTERVAL),
        (toronto(2025, 12, 11, 19, 29, 59), BUSY_INTERVAL),
        (toronto(2025, 12, 11, 19, 30, 0), IDLE_INTERVAL),
        (toronto(2025, 12, 12, 12, 0), BUSY_INTERVAL),
        (toronto(2025, 12, 13, 12, 0), IDLE_INTERVAL),
        (toronto(2025, 12, 14, 12, 0), IDLE_INTERVAL),
        (toronto(2025, 12, 15, 12, 0), BUSY_INTERVAL),
        (toronto(2025, 12, 11, 0, 0), IDLE_INTERVAL),
        (datetime(2025, 12, 11, 13, 0, tzinfo=UTC), BUSY_INTERVAL),
        (datetime(2025, 12, 11, 12, 59, tzinfo=UTC), IDLE_INTERVAL),
        (datetime(2025, 7, 10, 12, 0, tzinfo=UTC), BUSY_INTERVAL),
        (datetime(2025, 12, 13, 0, 29, tzinfo=UTC), BUSY_INTERVAL),
    ],
)
def test_polls_are_frequent_when_rounds_are_published(now: datetime, interval: timedelta) -> None:
    assert poll_interval(now) == interval


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("hour", range(14, 23))
def test_every_hour_in_which_a_round_was_ever_published_is_busy(month: int, hour: int) -> None:
    working_day = datetime(2025, month, 14, hour, 0, tzinfo=UTC)
    while working_day.weekday() > 4:
        working_day += timedelta(days=1)

    assert poll_interval(working_day) == BUSY_INTERVAL
    assert poll_interval(working_day + timedelta(minutes=59, seconds=59)) == BUSY_INTERVAL


def test_an_interval_set_by_the_operator_is_kept_at_all_hours() -> None:
    fixed = timedelta(seconds=5)

    assert poll_interval(toronto(2025, 12, 11, 12), fixed) == fixed
    assert poll_interval(toronto(2025, 12, 14, 3), fixed) == fixed


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(0, 5), (1, 5), (2, 10), (3, 20), (7, 320), (8, 600), (9, 600), (10**9, 600)],
)
def test_retries_double_up_to_ten_minutes(attempts: int, seconds: int) -> None:
    assert retry_interval(attempts) == timedelta(seconds=seconds)


def test_a_retry_never_comes_before_the_platform_asked_for_it() -> None:
    assert retry_interval(1, timedelta(seconds=4)) == timedelta(seconds=5)
    assert retry_interval(1, timedelta(seconds=6)) == timedelta(seconds=6)
    assert retry_interval(99, timedelta(hours=2)) == timedelta(hours=2)


NIGHT = QuietHours(start=time(22), end=time(7), zone=TORONTO)
NOON = QuietHours(start=time(12), end=time(13, 30), zone=TORONTO)


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (NIGHT, toronto(2025, 12, 11, 21, 59, 59), None),
        (NIGHT, toronto(2025, 12, 11, 22, 0, 0), toronto(2025, 12, 12, 7)),
        (NIGHT, toronto(2025, 12, 11, 23, 59, 59), toronto(2025, 12, 12, 7)),
        (NIGHT, toronto(2025, 12, 12, 0, 0, 0), toronto(2025, 12, 12, 7)),
        (NIGHT, toronto(2025, 12, 12, 6, 59, 59), toronto(2025, 12, 12, 7)),
        (NIGHT, toronto(2025, 12, 12, 7, 0, 0), None),
        (NIGHT, toronto(2025, 12, 31, 23, 0), toronto(2026, 1, 1, 7)),
        (NIGHT, toronto(2024, 2, 28, 23, 0), toronto(2024, 2, 29, 7)),
        (NOON, toronto(2025, 12, 11, 11, 59, 59), None),
        (NOON, toronto(2025, 12, 11, 12, 0), toronto(2025, 12, 11, 13, 30)),
        (NOON, toronto(2025, 12, 11, 13, 29, 59), toronto(2025, 12, 11, 13, 30)),
        (NOON, toronto(2025, 12, 11, 13, 30), None),
        (NOON, datetime(2025, 12, 11, 17, 30, tzinfo=UTC), toronto(2025, 12, 11, 13, 30)),
        (NOON, datetime(2025, 7, 11, 17, 45, tzinfo=UTC), None),
    ],
)
def test_quiet_hours_end_when_the_person_said(
    quiet: QuietHours, now: datetime, until: datetime | None
) -> None:
    assert quiet.until(now) == until


@pytest.mark.parametrize(
    ("now", "until"),
    [
        # The clock goes forward on 2025-03-09: the night has eight hours, not nine.
        (datetime(2025, 3, 9, 3, 0, tzinfo=UTC), datetime(2025, 3, 9, 11, 0, tzinfo=UTC)),
        (datetime(2025, 3, 9, 6, 59, tzinfo=UTC), datetime(2025, 3, 9, 11, 0, tzinfo=UTC)),
        (datetime(2025, 3, 9, 7, 0, tzinfo=UTC), datetime(2025, 3, 9, 11, 0, tzinfo=UTC)),
        # The clock goes back on 2025-11-02: the night has ten.
        (datetime(2025, 11, 2, 2, 0, tzinfo=UTC), datetime(2025, 11, 2, 12, 0, tzinfo=UTC)),
        (datetime(2025, 11, 2, 5, 30, tzinfo=UTC), datetime(2025, 11, 2, 12, 0, tzinfo=UTC)),
        (datetime(2025, 11, 2, 6, 30, tzinfo=UTC), datetime(2025, 11, 2, 12, 0, tzinfo=UTC)),
    ],
)
def test_a_night_with_a_clock_change_ends_at_the_hour_said(now: datetime, until: datetime) -> None:
    found = NIGHT.until(now)

    assert found is not None
    assert found.astimezone(UTC) == until


def test_quiet_hours_that_end_in_the_hour_that_comes_twice_never_end_in_the_past() -> None:
    quiet = QuietHours(start=time(22), end=time(1, 30), zone=TORONTO)
    second_time_round = datetime(2025, 11, 2, 6, 10, tzinfo=UTC)

    until = quiet.until(second_time_round)

    assert until is None or until.astimezone(UTC) > second_time_round


def test_quiet_hours_that_end_in_the_hour_that_is_left_out_end_after_it() -> None:
    quiet = QuietHours(start=time(22), end=time(2, 30), zone=TORONTO)

    until = quiet.until(datetime(2025, 3, 9, 6, 59, tzinfo=UTC))

    assert until is not None
    assert quiet.until(until.astimezone(UTC)) is None
    assert until.astimezone(UTC) <= datetime(2025, 3, 9, 7, 30, tzinfo=UTC)
    assert quiet.until(datetime(2025, 3, 9, 7, 0, tzinfo=UTC)) is None


def test_quiet_hours_that_begin_and_end_at_once_do_not_silence_somebody_for_ever() -> None:
    quiet = QuietHours(start=time(22), end=time(22), zone=TORONTO)
    until = quiet.until(toronto(2025, 12, 11, 12))

    assert until is None or quiet.until(until) is None


_ZONES = ["America/Toronto", "Asia/Kolkata", "Australia/Lord_Howe", "UTC", "America/St_Johns"]
_MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@settings(max_examples=300)
@given(
    _MINUTES,
    _MINUTES,
    st.sampled_from(_ZONES).map(ZoneInfo),
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis asks for naive bounds
)
def test_quiet_hours_always_end_later_and_within_a_day(
    start: time, end: time, zone: ZoneInfo, now: datetime
) -> None:
    until = QuietHours(start=start, end=end, zone=zone).until(now)

    if until is not None:
        assert now < until.astimezone(UTC) <= now + timedelta(hours=25, minutes=30)


@pytest.mark.parametrize(
    "change", [datetime(2025, 3, 9, tzinfo=UTC), datetime(2025, 11, 2, tzinfo=UTC)]
)
@pytest.mark.parametrize("end", [time(0), time(1), time(1, 30), time(2), time(2, 30), time(3)])
def test_no_minute_around_a_clock_change_is_quiet_until_the_past(
    change: datetime, end: time
) -> None:
    quiet = QuietHours(start=time(22), end=end, zone=TORONTO)
    for minute in range(24 * 60):
        now = change + timedelta(minutes=minute)
        until = quiet.until(now)
        assert until is None or until.astimezone(UTC) > now


@settings(max_examples=200)
@given(
    _MINUTES,
    _MINUTES,
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis asks for naive bounds
)
def test_it_is_not_quiet_when_quiet_hours_have_ended(start: time, end: time, now: datetime) -> None:
    quiet = QuietHours(start=start, end=end, zone=ZoneInfo("UTC"))
    until = quiet.until(now)

    if until is not None:
        assert quiet.until(until) is None
        assert quiet.until(until - timedelta(microseconds=1)) == until
