"""How our values are kept in columns."""

import json
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer
from sqlalchemy.types import TypeDecorator

from bot.core.categories import GROUPS
from bot.core.profiles import Answers, Occupation

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

# SQLite knows only INTEGER, which holds 64 bits anyway.
Big = BigInteger().with_variant(Integer, "sqlite")


def to_millis(moment: datetime) -> int:
    """Milliseconds since 1970 (UTC)."""
    return (moment - _EPOCH) // _MILLISECOND


def from_millis(millis: int) -> datetime:
    """The moment, in UTC."""
    return _EPOCH + millis * _MILLISECOND


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, kept as milliseconds since 1970 so that SQL can compare it."""

    impl = Big
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        """Towards the database."""
        return None if value is None else to_millis(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        """From the database."""
        return None if value is None else from_millis(value)


@lru_cache(maxsize=65536)
def mask_of(groups: frozenset[str]) -> int:
    """A set of programs and categories as a bit mask, one bit for each position in `GROUPS`."""
    return sum(1 << GROUPS.index(group) for group in groups)


@lru_cache(maxsize=65536)
def groups_of(mask: int) -> frozenset[str]:
    """The set that a mask stands for."""
    return frozenset(group for bit, group in enumerate(GROUPS) if mask >> bit & 1)


@lru_cache(maxsize=65536)
def answers_of(yes: int, no: int) -> Answers:
    """The answers that two masks stand for."""
    return Answers(yes=groups_of(yes), no=groups_of(no))


def occupations_text(occupations: tuple[Occupation, ...]) -> str:
    """Occupations in one canonical text, so that equal sets share an audience."""
    if not occupations:
        return ""
    rows = sorted(
        [job.noc_code, -1 if job.months is None else job.months, _tristate(job.in_canada)]
        for job in occupations
    )
    return json.dumps(rows, separators=(",", ":"))


@lru_cache(maxsize=65536)
def occupations_of(text: str) -> tuple[Occupation, ...]:
    """The occupations that a text stands for."""
    rows = json.loads(text) if text else []
    return tuple(
        Occupation(
            noc_code=code, months=None if months < 0 else months, in_canada=_from_tristate(place)
        )
        for code, months, place in rows
    )


def _tristate(value: bool | None) -> int:
    return -1 if value is None else int(value)


def _from_tristate(value: int) -> bool | None:
    return None if value < 0 else bool(value)
