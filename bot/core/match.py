"""Round x profile -> verdict: how a score stands, who may be invited, and why.

The rules are those of IRCC's pages as gathered in docs/rules.md. Nothing here says that somebody
*was* invited: a verdict says how a score stands against what was published.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum

from bot.core.categories import Classified, classify
from bot.core.category_types import CategoryVersion
from bot.core.profiles import Answer, Candidate, Occupation, Profile, Submitted
from bot.core.rounds import Round, RoundType, Stamp


class Standing(StrEnum):
    """A score against a cut-off."""

    ABOVE = "above"
    TIED_IN = "tied_in"
    TIED_OUT = "tied_out"
    TIED_UNKNOWN = "tied_unknown"
    BELOW = "below"
    UNSCORED = "unscored"


class Eligibility(StrEnum):
    """Whether the round was open to the candidate."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    UNKNOWN = "unknown"


class Submission(IntEnum):
    """A submission time against one round; all that a verdict needs to know of it."""

    NOT_SAID = 0
    EXPIRED = 1
    IN_TIME = 2
    LATE = 3
    STRADDLES = 4


class Reason(StrEnum):
    """Why a candidate is eligible, is not, or why nobody can tell."""

    GENERAL_ROUND = "general_round"
    SAID_YES = "said_yes"
    SAID_NO = "said_no"
    NOT_SAID = "not_said"
    NOMINEE = "nominee"
    NOMINEE_UNCLEAR = "nominee_unclear"
    OCCUPATION_LISTED = "occupation_listed"
    OCCUPATION_NOT_LISTED = "occupation_not_listed"
    EXPERIENCE_TOO_SHORT = "experience_too_short"
    EXPERIENCE_NOT_IN_CANADA = "experience_not_in_canada"
    PLACE_NOT_SAID = "place_not_said"
    FURTHER_CONDITIONS = "further_conditions"
    NEW_EDITION = "new_edition"
    NEW_CATEGORY = "new_category"
    PROFILE_EXPIRED = "profile_expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one profile stands in one round.

    `margin` is score minus cut-off, in CRS points. `submission` is given where it matters: at the
    cut-off and for an expired profile.
    """

    standing: Standing
    eligibility: Eligibility
    reason: Reason
    margin: int | None
    submission: Submission
    stamp: Stamp

    @property
    def would_have_qualified(self) -> bool | None:
        """True, False, or None when it cannot be told."""
        if self.standing in _OUT or self.eligibility is Eligibility.NOT_ELIGIBLE:
            return False
        unknown = self.standing in _OPEN or self.eligibility is Eligibility.UNKNOWN
        return None if unknown else True


_OUT = frozenset({Standing.BELOW, Standing.TIED_OUT})
_OPEN = frozenset({Standing.TIED_UNKNOWN, Standing.UNSCORED})


def verdict(round_: Round, profile: Profile) -> Verdict:
    """Judge one profile against one round."""
    candidate = profile.candidate
    eligibility, reason = open_to(classify(round_), candidate)
    submission = submission_of(round_, profile.submitted)
    return stand(round_, candidate.crs_score, submission, eligibility, reason)


def stand(
    round_: Round,
    crs_score: int | None,
    submission: Submission,
    eligibility: Eligibility,
    reason: Reason,
) -> Verdict:
    """Put a score, a submission time and an eligibility already decided into a verdict."""
    if submission is Submission.EXPIRED and eligibility is not Eligibility.NOT_ELIGIBLE:
        eligibility, reason = Eligibility.UNKNOWN, Reason.PROFILE_EXPIRED
    margin = None if crs_score is None else crs_score - round_.crs_cut_off
    matters = margin == 0 or submission is Submission.EXPIRED
    return Verdict(
        standing=_standing(round_, margin, submission),
        eligibility=eligibility,
        reason=reason,
        margin=margin,
        submission=submission if matters else Submission.NOT_SAID,
        stamp=round_.stamp,
    )


def submission_of(round_: Round, submitted: Submitted | None) -> Submission:
    """Place a submission time against a round's expiry limit and tie-breaking timestamp.

    A time equal to the stamp to the very second counts as in time: the published stamp looks
    like the last invited profile's own (undocumented; docs/adr/0005).
    """
    if submitted is None:
        return Submission.NOT_SAID
    if submitted.latest < expiry_limit(round_.held_on):
        return Submission.EXPIRED
    tie_break = round_.tie_breaking_rule
    if tie_break is None:
        return Submission.STRADDLES
    if submitted.latest <= tie_break:
        return Submission.IN_TIME
    return Submission.LATE if submitted.earliest > tie_break else Submission.STRADDLES


def expiry_limit(held_on: date) -> datetime:
    """The moment before which a profile had expired on the day of a round: 12 months earlier."""
    year = held_on.year - 1
    day = min(held_on.day, monthrange(year, held_on.month)[1])
    return datetime(year, held_on.month, day, tzinfo=UTC)


def _standing(round_: Round, margin: int | None, submission: Submission) -> Standing:
    if margin is None:
        return Standing.UNSCORED
    if margin != 0:
        return Standing.ABOVE if margin > 0 else Standing.BELOW
    if submission is Submission.EXPIRED:
        return Standing.TIED_UNKNOWN
    if round_.stamp is Stamp.NOT_PUBLISHED:
        return Standing.TIED_IN
    return _TIED.get(submission, Standing.TIED_UNKNOWN)


_TIED = {Submission.IN_TIME: Standing.TIED_IN, Submission.LATE: Standing.TIED_OUT}


def open_to(classified: Classified, candidate: Candidate) -> tuple[Eligibility, Reason]:
    """Say whether a round was open to a candidate, whatever their score and time."""
    if classified.type is RoundType.GENERAL:
        return Eligibility.ELIGIBLE, Reason.GENERAL_ROUND
    if classified.group == "pnp":
        return _nominated(candidate)
    if candidate.nominee:
        return Eligibility.UNKNOWN, Reason.NOMINEE_UNCLEAR
    if classified.group is None:
        return Eligibility.UNKNOWN, Reason.NEW_CATEGORY
    answer = candidate.answers.about(classified.group)
    if answer is not Answer.YES and classified.type is RoundType.CATEGORY:
        experience = _experience(classified.version, candidate.occupations)
        if experience is not None and (
            answer is Answer.NOT_SAID or experience[0] is Eligibility.ELIGIBLE
        ):
            return experience
    return _SAID[answer]


_SAID = {
    Answer.YES: (Eligibility.ELIGIBLE, Reason.SAID_YES),
    Answer.NO: (Eligibility.NOT_ELIGIBLE, Reason.SAID_NO),
    Answer.NOT_SAID: (Eligibility.UNKNOWN, Reason.NOT_SAID),
}


def _nominated(candidate: Candidate) -> tuple[Eligibility, Reason]:
    if candidate.nominee:
        return Eligibility.ELIGIBLE, Reason.NOMINEE
    answer = candidate.answers.about("pnp")
    if candidate.nominee is False and answer is Answer.NOT_SAID:
        answer = Answer.NO
    return _SAID[answer]


def _experience(
    version: CategoryVersion | None, occupations: tuple[Occupation, ...]
) -> tuple[Eligibility, Reason] | None:
    """What the occupations say about a category version; None: nothing."""
    if not occupations:
        return None
    if version is None:
        return Eligibility.UNKNOWN, Reason.NEW_EDITION
    if not version.noc_codes:
        return None
    listed = [job for job in occupations if job.noc_code in version.noc_codes]
    if not listed:
        return Eligibility.NOT_ELIGIBLE, Reason.OCCUPATION_NOT_LISTED
    return min((_in_one(version, job) for job in listed), key=_best_first)


def _best_first(found: tuple[Eligibility, Reason]) -> tuple[int, str]:
    """The best answer of several occupations; whichever was named first, the reason is the same."""
    return _BEST_FIRST[found[0]], found[1]


_BEST_FIRST = {Eligibility.ELIGIBLE: 0, Eligibility.UNKNOWN: 1, Eligibility.NOT_ELIGIBLE: 2}


def _in_one(version: CategoryVersion, job: Occupation) -> tuple[Eligibility, Reason]:
    asked = version.experience
    if asked is None:
        return Eligibility.UNKNOWN, Reason.FURTHER_CONDITIONS
    if job.months is not None and job.months < asked.min_months:
        return Eligibility.NOT_ELIGIBLE, Reason.EXPERIENCE_TOO_SHORT
    if asked.canada_only and not job.in_canada:
        if job.in_canada is None:
            return Eligibility.UNKNOWN, Reason.PLACE_NOT_SAID
        return Eligibility.NOT_ELIGIBLE, Reason.EXPERIENCE_NOT_IN_CANADA
    return Eligibility.ELIGIBLE, Reason.OCCUPATION_LISTED
