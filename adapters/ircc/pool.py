"""Reads the score bands of the pool (`dd1` to `dd18`), with the sums they have to keep."""

from collections.abc import Mapping
from datetime import date, timedelta

from adapters.ircc.fields import Doubts, plain_integer, text_of
from bot.core.moments import NotAMoment, read_day
from bot.core.rounds import Field, PoolDistribution

BANDS = 18
_SUMS: dict[int, tuple[int, ...]] = {
    3: tuple(range(4, 9)),
    9: tuple(range(10, 15)),
    18: (1, 2, 3, 9, 15, 16, 17),
}


def read_pool(wire: Mapping[str, object], held_on: date, doubts: Doubts) -> PoolDistribution | None:
    """The pool before the round; None when it was not published (all zero) or does not add up."""
    raw = [wire.get(f"dd{band}") for band in range(1, BANDS + 1)]
    bands = [plain_integer(value) for value in raw]
    numbers = [band for band in bands if band is not None]
    if len(numbers) == BANDS and not any(numbers):
        return None
    if len(numbers) < BANDS:
        doubts.add(Field.POOL, "some score bands of the pool are missing or no numbers")
        return None
    wrong = [total for total, parts in _SUMS.items() if not _adds_up(numbers, total, parts)]
    if wrong:
        doubts.add(Field.POOL, f"the score bands of the pool do not add up to dd{wrong[0]}")
        return None
    return PoolDistribution(as_on=_read_as_on(wire, held_on, doubts), bands=tuple(numbers))


def _adds_up(bands: list[int], total: int, parts: tuple[int, ...]) -> bool:
    return bands[total - 1] == sum(bands[part - 1] for part in parts)


def _read_as_on(wire: Mapping[str, object], held_on: date, doubts: Doubts) -> date | None:
    try:
        as_on = read_day(text_of(wire.get("drawDistributionAsOn")))
    except NotAMoment as reason:
        doubts.add(Field.POOL, f"the day of the pool's figures cannot be read: {reason}")
        return None
    if as_on > held_on + timedelta(days=1):
        doubts.add(Field.POOL, f"the pool's figures are from after the round: {as_on}")
        return None
    return as_on
