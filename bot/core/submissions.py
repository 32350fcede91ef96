"""Reads when a person says their profile was submitted, at the precision they say it."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from bot.core.errors import ProfileRejected
from bot.core.profiles import Submitted

_SHAPE = re.compile(
    r"(?P<day>\d{4}-\d{1,2}-\d{1,2})"
    r"(?:(?:\s*,?\s+|t)(?:at\s+|à\s+)?(?P<hour>\d{1,2})\s*(?::|h)\s*(?P<minute>\d{2})"
    r"(?:\s*(?::|min)\s*(?P<second>\d{2})(?:\.\d+)?\s*s?)?)?"
    r"\s*(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)


def read_submitted(text: str, zone: tzinfo = UTC) -> Submitted:
    """Read a day, a minute or a second; without a zone of its own it is in `zone`.

    A day becomes the whole day and a minute the whole minute: what was not said is not invented.

    Raises:
        ProfileRejected: it is no such date or time.
    """
    found = _SHAPE.fullmatch(text.strip().replace("/", "-"))
    if found is None:
        raise ProfileRejected("submitted_unclear")
    zone = _zone(found["zone"]) or zone
    try:
        start = datetime.combine(_day(found["day"]), _clock(found), tzinfo=zone)
        end = _end(start, found)
        return Submitted(earliest=start.astimezone(UTC), latest=end.astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise ProfileRejected("submitted_unclear") from error


def _day(text: str) -> date:
    year, month, day = (int(part) for part in text.split("-"))
    return date(year, month, day)


def _clock(found: re.Match[str]) -> time:
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    return time(hour, minute, second)


def _end(start: datetime, found: re.Match[str]) -> datetime:
    """The last second that the text can mean, on the wall clock of its zone."""
    if found["second"]:
        return start
    if found["hour"]:
        return start + timedelta(seconds=59)
    return datetime.combine(start.date() + timedelta(days=1), time(), start.tzinfo) - timedelta(
        seconds=1
    )


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    if hours > 14 or minutes > 59:
        raise ProfileRejected("submitted_unclear")
    return timezone(-offset if text[0] == "-" else offset)
