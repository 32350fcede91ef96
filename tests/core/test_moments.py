"""Free-text dates: every shape published so far, the next one, and never an invented part."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.core.moments import Moment, NotAMoment, read_day, read_moment

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("October 11, 2025 at 14:55:49 UTC", "2025-10-11T14:55:49"),
        ("July 3rd 2026 at 21:35:13 UTC", "2026-07-03T21:35:13"),
        ("June 4, 2026 at 14:49:51 UTC", "2026-06-04T14:49:51"),
        ("May 21, 2026 at  12:14:09 UTC", "2026-05-21T12:14:09"),
        ("April 13, 2026  at 23:10:05 UTC", "2026-04-13T23:10:05"),
        ("September 05, 2025 at 0:59:13 UTC", "2025-09-05T00:59:13"),
        ("October 18, 2025 at  7:18:52 UTC", "2025-10-18T07:18:52"),
        ("May 26 2025 at 12:28:38 UTC", "2025-05-26T12:28:38"),
        ("March 02. 2024 at 01:58:34 UTC", "2024-03-02T01:58:34"),
        ("September 30, 2023 at 04:22:17 AM UTC", "2023-09-30T04:22:17"),
        ("July 04, 2023 at 19:36:18 UTC ", "2023-07-04T19:36:18"),
        ("June 19, 2023 06:41:05 UTC", "2023-06-19T06:41:05"),
        ("May 19,2022 06:48:41 UTC", "2022-05-19T06:48:41"),
        ("December 12, 2022, at 10:48:12 UTC", "2022-12-12T10:48:12"),
        ("June 22, 2021 at 20:19:59 PM UTC", "2021-06-22T20:19:59"),
        ("January 9, 2019 at 7:35:09 UTC", "2019-01-09T07:35:09"),
        (" January 17, 2018 at 12:33:00 UTC", "2018-01-17T12:33:00"),
        ("January 23, 2025 at 2025-01-23 15:30:04 UTC", "2025-01-23T15:30:04"),
        ("May 31, 2024 at12:48:30 UTC", "2024-05-31T12:48:30"),
    ],
)
def test_a_shape_that_the_feed_has_used_is_read_without_a_doubt(text: str, at: str) -> None:
    assert read_moment(text) == Moment(at=utc(at))


@pytest.mark.parametrize(
    ("text", "at", "oddity"),
    [
        ("March 05, 2025 at 05:10:48", "2025-03-05T05:10:48", "no time zone"),
        ("June 15, 2023 at 23:49:05", "2023-06-15T23:49:05", "no time zone"),
        ("October 25, 2023 at 15:48:39 AM UTC", "2023-10-25T15:48:39", "AM after noon"),
    ],
)
def test_an_odd_moment_is_read_and_its_oddity_named(text: str, at: str, oddity: str) -> None:
    moment = read_moment(text)

    assert moment.at == utc(at)
    assert moment.oddity is not None
    assert oddity in moment.oddity


@pytest.mark.parametrize(
    "text",
    [
        "2021-10-07T16:38:21Z",
        "2021-10-07 16:38:21 UTC",
        "2021-10-07T16:38:21.987Z",
        "2021-10-07T12:38:21-04:00",
        "2021-10-07T16:38:21+0000",
        "2021/10/07 16:38:21 GMT",
        "Thursday, October 7, 2021 at 16:38:21 UTC",
        "7 October 2021, 16:38:21 (UTC)",
        "7 Oct. 2021 16:38:21 UTC",
        "OCTOBER 7TH, 2021 AT 16:38:21 UTC",
        "16:38:21 UTC on October 7, 2021",
        "Oct 7, 2021 at 4:38:21 PM UTC",
        "Oct 7, 2021 at 4:38:21 p.m. UTC",
        "Oct 7, 2021 at 12:38:21 EDT",
        "Oct 7, 2021 at 11:38:21 EST",
        "October 7, 2021 at 16:38:21 UTC+00:00",
        "October 7, 2021 at 11:38:21 UTC-05:00",
        "October 7, 2021 at 11:38:21 UTC-5",
        "October 7, 2021 at 16 : 38 : 21 UTC",
        "October\u00a07,\u00a02021 at\u202f16:38:21\u200b UTC",
        "October 7, 2021 at 16:38:21UTC",
        "7 octobre 2021 à 16 h 38 min 21 s UTC",
        "le jeudi 7 octobre 2021 à 16:38:21 UTC",
        "the 7th of October 2021 at 16:38:21 UTC",
        "Ｏctober 7, 2021 at １６:38:21 UTC",
    ],
)
def test_a_shape_that_nobody_has_seen_yet_is_read_when_it_is_whole(text: str) -> None:
    assert read_moment(text) == Moment(at=utc("2021-10-07T16:38:21"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("October 7 at 16:38:21 UTC", "no year"),
        ("October 2021 at 16:38:21 UTC", "no day"),
        ("7 2021 at 16:38:21 UTC", "no month"),
        ("October 7, 2021", "no time of day"),
        ("October 7, 2021 at 16:38 UTC", "no seconds"),
        ("", "no year"),
        ("UTC", "no year"),
        ("n/a", "not understood"),
        ("October 7, '21 at 16:38:21 UTC", "not understood"),
        ("7/10/2021 16:38:21 UTC", "not understood"),
        ("07-10-2021 16:38:21 UTC", "two different"),
        ("October 7, 2021 or 2022 at 16:38:21 UTC", "not understood"),
        ("October 7, 2021, 2022 at 16:38:21 UTC", "two different"),
        ("October 7 November 2021 at 16:38:21 UTC", "two different"),
        ("October 7-8, 2021 at 16:38:21 UTC", "two different"),
        ("October 7, 2021 at 16:38:21 or 16:38:22 UTC", "not understood"),
        ("October 7, 2021 at 16:38:21 16:38:22 UTC", "two different"),
        ("January 23, 2025 at 2025-01-24 15:30:04 UTC", "two different"),
        ("Octember 7, 2021 at 16:38:21 UTC", "not understood"),
        ("February 29, 2023 at 16:38:21 UTC", "no such day"),
        ("October 32, 2021 at 16:38:21 UTC", "no such day"),
        ("October 0, 2021 at 16:38:21 UTC", "no such day"),
        ("October 7, 20211 at 16:38:21 UTC", "no such day"),
        ("October 7, 1021 at 16:38:21 UTC", "cannot be meant"),
        ("October 7, 2121 at 16:38:21 UTC", "cannot be meant"),
        ("October 7, 2021 at 24:00:00 UTC", "no time of day"),
        ("October 7, 2021 at 16:60:00 UTC", "no time of day"),
        ("October 7, 2021 at 16:38:60 UTC", "no time of day"),
        ("October 7, 2021 at 0:38:21 PM UTC", "PM at hour 0"),
        ("October 7, 2021 at 4:38:21 AM PM UTC", "two different"),
        ("October 7, 2021 at 16:38:21 UTC EST", "two different"),
        ("October 7, 2021 at 16:38:21 UTC+25:00", "no offset"),
        ("Friday, October 7, 2021 at 16:38:21 UTC", "day of the week"),
        ("October 7, 2021 at 16:38:21 PST", "not understood"),
        ("<b>October 7, 2021</b> at 16:38:21 UTC", "not understood"),
        ("October 7, 2021 at 16:38:21 UTC" + " " * 200, "too long"),
        ("9" * 190, "no month"),
    ],
)
def test_what_is_not_one_whole_moment_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(NotAMoment, match=re.escape(reason)):
        read_moment(text)


@pytest.mark.parametrize(
    "text",
    [
        "October 2021 at 16:38:215 UTC",
        "October 2021 at 16:38:21.1234567891 UTC",
        "October 2021 at 16 h 38 min 215",
        "October 2021 at 16:38:21 UTC-5",
        "October 2021 at 16:38:21-5",
        "October 2021 at 16:38:21 GMT -5",
        "October 2021 at 16:38:21  -05",
        "October 2021 at 16:38:21 –5",
        "October7,2021at16:38:2105UTC",
        "October 7 at 16:38:21 UTC - 2021",
    ],
)
def test_digits_of_the_clock_or_the_zone_never_become_a_day_or_a_year(text: str) -> None:
    with pytest.raises(NotAMoment):
        read_moment(text)


@pytest.mark.parametrize(
    ("right", "text"),
    [
        ("2026-07-03T21:35:13", "July 3¹, 2026 at 21:35:13 UTC"),
        ("2026-07-03T21:35:13", "July 3 2026 at 21:35:13² UTC"),
        ("2026-07-03T21:35:13", "July 3, 2026 at 21:35:13 UTC¹"),
        ("2026-07-03T21:35:13", "July ③, 2026 at 21:35:13 UTC"),
    ],
)
def test_a_footnote_mark_is_never_read_as_a_digit(right: str, text: str) -> None:
    try:
        assert read_moment(text).at == utc(right)
    except NotAMoment:
        return  # refused is right too; a wrong moment is not


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("December 11, 2025", date(2025, 12, 11)),
        ("December 7, 2025", date(2025, 12, 7)),
        ("2025-12-11", date(2025, 12, 11)),
        ("11 décembre 2025", date(2025, 12, 11)),
        ("1er février 2024", date(2024, 2, 1)),
        ("Thursday, December 11, 2025", date(2025, 12, 11)),
        ("Dec. 11, 2025 at 11:51:44 UTC", date(2025, 12, 11)),
        ("February 29, 2024", date(2024, 2, 29)),
    ],
)
def test_a_day_is_read_without_a_time(text: str, day: date) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize("text", ["December 2025", "December 11", "2025", "11-12-2025", "", "x"])
def test_half_a_day_is_no_day(text: str) -> None:
    with pytest.raises(NotAMoment):
        read_day(text)


moments = st.datetimes(datetime(2015, 1, 1), datetime(2035, 12, 31)).map(  # noqa: DTZ001 - Hypothesis asks for naive bounds
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)


def _ordinal(day: int) -> str:
    last = {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{'th' if 10 < day < 14 else last}"


@st.composite
def parts_of(draw: st.DrawFn, at: datetime) -> dict[str, str]:
    """Each part of a moment in one of the ways people write it."""
    month = MONTHS[at.month - 1]
    half = "AM" if at.hour < 12 else "PM"
    clock = f"{at:%H:%M:%S}"
    return {
        "month": draw(st.sampled_from([month, month[:3], f"{month[:3]}.", month.upper()])),
        "day": draw(st.sampled_from([str(at.day), f"{at.day:02}", _ordinal(at.day)])),
        "year": str(at.year),
        "clock": draw(
            st.sampled_from(
                [
                    f"{clock} UTC",
                    f"{at.hour}:{at:%M:%S} UTC",
                    f"{at.hour % 12 or 12}:{at:%M:%S} {half} UTC",
                    f"{clock} GMT",
                    f"{clock}Z",
                    f"{clock} (UTC)",
                    f"{clock}+00:00",
                    f"{at + timedelta(hours=0):%H:%M:%S} utc",
                ]
            )
        ),
    }


SHAPES = (
    "{month} {day}, {year} at {clock}",
    "{month} {day} {year} at {clock}",
    "{month} {day}. {year} at  {clock}",
    "{month} {day}, {year}, at {clock}",
    "{month} {day},{year} {clock}",
    " {day} {month} {year} {clock} ",
    "{clock} on {day} {month}, {year}",
    "{year} {month} {day} – {clock}",
    "the {day} of {month} {year} at {clock}",
)


@settings(max_examples=200)
@given(st.data(), moments, st.sampled_from(SHAPES))
def test_a_moment_written_in_many_ways_is_read_back(
    data: st.DataObject, at: datetime, shape: str
) -> None:
    text = shape.format_map(data.draw(parts_of(at)))

    assert read_moment(text) == Moment(at=at)
    assert read_day(text) == at.date()


@settings(max_examples=200)
@given(
    st.data(),
    moments,
    st.sampled_from(SHAPES),
    st.sampled_from(["month", "day", "year", "clock"]),
)
def test_a_moment_without_one_of_its_parts_is_none(
    data: st.DataObject, at: datetime, shape: str, gone: str
) -> None:
    text = shape.format_map(data.draw(parts_of(at)) | {gone: ""})

    with pytest.raises(NotAMoment):
        read_moment(text)


@settings(max_examples=150)
@given(moments, st.integers(-14 * 4, 14 * 4))
def test_an_offset_is_taken_into_account(at: datetime, quarters: int) -> None:
    offset = timedelta(minutes=15 * quarters)
    there = at + offset
    sign, minutes = "-" if quarters < 0 else "+", abs(15 * quarters)
    zone = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    assume(2000 <= there.year <= 2099)

    assert read_moment(f"{there:%Y-%m-%dT%H:%M:%S}{zone}").at == at
    assert read_moment(f"{there:%Y-%m-%d %H:%M:%S} {zone}").at == at
    assert read_moment(f"{there:%B %d, %Y at %H:%M:%S} UTC{zone}").at == at


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A moment as the feed writes it, with a few characters lost, doubled, swapped or added."""
    at = draw(moments)
    text = draw(st.sampled_from(SHAPES)).format_map(draw(parts_of(at)))
    for _ in range(draw(st.integers(1, 4))):
        where = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 6))
        added = draw(
            st.sampled_from(["", "", " ", "-", ":", "0", "5", "21", "2021", ",", "+", "¹"])
        )
        text = text[:where] + added + text[where + length :]
    return text


@settings(max_examples=800)
@given(damaged())
def test_a_damaged_moment_is_never_mended_with_a_part_that_is_not_there(text: str) -> None:
    try:
        at = read_moment(text).at
    except NotAMoment:
        return
    if re.search(r"[+-]\s*\d", text.replace("+00:00", "")):
        return  # an offset shifts the parts away from what is written
    runs = [int(run) for run in re.findall(r"\d+", text.replace("+00:00", ""))]
    assert at.year in runs
    assert len(runs) >= 5, "year, day, hour, minute and second are five numbers"
    for number in (at.day, at.minute, at.second):
        assert number in runs
    assert at.hour in runs or at.hour % 12 in {run % 12 for run in runs}
    assert MONTHS[at.month - 1][:3].casefold() in text.casefold()


@settings(max_examples=200)
@given(st.text(max_size=80) | st.text("0123456789:-., TZUCAMPh/octjuly", max_size=60))
def test_any_text_is_a_moment_or_is_refused(text: str) -> None:
    for read in (read_moment, read_day):
        with suppress(NotAMoment):
            assert read(text) is not None


def _outcome(text: str) -> Moment | None:
    try:
        return read_moment(text)
    except NotAMoment:
        return None


@settings(max_examples=200)
@given(
    st.sampled_from([*MONTHS, "Sept", "Oct", "Octobre", "Mai", "Foo", "Monday", "At"]),
    st.integers(0, 40),
    st.integers(1990, 2110) | st.integers(0, 9999),
    st.none() | st.tuples(st.integers(0, 30), st.integers(0, 70), st.integers(0, 70)),
)
def test_the_quick_way_reads_what_the_thorough_way_reads(
    month: str, day: int, year: int, clock: tuple[int, int, int] | None
) -> None:
    usual = f"{month} {day}, {year:04}"
    if clock:
        usual += " at {:02}:{:02}:{:02} UTC".format(*clock)
    thorough = f" {usual}"

    assert _outcome(usual) == _outcome(thorough)
    try:
        expected = read_day(thorough)
    except NotAMoment:
        with pytest.raises(NotAMoment):
            read_day(usual)
    else:
        assert read_day(usual) == expected
