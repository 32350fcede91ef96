"""Rows into rounds: no row hides another, whatever stands in it."""

import copy
import dataclasses
import json
from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.ircc.parse import _read_texts, parse
from bot.core.errors import SourceChanged
from bot.core.rounds import Field, Published
from tests.builders import a_feed, a_round, a_row


def test_rounds_stand_in_the_order_published() -> None:
    rows = [a_row(drawNumber=number) for number in ("10", "9", "91b", "91a")]

    assert [one.number for one in parse(a_feed(rows)).rounds] == ["10", "9", "91b", "91a"]


@pytest.mark.parametrize("bad", [None, 5, "385", [], {}, True, [a_row()], {"drawNumber": None}])
def test_a_bad_row_is_set_aside_and_the_good_ones_stay(bad: object) -> None:
    published = parse(a_feed([a_row(), bad, a_row(drawNumber="384")]))

    assert [one.number for one in published.rounds] == ["385", "384"]
    assert len(published.unreadable) == 1
    assert published.first_row_readable


def test_rows_that_are_kept_are_read_as_if_they_were_new() -> None:
    rows = [a_row(), a_row(drawCRS="soon"), a_row(drawNumber="384", drawCRS="481")]
    first = parse(a_feed(rows))
    rows[2]["drawCRS"] = "482"

    assert parse(a_feed([*rows[:2]])) == dataclasses.replace(first, rounds=first.rounds[:1])
    assert [one.crs_cut_off for one in parse(a_feed(rows)).rounds] == [476, 482]
    assert [one.crs_cut_off for one in parse(a_feed([a_row(drawCRS=476)])).rounds] == [476]
    assert parse(a_feed([a_row(drawCRS=True)])).rounds == ()


@pytest.mark.parametrize("odd", [{"drawText9": "x" * 5000}, {"x" * 5000: "1"}, {"n": 1}])
def test_a_row_like_no_other_is_read_and_not_kept(odd: dict[str, object]) -> None:
    before = _read_texts.cache_info()

    assert len(parse(a_feed([{**a_row(), **odd}])).rounds) == 1
    assert _read_texts.cache_info() == before


def test_a_bad_first_row_is_said_to_be_one() -> None:
    published = parse(a_feed([{}, a_row()]))

    assert not published.first_row_readable
    assert len(published.rounds) == 1


def test_a_row_that_is_no_object_says_so() -> None:
    (row,) = parse(a_feed([[1, 2]])).unreadable

    assert (row.number, row.reason) == (None, "the row is not an object")


def test_an_unreadable_row_comes_with_what_it_holds() -> None:
    bad, endless = parse(a_feed([a_row(drawCRS="soon"), ["x" * 100_000]])).unreadable

    assert json.loads(bad.sample) == a_row(drawCRS="soon")
    assert len(endless.sample) == 10_000


def test_an_unreadable_row_is_recognised_again_and_told_from_others() -> None:
    shuffled = dict(reversed(a_row(drawCRS="-5").items()))
    rows = parse(a_feed([a_row(drawCRS="-5"), shuffled, a_row(drawCRS="-6"), 5])).unreadable
    prints = [row.fingerprint for row in rows]

    assert prints[0] == prints[1]
    assert len(set(prints)) == 3
    assert prints == [
        row.fingerprint
        for row in parse(a_feed([a_row(drawCRS="-5"), shuffled, a_row(drawCRS="-6"), 5])).unreadable
    ]


def test_a_row_published_twice_is_one_round() -> None:
    assert parse(a_feed([a_row(), a_row()])).rounds == (a_round(),)


def test_two_different_rows_of_one_number_are_one_round_held_for_the_operator() -> None:
    (round_,) = parse(a_feed([a_row(), a_row(drawCRS="400"), a_row()])).rounds

    assert round_.crs_cut_off == 476
    assert [doubt.field for doubt in round_.doubts] == [Field.NUMBER]
    assert round_.held_back


def test_a_number_written_in_two_ways_is_one_number() -> None:
    assert len(parse(a_feed([a_row(drawNumber="#385"), a_row(drawNumber=385)])).rounds) == 1


def test_keys_that_nobody_knows_are_passed_over() -> None:
    assert parse(a_feed([a_row(drawNew="x", dd19="1", extra={"a": [1]})])).rounds == (a_round(),)


def texts_in(value: object) -> Iterator[str]:
    """Every text in a result, wherever it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts_in(part)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts_in(getattr(value, field.name))
    else:
        assert value is None or isinstance(value, int | date | datetime | Enum)


def check_sound(published: Published) -> None:
    """What holds for every result, whatever the payload was."""
    hash(published)
    for text in texts_in(published):
        text.encode()
        assert "\n" not in text
    numbers = [one.number for one in published.rounds]
    assert len(numbers) == len(set(numbers))
    for one in published.rounds:
        assert one.invitations_issued >= 1
        assert 0 <= one.crs_cut_off <= 1200
        assert one.held_on.year >= 2015
        assert one.number
        assert one.name
        assert (one.stamp.value == "published") == (one.tie_breaking_rule is not None)
        assert one.pool is None or len(one.pool.bands) == 18
    assert all(row.reason and len(row.reason) < 300 for row in published.unreadable)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["385", "1,000", "-5", "476*", "December 11, 2025", "\ud800", "", "n/a"]),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=6), children, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def odd_rows(draw: st.DrawFn) -> object:
    """Any JSON at all, or a good row with a few fields replaced by any JSON at all."""
    if draw(st.booleans()):
        return draw(json_values)
    changes = draw(
        st.dictionaries(st.sampled_from(sorted(a_row())), json_values, min_size=1, max_size=4)
    )
    gone = draw(st.sets(st.sampled_from(sorted(a_row())), max_size=2))
    row = a_row(drawNumber="1") | changes
    return {key: value for key, value in row.items() if key not in gone}


GOOD_ROWS = [a_row(drawNumber=str(number)) for number in (90_001, 90_002, 90_003)]
GOOD_ROUNDS = parse(a_feed(GOOD_ROWS)).rounds


@settings(max_examples=150, deadline=None)
@given(st.lists(odd_rows(), max_size=4), st.randoms(use_true_random=False))
def test_no_row_hides_another(odd: list[object], chance: Any) -> None:
    rows: list[object] = copy.copy(odd)
    for good in reversed(GOOD_ROWS):
        rows.insert(chance.randint(0, len(rows)), good)

    published = parse(a_feed(rows))

    assert set(GOOD_ROUNDS) <= set(published.rounds)
    assert len(published.rounds) + len(published.unreadable) <= len(rows)
    check_sound(published)
    assert parse(a_feed(rows)) == published


@settings(max_examples=100, deadline=None)
@given(st.lists(json_values, max_size=3) | json_values)
def test_any_rounds_are_read_or_refused(rounds: object) -> None:
    try:
        published = parse(json.dumps({"rounds": rounds}).encode())
    except SourceChanged as refused:
        str(refused).encode()
    else:
        check_sound(published)


@settings(max_examples=80, deadline=None)
@given(odd_rows())
def test_a_row_reads_the_same_alone_and_in_company(row: object) -> None:
    alone = parse(a_feed([row]))
    together = parse(a_feed([*GOOD_ROWS, row]))

    assert set(alone.rounds) <= set(together.rounds)
    assert together.unreadable == alone.unreadable
