"""Reads when a person says their profile was submitted, at the precision they say it."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from bot.core.errors import ProfileRejected
from bot.core.moments import NotAMoment, Said, read_said
from bot.core.profiles import Submitted

_APPROXIMATELY = r"(?:around|about|circa|environ|vers|autour)\b|~"
_ABOUT = re.compile(
    rf"^(?:(?:(?:in|en|since|depuis)\b|{_APPROXIMATELY})\s*(?:de |du |le |the )?)+", re.IGNORECASE
)
_YEAR_AND_MONTH = re.compile(r"(\d{4})[-/](\d{1,2})")
_WIDTH_OF_ABOUT = timedelta(days=7)


def read_submitted(text: str, zone: tzinfo = UTC, today: date | None = None) -> Submitted:
    """Read a second, a minute, a day or a month; "about" widens a day by a week to each side.

    What was not said is not invented: a day becomes the whole day. A time without a zone of its
    own is in `zone`. A month without a year is the last one before `today`, if that is given.

    Raises:
        ProfileRejected: it is no such date or time.
    """
    cleaned = " ".join(text.split())
    bare = _ABOUT.sub("", cleaned)
    about = re.match(_APPROXIMATELY, cleaned, re.IGNORECASE) is not None
    try:
        said = _said(bare, today)
        zone = zone if said.offset is None else timezone(said.offset)
        start, end = _span(said, zone, about=about)
        return Submitted(earliest=start.astimezone(UTC), latest=end.astimezone(UTC))
    except (NotAMoment, ValueError, OverflowError) as error:
        raise ProfileRejected("submitted_unclear") from error


def _said(text: str, today: date | None) -> Said:
    month = _YEAR_AND_MONTH.fullmatch(text)
    if month is not None:
        return Said(year=int(month[1]), month=int(month[2]))
    said = read_said(text)
    if said.year is None and said.day is None and said.clock is None and today is not None:
        return Said(year=today.year - (said.month > today.month), month=said.month)
    return said


def _span(said: Said, zone: tzinfo, *, about: bool) -> tuple[datetime, datetime]:
    """The first and last second that the words can mean, on the wall clock of the zone."""
    if said.year is None or (said.day is None and said.clock is not None):
        raise NotAMoment("a part is missing")
    if said.day is None:
        last = date(said.year, said.month, monthrange(said.year, said.month)[1])
        return _start(date(said.year, said.month, 1), zone), _end(last, zone)
    day = date(said.year, said.month, said.day)
    if said.clock is None:
        width = _WIDTH_OF_ABOUT if about else timedelta()
        return _start(day - width, zone), _end(day + width, zone)
    moment = datetime.combine(day, said.clock, tzinfo=zone)
    return moment, moment if said.to_the_second else moment + timedelta(seconds=59)


def _start(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def _end(day: date, zone: tzinfo) -> datetime:
    return _start(day + timedelta(days=1), zone).astimezone(UTC) - timedelta(seconds=1)
