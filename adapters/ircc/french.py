"""The feed's French twin: the same rows, of which only number and name are read."""

from collections.abc import Iterator, Mapping
from typing import cast

from adapters.ircc import fields
from adapters.ircc.fetch import body_at
from adapters.ircc.payload import read_rows
from bot.core.rounds import RoundNumber


class FrenchTwin:
    """The twin at a URL, file URL or path; it may lag behind the English feed."""

    def __init__(self, location: str, contact: str | None = None) -> None:
        self._location = location
        self._contact = contact

    async def names(self) -> Mapping[RoundNumber, str]:
        """See `bot.ports.NameSource`."""
        return dict(_names_in(read_rows(await body_at(self._location, self._contact))))


def _names_in(rows: list[object]) -> Iterator[tuple[RoundNumber, str]]:
    """Number and name of each row that has both, and nothing odd about either."""
    for row in rows:
        if not isinstance(row, Mapping):
            continue
        wire, doubts = cast(Mapping[str, object], row), fields.Doubts()
        try:
            number = fields.read_number(wire.get("drawNumber"), doubts)
            name = fields.read_name(wire.get("drawName"), doubts)
        except fields.Unreadable:
            continue
        if not doubts.found():
            yield RoundNumber(number), name
