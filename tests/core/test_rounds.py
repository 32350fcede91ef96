"""A round as a plain value: its order, its doubts, its pool."""

from datetime import date

import pytest

from bot.core.rounds import BAND_LABELS, Doubt, Field, PoolDistribution, order_key
from tests.builders import a_round

DAY = date(2018, 5, 30)


def test_rounds_of_one_day_stand_in_the_order_of_their_numbers() -> None:
    numbers = ["91b", "100", "9", "91a", "10"]

    assert sorted(numbers, key=lambda number: order_key(DAY, number)) == [
        *("9", "10", "91a", "91b", "100")
    ]


def test_the_day_outweighs_the_number() -> None:
    assert order_key(date(2025, 1, 1), "999") < order_key(date(2025, 1, 2), "1")


@pytest.mark.parametrize("number", ["", "x", "²", "9" * 5000])
def test_a_number_of_any_shape_has_its_place(number: str) -> None:
    assert order_key(DAY, number)[0] == DAY


@pytest.mark.parametrize("field", list(Field))
def test_only_a_doubtful_number_name_or_score_holds_a_round_back(field: Field) -> None:
    round_ = a_round(doubts=(Doubt(field=field, reason="odd"),))

    assert round_.held_back is (field in (Field.NUMBER, Field.NAME, Field.CRS_CUT_OFF))


def test_one_grave_doubt_among_light_ones_holds_a_round_back() -> None:
    light, grave = Doubt(field=Field.POOL, reason="odd"), Doubt(field=Field.NAME, reason="odd")

    assert a_round(doubts=(light, grave, light)).held_back
    assert not a_round(doubts=(light, light)).held_back
    assert not a_round().held_back


def test_the_last_band_of_the_pool_is_its_total() -> None:
    assert PoolDistribution(as_on=None, bands=tuple(range(1, 19))).total == 18


def test_every_band_of_the_pool_has_a_label_of_its_own() -> None:
    assert len(set(BAND_LABELS)) == len(BAND_LABELS) == 18
    assert (BAND_LABELS[2], BAND_LABELS[8], BAND_LABELS[-1]) == ("451-500", "401-450", "total")
