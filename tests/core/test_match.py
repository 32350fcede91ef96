"""How a score stands, who may be invited, and why: the boundaries of IRCC's rules."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.match import (
    Eligibility,
    Reason,
    Standing,
    Submission,
    expiry_limit,
    submission_of,
    verdict,
)
from bot.core.profiles import Candidate, Occupation, Profile, Submitted
from bot.core.rounds import Round, Stamp
from tests.builders import TIE_BREAK_385, a_profile, a_round
from tests.core import strategies

SECOND = timedelta(seconds=1)
NO_STAMP = a_round(stamp=Stamp.NOT_PUBLISHED, tie_breaking_rule=None)
UNREADABLE_STAMP = a_round(stamp=Stamp.UNREADABLE, tie_breaking_rule=None)

GENERAL = a_round(name="General")
CEC = a_round(name="Canadian Experience Class")
PNP = a_round(name="Provincial Nominee Program", crs_cut_off=730)
FRENCH = a_round(name="French language proficiency (Version 1)")
PHYSICIANS = a_round(
    name="Physicians with Canadian Work Experience, 2026-Version 1", held_on=date(2026, 3, 1)
)
MILITARY = a_round(name="Skilled Military Recruits, 2026-Version 1", held_on=date(2026, 3, 1))
NEW_EDITION = a_round(name="Healthcare occupations, 2027-Version 4", held_on=date(2027, 3, 1))
NEW_CATEGORY = a_round(name="Rural and northern occupations, 2027-Version 1")


def between(first: datetime, seconds: int) -> Submitted:
    return Submitted(earliest=first, latest=first + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("score", "standing", "margin", "qualified"),
    [
        (475, Standing.BELOW, -1, False),
        (476, Standing.TIED_UNKNOWN, 0, None),
        (477, Standing.ABOVE, 1, True),
        (0, Standing.BELOW, -476, False),
        (1200, Standing.ABOVE, 724, True),
        (None, Standing.UNSCORED, None, None),
    ],
)
def test_a_score_stands_above_at_or_below_the_cut_off(
    score: int | None, standing: Standing, margin: int | None, qualified: bool | None
) -> None:
    found = verdict(a_round(), a_profile(score))

    assert (found.standing, found.margin) == (standing, margin)
    assert found.would_have_qualified is qualified


@pytest.mark.parametrize("cut_off", [0, 1200])
def test_a_cut_off_at_either_end_of_the_scale_is_a_cut_off_like_any_other(cut_off: int) -> None:
    in_time = Submitted.at(TIE_BREAK_385)

    found = verdict(a_round(crs_cut_off=cut_off), a_profile(cut_off, submitted=in_time))

    assert found.standing is Standing.TIED_IN


@pytest.mark.parametrize(
    ("submitted", "standing", "qualified"),
    [
        (Submitted.at(TIE_BREAK_385 - SECOND), Standing.TIED_IN, True),
        (Submitted.at(TIE_BREAK_385), Standing.TIED_IN, True),
        (Submitted.at(TIE_BREAK_385 + SECOND), Standing.TIED_OUT, False),
        (Submitted.on(date(2025, 11, 25)), Standing.TIED_IN, True),
        (Submitted.on(date(2025, 11, 26)), Standing.TIED_UNKNOWN, None),
        (Submitted.on(date(2025, 11, 27)), Standing.TIED_OUT, False),
        (between(TIE_BREAK_385.replace(second=0), 59), Standing.TIED_UNKNOWN, None),
        (between(TIE_BREAK_385.replace(minute=43, second=0), 59), Standing.TIED_IN, True),
        (between(TIE_BREAK_385.replace(minute=45, second=0), 59), Standing.TIED_OUT, False),
        (between(TIE_BREAK_385 - 59 * SECOND, 59), Standing.TIED_IN, True),
        (between(TIE_BREAK_385 - 58 * SECOND, 59), Standing.TIED_UNKNOWN, None),
        (between(TIE_BREAK_385, 59), Standing.TIED_UNKNOWN, None),
        (between(TIE_BREAK_385 + SECOND, 59), Standing.TIED_OUT, False),
        (Submitted.on(date(2025, 11, 20)), Standing.TIED_IN, True),
        (Submitted.on(date(2025, 12, 1)), Standing.TIED_OUT, False),
        (None, Standing.TIED_UNKNOWN, None),
    ],
)
def test_an_equal_score_is_decided_by_the_second_of_submission(
    submitted: Submitted | None, standing: Standing, qualified: bool | None
) -> None:
    found = verdict(a_round(), a_profile(476, submitted=submitted))

    assert found.standing is standing
    assert found.would_have_qualified is qualified


@pytest.mark.parametrize("score", [475, 477])
@pytest.mark.parametrize("submitted", [TIE_BREAK_385 - SECOND, TIE_BREAK_385 + SECOND])
def test_the_tie_break_concerns_equal_scores_only(score: int, submitted: datetime) -> None:
    found = verdict(a_round(), a_profile(score, submitted=Submitted.at(submitted)))

    assert found == verdict(a_round(), a_profile(score))
    assert found.submission is Submission.NOT_SAID


@pytest.mark.parametrize("submitted", [None, Submitted.on(date(2025, 12, 10))])
def test_without_a_published_stamp_everybody_at_the_cut_off_was_in(
    submitted: Submitted | None,
) -> None:
    found = verdict(NO_STAMP, a_profile(476, submitted=submitted))

    assert found.standing is Standing.TIED_IN
    assert found.would_have_qualified is True
    assert found.stamp is Stamp.NOT_PUBLISHED


@pytest.mark.parametrize("submitted", [None, Submitted.on(date(2025, 1, 1))])
def test_with_an_unreadable_stamp_nobody_can_tell_at_the_cut_off(
    submitted: Submitted | None,
) -> None:
    found = verdict(UNREADABLE_STAMP, a_profile(476, submitted=submitted))

    assert found.standing is Standing.TIED_UNKNOWN
    assert found.would_have_qualified is None
    assert found.stamp is Stamp.UNREADABLE


@pytest.mark.parametrize(("score", "qualified"), [(475, False), (477, True)])
def test_an_unreadable_stamp_leaves_other_scores_alone(score: int, qualified: bool) -> None:
    assert verdict(UNREADABLE_STAMP, a_profile(score)).would_have_qualified is qualified


@pytest.mark.parametrize(
    ("held_on", "limit"),
    [
        (date(2025, 12, 11), datetime(2024, 12, 11, tzinfo=UTC)),
        (date(2024, 2, 29), datetime(2023, 2, 28, tzinfo=UTC)),
        (date(2025, 2, 28), datetime(2024, 2, 28, tzinfo=UTC)),
        (date(2025, 3, 1), datetime(2024, 3, 1, tzinfo=UTC)),
        (date(2024, 1, 1), datetime(2023, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_profile_expires_twelve_months_before_the_day_of_the_round(
    held_on: date, limit: datetime
) -> None:
    assert expiry_limit(held_on) == limit
    round_ = a_round(held_on=held_on)
    assert submission_of(round_, Submitted.at(limit - SECOND)) is Submission.EXPIRED
    assert submission_of(round_, Submitted.at(limit)) is not Submission.EXPIRED


def test_a_submission_that_may_still_be_valid_is_not_called_expired() -> None:
    limit = expiry_limit(a_round().held_on)

    assert submission_of(a_round(), between(limit - SECOND, 1)) is not Submission.EXPIRED
    assert submission_of(a_round(), between(limit - 2 * SECOND, 1)) is Submission.EXPIRED
    assert submission_of(a_round(), Submitted.on(date(2024, 12, 11))) is not Submission.EXPIRED
    assert submission_of(a_round(), Submitted.on(date(2024, 12, 10))) is Submission.EXPIRED


@pytest.mark.parametrize("score", [476, 477, 900])
@pytest.mark.parametrize("round_", [a_round(), NO_STAMP, UNREADABLE_STAMP])
def test_an_expired_profile_gets_no_verdict_but_a_question(round_: Round, score: int) -> None:
    found = verdict(round_, a_profile(score, submitted=Submitted.on(date(2024, 12, 10))))

    assert found.would_have_qualified is None
    assert (found.eligibility, found.reason) == (Eligibility.UNKNOWN, Reason.PROFILE_EXPIRED)
    assert found.submission is Submission.EXPIRED


def test_an_expired_profile_in_a_closed_round_is_still_not_eligible() -> None:
    expired = Submitted.on(date(2024, 1, 1))

    found = verdict(a_round(), a_profile(500, submitted=expired, yes=(), no=("healthcare",)))

    assert (found.eligibility, found.reason) == (Eligibility.NOT_ELIGIBLE, Reason.SAID_NO)
    assert found.would_have_qualified is False


def test_an_expired_profile_below_the_cut_off_would_not_have_qualified() -> None:
    found = verdict(a_round(), a_profile(475, submitted=Submitted.on(date(2024, 1, 1))))

    assert found.standing is Standing.BELOW
    assert found.would_have_qualified is False


NURSE = Occupation(noc_code="31301")


@pytest.mark.parametrize(
    ("round_", "profile", "eligibility", "reason"),
    [
        (GENERAL, a_profile(yes=()), "eligible", "general_round"),
        (GENERAL, a_profile(yes=(), nominee=True), "eligible", "general_round"),
        (GENERAL, a_profile(yes=(), no=("cec", "fsw", "fst")), "eligible", "general_round"),
        (CEC, a_profile(yes=("cec",)), "eligible", "said_yes"),
        (CEC, a_profile(yes=("fsw",), no=("cec",)), "not_eligible", "said_no"),
        (CEC, a_profile(yes=("fsw",)), "unknown", "not_said"),
        (CEC, a_profile(yes=("cec",), nominee=True), "unknown", "nominee_unclear"),
        (CEC, a_profile(yes=("cec",), nominee=False), "eligible", "said_yes"),
        (CEC, a_profile(yes=(), occupations=[NURSE]), "unknown", "not_said"),
        (PNP, a_profile(yes=(), nominee=True), "eligible", "nominee"),
        (PNP, a_profile(yes=(), no=("pnp",), nominee=True), "eligible", "nominee"),
        (PNP, a_profile(yes=("pnp",)), "eligible", "said_yes"),
        (PNP, a_profile(yes=(), no=("pnp",)), "not_eligible", "said_no"),
        (PNP, a_profile(yes=(), nominee=False), "not_eligible", "said_no"),
        (PNP, a_profile(yes=()), "unknown", "not_said"),
        (a_round(), a_profile(), "eligible", "said_yes"),
        (a_round(), a_profile(yes=("french",), no=("healthcare",)), "not_eligible", "said_no"),
        (a_round(), a_profile(yes=("cec", "fsw")), "unknown", "not_said"),
        (a_round(), a_profile(nominee=True), "unknown", "nominee_unclear"),
        (a_round(), a_profile(yes=(), no=("healthcare",), nominee=True), "unknown", None),
        (FRENCH, a_profile(yes=("french",)), "eligible", "said_yes"),
        (FRENCH, a_profile(yes=(), occupations=[NURSE]), "unknown", "not_said"),
        (NEW_CATEGORY, a_profile(), "unknown", "new_category"),
        (NEW_CATEGORY, a_profile(yes=(), no=("healthcare",)), "unknown", "new_category"),
        (NEW_CATEGORY, a_profile(nominee=True), "unknown", "nominee_unclear"),
        (NEW_EDITION, a_profile(), "eligible", "said_yes"),
        (NEW_EDITION, a_profile(yes=(), occupations=[NURSE]), "unknown", "new_edition"),
        (NEW_EDITION, a_profile(yes=(), no=("healthcare",)), "not_eligible", "said_no"),
        (NEW_EDITION, a_profile(yes=()), "unknown", "not_said"),
    ],
)
def test_a_round_is_open_to_those_it_names(
    round_: Round, profile: Profile, eligibility: str, reason: str | None
) -> None:
    found = verdict(round_, profile)

    assert found.eligibility.value == eligibility
    assert reason is None or found.reason.value == reason


HEALTHCARE_2026 = a_round(
    name="Healthcare and Social Services Occupations, 2026-Version 3", held_on=date(2026, 3, 1)
)


def job(code: str, months: int | None = None, *, in_canada: bool | None = None) -> Occupation:
    return Occupation(noc_code=code, months=months, in_canada=in_canada)


@pytest.mark.parametrize(
    ("round_", "jobs", "eligibility", "reason"),
    [
        (a_round(), [job("31301")], "eligible", "occupation_listed"),
        (a_round(), [job("31301", 6)], "eligible", "occupation_listed"),
        (a_round(), [job("31301", 5)], "not_eligible", "experience_too_short"),
        (a_round(), [job("31301", 0)], "not_eligible", "experience_too_short"),
        (a_round(), [job("31301", 6, in_canada=False)], "eligible", "occupation_listed"),
        (a_round(), [job("21231")], "not_eligible", "occupation_not_listed"),
        (a_round(), [job("21231"), job("31301")], "eligible", "occupation_listed"),
        (a_round(), [job("31301", 5), job("32101", 6)], "eligible", "occupation_listed"),
        (a_round(), [job("31301", 3), job("32101", 3)], "not_eligible", "experience_too_short"),
        (HEALTHCARE_2026, [job("31301", 11)], "not_eligible", "experience_too_short"),
        (HEALTHCARE_2026, [job("31301", 12)], "eligible", "occupation_listed"),
        (PHYSICIANS, [job("31102", 12)], "unknown", "place_not_said"),
        (PHYSICIANS, [job("31102", 12, in_canada=True)], "eligible", "occupation_listed"),
        (
            PHYSICIANS,
            [job("31102", 12, in_canada=False)],
            "not_eligible",
            "experience_not_in_canada",
        ),
        (
            PHYSICIANS,
            [job("31102", 11, in_canada=True)],
            "not_eligible",
            "experience_too_short",
        ),
        (
            PHYSICIANS,
            [job("31100", in_canada=False), job("31102")],
            "unknown",
            "place_not_said",
        ),
        (
            PHYSICIANS,
            [job("31100"), job("31102", in_canada=True)],
            "eligible",
            "occupation_listed",
        ),
        (MILITARY, [job("40042")], "unknown", "further_conditions"),
        (MILITARY, [job("31301")], "not_eligible", "occupation_not_listed"),
    ],
)
def test_an_occupation_answers_for_those_who_have_not_said(
    round_: Round, jobs: list[Occupation], eligibility: str, reason: str
) -> None:
    found = verdict(round_, a_profile(yes=(), occupations=jobs))

    assert (found.eligibility.value, found.reason.value) == (eligibility, reason)


def test_an_occupation_that_does_not_fit_leaves_a_yes_standing() -> None:
    found = verdict(a_round(), a_profile(yes=("healthcare",), occupations=[job("21231")]))

    assert (found.eligibility, found.reason) == (Eligibility.ELIGIBLE, Reason.SAID_YES)


def test_an_occupation_that_fits_outweighs_a_no() -> None:
    found = verdict(a_round(), a_profile(yes=(), no=("healthcare",), occupations=[NURSE]))

    assert (found.eligibility, found.reason) == (Eligibility.ELIGIBLE, Reason.OCCUPATION_LISTED)


def test_an_occupation_in_doubt_does_not_outweigh_a_no() -> None:
    found = verdict(PHYSICIANS, a_profile(yes=(), no=("physicians",), occupations=[job("31102")]))

    assert (found.eligibility, found.reason) == (Eligibility.NOT_ELIGIBLE, Reason.SAID_NO)


@pytest.mark.parametrize(
    ("profile", "qualified"),
    [
        (a_profile(480), True),
        (a_profile(480, yes=()), None),
        (a_profile(480, yes=(), no=("healthcare",)), False),
        (a_profile(470, yes=()), False),
        (a_profile(470, yes=(), no=("healthcare",)), False),
        (a_profile(None), None),
        (a_profile(None, yes=(), no=("healthcare",)), False),
        (a_profile(476, yes=(), submitted=Submitted.at(TIE_BREAK_385)), None),
        (a_profile(476, yes=(), submitted=Submitted.at(TIE_BREAK_385 + SECOND)), False),
    ],
)
def test_both_score_and_eligibility_are_needed_to_qualify(
    profile: Profile, qualified: bool | None
) -> None:
    assert verdict(a_round(), profile).would_have_qualified is qualified


def test_a_nominee_is_compared_with_the_600_included() -> None:
    found = verdict(PNP, a_profile(731, yes=(), nominee=True))

    assert (found.standing, found.margin) == (Standing.ABOVE, 1)
    assert verdict(PNP, a_profile(131, yes=(), nominee=True)).standing is Standing.BELOW


_RANK = {False: 0, None: 1, True: 2}


@settings(max_examples=120)
@given(
    strategies.rounds(),
    strategies.candidates,
    st.none() | strategies.submissions(),
    strategies.scores,
    st.integers(1, 20),
)
def test_more_points_never_stand_worse(
    round_: Round, candidate: Candidate, submitted: Submitted | None, score: int, more: int
) -> None:
    def rank(points: int) -> int:
        person = Candidate(
            crs_score=points,
            answers=candidate.answers,
            nominee=candidate.nominee,
            occupations=candidate.occupations,
        )
        profile = Profile(name="me", candidate=person, submitted=submitted)
        return _RANK[verdict(round_, profile).would_have_qualified]

    assert rank(score) <= rank(score + more)


@settings(max_examples=120)
@given(strategies.rounds(), strategies.submissions(), st.integers(0, 86_400))
def test_an_earlier_submission_never_stands_worse_unless_it_has_expired(
    round_: Round, submitted: Submitted, seconds: int
) -> None:
    span = timedelta(seconds=seconds)
    earlier = Submitted(earliest=submitted.earliest - span, latest=submitted.latest - span)
    if submission_of(round_, earlier) is Submission.EXPIRED:
        return

    def rank(when: Submitted) -> int:
        profile = a_profile(round_.crs_cut_off, submitted=when)
        return _RANK[verdict(round_, profile).would_have_qualified]

    assert rank(submitted) <= rank(earlier)


@settings(max_examples=120)
@given(strategies.rounds(), strategies.candidates, strategies.submissions())
def test_knowing_a_time_more_exactly_never_turns_a_certain_answer(
    round_: Round, candidate: Candidate, submitted: Submitted
) -> None:
    coarse = verdict(round_, Profile(name="me", candidate=candidate, submitted=submitted))
    if coarse.would_have_qualified is None:
        return
    for exact in (submitted.earliest, submitted.latest):
        profile = Profile(name="me", candidate=candidate, submitted=Submitted.at(exact))
        if submission_of(round_, profile.submitted) is not Submission.EXPIRED:
            fine = verdict(round_, profile)
            assert fine.would_have_qualified is coarse.would_have_qualified


def test_every_reason_can_be_reached() -> None:
    cases = [
        verdict(GENERAL, a_profile()),
        verdict(a_round(), a_profile()),
        verdict(a_round(), a_profile(no=("healthcare",), yes=())),
        verdict(a_round(), a_profile(yes=())),
        verdict(PNP, a_profile(nominee=True)),
        verdict(CEC, a_profile(nominee=True)),
        verdict(a_round(), a_profile(yes=(), occupations=[NURSE])),
        verdict(a_round(), a_profile(yes=(), occupations=[job("21231")])),
        verdict(a_round(), a_profile(yes=(), occupations=[job("31301", 1)])),
        verdict(PHYSICIANS, a_profile(yes=(), occupations=[job("31102", in_canada=False)])),
        verdict(PHYSICIANS, a_profile(yes=(), occupations=[job("31102")])),
        verdict(MILITARY, a_profile(yes=(), occupations=[job("40042")])),
        verdict(NEW_EDITION, a_profile(yes=(), occupations=[NURSE])),
        verdict(NEW_CATEGORY, a_profile()),
        verdict(a_round(), a_profile(submitted=Submitted.on(date(2020, 1, 1)))),
    ]

    assert {found.reason for found in cases} == set(Reason)
