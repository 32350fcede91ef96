"""Which reported rounds may be told, which reports are of one round, and which row is it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from bot.core.news_types import GENERAL, Kind, NewsEntry, Post, Precision, SaidMoment
from bot.core.rounds import Round, RoundNumber, Stamp
from bot.core.unconfirmed import (
    FRESH,
    Report,
    as_reported,
    differences,
    is_new,
    official_of,
    report_of,
    said_number,
    same_round,
    sift,
)
from tests.builders import TIE_BREAK_385, a_round

DAY = date(2025, 12, 11)
NOW = datetime(2025, 12, 11, 19, tzinfo=UTC)
ONE, SECOND = timedelta(days=1), timedelta(seconds=1)
CEC, PNP = "Canadian Experience Class", "Provincial Nominee Program"
OTHER_TIE = TIE_BREAK_385 - ONE
NO_TIE: dict[str, Any] = {"stamp": Stamp.NOT_REPORTED, "tie_breaking_rule": None}

DAYS_AGO: list[dict[str, Any]] = [{"held_on": DAY - n * ONE, "number": f"{n}"} for n in range(3)]

NEWEST = a_round(number="384", held_on=DAY, name=CEC, crs_cut_off=529)
SAID = NewsEntry(
    kind=Kind.EE_ROUND,
    published_on=DAY,
    number=RoundNumber("385"),
    held_on=DAY,
    category="healthcare",
    crs_cut_off=476,
    invitations_issued=1_000,
    tie_breaking_rule=SaidMoment(start=TIE_BREAK_385, precision=Precision.SECOND),
)
POST = Post(title="A draw", link="https://news.example/1", published=NOW - timedelta(hours=1))


def reported(number: str = "385", **changes: Any) -> Round:
    """Round #385 as sites report it, under a number of ours."""
    return a_round(number=RoundNumber(f"{number}?"), **changes)


def a_report(number: str = "385", *, ago: timedelta = timedelta(), **changes: Any) -> Report:
    """A report of round #385 from a site of its own."""
    round_ = reported(number, **changes)
    link = f"https://news.example/{number}/{ago}"
    return Report(feed="f", link=link, title="A draw", published=NOW - ago, round=round_)


# Whether a post is a hint.


@pytest.mark.parametrize(
    ("changes", "age", "new"),
    [
        ({}, timedelta(), True),
        ({}, FRESH, True),
        ({}, FRESH + SECOND, False),
        ({}, None, True),
        ({"kind": Kind.PROVINCIAL}, None, False),
        ({"held_on": DAY - ONE}, None, False),
        ({"held_on": DAY + ONE}, None, True),
        ({"held_on": None}, None, True),
        ({"held_on": None, "published_on": DAY - ONE}, None, False),
        ({"held_on": None, "published_on": None}, None, True),
        ({"number": RoundNumber("384"), "category": "cec", "crs_cut_off": 529}, None, False),
    ],
    ids=[
        *("now", "just-fresh", "old", "undated", "provincial", "before-newest", "after-newest"),
        *("no-day", "published-before", "no-day-at-all", "official"),
    ],
)  # fmt: skip
def test_what_is_a_hint(changes: dict[str, Any], age: timedelta | None, *, new: bool) -> None:
    published = None if age is None else NOW - age

    assert is_new(replace(SAID, **changes), published, [NEWEST], NOW) is new


def test_before_anything_is_known_every_round_is_new() -> None:
    assert is_new(SAID, None, [], NOW)


# What a post reports.


@pytest.mark.parametrize(
    ("post", "entry"),
    [
        (replace(POST, link=None), SAID),
        (POST, replace(SAID, held_on=None)),
        (POST, replace(SAID, category=None)),
        (POST, replace(SAID, crs_cut_off=None)),
    ],
    ids=["link", "day", "category", "cut-off"],
)
def test_a_post_that_lacks_something_makes_no_report(post: Post, entry: NewsEntry) -> None:
    assert report_of(post, entry, "f", NOW) is None


@pytest.mark.parametrize(
    ("tie", "stamp"),
    [
        (SaidMoment(start=TIE_BREAK_385, precision=Precision.SECOND), Stamp.PUBLISHED),
        (SaidMoment(start=TIE_BREAK_385, precision=Precision.MINUTE), Stamp.NOT_REPORTED),
        (
            SaidMoment(start=TIE_BREAK_385, precision=Precision.SECOND, or_else=(OTHER_TIE,)),
            Stamp.NOT_REPORTED,
        ),
        (None, Stamp.NOT_REPORTED),
    ],
    ids=["exact", "to-the-minute", "two-ways", "none"],
)
def test_a_tie_break_counts_only_to_the_second(tie: SaidMoment | None, stamp: Stamp) -> None:
    report = report_of(POST, replace(SAID, tie_breaking_rule=tie), "f", NOW)

    assert report is not None
    exact = TIE_BREAK_385 if stamp is Stamp.PUBLISHED else None
    assert (report.round.stamp, report.round.tie_breaking_rule) == (stamp, exact)


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({}, "385?"),
        ({"number": None}, "2025-12-11/healthcare?"),
        ({"number": None, "category": GENERAL}, "2025-12-11/general?"),
    ],
    ids=["said", "category", "general"],
)
def test_the_number_of_a_reported_round_is_ours(changes: dict[str, Any], number: str) -> None:
    report = report_of(POST, replace(SAID, **changes), "f", NOW)

    assert report is not None
    assert report.round.number == number
    assert report.round.unconfirmed
    assert said_number(report.round) == (None if "/" in number else "385")


@pytest.mark.parametrize(
    ("published", "met"),
    [(NOW - ONE, NOW - ONE), (NOW + ONE, NOW), (None, NOW)],
    ids=["past", "future", "unsaid"],
)
def test_a_report_is_never_of_the_future(published: datetime | None, met: datetime) -> None:
    report = report_of(replace(POST, published=published), SAID, "f", NOW)

    assert report is not None
    assert report.published == met


# Which reports are told.


def sizes(*reports: Report, told: tuple[Round, ...] = (), newest: date = DAY) -> tuple[Any, Any]:
    """How many reports there are of each round that is told, and of each that is not."""
    official = [a_round(number="384", held_on=newest, name=PNP, crs_cut_off=700)]
    sifted = sift(reports, official, told, NOW)
    return [len(one) for one in sifted.agreed], [len(one) for one in sifted.disagreeing]


@pytest.mark.parametrize(
    ("reports", "agreed", "disagreeing"),
    [
        ([{}], [1], []),
        ([{}, {"invitations_issued": 900}, NO_TIE], [3], []),
        ([{}, {"held_on": DAY - ONE}], [2], []),
        ([{}, {"number": "999"}], [2], []),
        ([{}, {"crs_cut_off": 477}], [], [2]),
        ([{}, {"name": CEC}], [], [2]),
        ([{}, {"name": CEC, "crs_cut_off": 529, "number": "386"}], [1, 1], []),
        ([{}, {"name": CEC, "crs_cut_off": 529}], [], [2]),  # one number, two rounds
        # Five days apart under one number: the same round to somebody, and no agreement.
        ([{}, {"held_on": DAY - 5 * ONE}], [], [2]),
        ([{}, {"held_on": DAY - 5 * ONE, "number": "380"}], [1, 1], []),
        # One hangs together with both others, which are strangers to each other.
        ([DAYS_AGO[2], DAYS_AGO[0], DAYS_AGO[1]], [], [3]),
        ([DAYS_AGO[1], DAYS_AGO[2], DAYS_AGO[0]], [], [3]),
    ],
    ids=[
        *("one", "size-and-tie", "a-day", "number", "cut-off", "category", "two-rounds"),
        *("one-number", "five-days", "five-days-and-number", "chain", "chain-closed-last"),
    ],
)  # fmt: skip
def test_reports_by_the_round_they_are_about(
    reports: list[dict[str, Any]], agreed: list[int], disagreeing: list[int]
) -> None:
    made = [a_report(**changes, ago=timedelta(hours=n)) for n, changes in enumerate(reports)]

    for order in permutations(made):
        found = sizes(*order, newest=DAY - 6 * ONE)
        assert (sorted(found[0]), found[1]) == (agreed, disagreeing)


@pytest.mark.parametrize(
    ("changes", "newest", "is_told"),
    [
        ({"ago": FRESH}, DAY, True),
        ({"ago": FRESH + SECOND}, DAY, False),
        ({"held_on": DAY + ONE}, DAY, False),
        ({"held_on": DAY - 7 * ONE}, DAY - 7 * ONE, True),
        ({"held_on": DAY - 8 * ONE}, DAY - 8 * ONE, False),
        ({"held_on": DAY - ONE}, DAY, False),
        ({"name": PNP, "crs_cut_off": 701}, DAY, False),
    ],
    ids=["fresh", "old", "tomorrow", "a-week", "longer", "before-newest", "official"],
)
def test_only_rounds_of_these_days_after_the_newest(
    changes: dict[str, Any], newest: date, *, is_told: bool
) -> None:
    assert sizes(a_report(**changes), newest=newest) == ([1] if is_told else [], [])


@pytest.mark.parametrize(
    ("told", "is_told"),
    [
        (reported(), False),
        (reported("2025-12-11/healthcare", crs_cut_off=400), False),
        (reported(name=CEC, crs_cut_off=529), False),  # the same number: it may be the same
        (reported("386", name=CEC, crs_cut_off=529), True),
        (reported("380", held_on=DAY - 2 * ONE), True),
    ],
    ids=["same", "same-category", "same-number", "another", "days-ago"],
)
def test_what_may_have_been_told_is_not_told_again(told: Round, *, is_told: bool) -> None:
    assert sizes(a_report(), told=(told,)) == ([1] if is_told else [], [])


# What is told of them.


def test_what_reports_differ_in_stays_open() -> None:
    made = as_reported(
        [
            a_report("2025-12-11/healthcare", held_on=DAY),
            a_report("385", held_on=DAY - ONE, invitations_issued=900),
            a_report("386", **{**NO_TIE, "tie_breaking_rule": OTHER_TIE, "stamp": Stamp.PUBLISHED}),
        ]
    )

    assert (made.number, made.held_on, made.invitations_issued) == ("385?", DAY - ONE, 0)
    assert (made.stamp, made.tie_breaking_rule) == (Stamp.NOT_REPORTED, None)


def test_what_only_some_say_is_taken() -> None:
    made = as_reported([a_report(invitations_issued=0), a_report(**NO_TIE)])

    assert (made.invitations_issued, made.stamp) == (1_000, Stamp.PUBLISHED)
    assert made.tie_breaking_rule == TIE_BREAK_385


@pytest.mark.parametrize(
    ("name", "taken", "number"),
    [
        (a_round().name, [], "385?"),
        (a_round().name, ["384?"], "385?"),
        (a_round().name, ["385?"], "2025-12-11/healthcare?"),
        ("General", ["385?"], "2025-12-11/general?"),
    ],
    ids=["free", "another", "taken", "taken-general"],
)
def test_a_number_is_given_once(name: str, taken: list[str], number: str) -> None:
    assert as_reported([a_report(name=name)], taken).number == number


# Which row it is.


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"crs_cut_off": 400}, True),
        ({"held_on": DAY + ONE, "crs_cut_off": 400, "number": "9"}, True),
        ({"name": CEC}, True),
        ({"name": CEC, "number": "9"}, True),
        ({"name": CEC, "held_on": DAY + ONE}, True),
        ({"name": CEC, "held_on": DAY + ONE, "number": "9"}, False),
        ({"name": CEC, "crs_cut_off": 400}, False),
        ({"held_on": DAY + 2 * ONE}, True),
        ({"held_on": DAY + 7 * ONE}, True),
        ({"held_on": DAY + 8 * ONE}, False),
        ({"held_on": DAY - 7 * ONE}, True),
        ({"held_on": DAY - 8 * ONE}, False),
        ({"held_on": DAY + 2 * ONE, "number": "9"}, False),
        ({"held_on": DAY + 2 * ONE, "name": CEC}, False),
    ],
)
def test_when_two_accounts_are_of_one_round(changes: dict[str, Any], *, same: bool) -> None:
    official = a_round(**changes)

    assert same_round(reported(), official) is same
    assert same_round(official, reported()) is same


def test_two_without_a_number_have_none_in_common() -> None:
    one, other = (reported(f"2025-12-1{n}/cec", held_on=date(2025, 12, 10 + n)) for n in (0, 2))

    assert not same_round(one, other)


@pytest.mark.parametrize(
    ("name", "other", "same"),
    [("Healthcare (Version 97)", "Healthcare (Version 1)", True), ("Moles", "Newts", False)],
)
def test_new_names_equal_themselves(name: str, other: str, *, same: bool) -> None:
    one = reported("1", name=name, crs_cut_off=400)

    assert same_round(one, a_round(number="2", name=other)) is same
    assert same_round(one, a_round(number="2", name=name))


@pytest.mark.parametrize(
    ("likely", "unlikely"),
    [
        ({"number": "386"}, {"number": "387", "crs_cut_off": 400}),
        ({"number": "386"}, {"number": "387", "name": CEC}),
        ({"number": "386"}, {"number": "387", "invitations_issued": 5}),
        ({"number": "386"}, {"number": "387", "held_on": DAY + ONE}),
        ({"number": "385", "crs_cut_off": 400}, {"number": "387", "crs_cut_off": 401}),
    ],
    ids=["cut-off", "category", "size", "day", "number"],
)
def test_the_likeliest_row_is_it(likely: dict[str, Any], unlikely: dict[str, Any]) -> None:
    rows = [a_round(**likely), a_round(**unlikely)]

    for order in permutations(rows):
        assert official_of(reported(), order) == rows[0]


def test_without_a_fitting_row_there_is_none() -> None:
    assert official_of(reported(), [NEWEST, a_round(held_on=DAY + 9 * ONE)]) is None


@pytest.mark.parametrize(
    ("said", "official", "names"),
    [
        ({}, {}, set()),
        ({}, {"name": CEC}, {"category"}),
        ({}, {"name": "Healthcare (Version 97)"}, set()),
        ({}, {"held_on": DAY + ONE}, {"held_on"}),
        ({}, {"crs_cut_off": 1}, {"crs_cut_off"}),
        ({}, {"invitations_issued": 1}, {"invitations_issued"}),
        ({"invitations_issued": 0}, {}, set()),
        ({}, {"tie_breaking_rule": OTHER_TIE}, {"tie_breaking_rule"}),
        ({}, {"tie_breaking_rule": None, "stamp": Stamp.NOT_PUBLISHED}, {"tie_breaking_rule"}),
        (NO_TIE, {}, set()),
        ({}, {"number": "400"}, set()),
    ],
)
def test_in_what_a_row_differs(
    said: dict[str, Any], official: dict[str, Any], names: set[str]
) -> None:
    assert differences(reported(**said), a_round(**official)) == names
