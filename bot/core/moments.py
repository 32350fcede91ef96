"""Reads moments that people type: IRCC's by hand, some thirty shapes so far, and our readers'.

A text is cut into tokens; every token must be understood, every part must be there, and nothing
is ever filled in. `October 7 at 16:38:21 UTC` (#208) has no year, so it is no moment.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache

from bot.core.moment_words import FILLERS, MONTH, WEEKDAY, ZONES

_TOKEN = re.compile(
    r"""(?P<iso>\d{4}[-/]\d{1,2}[-/]\d{1,2})(?=T?\b|T)
      | (?P<clock>\d{1,2}\s*:\s*\d{2}(?:\s*:\s*\d{2}(?:\.\d{1,9})?)?)(?!\d)
      | (?P<clock_fr>\d{1,2}\s?h\s?\d{2}(?:\s?min)?(?:\s?\d{2}\s?s?)?)(?!\d)
      | (?P<offset>(?:(?<=:\d\d)|(?<=utc)|(?<=gmt))\s*[+–—-]\s*\d{1,2}(?::?\d{2})?(?!\d))
      | (?P<number>\d+)(?P<ordinal>st|nd|rd|th|er)?(?![^\W\d_])
      | (?P<half>[ap]\.?m\b\.?)
      | (?P<word>[^\W\d_]+)
      | (?P<gap>[\s,.;@()·–—-]+)
      | (?P<odd>.)""",
    re.VERBOSE,
)
# "at12:48:30" (#297), "2025-01-23t15:30:04" and "2026at" need the blank that was left out.
_RUN_TOGETHER = re.compile(r"(?<=\d)t(?=\d)|(?<=[a-z])(?=\d)|(?<=\d)(?=at\b|utc|gmt|z\b)")
_SILENT = frozenset({"Mn", "Cf"})
"""Accents, and marks of direction and zero width that editors leave behind."""
_FEWEST_YEAR, _LAST_YEAR = 2000, 2099
_LONGEST_TEXT = 200


class NotAMoment(ValueError):
    """The text is not one whole moment; the message says what is missing or odd."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment in UTC and what was odd about its text, if anything."""

    at: datetime
    oddity: str | None = None


@dataclass(slots=True)
class _Parts:
    """What a text has said so far; a part said twice must say the same."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    clock: time | None = None
    to_the_second: bool = False
    afternoon: bool | None = None
    offset: timedelta | None = None
    weekday: int | None = None
    numbers: list[int] = field(default_factory=list)

    def note(self, part: str, value: object) -> None:
        """Set a part, or raise NotAMoment if it was said otherwise before."""
        if getattr(self, part) not in (None, value):
            raise NotAMoment(f"it names two different values for the {part}")
        setattr(self, part, value)


@lru_cache(maxsize=4096)
def read_moment(text: str) -> Moment:
    """Read a free-text date with time of day; without a zone it is UTC, and said to be odd.

    Raises:
        NotAMoment: a part is missing, contradictory or not understood.
    """
    parts = _read_parts(text)
    day = _day(parts)
    if parts.clock is None:
        raise NotAMoment("it has no time of day")
    if not parts.to_the_second:
        raise NotAMoment("its time of day has no seconds")
    clock, oddity = _twenty_four_hours(parts.clock, parts.afternoon)
    zone = timezone(parts.offset) if parts.offset is not None else UTC
    if parts.offset is None:
        oddity = oddity or "it names no time zone; taken as UTC"
    return Moment(at=datetime.combine(day, clock, tzinfo=zone).astimezone(UTC), oddity=oddity)


@lru_cache(maxsize=4096)
def read_day(text: str) -> date:
    """Read a free-text date without a time of day.

    Raises:
        NotAMoment: a part is missing, contradictory or not understood.
    """
    return _day(_read_parts(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The parts of a date and time that a text names; None for those it does not."""

    month: int
    year: int | None = None
    day: int | None = None
    clock: time | None = None
    to_the_second: bool = False
    offset: timedelta | None = None


def read_said(text: str) -> Said:
    """Read whatever parts a text names, at least a month.

    Raises:
        NotAMoment: it names no month, contradicts itself or is not understood.
    """
    parts = _read_parts(text)
    if parts.month is None:
        raise NotAMoment("it has no month")
    if parts.clock is None and (parts.afternoon is not None or parts.offset is not None):
        raise NotAMoment("it has no time of day")
    clock = parts.clock and _twenty_four_hours(parts.clock, parts.afternoon)[0]
    return Said(
        month=parts.month,
        year=parts.year,
        day=parts.day,
        clock=clock,
        to_the_second=parts.to_the_second,
        offset=parts.offset,
    )


# Nine rows in ten are written like this; reading them at once halves the time of a cold start.
_USUAL = re.compile(r"([A-Z][a-z]+) (\d{1,2}), (\d{4})(?: at (\d\d:\d\d:\d\d) UTC)?", re.ASCII)


def _read_usual(text: str) -> _Parts | None:
    usual = _USUAL.fullmatch(text)
    if usual is None or usual[1].casefold() not in MONTH:
        return None
    parts = _Parts(year=int(usual[3]), month=MONTH[usual[1].casefold()], day=int(usual[2]))
    if usual[4]:
        _read_clock(parts, usual[4])
        parts.offset = timedelta()
    return parts


def _read_parts(text: str) -> _Parts:
    return _read_usual(text) or _read_any(text)


def _read_any(text: str) -> _Parts:
    if len(text) > _LONGEST_TEXT:
        raise NotAMoment("it is too long to be a date")
    parts = _Parts()
    for kind, token in _tokens(_folded(text)):
        _READERS[kind](parts, token)
    _place_numbers(parts)
    return parts


def _folded(text: str) -> str:
    if text.isascii():
        return text.casefold()
    if any(unicodedata.category(char) == "No" for char in text):
        raise NotAMoment("a footnote mark or a fraction in it is not understood")
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(
        char for char in decomposed if unicodedata.category(char) not in _SILENT
    ).casefold()


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(_RUN_TOGETHER.sub(" ", text)):
        kind = found.lastgroup or "odd"
        if kind == "ordinal":
            kind = "number"
        if kind != "gap":
            yield kind, found[kind]


def _read_iso(parts: _Parts, token: str) -> None:
    year, month, day = (int(number) for number in re.split("[-/]", token))
    parts.note("year", year)
    parts.note("month", month)
    parts.note("day", day)


def _read_clock(parts: _Parts, token: str) -> None:
    numbers = re.findall(r"\d+", token.partition(".")[0])
    hour, minute, second = (int(number) for number in (*numbers, 0)[:3])
    try:
        clock = time(hour, minute, second)
    except ValueError as error:
        raise NotAMoment(f"{token} is no time of day") from error
    parts.note("clock", clock)
    parts.to_the_second = len(numbers) == 3


def _read_offset(parts: _Parts, token: str) -> None:
    digits = "".join(char for char in token if char.isdigit())
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > 14 or minutes > 59:
        raise NotAMoment(f"{token} is no offset from UTC")
    size = timedelta(hours=hours, minutes=minutes)
    # "UTC-05:00" names both: the offset says what the zone is.
    parts.offset = None if parts.offset == timedelta() else parts.offset
    parts.note("offset", size if "+" in token else -size)


def _read_number(parts: _Parts, token: str) -> None:
    parts.numbers.append(int(token))


def _read_half(parts: _Parts, token: str) -> None:
    parts.note("afternoon", token[0] == "p")


def _read_word(parts: _Parts, token: str) -> None:
    if token in MONTH:
        parts.note("month", MONTH[token])
    elif token in ZONES:
        parts.note("offset", timedelta(hours=ZONES[token]))
    elif token in WEEKDAY:
        parts.note("weekday", WEEKDAY[token])
    elif token not in FILLERS:
        raise NotAMoment(f"“{token}” is not understood")


def _read_odd(_parts: _Parts, token: str) -> None:
    raise NotAMoment(f"“{token}” is not understood")


_READERS = {
    "iso": _read_iso,
    "clock": _read_clock,
    "clock_fr": _read_clock,
    "offset": _read_offset,
    "number": _read_number,
    "half": _read_half,
    "word": _read_word,
    "odd": _read_odd,
}


def _place_numbers(parts: _Parts) -> None:
    """A bare number is the year if it has four digits, the day if it has one or two."""
    for number in parts.numbers:
        parts.note("year" if number > 999 else "day", number)


def _day(parts: _Parts) -> date:
    if parts.year is None:
        raise NotAMoment("it has no year")
    if parts.month is None:
        raise NotAMoment("it has no month")
    if parts.day is None:
        raise NotAMoment("it has no day")
    try:
        day = date(parts.year, parts.month, parts.day)
    except (ValueError, OverflowError) as error:
        raise NotAMoment("there is no such day") from error
    if not _FEWEST_YEAR <= day.year <= _LAST_YEAR:
        raise NotAMoment(f"the year {day.year} cannot be meant")
    if parts.weekday not in (None, day.weekday()):
        raise NotAMoment("the day of the week is another one")
    return day


def _twenty_four_hours(clock: time, afternoon: bool | None) -> tuple[time, str | None]:
    """Apply AM or PM. IRCC also adds them to 24-hour times: `20:19:59 PM` (#210)."""
    if afternoon is None:
        return clock, None
    if clock.hour > 12 or (clock.hour == 0 and not afternoon):
        odd = None if afternoon or clock.hour == 0 else "it says AM after noon; taken as written"
        return clock, odd
    if clock.hour == 0:
        raise NotAMoment("it says PM at hour 0")
    return clock.replace(hour=clock.hour % 12 + (12 if afternoon else 0)), None
