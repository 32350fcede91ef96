"""Who is told of a round, and how urgently."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.alerts import (
    Mode,
    Preference,
    Priorities,
    Priority,
    Stance,
    announcements_of,
    judge_backgrounds,
    judge_stances,
    priority_of,
    told,
)
from bot.core.match import Eligibility, Reason, Submission, stand, submission_of, verdict
from bot.core.profiles import Candidate, Profile, Submitted
from bot.core.rounds import Round
from tests.builders import TIE_BREAK_385, a_profile, a_round
from tests.core import strategies

IN_TIME = Submitted.at(TIE_BREAK_385)
LATE = Submitted.at(TIE_BREAK_385 + timedelta(seconds=1))
EXPIRED = Submitted.on(date(2024, 1, 1))
NEW_CATEGORY = a_round(name="Rural and northern occupations, 2027-Version 1")


@pytest.mark.parametrize(
    ("profile", "near_points", "priority"),
    [
        (a_profile(480), 10, Priority.QUALIFIED),
        (a_profile(476, submitted=IN_TIME), 10, Priority.QUALIFIED),
        (a_profile(476), 10, Priority.CANNOT_TELL),
        (a_profile(480, yes=()), 10, Priority.CANNOT_TELL),
        (a_profile(480, nominee=True), 10, Priority.CANNOT_TELL),
        (a_profile(480, submitted=EXPIRED), 10, Priority.CANNOT_TELL),
        (a_profile(476, submitted=LATE), 10, Priority.NEAR_MISS),
        (a_profile(476, submitted=LATE), 0, Priority.NEAR_MISS),
        (a_profile(475), 0, Priority.OTHER),
        (a_profile(475), 1, Priority.NEAR_MISS),
        (a_profile(467), 10, Priority.NEAR_MISS),
        (a_profile(466), 10, Priority.NEAR_MISS),
        (a_profile(465), 10, Priority.OTHER),
        (a_profile(470, yes=()), 10, Priority.NEAR_MISS),
        (a_profile(470, submitted=EXPIRED), 10, Priority.NEAR_MISS),
        (a_profile(470, yes=(), no=("healthcare",)), 10, Priority.OTHER),
        (a_profile(480, yes=(), no=("healthcare",)), 10, Priority.OTHER),
        (a_profile(None), 10, Priority.OTHER),
        (a_profile(None, yes=()), 10, Priority.OTHER),
    ],
)
def test_a_verdict_has_a_priority(profile: Profile, near_points: int, priority: Priority) -> None:
    assert priority_of(verdict(a_round(), profile), near_points) is priority


def test_the_most_urgent_priority_sorts_first() -> None:
    assert sorted(Priority) == [
        Priority.QUALIFIED,
        Priority.CANNOT_TELL,
        Priority.NEAR_MISS,
        Priority.OTHER,
    ]


QUALIFIED = a_profile(480)
UNSURE = a_profile(476)
NEAR = a_profile(470)
FAR = a_profile(400)
CLOSED = a_profile(480, yes=("french",), no=("healthcare",))
UNSCORED = a_profile(None)


@pytest.mark.parametrize(
    ("mode", "heard"),
    [
        (Mode.QUALIFIED, [QUALIFIED]),
        (Mode.NEAR, [QUALIFIED, UNSURE, NEAR]),
        (Mode.CATEGORIES, [QUALIFIED, UNSURE, NEAR, FAR, UNSCORED]),
        (Mode.ALL, [QUALIFIED, UNSURE, NEAR, FAR, UNSCORED, CLOSED]),
    ],
)
def test_each_mode_hears_of_what_it_asked_for(mode: Mode, heard: list[Profile]) -> None:
    everybody = [QUALIFIED, UNSURE, NEAR, FAR, UNSCORED, CLOSED]

    def hears(profile: Profile) -> bool:
        return told(verdict(a_round(), profile), Preference(mode=mode)) is not None

    assert [profile for profile in everybody if hears(profile)] == heard


def test_unless_asked_otherwise_people_hear_of_near_misses_within_ten_points() -> None:
    assert Preference() == Preference(mode=Mode.NEAR, near_points=10)


def test_a_new_category_is_told_to_those_who_follow_everything_whatever_they_said() -> None:
    profile = a_profile(300, yes=("french",), no=("healthcare", "stem"))

    for mode in (Mode.ALL, Mode.CATEGORIES):
        assert told(verdict(NEW_CATEGORY, profile), Preference(mode=mode)) is Priority.OTHER


def test_a_new_category_is_a_cannot_tell_for_a_score_that_reaches_it() -> None:
    assert told(verdict(NEW_CATEGORY, a_profile(480)), Preference()) is Priority.CANNOT_TELL


def decided(
    round_: Round, candidate: Candidate, preference: Preference
) -> tuple[Eligibility, Reason, Priorities | None]:
    """What the two judges say of one audience together."""
    ((_, eligibility, reason),) = judge_backgrounds(round_, [([1], candidate)])
    stance = Stance(crs_score=candidate.crs_score, preference=preference)
    told_ = {found: priorities for _, found, priorities in judge_stances(round_, [(1, stance)])}
    return eligibility, reason, told_.get(eligibility)


def priorities_of(profile: Profile, mode: Mode = Mode.NEAR) -> Priorities | None:
    return decided(a_round(), profile.candidate, Preference(mode=mode))[2]


def test_a_decision_names_only_those_with_somebody_to_tell() -> None:
    assert priorities_of(QUALIFIED) is not None
    assert priorities_of(CLOSED) is None


def test_a_decision_at_the_cut_off_has_one_priority_for_each_way_to_stand_in_time() -> None:
    priorities = priorities_of(UNSURE)

    assert priorities is not None
    assert dict(zip(Submission, priorities, strict=True)) == {
        Submission.NOT_SAID: Priority.CANNOT_TELL,
        Submission.EXPIRED: Priority.CANNOT_TELL,
        Submission.IN_TIME: Priority.QUALIFIED,
        Submission.LATE: Priority.NEAR_MISS,
        Submission.STRADDLES: Priority.CANNOT_TELL,
    }


def test_a_stance_is_kept_when_only_its_members_in_time_are_told() -> None:
    priorities = priorities_of(UNSURE, Mode.QUALIFIED)

    assert priorities is not None
    assert [bool(priority) for priority in priorities] == [False, False, True, False, False]


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (3, [1, 1, 1]), (4, [4]), (50, [50])]
)
def test_more_than_three_rounds_at_once_are_told_as_one_digest(
    count: int, sizes: list[int]
) -> None:
    rounds = [a_round(number=str(number)) for number in range(count)]

    told_together = announcements_of(rounds)

    assert [len(group) for group in told_together] == sizes
    assert [one for group in told_together for one in group] == rounds


def test_nobody_is_decided_for_when_there_is_nobody() -> None:
    assert not list(judge_backgrounds(a_round(), []))
    assert not list(judge_stances(a_round(), []))


@settings(max_examples=200)
@given(
    strategies.rounds(),
    strategies.candidates,
    st.lists(st.none() | strategies.submissions(), min_size=1, max_size=4),
    strategies.preferences,
)
def test_a_decision_for_an_audience_agrees_with_the_verdict_of_each_of_its_members(
    round_: Round,
    candidate: Candidate,
    submissions: list[Submitted | None],
    preference: Preference,
) -> None:
    eligibility, reason, priorities = decided(round_, candidate, preference)

    for submitted in submissions:
        one = verdict(round_, Profile(name="me", candidate=candidate, submitted=submitted))
        way = submission_of(round_, submitted)
        assert told(one, preference) == (priorities[way] if priorities else None)
        assert stand(round_, candidate.crs_score, way, eligibility, reason) == one


@settings(max_examples=100)
@given(
    strategies.rounds(),
    strategies.candidates,
    st.none() | strategies.submissions(),
    st.integers(0, 50),
)
def test_a_wider_mode_never_hears_less_nor_less_urgently(
    round_: Round, candidate: Candidate, submitted: Submitted | None, near_points: int
) -> None:
    found = verdict(round_, Profile(name="me", candidate=candidate, submitted=submitted))
    heard = [
        told(found, Preference(mode=mode, near_points=near_points))
        for mode in (Mode.QUALIFIED, Mode.NEAR, Mode.CATEGORIES, Mode.ALL)
    ]

    first = next(index for index, priority in enumerate(heard) if priority is not None)
    assert len(set(heard[first:])) == 1
