"""Rounds and their revisions. A revision is never overwritten: alerts rest on it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.detect import Change, Known, KnownRound, Status, in_order
from bot.core.rounds import Round, RoundNumber, UnreadableRow
from storage.facts import dump_round, load_round
from storage.tables import round_revisions, rounds, unreadable_rows


class StoredRounds:
    """See `bot.ports.Rounds`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known(self) -> Known:
        """Every round remembered, as last read."""
        found = await self._connection.execute(_LATEST)
        return Known(rounds={RoundNumber(row.number): _known(row) for row in found})

    async def find(self, number: str) -> KnownRound | None:
        """One round as last read."""
        found = await self._connection.execute(_ONE, {"number": number})
        row = found.first()
        return None if row is None else _known(row)

    async def since(self, day: date) -> list[Round]:
        """Rounds held on or after a day that people may be told of, oldest first."""
        found = await self._connection.execute(_SINCE, {"day": day.isoformat()})
        return in_order(_known(row).round for row in found)

    async def latest(self) -> Round | None:
        """The newest round that people may be told of."""
        day = await self._connection.scalar(_NEWEST_DAY)
        return None if day is None else (await self.since(date.fromisoformat(day)))[-1]

    async def add(self, new: Iterable[Round], status: Status, now: datetime) -> None:
        """Remember rounds never seen before."""
        added = list(new)
        if not added:
            return
        await self._connection.execute(
            insert(rounds),
            [
                {
                    "number": one.number,
                    "revision": 1,
                    "status": status,
                    "held_on": one.held_on.isoformat(),
                    "first_seen_at": now,
                }
                for one in added
            ],
        )
        await self._connection.execute(
            insert(round_revisions), [_revision(one, 1, None, now) for one in added]
        )

    async def revise(self, round_: Round, change: Change, now: datetime) -> None:
        """Remember a known round as it reads now; what it was before is kept as a revision."""
        revision = await self._connection.scalar(
            update(rounds)
            .where(rounds.c.number == round_.number)
            .values(revision=rounds.c.revision + 1, held_on=round_.held_on.isoformat())
            .returning(rounds.c.revision)
        )
        await self._connection.execute(
            insert(round_revisions), _revision(round_, revision or 1, change, now)
        )

    async def set_status(self, changed: Iterable[Round], status: Status) -> None:
        """Note what became of known rounds."""
        numbers = [round_.number for round_ in changed]
        await self._connection.execute(
            update(rounds).where(rounds.c.number.in_(numbers)).values(status=status)
        )

    async def note_unreadable(
        self, rows: Sequence[UnreadableRow], now: datetime
    ) -> list[UnreadableRow]:
        """Remember unreadable rows; returns those never met before."""
        found = await self._connection.execute(select(unreadable_rows.c.fingerprint))
        met = set(found.scalars())
        fresh = list({row.fingerprint: row for row in rows if row.fingerprint not in met}.values())
        if fresh:
            await self._connection.execute(
                insert(unreadable_rows),
                [
                    {
                        "fingerprint": row.fingerprint,
                        "number": row.number,
                        "reason": row.reason,
                        "first_seen_at": now,
                    }
                    for row in fresh
                ],
            )
        return fresh


_LATEST = select(
    rounds.c.number, rounds.c.revision, rounds.c.status, round_revisions.c.facts
).select_from(
    rounds.join(
        round_revisions,
        (round_revisions.c.number == rounds.c.number)
        & (round_revisions.c.revision == rounds.c.revision),
    )
)

_ONE = _LATEST.where(rounds.c.number == bindparam("number"))
_SINCE = _LATEST.where(rounds.c.held_on >= bindparam("day"), rounds.c.status != Status.HELD)
_NEWEST_DAY = select(func.max(rounds.c.held_on)).where(rounds.c.status != Status.HELD)


def _known(row: Any) -> KnownRound:
    return KnownRound(round=load_round(row.facts), status=Status(row.status), revision=row.revision)


def _revision(
    round_: Round, revision: int, change: Change | None, now: datetime
) -> dict[str, object]:
    return {
        "number": round_.number,
        "revision": revision,
        "facts": dump_round(round_),
        "change": change,
        "seen_at": now,
    }
