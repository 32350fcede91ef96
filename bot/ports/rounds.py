"""Memory of what IRCC has published."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.core.detect import Change, Known, KnownRound, Status
from bot.core.rounds import Round, UnreadableRow
from bot.core.unconfirmed import Unconfirmed


class Rounds(Protocol):
    """Memory of what IRCC has published."""

    async def known(self) -> Known:
        """Every official round remembered, as last read."""

    async def find(self, number: str) -> KnownRound | None:
        """One official round as last read."""

    async def since(self, day: date) -> list[Round]:
        """Rounds held on or after a day that people may be told of, oldest first."""

    async def latest(self) -> Round | None:
        """The newest round that people may be told of."""

    async def add(self, new: Iterable[Round], status: Status, now: datetime) -> None:
        """Remember rounds never seen before."""

    async def revise(self, round_: Round, change: Change, now: datetime) -> None:
        """Remember a known round as it reads now; what it was before is kept as a revision."""

    async def set_status(self, changed: Iterable[Round], status: Status) -> None:
        """Note what became of known rounds."""

    async def unconfirmed(self) -> list[Unconfirmed]:
        """Every round that was announced unconfirmed, as it was reported then, oldest first."""

    async def overtake(self, reported: Round, official: Round, now: datetime) -> None:
        """IRCC's row of a round announced unconfirmed has come: from now on that one counts."""

    async def note_unreadable(
        self, rows: Sequence[UnreadableRow], now: datetime
    ) -> list[UnreadableRow]:
        """Remember unreadable rows; returns those never met before."""
