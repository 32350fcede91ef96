"""A round of invitations as plain values, in IRCC's own terms."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

RoundNumber = NewType("RoundNumber", str)
"""IRCC's number for a round, its only identity. A string: 91a and 91b were held on one day."""


UNCONFIRMED_MARK = "?"
"""Ends the number that we give a round which only news sites report; IRCC's never have it."""


class RoundType(StrEnum):
    """Who a round was open to: everybody, one program, or one category."""

    GENERAL = "general"
    PROGRAM = "program"
    CATEGORY = "category"


class Stamp(StrEnum):
    """What the feed says about the tie-breaking timestamp.

    The difference decides answers: without a stamp (rounds #1 to #76) everybody at the cut-off
    was invited; with an unreadable one (#208 has no year) nobody can tell. Nor can anybody while
    news sites alone report a round and none of them gives it to the second.
    """

    PUBLISHED = "published"
    NOT_PUBLISHED = "not_published"
    UNREADABLE = "unreadable"
    NOT_REPORTED = "not_reported"


class Field(StrEnum):
    """The parts of a round that may be doubtful, under our names for them."""

    NUMBER = "number"
    HELD_ON = "held_on"
    NAME = "name"
    INVITATIONS_ISSUED = "invitations_issued"
    CRS_CUT_OFF = "crs_cut_off"
    HELD_AT = "held_at"
    TIE_BREAKING_RULE = "tie_breaking_rule"
    PROGRAMS = "programs"
    POOL = "pool"


HOLDING_FIELDS = frozenset({Field.NUMBER, Field.NAME, Field.CRS_CUT_OFF})
"""A doubt about one of these would put a wrong answer into an alert: the operator looks first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why one part of a round is not to be taken at face value."""

    field: Field
    reason: str


BAND_LABELS = (
    "601-1200",
    "501-600",
    "451-500",
    *("491-500", "481-490", "471-480", "461-470", "451-460"),
    "401-450",
    *("441-450", "431-440", "421-430", "411-420", "401-410"),
    "351-400",
    "301-350",
    "0-300",
    "total",
)
"""The pool's score bands in IRCC's order; the fives in between are parts of the band before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolDistribution:
    """Candidates in the pool by score band (see `BAND_LABELS`), as on a day before the round."""

    as_on: date | None
    bands: tuple[int, ...]

    @property
    def total(self) -> int:
        """Everybody in the pool."""
        return self.bands[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of invitations as published.

    `crs_cut_off` is the score of the last candidate invited, in CRS points, inclusive.
    `tie_breaking_rule` (UTC) is None unless `stamp` says that one was published and read.
    `programs` are ids as in `categories`; `name` is the official English name, word for word, and
    `name_fr` what IRCC calls the round in French, if that had to be looked up.
    """

    number: RoundNumber
    held_on: date
    name: str
    invitations_issued: int
    crs_cut_off: int
    held_at: datetime | None = None
    stamp: Stamp = Stamp.NOT_PUBLISHED
    tie_breaking_rule: datetime | None = None
    programs: tuple[str, ...] = ()
    pool: PoolDistribution | None = None
    doubts: tuple[Doubt, ...] = ()
    name_fr: str | None = None

    def __hash__(self) -> int:
        """By its number alone: a broadcast looks up words for a round thousands of times."""
        return hash(self.number)

    @property
    def unconfirmed(self) -> bool:
        """Whether only news sites report it; its number is ours then and not to be shown."""
        return self.number.endswith(UNCONFIRMED_MARK)

    @property
    def held_back(self) -> bool:
        """Whether a doubt is grave enough to wait for the operator before telling anybody."""
        return any(doubt.field in HOLDING_FIELDS for doubt in self.doubts)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableRow:
    """A row of the feed that is no round: its number if it has one, the reason, and its print.

    `fingerprint` recognises the same row in a later payload, number or not; `sample` is what it
    holds, for whoever looks into it.
    """

    number: str | None
    reason: str
    fingerprint: str
    sample: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One payload of the feed, read: rounds in the order published (newest first)."""

    rounds: tuple[Round, ...]
    unreadable: tuple[UnreadableRow, ...]
    first_row_readable: bool


_LEADING_NUMBER = re.compile(r"\d{1,9}")


def order_key(held_on: date, number: str) -> tuple[date, int, str]:
    """Sort rounds as they happened: by day, then by number (9 before 10, 91a before 91b)."""
    digits = _LEADING_NUMBER.search(number)
    return held_on, int(digits.group()) if digits else 0, number


def normal_number(text: str) -> str:
    """A round's number as operators and people type it, in the form it is kept: 91a, not #91A."""
    return text.strip().lstrip("#").strip().casefold()
