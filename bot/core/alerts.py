"""Verdict x preferences -> who is told, and how urgently."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from bot.core.categories import classify
from bot.core.match import Eligibility, Reason, Submission, Verdict, open_to, stand
from bot.core.profiles import Candidate
from bot.core.rounds import Round

DEFAULT_NEAR_POINTS = 10


class Mode(StrEnum):
    """What a subscriber wants to hear of."""

    QUALIFIED = "qualified"
    NEAR = "near"
    CATEGORIES = "categories"
    ALL = "all"


class Priority(IntEnum):
    """What an alert says, most urgent first; also the order of sending."""

    QUALIFIED = 1
    CANNOT_TELL = 2
    NEAR_MISS = 3
    OTHER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """`near_points`: how many CRS points short of a cut-off still counts as a near miss."""

    mode: Mode = Mode.NEAR
    near_points: int = DEFAULT_NEAR_POINTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Everybody for whom the decision is the same: same candidate, same preference."""

    candidate: Candidate
    preference: Preference


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """The part of an audience that decides how a verdict is told; the rest is its background."""

    crs_score: int | None
    preference: Preference


Priorities = tuple[Priority | None, ...]
"""One entry for each `Submission`, in its order: the priority to tell with, None for silence."""


def priority_of(verdict: Verdict, near_points: int) -> Priority:
    """What there is to say to somebody with this verdict."""
    if verdict.eligibility is Eligibility.NOT_ELIGIBLE or verdict.margin is None:
        return Priority.OTHER
    outcome = verdict.would_have_qualified
    if outcome is not False:
        return Priority.QUALIFIED if outcome else Priority.CANNOT_TELL
    return Priority.NEAR_MISS if -verdict.margin <= near_points else Priority.OTHER


def told(verdict: Verdict, preference: Preference) -> Priority | None:
    """The priority with which to tell, or None to stay silent."""
    priority = priority_of(verdict, preference.near_points)
    match preference.mode:
        case Mode.ALL:
            return priority
        case Mode.CATEGORIES:
            return None if verdict.eligibility is Eligibility.NOT_ELIGIBLE else priority
        case Mode.NEAR:
            return priority if priority < Priority.OTHER else None
        case Mode.QUALIFIED:
            return priority if priority is Priority.QUALIFIED else None


def judge_backgrounds(
    round_: Round, backgrounds: Iterable[tuple[Sequence[int], Candidate]]
) -> Iterator[tuple[int, Eligibility, Reason]]:
    """Say of each background, whatever the score, whether the round was open to it.

    Those that are alike in all that this round asks for come together and are judged once.
    """
    classified = classify(round_)
    for keys, candidate in backgrounds:
        opening = open_to(classified, candidate)
        for key in keys:
            yield key, *opening


def judge_stances(
    round_: Round, stances: Iterable[tuple[int, Stance]]
) -> Iterator[tuple[int, Eligibility, Priorities]]:
    """Decide for each distinct stance and each eligibility; yields only what is to be told.

    Together with `judge_backgrounds` this decides for everybody, and there are far fewer of each
    than of both together. Why somebody is eligible has no part in whether they are told.
    """
    for key, stance in stances:
        for eligibility in Eligibility:
            priorities = _priorities(round_, stance, eligibility)
            if any(priorities):
                yield key, eligibility, priorities


def _priorities(round_: Round, stance: Stance, eligibility: Eligibility) -> Priorities:
    score = stance.crs_score
    found: dict[Submission, Priority | None] = {}
    for submission in Submission if score == round_.crs_cut_off else _UNTIED:
        verdict = stand(round_, score, submission, eligibility, Reason.NOT_SAID)
        found[submission] = told(verdict, stance.preference)
    return tuple(found.get(way, found[Submission.NOT_SAID]) for way in Submission)


# Away from the cut-off only expiry matters; every other way to stand in time is told alike.
_UNTIED = (Submission.NOT_SAID, Submission.EXPIRED)

MOST_SEPARATE = 3


def announcements_of(rounds: Sequence[Round]) -> list[tuple[Round, ...]]:
    """Which rounds are told together: each on its own, but more than three as one digest."""
    if len(rounds) > MOST_SEPARATE:
        return [tuple(rounds)]
    return [(round_,) for round_ in rounds]
