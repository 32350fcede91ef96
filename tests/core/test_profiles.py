"""What people say about themselves: answers, submission times, and what is refused."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.categories import CATEGORIES, GROUPS, PROGRAMS
from bot.core.errors import ProfileRejected
from bot.core.profiles import Answer, Answers, Submitted, checked_score, checked_submission
from tests.core import strategies

NOW = datetime(2025, 12, 11, 18, 0, tzinfo=UTC)


def test_what_nobody_asked_is_not_said() -> None:
    assert {Answers().about(group) for group in GROUPS} == {Answer.NOT_SAID}


def test_naming_a_category_completes_the_categories_and_leaves_the_programs_open() -> None:
    answers = Answers().adding(["french"])

    assert answers.about("french") is Answer.YES
    assert {answers.about(other) for other in CATEGORIES if other != "french"} == {Answer.NO}
    assert {answers.about(program) for program in PROGRAMS} == {Answer.NOT_SAID}


def test_naming_a_program_completes_the_programs_and_leaves_the_categories_open() -> None:
    answers = Answers().adding(["cec"])

    assert {answers.about(other) for other in ("fsw", "fst", "pnp")} == {Answer.NO}
    assert {answers.about(category) for category in CATEGORIES} == {Answer.NOT_SAID}


def test_naming_nothing_changes_nothing() -> None:
    assert Answers().adding([]) == Answers()
    assert Answers().removing([]) == Answers()


def test_a_second_yes_keeps_the_first() -> None:
    assert Answers().adding(["french"]).adding(["stem"]).yes == {"french", "stem"}


def test_a_no_can_be_taken_back_and_a_yes_too() -> None:
    assert Answers(no=frozenset({"french"})).adding(["french"]).about("french") is Answer.YES
    removed = Answers().adding(["french"]).removing(["french"])
    assert removed.about("french") is Answer.NO
    assert removed.about("cec") is Answer.NOT_SAID


@given(strategies.answers(), st.sets(st.sampled_from(GROUPS)), st.booleans())
def test_no_answer_is_ever_both_yes_and_no(
    answers: Answers, groups: set[str], adding: bool
) -> None:
    after = answers.adding(groups) if adding else answers.removing(groups)

    assert not after.yes & after.no
    assert {after.about(group) for group in groups} <= {Answer.YES if adding else Answer.NO}
    assert (after.yes - groups) == (answers.yes - groups)
    assert after == (after.adding(groups) if adding else after.removing(groups))


@pytest.mark.parametrize("score", [0, 1, 600, 1199, 1200])
def test_a_score_on_the_scale_is_accepted(score: int) -> None:
    assert checked_score(score) == score


@pytest.mark.parametrize("score", [-1, 1201, 10**30])
def test_a_score_off_the_scale_is_refused_with_the_score(score: int) -> None:
    with pytest.raises(ProfileRejected) as refused:
        checked_score(score)

    assert refused.value.reason == "score_out_of_range"
    assert refused.value.facts == {"score": score}


def test_a_moment_is_known_to_the_second_in_utc() -> None:
    ottawa = timezone(timedelta(hours=-5))

    submitted = Submitted.at(datetime(2025, 11, 20, 23, 59, 59, 999_999, tzinfo=ottawa))

    assert submitted.earliest == submitted.latest == datetime(2025, 11, 21, 4, 59, 59, tzinfo=UTC)
    assert submitted.earliest.tzinfo is UTC


def test_a_day_spans_its_first_and_last_second() -> None:
    submitted = Submitted.on(date(2024, 2, 29))

    assert submitted.earliest == datetime(2024, 2, 29, tzinfo=UTC)
    assert submitted.latest == datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "submitted",
    [
        Submitted.at(NOW),
        Submitted.at(datetime(2015, 1, 1, tzinfo=UTC)),
        Submitted.on(date(2015, 1, 1)),
        Submitted.on(NOW.date()),
    ],
)
def test_a_submission_time_since_express_entry_began_is_accepted(submitted: Submitted) -> None:
    assert checked_submission(submitted, NOW) is submitted


@pytest.mark.parametrize(
    ("submitted", "reason"),
    [
        (Submitted.at(NOW + timedelta(seconds=1)), "submitted_in_future"),
        (Submitted.on(date(2025, 12, 12)), "submitted_in_future"),
        (Submitted.on(date(2014, 12, 31)), "submitted_before_express_entry"),
        (
            Submitted.at(datetime(2014, 12, 31, 23, 59, 59, tzinfo=UTC)),
            "submitted_before_express_entry",
        ),
    ],
)
def test_an_impossible_submission_time_is_refused(submitted: Submitted, reason: str) -> None:
    with pytest.raises(ProfileRejected) as refused:
        checked_submission(submitted, NOW)

    assert refused.value.reason == reason
