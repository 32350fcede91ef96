"""IRCC corrects a round after people were told: whose answer changes, and who hears of it.

By July 2025 the tie-breaking rule of #262 had moved by four weeks: for whoever had exactly the
cut-off, "out by the tie-break" became "in", or the other way round.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.core.alerts import Priorities, Stance, judge_stances
from bot.core.categories import classify
from bot.core.delivery import ProfileVerdict, RoundVerdicts
from bot.core.detect import Change, Revised, Status
from bot.core.match import Eligibility, Verdict, stand, submission_of, verdict
from bot.core.rounds import Round

STILL_OF_INTEREST = timedelta(days=30)
"""A correction of a round that is older than this, next to the newest one, is only recorded."""


def to_tell(revised: Iterable[Revised], newest: date) -> list[Revised]:
    """The corrections that may change somebody's answer, of rounds that are recent enough."""
    return [
        one
        for one in revised
        if one.change is Change.CORRECTED
        and one.before.status is not Status.HELD
        and one.is_clear
        and one.after.held_on >= newest - STILL_OF_INTEREST
        and _decides(one.before.round) != _decides(one.after)
    ]


def _decides(round_: Round) -> tuple[object, ...]:
    """The facts of a round on which a verdict rests."""
    classified = classify(round_)
    return (
        classified.type,
        classified.group,
        classified.version and classified.version.label,
        round_.crs_cut_off,
        round_.stamp,
        round_.tie_breaking_rule,
    )


def judge_corrected(
    before: Round, after: Round, stances: Iterable[tuple[int, Stance]]
) -> Iterator[tuple[int, Eligibility, Priorities]]:
    """Decide, for each stance whose standing may differ, who would hear of either version.

    This may name too many: whether the verdict of a profile differs is said by `differs`.
    """
    touched = [(key, stance) for key, stance in stances if _touched(before, after, stance)]
    found: dict[tuple[int, Eligibility], Priorities] = {}
    for round_ in (after, before):
        for key, eligibility, priorities in judge_stances(round_, touched):
            earlier = found.get((key, eligibility))
            found[key, eligibility] = priorities if earlier is None else _both(earlier, priorities)
    return ((key, eligibility, both) for (key, eligibility), both in found.items())


def _touched(before: Round, after: Round, stance: Stance) -> bool:
    """Whether a score lies where the correction matters; of another category, it is all of them."""
    if stance.crs_score is None:
        return False
    if classify(before).group != classify(after).group:
        return True
    lowest, highest = sorted((before.crs_cut_off, after.crs_cut_off))
    return lowest <= stance.crs_score <= highest


def _both(one: Priorities, other: Priorities) -> Priorities:
    return tuple(
        min((priority for priority in pair if priority is not None), default=None)
        for pair in zip(one, other, strict=True)
    )


def differs(before: Verdict, after: Verdict) -> bool:
    """Whether the answer that somebody was given is another one now."""
    return _answer(before) != _answer(after)


def _answer(verdict: Verdict) -> tuple[object, ...]:
    """What somebody is told; whose score is short is not concerned by what is doubtful else."""
    would_have = verdict.would_have_qualified
    if would_have is False:
        return (verdict.eligibility is Eligibility.NOT_ELIGIBLE, would_have)
    return (verdict.eligibility, would_have)


def told_at_once(one: RoundVerdicts, other: RoundVerdicts) -> RoundVerdicts:
    """A round for somebody who hears of it and then of its correction in one message: as it is now.

    They never heard what was corrected, so there is nothing to take back. Of two corrections they
    hear as one, from what they know to what is; if that is the same for them, of neither. Whoever
    was told unconfirmed hears how that ended in any case.
    """
    if other.before is None:
        return other
    now = {told.profile.name: _now(other.round, told) for told in one.profiles}
    now |= {told.profile.name: told for told in other.profiles}
    if one.before is not None and one.unconfirmed_at is not None:
        return replace(one, round=other.round, profiles=tuple(compared(one.before, now.values())))
    if one.before is None:
        news = tuple(replace(told, earlier=None) for told in now.values())
        return replace(other, profiles=news, before=None, more=one.more)
    return replace(other, profiles=changed(one.before, now.values()), before=one.before)


def changed(before: Round, told: Iterable[ProfileVerdict]) -> tuple[ProfileVerdict, ...]:
    """Those whose answer a correction changed, each with the one before."""
    return tuple(
        one
        for one in compared(before, told)
        if one.earlier is not None and differs(one.earlier, one.verdict)
    )


def compared(before: Round, told: Iterable[ProfileVerdict]) -> Iterable[ProfileVerdict]:
    """Each with how the profile stood by an earlier reading of the round."""
    return (replace(one, earlier=verdict(before, one.profile)) for one in told)


def _now(round_: Round, told: ProfileVerdict) -> ProfileVerdict:
    """A verdict against a round as it reads now; who it was open to is as it was decided."""
    profile, before = told.profile, told.verdict
    submission = submission_of(round_, profile.submitted)
    score = profile.candidate.crs_score
    return replace(
        told, verdict=stand(round_, score, submission, before.eligibility, before.reason)
    )


def latest_day(rounds: Sequence[Round]) -> date:
    """The day of the newest round; the first day there is when there is none."""
    return max((round_.held_on for round_ in rounds), default=date.min)
