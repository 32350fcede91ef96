"""Published rows x known -> those that cannot be read and may be rounds nobody has been told of."""

from collections.abc import Iterable
from datetime import date

from bot.core.detect import Known, Status
from bot.core.rounds import Field, Published, RoundNumber, UnreadableRow, order_key


def hidden_rows(published: Published, known: Known) -> list[UnreadableRow]:
    """The rows that the operator has to look at, as long as they are published.

    They are the first row, any with a number that nobody knows and that is newer than the baseline,
    and those with the number of a round that was clear: one of them may be a new one. What could
    not be read in the baseline is history, as the rows around it are.
    """
    first = [] if published.first_row_readable else [published.unreadable[0]]
    newer = [row for row in _newer(published, known) if row not in first]
    return [*first, *newer, *_doubled(published, known)]


def _newer(published: Published, known: Known) -> Iterable[UnreadableRow]:
    if not known.rounds:
        return
    baseline = (no for no, one in known.rounds.items() if one.status is Status.BASELINE)
    newest = max(map(_digits, baseline), default=0)
    for row in published.unreadable:
        number = RoundNumber(row.number or "")
        if number not in known.rounds and _digits(number) > newest:
            yield row


def _doubled(published: Published, known: Known) -> Iterable[UnreadableRow]:
    for round_ in published.rounds:
        reason = next((one.reason for one in round_.doubts if one.field is Field.NUMBER), None)
        before = known.rounds.get(round_.number)
        if reason and before and not before.round.held_back:
            yield UnreadableRow(number=round_.number, reason=reason, fingerprint="")


def _digits(number: str) -> int:
    return order_key(date.min, number)[1]
