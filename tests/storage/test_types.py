"""Values survive their columns."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.categories import CATEGORIES, GROUPS, PROGRAMS
from bot.core.profiles import Answers, Occupation
from storage.types import (
    answers_of,
    from_millis,
    groups_of,
    mask_of,
    occupations_of,
    occupations_text,
    to_millis,
)
from tests.core.strategies import answers, occupations

groups = st.frozensets(st.sampled_from(GROUPS))


@given(groups)
def test_a_set_of_groups_survives_its_mask(said: frozenset[str]) -> None:
    assert groups_of(mask_of(said)) == said


@given(groups, groups)
def test_masks_join_as_the_sets_do(one: frozenset[str], two: frozenset[str]) -> None:
    assert mask_of(one) | mask_of(two) == mask_of(one | two)


@given(answers())
def test_answers_survive_their_masks(said: Answers) -> None:
    back = answers_of(mask_of(said.yes), mask_of(said.no))

    assert back == said


def test_the_bits_of_saved_masks_never_change() -> None:
    """A saved mask is read back by position: this list may only grow at its end."""
    assert GROUPS == PROGRAMS + CATEGORIES
    assert [mask_of(frozenset({group})) for group in GROUPS] == [
        1 << position for position in range(15)
    ]
    assert GROUPS[:6] == ("cec", "fsw", "fst", "pnp", "french", "healthcare")
    assert GROUPS[-2:] == ("researchers", "military")


@given(st.lists(occupations, max_size=4).map(tuple))
def test_occupations_survive_their_text_in_one_order(said: tuple[Occupation, ...]) -> None:
    back = occupations_of(occupations_text(said))

    assert sorted(map(repr, back)) == sorted(map(repr, said))
    assert occupations_text(back) == occupations_text(tuple(reversed(said)))
    assert occupations_of(occupations_text(back)) == back


def test_no_months_and_no_place_are_not_none_months_and_abroad() -> None:
    silent = Occupation(noc_code="00012")
    abroad = Occupation(noc_code="00012", months=0, in_canada=False)

    assert occupations_of(occupations_text((silent,))) == (silent,)
    assert occupations_of(occupations_text((abroad,))) == (abroad,)


moments = st.datetimes(
    datetime(1970, 1, 1),  # noqa: DTZ001 - Hypothesis asks for naive bounds
    datetime(2200, 1, 1),  # noqa: DTZ001 - likewise
    timezones=st.just(UTC),
)


@given(moments)
def test_a_moment_survives_to_the_millisecond(moment: datetime) -> None:
    back = from_millis(to_millis(moment))

    assert timedelta() <= moment - back < timedelta(milliseconds=1)
    assert back.tzinfo is UTC


@given(moments, moments)
def test_moments_keep_their_order_in_a_column(one: datetime, two: datetime) -> None:
    one, two = one.replace(microsecond=0), two.replace(microsecond=0)
    assert (to_millis(one) < to_millis(two)) is (one < two)
