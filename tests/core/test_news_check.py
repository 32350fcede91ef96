"""A post against the official rows: what agrees, what disagrees, and what cannot be compared."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.core.news_check import disagreements, matching_round
from bot.core.news_types import Claim, Kind, NewsEntry, Precision, SaidMoment
from bot.core.rounds import Round, RoundNumber, Stamp
from tests.builders import TIE_BREAK_385, a_round

BEFORE = a_round(
    number=RoundNumber("384"),
    held_on=date(2025, 12, 10),
    name="Canadian Experience Class",
    invitations_issued=6_000,
    crs_cut_off=520,
)
OFFICIAL: list[Round] = [
    a_round(
        number=RoundNumber("332"),
        held_on=date(2025, 1, 8),
        name="Canadian Experience Class",
        invitations_issued=1_350,
        crs_cut_off=542,
    ),
    BEFORE,
    a_round(),
    a_round(
        number=RoundNumber("386"), held_on=date(2025, 12, 15), name="Provincial Nominee Program"
    ),
]

SAID = NewsEntry(
    kind=Kind.EE_ROUND,
    published_on=date(2025, 12, 12),
    number=RoundNumber("385"),
    held_on=date(2025, 12, 11),
    category="healthcare",
    crs_cut_off=476,
    invitations_issued=1_000,
    tie_breaking_rule=SaidMoment(start=TIE_BREAK_385, precision=Precision.SECOND),
)


def said(**changes: Any) -> NewsEntry:
    """Round #385 as a post reports it, with some facts changed."""
    return replace(SAID, **changes)


def found(entry: NewsEntry, rounds: list[Round] = OFFICIAL) -> list[tuple[str, object, object]]:
    return [(one.fact, one.news, one.official) for one in disagreements(entry, rounds)]


def minute(hour: int, *, or_else: tuple[datetime, ...] = ()) -> SaidMoment:
    start = datetime(2025, 11, 26, hour, 44, tzinfo=UTC)
    return SaidMoment(start=start, precision=Precision.MINUTE, or_else=or_else)


def day(number: int) -> SaidMoment:
    return SaidMoment(start=datetime(2025, 11, number, tzinfo=UTC), precision=Precision.DAY)


def test_a_post_that_is_right_disagrees_with_nothing() -> None:
    assert found(said()) == []


@pytest.mark.parametrize(
    ("changes", "disagreement"),
    [
        ({"held_on": date(2025, 12, 12)}, ("held_on", "2025-12-12", "2025-12-11")),
        ({"category": "cec"}, ("category", "cec", "healthcare")),
        ({"crs_cut_off": 475}, ("crs_cut_off", 475, 476)),
        ({"invitations_issued": 999}, ("invitations_issued", 999, 1_000)),
        ({"number": RoundNumber("399")}, ("number", "399", "385")),
        (
            {"tie_breaking_rule": minute(8)},
            ("tie_breaking_rule", "2025-11-26T08:44Z", "2025-11-26T07:44:30Z"),
        ),
        (
            {"tie_breaking_rule": day(25)},
            ("tie_breaking_rule", "2025-11-25", "2025-11-26T07:44:30Z"),
        ),
    ],
)
def test_each_fact_that_differs_is_named_with_both_versions(
    changes: dict[str, Any], disagreement: tuple[str, object, object]
) -> None:
    assert found(said(**changes)) == [disagreement]


@pytest.mark.parametrize(
    "tie_break",
    [
        None,
        minute(7),
        day(26),
        minute(2, or_else=(datetime(2025, 11, 26, 7, 44, tzinfo=UTC),)),
    ],
)
def test_agreement_at_the_precision_said_is_no_disagreement(tie_break: SaidMoment | None) -> None:
    assert found(said(tie_breaking_rule=tie_break)) == []


def test_a_day_of_a_tie_break_may_be_ottawa_s() -> None:
    at_night = a_round(tie_breaking_rule=datetime(2025, 11, 26, 3, tzinfo=UTC))

    assert found(said(tie_breaking_rule=day(25)), [at_night]) == []


def test_a_day_that_only_follows_from_the_word_today_is_not_held_against_a_post() -> None:
    entry = said(held_on=date(2025, 12, 12), held_on_implied=True)

    assert found(entry) == []


def test_what_a_post_does_not_say_is_not_compared() -> None:
    bare = NewsEntry(kind=Kind.EE_ROUND, number=RoundNumber("385"))

    assert found(bare) == []


def test_what_the_row_does_not_say_is_not_compared() -> None:
    unclear = a_round(stamp=Stamp.UNREADABLE, tie_breaking_rule=None, name="Rural occupations")

    assert found(said(), [unclear]) == []


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({}, "385"),
        ({"number": None}, "385"),
        ({"number": None, "held_on": date(2025, 12, 10)}, "385"),
        ({"number": None, "held_on": None}, "385"),
        ({"number": None, "held_on": None, "published_on": None}, None),
        ({"number": None, "held_on": None, "published_on": date(2025, 12, 30)}, None),
        ({"number": None, "held_on": None, "crs_cut_off": None, "invitations_issued": None}, None),
        ({"number": None, "held_on": date(2025, 12, 20)}, None),
        ({"number": RoundNumber("700"), "held_on": date(2025, 12, 30)}, None),
        ({"number": None, "category": "pnp", "crs_cut_off": 700, "invitations_issued": 5}, None),
        ({"category": "pnp", "crs_cut_off": 700, "invitations_issued": 5}, "385"),
        ({"held_on": date(2025, 12, 12), "crs_cut_off": 475}, "385"),
        ({"held_on": date(2025, 6, 1)}, "385"),
        ({"held_on": date(2025, 6, 1), "crs_cut_off": None}, "385"),
        ({"held_on": date(2025, 6, 1), "crs_cut_off": 475}, None),
        (
            {
                "held_on": date(2025, 6, 1),
                "category": "pnp",
                "crs_cut_off": 7,
                "invitations_issued": 5,
            },
            None,
        ),
    ],
)
def test_which_round_a_post_is_about(changes: dict[str, Any], number: str | None) -> None:
    match = matching_round(said(**changes), OFFICIAL)

    assert (match and str(match.number)) == number


def test_a_day_alone_is_enough_when_one_round_was_held_on_it() -> None:
    bare = NewsEntry(kind=Kind.EE_ROUND, held_on=date(2025, 12, 11))
    twin = a_round(number=RoundNumber("385b"), name="Provincial Nominee Program")

    assert matching_round(bare, OFFICIAL) == a_round()
    assert matching_round(bare, [*OFFICIAL, twin]) is None


def test_a_round_that_is_not_published_yet_is_not_compared() -> None:
    claims = (Claim(fact="rounds_in_year", year=2025, value=9),)

    assert found(said(claims=claims), [BEFORE]) == []


@pytest.mark.parametrize(
    ("fact", "official"),
    [
        ("invitations_in_year", 8_350),
        ("invitations_in_year:cec", 7_350),
        ("rounds_in_year", 3),
        ("rounds_in_year:cec", 2),
        ("rounds_in_year:healthcare", 1),
        ("rounds_in_year:pnp", 0),
    ],
)
def test_totals_of_a_year_are_counted_up_to_the_round(fact: str, official: int) -> None:
    wrong = said(claims=(Claim(fact=fact, year=2025, value=official + 1),))
    right = said(claims=(Claim(fact=fact, year=2025, value=official),))

    assert found(wrong) == [(fact, official + 1, official)]
    assert found(right) == []


def test_a_year_without_rows_is_not_counted() -> None:
    assert found(said(claims=(Claim(fact="rounds_in_year", year=2019, value=26),))) == []


def test_totals_of_a_post_about_no_round_are_counted_up_to_its_day() -> None:
    claims = (Claim(fact="rounds_in_year", year=2025, value=9),)
    other = NewsEntry(kind=Kind.OTHER, published_on=date(2025, 12, 10), claims=claims)

    assert found(other) == [("rounds_in_year", 9, 2)]
    assert found(replace(other, published_on=None)) == []
    assert found(replace(other, claims=())) == []
