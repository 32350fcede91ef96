"""Valid objects with sensible defaults: round #385 and somebody it may concern."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bot.core.profiles import Answers, Candidate, Occupation, Profile, Submitted
from bot.core.rounds import PoolDistribution, Round, RoundNumber, Stamp

TIE_BREAK_385 = datetime(2025, 11, 26, 7, 44, 30, tzinfo=UTC)

# Candidates by score band on 2025-12-07, dd1 to dd18 as the feed numbers them.
_BANDS_385 = (
    *(1_110, 27_096, 68_679, 12_445, 12_303, 14_851, 14_351, 14_729, 66_302),
    *(13_844, 14_166, 12_613, 12_193, 13_486, 52_344, 18_799, 8_049, 242_379),
)

_ROUND_385 = Round(
    number=RoundNumber("385"),
    held_on=date(2025, 12, 11),
    name="Healthcare and social services occupations (Version 2)",
    invitations_issued=1_000,
    crs_cut_off=476,
    held_at=datetime(2025, 12, 11, 11, 51, 44, tzinfo=UTC),
    stamp=Stamp.PUBLISHED,
    tie_breaking_rule=TIE_BREAK_385,
    programs=("fsw", "cec", "fst"),
    pool=PoolDistribution(as_on=date(2025, 12, 7), bands=_BANDS_385),
)


def a_round(**changes: Any) -> Round:
    """Round #385, health care, with some facts changed; a number may be a plain text."""
    return replace(_ROUND_385, **changes)


def a_candidate(
    score: int | None = 480,
    *,
    yes: Iterable[str] = (),
    no: Iterable[str] = (),
    nominee: bool | None = None,
    occupations: Iterable[Occupation] = (),
) -> Candidate:
    """A candidate who has said nothing but a score, unless told otherwise."""
    return Candidate(
        crs_score=score,
        answers=Answers(yes=frozenset(yes), no=frozenset(no)),
        nominee=nominee,
        occupations=tuple(occupations),
    )


def a_profile(
    score: int | None = 480,
    *,
    name: str = "me",
    submitted: Submitted | None = None,
    yes: Iterable[str] = ("healthcare",),
    no: Iterable[str] = (),
    nominee: bool | None = None,
    occupations: Iterable[Occupation] = (),
) -> Profile:
    """A profile in health care that has not said when it was submitted."""
    candidate = a_candidate(score, yes=yes, no=no, nominee=nominee, occupations=occupations)
    return Profile(name=name, candidate=candidate, submitted=submitted)


def a_row(**changes: object) -> dict[str, object]:
    """Round #385 as a row of the feed, with every key the feed has."""
    row: dict[str, object] = {
        "drawNumber": "385",
        "drawNumberURL": "<a href='/content/invitations.html?q=385'>385</a>",
        "drawDate": "2025-12-11",
        "drawDateFull": "December 11, 2025",
        "drawName": "Healthcare and social services occupations (Version 2)",
        "drawSize": "1,000",
        "drawCRS": "476",
        "mitext": "<a href='/content/invitations.html?q=385'>Invitations to apply #385</a>",
        "DrawText1": "<a href='/content/invitations.html?q=385'>See full text</a>",
        "drawText2": (
            "Federal Skilled Worker Program, Canadian Experience Class "
            "and Federal Skilled Trades Program"
        ),
        "drawDateTime": "December 11, 2025 at 11:51:44 UTC",
        "drawCutOff": "November 26, 2025 at 07:44:30 UTC",
        "drawDistributionAsOn": "December 7, 2025",
    }
    row |= {f"dd{band}": f"{people:,}" for band, people in enumerate(_BANDS_385, start=1)}
    return row | changes


def a_french_row(**changes: object) -> dict[str, object]:
    """Round #385 as the feed's French twin has it: a blank in the thousands."""
    french = {
        "drawName": "Professions de la santé et des services sociaux (Version 2)",
        "drawDateFull": "11 décembre 2025",
        "drawSize": "1 000",
    }
    return a_row() | french | changes


def a_feed(rows: Iterable[object]) -> bytes:
    """A payload of the feed with these rows, whatever they are."""
    return json.dumps({"classes": "wb-tables", "rounds": list(rows)}).encode()
