"""When a profile was submitted, as people write it and no more exactly than they do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import ProfileRejected
from bot.core.profiles import Submitted
from bot.core.submissions import read_submitted

TORONTO = ZoneInfo("America/Toronto")


def span(first: str, last: str) -> Submitted:
    return Submitted(
        earliest=datetime.fromisoformat(first).replace(tzinfo=UTC),
        latest=datetime.fromisoformat(last).replace(tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("text", "submitted"),
    [
        ("2025-11-20", span("2025-11-20T00:00:00", "2025-11-20T23:59:59")),
        ("2025/11/20", span("2025-11-20T00:00:00", "2025-11-20T23:59:59")),
        ("2025-11-20 07:44", span("2025-11-20T07:44:00", "2025-11-20T07:44:59")),
        ("2025-11-20 07:44:30", span("2025-11-20T07:44:30", "2025-11-20T07:44:30")),
        ("2025-11-20 07:44:00", span("2025-11-20T07:44:00", "2025-11-20T07:44:00")),
        ("2025-11-20T07:44:30Z", span("2025-11-20T07:44:30", "2025-11-20T07:44:30")),
        ("2025-11-20T07:44:30.5Z", span("2025-11-20T07:44:30", "2025-11-20T07:44:30")),
        ("2025-11-20 07:44:30 -05:00", span("2025-11-20T12:44:30", "2025-11-20T12:44:30")),
        ("2025-11-20 07:44 +0530", span("2025-11-20T02:14:00", "2025-11-20T02:14:59")),
        ("2025-11-20 à 7 h 44", span("2025-11-20T07:44:00", "2025-11-20T07:44:59")),
        (" 2025-11-20, at 7:44 UTC ", span("2025-11-20T07:44:00", "2025-11-20T07:44:59")),
    ],
)
def test_a_time_is_read_at_the_precision_it_is_said(text: str, submitted: Submitted) -> None:
    assert read_submitted(text) == submitted


@pytest.mark.parametrize(
    ("text", "submitted"),
    [
        ("2025-11-20", span("2025-11-20T05:00:00", "2025-11-21T04:59:59")),
        ("2025-07-01", span("2025-07-01T04:00:00", "2025-07-02T03:59:59")),
        ("2025-03-09", span("2025-03-09T05:00:00", "2025-03-10T03:59:59")),
        ("2025-11-02", span("2025-11-02T04:00:00", "2025-11-03T04:59:59")),
        ("2025-11-20 07:44Z", span("2025-11-20T07:44:00", "2025-11-20T07:44:59")),
        ("2025-11-20 07:44", span("2025-11-20T12:44:00", "2025-11-20T12:44:59")),
    ],
)
def test_a_time_without_a_zone_is_in_the_persons_own(text: str, submitted: Submitted) -> None:
    assert read_submitted(text, TORONTO) == submitted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2025",
        "March",
        "20 March",
        "20-11-2025",
        "2025-02-29",
        "2025-13-01",
        "2025-11-20 24:00",
        "2025-11-20 07:60",
        "2025-11-20 07",
        "2025-11-20 07:44:61",
        "2025-11-20 07:44 EASTERN",
        "2025-11-20 07:44 +15:00",
        "9999-12-31",
        "0001-01-01 00:00 +05:00",
        "2025-11-20 07:44 x",
    ],
)
def test_what_is_no_such_time_is_refused(text: str) -> None:
    with pytest.raises(ProfileRejected) as refused:
        read_submitted(text)

    assert refused.value.reason == "submitted_unclear"


@pytest.mark.parametrize(
    ("text", "submitted"),
    [
        ("2025-11", span("2025-11-01T00:00:00", "2025-11-30T23:59:59")),
        ("March 2026", span("2026-03-01T00:00:00", "2026-03-31T23:59:59")),
        ("about March", span("2026-03-01T00:00:00", "2026-03-31T23:59:59")),
        ("environ mars", span("2026-03-01T00:00:00", "2026-03-31T23:59:59")),
        ("December", span("2025-12-01T00:00:00", "2025-12-31T23:59:59")),
        ("about 15 March 2026", span("2026-03-08T00:00:00", "2026-03-22T23:59:59")),
        ("20 novembre 2025 à 14h03", span("2025-11-20T14:03:00", "2025-11-20T14:03:59")),
        ("Nov 20, 2025 2:03 pm", span("2025-11-20T14:03:00", "2025-11-20T14:03:59")),
    ],
)
def test_a_rough_time_is_remembered_as_rough(text: str, submitted: Submitted) -> None:
    assert read_submitted(text, today=date(2026, 11, 23)) == submitted


@given(st.dates(date(2015, 1, 1), date(2030, 1, 1)))
def test_a_day_is_the_same_day_whichever_way_it_is_said(day: date) -> None:
    assert read_submitted(day.isoformat()) == Submitted.on(day)
    local = read_submitted(day.isoformat(), TORONTO)
    assert local.earliest.astimezone(TORONTO).date() == day
    assert local.latest.astimezone(TORONTO).date() == day
    assert (local.latest + timedelta(seconds=1)).astimezone(TORONTO).date() > day


@given(st.text(max_size=40) | st.text("0123456789-: TZ+h", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        submitted = read_submitted(text)
    except ProfileRejected:
        return
    assert submitted.earliest <= submitted.latest
    assert submitted.earliest.tzinfo is UTC
