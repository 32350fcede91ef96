"""Random rounds, candidates and submissions that meet each other often."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from bot.core.alerts import Mode, Preference
from bot.core.categories import GROUPS
from bot.core.category_tables import VERSIONS
from bot.core.profiles import Answers, Candidate, Occupation, Submitted
from bot.core.rounds import Round, Stamp
from tests.builders import TIE_BREAK_385, a_round

_NAMES = [
    *sorted({name for version in VERSIONS for name in version.names_en}),
    "General",
    "No Program Specified",
    "Provincial Nominee Program",
    "Canadian Experience Class",
    "Federal Skilled Worker",
    "Federal Skilled Trades",
    "Healthcare occupations (Version 9)",
    "Rural occupations, 2027-Version 1",
]
_CODES = ["31301", "31100", "00012", "40042", "63200", "63201", "11111"]

scores = st.integers(470, 482) | st.integers(0, 1200)


@st.composite
def rounds(draw: st.DrawFn) -> Round:
    stamp = draw(st.sampled_from(Stamp))
    return a_round(
        name=draw(st.sampled_from(_NAMES)),
        held_on=draw(st.dates(date(2023, 6, 1), date(2026, 12, 31))),
        crs_cut_off=draw(st.integers(474, 478)),
        stamp=stamp,
        tie_breaking_rule=TIE_BREAK_385 if stamp is Stamp.PUBLISHED else None,
    )


@st.composite
def answers(draw: st.DrawFn) -> Answers:
    said = draw(st.dictionaries(st.sampled_from(GROUPS), st.booleans(), max_size=6))
    return Answers(
        yes=frozenset(group for group, yes in said.items() if yes),
        no=frozenset(group for group, yes in said.items() if not yes),
    )


occupations = st.builds(
    Occupation,
    noc_code=st.sampled_from(_CODES),
    months=st.none() | st.integers(0, 24),
    in_canada=st.none() | st.booleans(),
)

candidates = st.builds(
    Candidate,
    crs_score=st.none() | scores,
    answers=answers(),
    nominee=st.sampled_from([None, True, False]),
    occupations=st.lists(occupations, max_size=2).map(tuple),
)


@st.composite
def submissions(draw: st.DrawFn) -> Submitted:
    near = TIE_BREAK_385 + timedelta(seconds=draw(st.integers(-90, 90)))
    far = draw(st.datetimes(datetime(2021, 1, 1), datetime(2027, 1, 1))).replace(tzinfo=UTC)  # noqa: DTZ001 - Hypothesis asks for naive bounds
    earliest = draw(st.sampled_from([near, far.replace(microsecond=0)]))
    width = draw(st.sampled_from([0, 59, 86_399]))
    return Submitted(earliest=earliest, latest=earliest + timedelta(seconds=width))


preferences = st.builds(
    Preference, mode=st.sampled_from(Mode), near_points=st.integers(0, 12) | st.just(1200)
)
