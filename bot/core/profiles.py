"""What a person has told us about themselves: plain values, valid by construction."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from bot.core.categories import CATEGORIES, PROGRAMS
from bot.core.errors import ProfileRejected

MAX_CRS_SCORE = 1200
NOMINATION_POINTS = 600
MAX_PROFILE_NAME = 40


class Answer(StrEnum):
    """What a person has told us about one program or category."""

    YES = "yes"
    NO = "no"
    NOT_SAID = "not_said"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Programs and categories said yes to, and said no to; all others are not said."""

    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()

    def about(self, group: str) -> Answer:
        """The answer for one program or category id."""
        if group in self.yes:
            return Answer.YES
        return Answer.NO if group in self.no else Answer.NOT_SAID

    def adding(self, groups: Iterable[str]) -> "Answers":
        """Say yes to `groups`. Naming some completes the list: others of that kind become no.

        Without this a person who says "French" would hear of each health care round as "it
        depends", which nobody who lists their categories means. What was said stays said.
        """
        added = frozenset(groups)
        yes = self.yes | added
        completed = {
            other
            for kind in (PROGRAMS, CATEGORIES)
            if added & frozenset(kind)
            for other in kind
            if other not in yes
        }
        return Answers(yes=yes, no=(self.no - added) | completed)

    def removing(self, groups: Iterable[str]) -> "Answers":
        """Say no to `groups`."""
        removed = frozenset(groups)
        return Answers(yes=self.yes - removed, no=self.no | removed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupation:
    """Experience in one NOC 2021 occupation.

    `months` is None when the person just says that the experience a category asks for is there.
    `in_canada` is None when they have not said where.
    """

    noc_code: str
    months: int | None = None
    in_canada: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """When a profile was first submitted to the pool: the earliest and latest second it can be.

    Both UTC and inclusive. A time known to the second has both equal; a day spans it whole.
    """

    earliest: datetime
    latest: datetime

    @classmethod
    def at(cls, moment: datetime) -> "Submitted":
        """Known to the second."""
        second = moment.astimezone(UTC).replace(microsecond=0)
        return cls(earliest=second, latest=second)

    @classmethod
    def on(cls, day: date) -> "Submitted":
        """Known to the day, in UTC."""
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return cls(earliest=start, latest=start + timedelta(days=1, seconds=-1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """The part of a profile that many people share: everything but its name and its time.

    `crs_score` (CRS points) includes the 600 of a nomination when `nominee` is true.
    """

    crs_score: int | None = None
    answers: Answers = field(default_factory=Answers)
    nominee: bool | None = None
    occupations: tuple[Occupation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One saved profile of a subscriber; couples keep two."""

    name: str
    candidate: Candidate = field(default_factory=Candidate)
    submitted: Submitted | None = None


def checked_score(score: int) -> int:
    """Accept a CRS score.

    Raises:
        ProfileRejected: it is not between 0 and 1200 (the maximum with a nomination).
    """
    if not 0 <= score <= MAX_CRS_SCORE:
        raise ProfileRejected("score_out_of_range", score=score)
    return score


def checked_submission(submitted: Submitted, now: datetime) -> Submitted:
    """Accept a submission time.

    Raises:
        ProfileRejected: it lies in the future, or before Express Entry began (2015-01-01).
    """
    if submitted.earliest > now:
        raise ProfileRejected("submitted_in_future")
    if submitted.latest < datetime(2015, 1, 1, tzinfo=UTC):
        raise ProfileRejected("submitted_before_express_entry")
    return submitted
