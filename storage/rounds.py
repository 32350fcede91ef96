"""Rounds and their revisions. A revision is never overwritten: alerts rest on it.

A round that was announced unconfirmed has a row of its own, under a number of ours; IRCC's row,
once it is there, becomes its last revision. Reading official rounds passes such rows over.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.detect import Change, Known, KnownRound, Status, in_order
from bot.core.rounds import Round, RoundNumber, UnreadableRow
from bot.core.unconfirmed import Unconfirmed, differences
from storage.facts import dump_round, load_round
from storage.tables import round_revisions, rounds, unreadable_rows


class StoredRounds:
    """See `bot.ports.Rounds`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known(self) -> Known:
        """Every official round remembered, as last read."""
        found = await self._connection.execute(_KNOWN)
        return Known(rounds={RoundNumber(row.number): _known(row) for row in found})

    async def find(self, number: str) -> KnownRound | None:
        """One official round as last read."""
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

    async def unconfirmed(self) -> list[Unconfirmed]:
        """Every round that was announced unconfirmed, as it was reported then, oldest first."""
        found = await self._connection.execute(_UNCONFIRMED)
        return [_unconfirmed(row) for row in found]

    async def overtake(self, reported: Round, official: Round, now: datetime) -> None:
        """IRCC's row of a round announced unconfirmed has come: from now on that one counts."""
        change = Change.CORRECTED if differences(reported, official) else Change.REFRESHED
        revision = await self._connection.scalar(
            update(rounds)
            .where(rounds.c.number == reported.number)
            .values(revision=rounds.c.revision + 1, status=Status.OVERTAKEN)
            .returning(rounds.c.revision)
        )
        await self._connection.execute(
            insert(round_revisions),
            _revision(official, revision or 1, change, now) | {"number": reported.number},
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


_OFFICIAL = rounds.c.status.not_in((Status.UNCONFIRMED, Status.OVERTAKEN))
_TOLD = and_(_OFFICIAL, rounds.c.status != Status.HELD)
_LATEST = select(
    rounds.c.number, rounds.c.revision, rounds.c.status, round_revisions.c.facts
).select_from(
    rounds.join(
        round_revisions,
        (round_revisions.c.number == rounds.c.number)
        & (round_revisions.c.revision == rounds.c.revision),
    )
)

_KNOWN = _LATEST.where(_OFFICIAL)
_ONE = _KNOWN.where(rounds.c.number == bindparam("number"))
_SINCE = _LATEST.where(rounds.c.held_on >= bindparam("day"), _TOLD)
_NEWEST_DAY = select(func.max(rounds.c.held_on)).where(_TOLD)

_first, _last = round_revisions.alias("first"), round_revisions.alias("last")
_UNCONFIRMED = (
    select(
        rounds.c.status,
        rounds.c.first_seen_at,
        _first.c.facts.label("reported"),
        _last.c.facts.label("official"),
    )
    .select_from(
        rounds.join(_first, (_first.c.number == rounds.c.number) & (_first.c.revision == 1)).join(
            _last, (_last.c.number == rounds.c.number) & (_last.c.revision == rounds.c.revision)
        )
    )
    .where(~_OFFICIAL)
    .order_by(rounds.c.first_seen_at, rounds.c.number)
)


def _known(row: Any) -> KnownRound:
    return KnownRound(round=load_round(row.facts), status=Status(row.status), revision=row.revision)


def _unconfirmed(row: Any) -> Unconfirmed:
    overtaken = row.status == Status.OVERTAKEN
    return Unconfirmed(
        round=load_round(row.reported),
        told_at=row.first_seen_at,
        official=load_round(row.official) if overtaken else None,
    )


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
