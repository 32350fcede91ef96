"""Rows that nobody can read: which of them may be rounds that nobody has been told of."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from bot.core.detect import Known, KnownRound, Status
from bot.core.hidden_rows import hidden_rows
from bot.core.rounds import Doubt, Field, Published, Round, RoundNumber, UnreadableRow
from tests.builders import a_round

NOTHING = Known(rounds={})


def a_numbered(number: int, **changes: object) -> Round:
    return a_round(number=RoundNumber(str(number)), **changes)


def published(*rounds: Round, unreadable: Iterable[UnreadableRow] = ()) -> Published:
    return Published(rounds=rounds, unreadable=tuple(unreadable), first_row_readable=True)


def known(*rounds: Round, status: Status = Status.ANNOUNCED) -> Known:
    return Known(rounds={one.number: KnownRound(round=one, status=status) for one in rounds})


def a_bad_row(number: str | None) -> UnreadableRow:
    return UnreadableRow(number=number, reason="no cut-off", fingerprint=f"print of {number}")


@pytest.mark.parametrize(
    ("number", "first", "is_hidden"),
    [
        ("102", True, True),
        ("101", False, True),
        ("101b", False, True),
        ("100", False, False),
        ("7", False, False),
        (None, False, False),
        (None, True, True),
        ("100", True, True),
    ],
)
def test_a_row_that_may_be_a_new_round_is_told_from_old_ones(
    number: str | None, *, first: bool, is_hidden: bool
) -> None:
    memory = known(a_numbered(99), a_numbered(100), status=Status.BASELINE)
    row = a_bad_row(number)
    payload = published(a_numbered(103), a_numbered(99), a_numbered(100), unreadable=[row])

    found = hidden_rows(replace(payload, first_row_readable=not first), memory)

    assert found == ([row] if is_hidden else [])


def test_a_row_stays_hidden_when_later_rounds_have_been_told() -> None:
    baseline = known(a_numbered(100), status=Status.BASELINE)
    later = Known(rounds={**baseline.rounds, **known(a_numbered(102)).rounds})
    payload = published(a_numbered(100), a_numbered(102), unreadable=[a_bad_row("101")])

    assert hidden_rows(payload, later) == [a_bad_row("101")]
    assert not hidden_rows(published(a_numbered(100), a_numbered(101)), later)


def test_rows_that_a_baseline_could_not_read_are_history() -> None:
    payload = published(a_numbered(100), unreadable=[a_bad_row("101"), a_bad_row(None)])

    assert not hidden_rows(payload, NOTHING)


def test_a_second_row_of_a_known_number_may_be_a_new_round() -> None:
    doubled = a_numbered(100, doubts=(Doubt(field=Field.NUMBER, reason="two rows"),))
    payload = published(doubled)

    assert [row.number for row in hidden_rows(payload, known(a_numbered(100)))] == ["100"]
    assert not hidden_rows(payload, known(doubled))
    assert not hidden_rows(payload, NOTHING)
