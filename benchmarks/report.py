"""What was measured, and how it is shown: tables with ratios, because machines differ."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TextIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Something plain that was measured in the same run, to compare with."""

    name: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measured value. `aim` is what the project promises, in the same unit, if anything.

    For a rate (`more_is_better`) a ratio above 1 is good; for all else, one below 1.
    """

    what: str
    value: float
    unit: str
    aim: float | None = None
    reference: Reference | None = None
    more_is_better: bool = False

    @property
    def missed(self) -> bool:
        """Whether the aim was not reached."""
        if self.aim is None:
            return False
        return self.value < self.aim if self.more_is_better else self.value > self.aim


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one topic found: measures, and notes on how to read them."""

    title: str
    measures: Sequence[Measure]
    notes: Sequence[str] = field(default=())


_HEAD = ("", "measured", "aim", "measured/aim", "reference in this run", "measured/reference")


def print_result(result: Result, out: TextIO = sys.stdout) -> None:
    """Print one topic as a table."""
    rows = [_HEAD, *(_cells(measure) for measure in result.measures)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    print(f"\n{result.title}", file=out)
    for index, row in enumerate(rows):
        print(_line(row, widths), file=out)
        if index == 0:
            print("  ".join("-" * width for width in widths), file=out)
    for note in result.notes:
        print(f"  {note}", file=out)
    out.flush()


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    left = {0, 4}  # words stand to the left, figures to the right
    cells = (
        cell.ljust(width) if column in left else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()


def _cells(measure: Measure) -> tuple[str, ...]:
    aim, reference = measure.aim, measure.reference
    return (
        measure.what,
        _quantity(measure.value, measure.unit),
        "" if aim is None else _quantity(aim, measure.unit),
        "" if aim is None else _ratio(measure.value, aim) + (" !" if measure.missed else "  "),
        "" if reference is None else f"{_quantity(reference.value, measure.unit)} {reference.name}",
        "" if reference is None else _ratio(measure.value, reference.value),
    )


def _ratio(value: float, by: float) -> str:
    return f"{value / by:.2f}" if by else "-"


def _quantity(value: float, unit: str) -> str:
    figures = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{figures} {unit}".rstrip()
