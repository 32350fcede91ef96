"""Rows of the feed -> typed rounds. Pure; never mends silently, never lets one row hide another.

A row without number, date, name, a positive size or a cut-off in 0..1200 is unreadable. Any other
field that is missing or odd is left empty, and the round says why (`Doubt`).
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import cast

from adapters.ircc import fields
from adapters.ircc.fields import Doubts, Unreadable
from adapters.ircc.payload import read_rows
from adapters.ircc.pool import read_pool
from adapters.ircc.stamps import read_held_at, read_tie_break
from bot.core.rounds import Doubt, Field, Published, Round, RoundNumber, UnreadableRow

_LONGEST_SAMPLE = 10_000
_LONGEST_KEPT = 5_000  # characters of a row; IRCC's have some 1,500


def parse(body: bytes) -> Published:
    """Read one payload of the feed.

    Raises:
        SourceChanged: the payload as a whole is not the feed.
    """
    read = [_read_row(row) for row in read_rows(body)]
    rounds = _without_repeats([row for row in read if isinstance(row, Round)])
    return Published(
        rounds=tuple(rounds),
        unreadable=tuple(row for row in read if isinstance(row, UnreadableRow)),
        first_row_readable=isinstance(read[0], Round),
    )


def _read_row(row: object) -> Round | UnreadableRow:
    if not isinstance(row, Mapping):
        return _unreadable(row, None, "the row is not an object")
    wire = cast(Mapping[str, object], row)
    texts = [value for value in wire.values() if type(value) is str]
    if len(texts) == len(wire) and sum(map(len, (*wire, *texts))) < _LONGEST_KEPT:
        return _read_texts(cast(tuple[tuple[str, str], ...], tuple(wire.items())))
    return _read_wire(wire)


@lru_cache(maxsize=1024)  # of hundreds of rows one or two are others than in the last payload
def _read_texts(texts: tuple[tuple[str, str], ...]) -> Round | UnreadableRow:
    return _read_wire(dict(texts))


def _read_wire(wire: Mapping[str, object]) -> Round | UnreadableRow:
    number: str | None = None
    try:
        doubts = Doubts()
        number = fields.read_number(wire.get("drawNumber"), doubts)
        return _read_round(RoundNumber(number), wire, doubts)
    except Unreadable as reason:
        return _unreadable(wire, number, str(reason))


def _read_round(number: RoundNumber, wire: Mapping[str, object], doubts: Doubts) -> Round:
    held_on = fields.read_held_on(wire.get("drawDate"), wire.get("drawDateFull"), doubts)
    name = fields.read_name(wire.get("drawName"), doubts)
    size = fields.read_size(wire.get("drawSize"), doubts)
    cut_off = fields.read_cut_off(wire.get("drawCRS"), doubts)
    held_at = read_held_at(wire.get("drawDateTime"), held_on, doubts)
    stamp, tie_break = read_tie_break(wire, number, held_on, doubts)
    return Round(
        number=number,
        held_on=held_on,
        name=name,
        invitations_issued=size,
        crs_cut_off=cut_off,
        held_at=held_at,
        stamp=stamp,
        tie_breaking_rule=tie_break,
        programs=fields.read_programs(wire.get("drawText2"), doubts),
        pool=read_pool(wire, held_on, doubts),
        doubts=doubts.found(),
    )


def _unreadable(row: object, number: str | None, reason: str) -> UnreadableRow:
    written = json.dumps(row, sort_keys=True, default=str)
    return UnreadableRow(
        number=number,
        reason=reason,
        fingerprint=hashlib.sha256(written.encode()).hexdigest()[:32],
        sample=written[:_LONGEST_SAMPLE],
    )


def _without_repeats(rounds: list[Round]) -> list[Round]:
    """One round for each number; a number with two different readings is doubtful."""
    first: dict[RoundNumber, Round] = {}
    readings = Counter(round_.number for round_ in set(rounds))
    for round_ in rounds:
        first.setdefault(round_.number, round_)
    return [
        _doubly_published(round_) if readings[round_.number] > 1 else round_
        for round_ in first.values()
    ]


def _doubly_published(round_: Round) -> Round:
    doubt = Doubt(field=Field.NUMBER, reason="two different rows carry this number")
    return replace(round_, doubts=(*round_.doubts, doubt))
