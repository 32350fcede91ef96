"""What a post of a news site is, and what is read from it. News is a hint, never the truth."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.core.rounds import RoundNumber
from bot.core.timing import TORONTO

GENERAL = "general"
"""Stands for "no program or category" where a post's category is named."""


class Kind(StrEnum):
    """What a post reports.

    `ee_round` is one particular federal Express Entry round that has been held. Summaries of
    several, predictions, advice and rounds of other federal programs are `other`.
    """

    EE_ROUND = "ee_round"
    PROVINCIAL = "provincial"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One entry of a feed as plain text; `text` has a line for each block. `published` is UTC."""

    title: str
    text: str = ""
    link: str | None = None
    published: datetime | None = None

    @property
    def published_on(self) -> date | None:
        """The day in Ottawa on which it was published."""
        return self.published and self.published.astimezone(TORONTO).date()


class Precision(StrEnum):
    """How exactly a moment was said."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidMoment:
    """A moment at the precision it was said: `start` (UTC) is its first second.

    `or_else` are starts that the words may mean as well: Ottawa's time where no zone is named;
    the other half of the year where sites say EST in summer or convert with today's offset.
    """

    start: datetime
    precision: Precision
    or_else: tuple[datetime, ...] = ()

    def iso(self) -> str:
        """ISO 8601 in UTC, as far as it was said: `2025-11-26T07:44Z`."""
        if self.precision is Precision.DAY:
            return self.start.date().isoformat()
        timespec = "seconds" if self.precision is Precision.SECOND else "minutes"
        return self.start.isoformat(timespec=timespec).replace("+00:00", "Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A total that a post claims for a year: `invitations_in_year`, `rounds_in_year:pnp`."""

    fact: str
    year: int
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsEntry:
    """What a post says of a federal round; None for what it does not say.

    `category` is an id of `categories` or `GENERAL`. A post of another kind has no facts; it may
    have `claims`. `published_on` is the day in Ottawa on which it was published; `held_on` leans on
    it where the post says "today" (`held_on_implied`).
    """

    kind: Kind
    published_on: date | None = None
    number: RoundNumber | None = None
    held_on: date | None = None
    held_on_implied: bool = False
    category: str | None = None
    crs_cut_off: int | None = None
    invitations_issued: int | None = None
    tie_breaking_rule: SaidMoment | None = None
    claims: tuple[Claim, ...] = ()
