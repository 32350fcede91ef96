"""Reads the two timestamps of a row: when the round was held, and the tie-breaking rule."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from adapters.ircc.fields import Doubts, text_of
from bot.core.moments import Moment, NotAMoment, read_moment
from bot.core.rounds import Field, Stamp

_OTTAWA = ZoneInfo("America/Toronto")

LAST_WITHOUT_STAMP = 76
"""Rounds up to this number were published without a tie-breaking timestamp, and none since."""

_NO_STAMP_WORDS = frozenset({"", "n/a", "na", "none", "-", "–", "—", "not applicable", "s.o."})


def read_held_at(value: object, held_on: date, doubts: Doubts) -> datetime | None:
    """When the round was held, UTC; None when it cannot be squared with the day of the round.

    Rounds held in the evening fall on the next day in UTC (#7 to #13). Others name a day that was
    not theirs in any zone: #357 says July 12 for July 22, 2025.
    """
    moment = _read(value, Field.HELD_AT, "the time of the round", doubts)
    if moment is None:
        return None
    if moment.at.date() == held_on:
        return moment.at
    doubts.add(Field.HELD_AT, f"the time of the round falls on {moment.at.date()}, not {held_on}")
    return moment.at if moment.at.astimezone(_OTTAWA).date() == held_on else None


def read_tie_break(
    wire: Mapping[str, object], number: str, held_on: date, doubts: Doubts
) -> tuple[Stamp, datetime | None]:
    """The tie-breaking timestamp, UTC, and whether there is one at all.

    An empty text means "no tie-break" only for the rounds that never had one (#1 to #76). A later
    round without it was cut short by somebody; then nobody can tell, which is not the same.
    """
    if text_of(wire.get("drawCutOff")).casefold() in _NO_STAMP_WORDS:
        if _never_had_one(number):
            return Stamp.NOT_PUBLISHED, None
        doubts.add(Field.TIE_BREAKING_RULE, "the tie-breaking rule is missing")
        return Stamp.UNREADABLE, None
    moment = _read(wire["drawCutOff"], Field.TIE_BREAKING_RULE, "the tie-breaking rule", doubts)
    if moment is None:
        return Stamp.UNREADABLE, None
    if moment.at.date() > held_on + _ONE_DAY:
        doubts.add(
            Field.TIE_BREAKING_RULE, f"the tie-breaking rule is after the round: {moment.at}"
        )
    return Stamp.PUBLISHED, moment.at


_ONE_DAY = timedelta(days=1)


def _never_had_one(number: str) -> bool:
    digits = re.match(r"\d+", number)
    return digits is not None and int(digits.group()) <= LAST_WITHOUT_STAMP


def _read(value: object, field: Field, what: str, doubts: Doubts) -> Moment | None:
    text = text_of(value)
    try:
        moment = read_moment(text)
    except NotAMoment as reason:
        doubts.add(
            field,
            f"{what} “{text[:60]}” cannot be read: {reason}" if text else f"{what} is missing",
        )
        return None
    if moment.oddity:
        doubts.add(field, f"{what} “{text[:60]}”: {moment.oddity}")
    return moment
