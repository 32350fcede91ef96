"""Made-up subscribers in realistic proportions; the same ones for the same seed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from bot.core.alerts import Mode, Preference
from bot.core.categories import GROUPS
from bot.core.category_tables import VERSIONS
from bot.core.profiles import (
    NOMINATION_POINTS,
    Answers,
    Candidate,
    Occupation,
    Profile,
    Submitted,
)
from bot.core.subscribers import MAIN_PROFILE, Address, Language, Subscriber

SEED = 385
LOWEST_SCORE, HIGHEST_SCORE = 300, 560
NEWEST_SUBMISSION = datetime(2025, 12, 11, tzinfo=UTC)
SUBMISSION_SPAN = timedelta(days=426)  # 14 months: some have expired

# How often each group is said, in percent of what is said; nominees say "pnp" by themselves.
_POPULARITY = {
    "cec": 30.0,
    "fsw": 26.0,
    "fst": 2.0,
    "french": 11.0,
    "healthcare": 9.0,
    "stem": 11.0,
    "trades": 4.0,
    "transport": 1.0,
    "agriculture": 0.5,
    "education": 3.0,
    "physicians": 1.0,
    "senior_managers": 1.0,
    "researchers": 0.5,
}
_PREFERENCES = {
    Preference(): 70,
    Preference(near_points=5): 4,
    Preference(near_points=20): 5,
    Preference(near_points=30): 3,
    Preference(mode=Mode.ALL): 5,
    Preference(mode=Mode.CATEGORIES): 6,
    Preference(mode=Mode.QUALIFIED): 7,
}
_MONTHS = (None, 3, 6, 8, 10, 12, 18, 24, 30, 36, 48, 60)
_CODES = sorted({code for version in VERSIONS for code in version.noc_codes})
OCCUPATIONS = tuple(_CODES[:: max(1, len(_CODES) // 40)][:40])


def subscribers(count: int, seed: int = SEED) -> Iterator[Subscriber]:
    """So many subscribers, one after the other."""
    chance = Random(seed)  # noqa: S311 - nothing secret
    for number in range(count):
        yield _subscriber(chance, number)


def _subscriber(chance: Random, number: int) -> Subscriber:
    names = [MAIN_PROFILE, "partner"] if chance.random() < 0.08 else [MAIN_PROFILE]
    return Subscriber(
        address=Address(
            platform="telegram" if chance.random() < 0.85 else "discord", chat=str(10**9 + number)
        ),
        language=Language.FRENCH if chance.random() < 0.1 else Language.ENGLISH,
        time_zone="America/Toronto" if chance.random() < 0.3 else None,
        preference=chance.choices(list(_PREFERENCES), list(_PREFERENCES.values()))[0],
        paused=chance.random() < 0.02,
        profiles=tuple(_profile(chance, name) for name in names),
    )


def _profile(chance: Random, name: str) -> Profile:
    submitted = None
    if chance.random() < 0.2:
        submitted = Submitted.at(NEWEST_SUBMISSION - chance.random() * SUBMISSION_SPAN)
    return Profile(name=name, candidate=_candidate(chance), submitted=submitted)


def _candidate(chance: Random) -> Candidate:
    score = min(max(round(chance.gauss(455, 45)), LOWEST_SCORE), HIGHEST_SCORE)
    kind = chance.random()
    if kind < 0.15:
        return Candidate(crs_score=score)
    said = chance.choices(list(_POPULARITY), list(_POPULARITY.values()), k=chance.randint(1, 3))
    if kind < 0.2:
        return Candidate(
            crs_score=score + NOMINATION_POINTS,
            answers=Answers().adding([*said, "pnp"]),
            nominee=True,
        )
    occupations = (_occupation(chance),) if chance.random() < 0.12 else ()
    return Candidate(crs_score=score, answers=Answers().adding(said), occupations=occupations)


def _occupation(chance: Random) -> Occupation:
    return Occupation(noc_code=chance.choice(OCCUPATIONS), months=chance.choice(_MONTHS))


assert set(_POPULARITY) <= set(GROUPS)
